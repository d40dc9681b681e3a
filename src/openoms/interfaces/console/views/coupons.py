"""Coupons: the list of all, one to be changed, new ones for a promotion, and a batch as a sheet to take away."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.domains.identity.permissions import Perm
from openoms.flows.edit_promotions import change_coupon, create_coupons
from openoms.integrations.sheets import to_csv
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.coupons import CouponChangeForm, CouponForm
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.interfaces.console.views.promotion_page import promotion_page
from openoms.reading import promotions as reading


class CouponFilters(Filters):
    """What coupons can be searched by."""

    q = forms.CharField(label=gettext_lazy("Code"), required=False, max_length=40)
    promotion = forms.CharField(label=gettext_lazy("Promotion"), required=False, max_length=40)
    batch = forms.CharField(label=gettext_lazy("Batch"), required=False, max_length=40)
    active = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("State")), ("yes", gettext_lazy("On")), ("no", gettext_lazy("Off"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("promotion", "batch"):
            self.fields[name].widget.attrs["placeholder"] = self.fields[name].label


COUPONS = ListPage(
    name="coupons",
    columns=(
        Column(gettext_lazy("Code"), "cell-title"),
        Column(gettext_lazy("Promotion"), "cell-main"),
        Column(gettext_lazy("Batch"), "cell-more"),
        Column(gettext_lazy("Valid"), "cell-more"),
        Column(gettext_lazy("Used"), "cell-amount"),
        Column(gettext_lazy("State"), "cell-state"),
    ),
    filters=CouponFilters,
    key="-id",
    row="coupons/_row.html",
    empty="coupons/_empty.html",
)


@require_GET
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def coupon_list(request: Request) -> HttpResponse:
    """Coupons of all promotions, newest first."""
    listed = listing(
        COUPONS,
        request.GET,
        lambda values: reading.matching_coupons(
            reading.coupons(), reading.CouponFilter(**{name: str(value) for name, value in values.items()})
        ),
    )
    return show(request, "coupons/list.html", listed, used=reading.coupon_uses(listed.items))


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def coupon(request: Request, key: UUID) -> HttpResponse:
    """One coupon: its limits, and whether it may be used."""
    row = get_object_or_404(reading.coupons(), pk=key)
    form = CouponChangeForm(request.POST if request.method == "POST" else None, coupon=row)
    if form.is_valid():
        with shown_on(form):
            change_coupon(row.code, form.cleaned_data, actor=request.actor)
            messages.success(request, _("The coupon %(code)s was saved.") % {"code": row.code})
            return redirect("promotion", row.promotion.code)
    used = reading.coupon_uses([row]).get(row.pk, 0)
    return render(
        request, "coupons/coupon.html", {"form": form, "coupon": row, "used": used}, status=form.status
    )


@require_POST
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def coupon_add(request: Request, code: str) -> HttpResponse:
    """Make one coupon, or a batch."""
    row = get_object_or_404(reading.promotions(), code=code)
    form = CouponForm(request.POST, auto_id="coupon_%s")
    if form.is_valid():
        with shown_on(form):
            made = create_coupons(form.value(code), actor=request.actor)
            said = ngettext("Coupon %(first)s was made.", "%(count)s coupons were made.", len(made))
            messages.success(request, said % {"first": made[0].code, "count": len(made)})
            return redirect("promotion", code)
    return promotion_page(request, row, adding=form, status=form.status)


@require_GET
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def coupon_sheet(request: Request, code: str) -> HttpResponse:
    """The codes of a promotion's batch as CSV in which no cell can act as a formula."""
    row = get_object_or_404(reading.promotions(), code=code)
    batch = request.GET.get("batch", "").replace("\0", "")
    codes = row.coupons.filter(batch=batch).order_by("code").values_list("code", "starts_at", "ends_at")
    if not batch or not codes:
        raise Http404
    rows = [
        (text, row.code, batch, *(instant.isoformat() if instant else "" for instant in instants))
        for text, *instants in codes
    ]
    header = ("coupon", "promotion", "batch", "starts_at", "ends_at")
    response = HttpResponse(to_csv(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="coupons-{row.code}.csv"'
    return response
