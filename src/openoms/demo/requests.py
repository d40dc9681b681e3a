"""Requests for approval of the demonstration company: waiting, half agreed, asked about, rejected, each lived through."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from openoms.core import clock
from openoms.core.types import Actor
from openoms.demo import past, people
from openoms.demo.catalogue import CURRENCY
from openoms.domains.approvals.models import ApprovalRequest, Question
from openoms.domains.identity.models import User
from openoms.domains.identity.queries import actor_of
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Terms
from openoms.domains.pricing.book import Discount
from openoms.flows import decide
from openoms.flows.place import place_order
from openoms.flows.steps.placing import LineRequest, OrderRequest

D = Decimal
# Their references begin beyond those of all other orders.
_FIRST = 9000


def load() -> int:
    """Place the orders that are missing, with what was said about them; how many orders there are then."""
    cast = _cast()
    now = clock.now()
    references = {key: past.reference("desk", _FIRST + at) for at, key in enumerate(_ORDERS)}
    there = set(
        Order.objects.filter(external_id__in=references.values()).values_list("external_id", flat=True)
    )
    for key, (minutes, role, request) in _ORDERS.items():
        if references[key] in there:
            continue
        with clock.set_to(now - timedelta(minutes=minutes)):
            asked = OrderRequest(**request, currency=CURRENCY, external_id=references[key])  # type: ignore[arg-type]
            order = place_order(asked, actor=cast[role]).order
        found = ApprovalRequest.objects.filter(order=order.id).first()
        if found is not None:
            with clock.set_to(now - timedelta(minutes=minutes) / 2):
                _live(key, found.pk, cast)
    return Order.objects.count()


def _cast() -> Mapping[str, Actor]:
    """A colleague of each role."""
    emails = {people.email_of(role): role for role in people.ROLES}
    users = User.objects.filter(email__in=emails).prefetch_related("roles")
    return {emails[user.email]: actor_of(user) for user in users}


def _line(sku: str, quantity: int, price: int | None = None, reason: str = "", **inputs: int) -> LineRequest:
    measures = {name: D(value) for name, value in inputs.items()}
    typed = None if price is None else D(price)
    return LineRequest(sku, D(quantity), typed, reason, inputs=measures)


# Minutes ago, after all other orders, so that numbers rise with the instants; who placed it, what.
_ORDERS: Mapping[str, tuple[int, str, dict[str, object]]] = {
    "large": (
        6, "sales",
        {
            "customer": "D026", "lines": (_line("PH-X1P-256", 6), _line("PC-DOCK", 6)), "terms": Terms.CREDIT,
            "approval_note": "客户季度集采，付款一向准时，请优先处理。 A quarterly order of a customer who pays on time.",
        },
    ),
    "very-large": (
        5, "sales",
        {
            "customer": "D031", "lines": (_line("PH-X1P-256", 24),), "order_type": "strategic",
            "approval_note": "年度战略合作首单。 The first order of this year's partnership.",
        },
    ),
    "discount": (
        4, "sales_manager",
        {
            "customer": "D033", "lines": (_line("PC-MOUSE-BK", 40), _line("PC-KEY-BK", 40)),
            "discount": Discount("percent", D(24), "清仓 Clearance"),
            "approval_note": "旧款清仓，库龄已超过 180 天。 Clearing stock that is older than 180 days.",
        },
    ),
    "typed": (
        3, "sales_manager",
        {
            "customer": "D012",
            "lines": (_line("PC-DOCK", 3, 399, "电话议价 Agreed by phone"), _line("PC-MOUSE-BK", 3)),
        },
    ),
    "rejected": (
        2, "sales",
        {
            "customer": "D029", "lines": (_line("PH-X1P-256", 8),), "terms": Terms.CREDIT,
            "approval_note": "客户要求月结。 The customer asks for monthly payment.",
        },
    ),
}  # fmt: skip


def _live(key: str, request: UUID, cast: Mapping[str, Actor]) -> None:
    """What was said about it since."""
    match key:
        case "large":
            decide.ask(request, "交期能否满足？ Can we deliver in time?", actor=cast["sales_manager"])
            question = Question.objects.filter(request=request).latest("id")
            decide.answer(question.pk, "库存充足，三天内发货。 In stock, three days.", actor=cast["sales"])
        case "very-large":
            decide.approve(
                request, "同意，注意回款节点。 Agreed; mind the payments.", actor=cast["sales_manager"]
            )
        case "rejected":
            decide.reject(
                request,
                "超出本月额度，请改为预付。 Beyond this month's limit: prepaid, please.",
                actor=cast["sales_manager"],
            )
        case _:
            pass
