"""What the demonstration's colleagues keep at hand: ready remarks, and views of the list of orders."""

from urllib.parse import urlencode

from openoms.core.types import Actor
from openoms.demo import people
from openoms.domains.identity.models import User
from openoms.domains.identity.queries import actor_of
from openoms.domains.orders.models import Phrase, SavedView
from openoms.domains.orders.queries import ANY
from openoms.domains.orders.states import Stage
from openoms.domains.orders.types import PhraseInput
from openoms.flows.instruct import save_phrase
from openoms.flows.keep_view import save_view

_PAGE = "orders"
_PHRASES = (
    PhraseInput("Call before delivery", "送货前请电话联系", "logistics", Stage.SHIPPING),
    PhraseInput("Deliver on a working day only", "仅工作日派送", "logistics", Stage.SHIPPING),
    PhraseInput("Gift wrap, no invoice inside", "礼品包装，不放发票", "warehouse", Stage.PACKING),
    PhraseInput("Fragile: use bubble wrap", "易碎，加气泡膜", "warehouse", Stage.PACKING),
    PhraseInput("All in one parcel", "一单一箱，不要拆包", "warehouse", Stage.PICKING),
    PhraseInput("Confirm the measures before cutting", "裁切前先确认尺寸", "production", Stage.PRODUCTION, blocking=True),
    PhraseInput("Check the tax number before the invoice", "开票前核对税号", "finance", Stage.PAYMENT, blocking=True),
)  # fmt: skip
_WIDE = ("number", "placed", "customer", "owner", "tags", "status", "total")
# Whose, name, filters, columns, whether those of the same role see it.
_VIEWS = (
    ("administrator", "挂起 On hold", {"hold": ANY}, _WIDE, False),
    ("administrator", "生产中 In production", {"fulfilment_state": "in_production"}, (), False),
    ("sales_manager", "大客户 Key accounts", {"tag": "大客户 key account"}, _WIDE, True),
    ("sales", "报价中 Quoted", {"status": "draft", "tag": "报价中 quoted"}, _WIDE, True),
    ("customer_service", "待回访 Call back", {"tag": "待回访 call back"}, (), True),
    ("finance", "已审未付 Approved, unpaid", {"status": "approved", "payment_state": "unpaid"}, (), True),
)  # fmt: skip


def load(actor: Actor) -> None:
    """Keep what is missing; what somebody changed since stays changed."""
    if not Phrase.objects.exists():
        for phrase in _PHRASES:
            save_phrase(phrase, actor=actor)
    emails = {people.email_of(role): role for role in people.ROLES}
    there = set(
        SavedView.objects.filter(page=_PAGE, owner__email__in=emails).values_list("owner__email", "name")
    )
    missing = [view for view in _VIEWS if (people.email_of(view[0]), view[1]) not in there]
    if not missing:
        return
    users = User.objects.filter(email__in=emails).prefetch_related("roles")
    actors = {emails[user.email]: actor_of(user) for user in users}
    for role, name, filters, columns, shared in missing:
        save_view(_PAGE, name, urlencode(filters), columns, actor=actors[role], shared=shared)
