"""Reading payments."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Order
from openoms.domains.payments.errors import NoSuchPayment
from openoms.domains.payments.models import Payment

_IN_FORCE = Q(payments__voided_at=None)
_AMOUNT = Payment._meta.get_field("amount")


def visible_to(actor: Actor) -> QuerySet[Payment]:
    """Payments the actor may see: those of its orders, with who recorded them."""
    rows = Payment.objects.filter(order__in=orders.visible_to(actor).values("pk"))
    rows = rows.select_related("recorded_by", "voided_by")
    return rows if actor.may(Perm.PAYMENT_VIEW) else rows.none()


def of_order(actor: Actor, order: Order) -> Sequence[Payment]:
    """The order's payments, oldest first, those that were taken back among them; none for who may not see them."""
    return list(visible_to(actor).filter(order=order)) if actor.may(Perm.PAYMENT_VIEW) else ()


def order_of(actor: Actor, payment_id: UUID) -> str:
    """The number of the order a payment is of; raises NoSuchPayment."""
    number = visible_to(actor).filter(pk=payment_id).values_list("order__number", flat=True).first()
    if number is None:
        raise NoSuchPayment
    return number


@dataclass(frozen=True, slots=True)
class WrongTotal:
    """An order whose `paid_total` is not the sum of its payments that are in force."""

    number: str
    paid_total: Decimal
    payments: Decimal


def wrong_totals(most: int = 100) -> Sequence[WrongTotal]:
    """Orders, oldest first, whose total of payments is wrong; history's may have been paid elsewhere."""
    counted = Coalesce(Sum("payments__amount", filter=_IN_FORCE), Decimal(0), output_field=_AMOUNT)
    rows = Order.objects.filter(historical=False).annotate(counted=counted)
    found = rows.exclude(paid_total=F("counted")).order_by("pk")
    return [WrongTotal(*row) for row in found.values_list("number", "paid_total", "counted")[:most]]
