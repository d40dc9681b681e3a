"""One promotion's page: what it does, how it went, its coupons, its changes; and why promotions never apply."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from openoms.core.clock import now
from openoms.domains.identity.permissions import Perm
from openoms.domains.pricing.models import Coupon, Promotion
from openoms.domains.pricing.promotion_checks import Conflict, conflicts
from openoms.domains.pricing.queries import promotion_of
from openoms.flows.steps import configuration
from openoms.interfaces.console import promotion_changes as changes
from openoms.interfaces.console.access import Request
from openoms.interfaces.console.forms.coupons import CouponForm
from openoms.interfaces.console.forms.rehearsal import rehearsal_form
from openoms.interfaces.console.promotion_reasons import conflict_sentence
from openoms.interfaces.console.promotion_said import said_of
from openoms.interfaces.console.promotion_terms import tell
from openoms.interfaces.console.templatetags.oms import named
from openoms.reading import promotions as reading

_SHOWN = 8


def promotion_page(
    request: Request, row: Promotion, *, adding: CouponForm | None = None, status: int = 200
) -> HttpResponse:
    """The promotion's page, with a refused form for coupons where there is one."""
    value = promotion_of(row)
    may_edit = request.actor.may(Perm.PRICE_EDIT)
    events = reading.history(row, with_coupons=may_edit)
    said = said_of([value, *changes.values_of(events)])
    context: dict[str, Any] = {
        "promotion": row,
        "told": tell(value, said),
        "state": reading.state_of(row, now()),
        "given": reading.given([row.pk]).get(row.pk, []),
        "uses": reading.newest_uses(request.actor, row),
        "conflict": conflicts_told().get(row.code),
        "changes": changes.tell_all(events, said),
        "may_edit": may_edit,
        "rehearsal_form": rehearsal_form(),
    }
    if may_edit:
        context |= coupons_of(row, adding)
    return render(request, "promotions/detail.html", context, status=status)


def coupons_of(promotion: Promotion, form: CouponForm | None) -> dict[str, Any]:
    """What a promotion's page shows of its coupons: the newest, the batches, and the form for new ones."""
    newest = list(Coupon.objects.filter(promotion=promotion).order_by("-pk")[: _SHOWN + 1])
    return {
        "coupons": newest[:_SHOWN],
        "more_coupons": len(newest) > _SHOWN,
        "coupons_used": reading.coupon_uses(newest),
        "batches": reading.batches(promotion),
        "coupon_form": form or CouponForm(auto_id="coupon_%s"),
    }


def conflicts_told() -> dict[str, str]:
    """Why promotions that are on never apply, by code; those that merely ended are told by their state."""
    active = configuration.now().book.rules.promotions
    names = {promotion.code: named(promotion) or promotion.code for promotion in active}
    return {
        conflict.code: conflict_sentence(conflict, names)
        for conflict in conflicts(active, now())
        if _is_told(conflict)
    }


def _is_told(conflict: Conflict) -> bool:
    return conflict.reason != "ended"
