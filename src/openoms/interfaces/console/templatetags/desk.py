"""What the order desk's templates say: holds, remarks, how old something is."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from openoms.domains.orders import labels
from openoms.domains.orders.models import Hold, Phrase
from openoms.domains.orders.states import HoldKind, InstructionState, Stage
from openoms.interfaces.console import remark_acts as acts
from openoms.interfaces.console.hold_words import money_reason
from openoms.interfaces.console.markup import fill
from openoms.interfaces.console.templatetags.oms import address_problem, in_chinese
from openoms.reading.order_page import ShownRemark

register = template.Library()

_HOLD_COLOURS = {
    "manual": "orange",
    "risk": "red",
    "address": "yellow",
    "stock": "red",
    "instruction": "azure",
    "payment": "yellow",
    "credit": "red",
}
_REMARK_COLOURS = {
    "open": "orange", "acknowledged": "azure", "done": "green", "not_possible": "red", "withdrawn": "secondary",
}  # fmt: skip


@register.simple_tag
def hold_badge(kind: str) -> SafeString:
    """A hold's kind as a coloured badge."""
    return _hold_badge(kind, get_language())


@lru_cache(64)
def _hold_badge(kind: str, language: str | None) -> SafeString:
    """Made once in each language, which is that of the request."""
    name = labels.HOLD_KIND.get(HoldKind(kind), kind)
    return fill('<span class="state state-{}">{}</span>', _HOLD_COLOURS.get(kind, "orange"), name)


@register.filter
def hold_ends(kind: str) -> str:
    """What ends a hold of that kind."""
    return str(labels.HOLD_ENDS[HoldKind(kind)])


@register.filter
def hold_reason(hold: Hold) -> str:
    """Why an order is held; what an address' check found is said in words."""
    if hold.cause.startswith("address:"):
        return address_reason(hold.reason)
    # Of the board, the kind is that of the pile: there the cause alone is known.
    kind = {"payment:due": HoldKind.PAYMENT, "credit:terms": HoldKind.CREDIT}.get(hold.cause)
    return money_reason(kind, hold.reason) if kind else hold.reason


@register.simple_tag
def remark_badge(state: str) -> SafeString:
    """A remark's state as a coloured badge."""
    return _remark_badge(state, get_language())


@lru_cache(64)
def _remark_badge(state: str, language: str | None) -> SafeString:
    """Made once in each language, which is that of the request."""
    name = labels.INSTRUCTION_STATE[InstructionState(state)]
    return fill('<span class="state state-{}">{}</span>', _REMARK_COLOURS.get(state, "secondary"), name)


@register.simple_tag(takes_context=True)
def remark_acts(
    context: Mapping[str, Any], shown: ShownRemark, swap: bool = False, back: str = ""
) -> SafeString:
    """The buttons of a remark; `swap` for a row of the inbox, `back` where one stands in the warehouse's way."""
    return acts.remark_acts(shown, token=str(context["csrf_token"]), swap=swap, back=back)


@register.filter
def stage_name(stage: str) -> str:
    """A stage in words: the model's own way to say it translates all stages to find one."""
    return str(labels.STAGE[Stage(stage)])


@register.filter
def age(instant: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    minutes = max(int((timezone.now() - instant).total_seconds() // 60), 0)
    if minutes < 1:
        return _("less than a minute")
    if minutes < 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if minutes < 48 * 60:
        hours = minutes // 60
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = minutes // (24 * 60)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def address_reason(codes: str) -> str:
    """The problems of an address, by the codes its check gave separated by commas."""
    return " ".join(address_problem(code.strip()) for code in codes.split(","))


@register.simple_tag
def phrase_text(phrase: Phrase, other: bool = False) -> str:
    """A ready remark in the page's language, or in the `other` one."""
    return phrase.text_zh if phrase.text_zh and in_chinese() != other else phrase.text


@register.simple_tag
def hold_name(kind: str) -> str:
    """A hold's kind in words."""
    return str(labels.HOLD_KIND[HoldKind(kind)])
