"""Reading what a customer may owe and owes, for its page and over REST."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from openoms.core import firm
from openoms.domains.customers.models import Customer
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Status
from openoms.domains.orders.types import CreditFacts
from openoms.domains.payments import rules

MOST_OVERDUE = 10
_OWED = F("total") - F("paid_total")


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed in one currency, how much of it past its due date, by how many orders."""

    currency: str
    amount: Decimal
    overdue: Decimal
    orders: int


@dataclass(frozen=True, slots=True)
class OverdueOrder:
    """An order past its due date and what of it is owed."""

    number: str
    due_date: date
    owed: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class CreditFigures:
    """A customer's credit: what was agreed, what is owed by currency, and the orders longest past their due date.

    `exposure` and `available` are in the limit's `currency`; without a limit there is no bound and `available` is None.
    """

    terms: str
    limit: Decimal | None
    currency: str
    days: int
    exposure: Decimal
    available: Decimal | None
    owed: Sequence[Owed]
    overdue: Sequence[OverdueOrder]
    kept: Sequence[tuple[str, Decimal]] = ()

    @property
    def is_used_up(self) -> bool:
        """Whether nothing more may be owed."""
        return self.available is not None and self.available <= 0

    @property
    def is_of_interest(self) -> bool:
        """Whether there is anything to tell: credit was agreed, or something is owed or kept."""
        return self.terms == rules.CREDIT or bool(self.owed or self.kept)

    @property
    def used_percent(self) -> int:
        """How much of the limit is owed, 0 to 100."""
        if not self.limit:
            return 100 if self.limit is not None else 0
        return min(int(self.exposure * 100 / self.limit), 100)


def credit_figures(customer: Customer) -> CreditFigures:
    """The customer's figures today, in three statements."""
    today = firm.today()
    rows = orders.owing_of(customer.pk)
    by_currency = rows.order_by("currency").values("currency").annotate(
        amount=Sum(_OWED), overdue=Sum(_OWED, filter=Q(due_date__lt=today)), orders=Count("pk")
    )  # fmt: skip
    owed = [
        Owed(row["currency"], row["amount"], row["overdue"] or Decimal(0), row["orders"])
        for row in by_currency
    ]
    exposure = next((row.amount for row in owed if row.currency == customer.credit_currency), Decimal(0))
    late = rows.filter(due_date__lt=today).order_by("due_date", "pk")
    overdue = late.values_list("number", "due_date", _OWED, "currency")[:MOST_OVERDUE]
    facts = CreditFacts(
        customer.pk,
        customer.payment_terms,
        customer.credit_limit,
        customer.credit_currency,
        exposure=exposure,
    )
    return CreditFigures(
        terms=customer.payment_terms,
        limit=customer.credit_limit,
        currency=customer.credit_currency,
        days=rules.DEFAULT_CREDIT_DAYS if customer.credit_days is None else customer.credit_days,
        exposure=exposure,
        available=rules.available(facts),
        owed=owed,
        overdue=[OverdueOrder(*row) for row in overdue if row[1] is not None],
        kept=_kept(customer),
    )


def _kept(customer: Customer) -> list[tuple[str, Decimal]]:
    """What was paid for orders that were cancelled, by currency: it is the customer's still."""
    rows = Order.objects.filter(customer=customer, status=Status.CANCELLED, paid_total__gt=0)
    sums = rows.order_by("currency").values_list("currency")
    return [(currency, paid) for currency, paid in sums.annotate(Sum("paid_total"))]
