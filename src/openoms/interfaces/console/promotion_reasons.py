"""Why a promotion or coupon gave nothing, as a sentence that says what would help."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from openoms.domains.pricing.priced import Refused
from openoms.domains.pricing.promotion_checks import Conflict
from openoms.domains.pricing.promotions import Promotion
from openoms.interfaces.console.coupon_reasons import COUPON_OR_GIFT
from openoms.interfaces.console.promotion_terms import condition_words, window_words
from openoms.interfaces.console.promotion_words import Said

_BY_REASON: Mapping[str, Callable[[], str]] = {
    **COUPON_OR_GIFT,
    "needs_coupon": lambda: _("It needs a coupon. Type one of its codes."),
    "not_automatic": lambda: _("The order takes coupons only."),
    "used_up": lambda: _("It was given as often as it may be."),
    "used_up_by_customer": lambda: _("This customer was given it as often as may be."),
    "nothing_to_give": lambda: _("Nothing in this basket earns it."),
}

_BY_ANOTHER: dict[str, Callable[[], str]] = {
    "excluded": lambda: _("“%(name)s” stands alone and was given instead."),
    "lost_group": lambda: _("“%(name)s” of the same group was given instead."),
}


def reason_sentence(
    refused: Refused, promotion: Promotion | None, said: Said, names: Mapping[str, str]
) -> str:
    """Why it gave nothing; `promotion` is the one refused where it is known, `names` what others are called by code."""
    simple = _BY_REASON.get(refused.reason)
    if simple:
        return simple()
    if promotion is not None:
        said = replace(said, currency=promotion.currency)
    return _with_data(refused, promotion, said, names)


def _with_data(refused: Refused, promotion: Promotion | None, said: Said, names: Mapping[str, str]) -> str:
    if refused.reason in _BY_ANOTHER:
        by = str(refused.data.get("by", ""))
        return _BY_ANOTHER[refused.reason]() % {"name": names.get(by, by)}
    match refused.reason:
        case "condition":
            return _condition(promotion, str(refused.data.get("condition", "")), said)
        case "other_currency":
            return _("It is for orders in %(currency)s.") % {
                "currency": promotion.currency if promotion else ""
            }
        case "not_running":
            runs = window_words(promotion.window, said.zone) if promotion else ""
            return _("It does not run now: %(runs)s.") % {"runs": runs}
        case "budget":
            left = said.money(Decimal(str(refused.data.get("left", 0))))
            return _("Only %(left)s are left of its budget, less than this basket would take.") % {
                "left": left
            }
    # One of a later version: named rather than hidden.
    return refused.reason


def _condition(promotion: Promotion | None, kind: str, said: Said) -> str:
    """The conditions of the kind that failed; which of several of one kind it was is not told."""
    found = [condition for condition in promotion.conditions if condition.kind == kind] if promotion else []
    if not found:
        return _("A condition does not hold.")
    words = "; ".join(condition_words(condition, said) for condition in found)
    return _("It asks for: %(condition)s.") % {"condition": words}


def conflict_sentence(conflict: Conflict, names: Mapping[str, str]) -> str:
    """Why a promotion that is on can never apply."""
    other = {"name": names.get(conflict.by, conflict.by)}
    if conflict.reason == "excluded":
        return _("Never applies: “%(name)s” stands alone and always wins.") % other
    if conflict.reason == "lost_group":
        return _("Never applies: “%(name)s” of the same group always wins.") % other
    return _("Never applies: it has ended.")
