"""Forms of coupons: one of a code or many generated ones, and a coupon's limits."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openoms.domains.pricing.models import Coupon
from openoms.flows.edit_promotions import MOST_COUPONS, CouponInput
from openoms.interfaces.console.forms.base import ConsoleForm, InstantField

_MOST = 2_147_483_647


class CouponLimits(ConsoleForm):
    """When a coupon is valid and how often."""

    starts_at = InstantField(label=_("Valid from"), required=False)
    ends_at = InstantField(label=_("Valid until"), required=False)
    most_uses = forms.IntegerField(
        label=_("Orders in all"), required=False, min_value=0, max_value=_MOST, help_text=_("Empty: no limit")
    )
    most_uses_each = forms.IntegerField(
        label=_("Orders a customer"),
        required=False,
        min_value=0,
        max_value=_MOST,
        help_text=_("Empty: no limit"),
    )


class CouponForm(CouponLimits):
    """New coupons: one of a code, or so many generated ones that begin with it."""

    count = forms.IntegerField(label=_("How many"), initial=1, min_value=1, max_value=MOST_COUPONS)
    code = forms.CharField(
        label=_("Code"), required=False, max_length=40,
        help_text=_("Of one coupon the code, of many how they begin; empty: made up."),
    )  # fmt: skip
    batch = forms.CharField(
        label=_("Batch"), required=False, max_length=40, help_text=_("A name to find many again by")
    )
    field_order = ("count", "code", "batch")

    def value(self, promotion: str) -> CouponInput:
        """The coupons as typed; many have a batch, so that they can be found and taken away again."""
        data: dict[str, Any] = dict(self.cleaned_data)
        if data["count"] > 1 and not data["batch"]:
            data["batch"] = f"{timezone.localtime():%Y%m%d-%H%M%S}"
        return CouponInput(promotion, **data)


class CouponChangeForm(CouponLimits):
    """A coupon as it is, to be changed."""

    is_active = forms.BooleanField(label=_("May be used"), required=False)

    def __init__(self, *args: Any, coupon: Coupon, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(coupon, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
