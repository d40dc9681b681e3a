"""The demonstration company's offers: each kind a shop knows, all on but for one that is still being prepared."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from openoms.core.clock import now
from openoms.core.types import Actor
from openoms.demo.catalogue import CURRENCY
from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.models import Coupon, Promotion
from openoms.domains.pricing.promotions import (
    AmountIs,
    AmountOff,
    Benefit,
    Gift,
    Ladder,
    OrderCountIs,
    Percent,
    Rung,
    Units,
    Window,
)
from openoms.domains.pricing.promotions import Promotion as Value
from openoms.flows.edit_promotions import CouponInput, create_coupons, save_promotion

_ZONE = "Asia/Shanghai"
_FREE = Percent(Decimal(100))
_PREPARED = "furniture-days"
_PHONES = Goods(products=("PH-X1", "PH-X1P", "PH-LITE"))
_ACCESSORIES = Goods(products=("PH-CASE", "PH-CHG", "PC-MOUSE"))


def load(actor: Actor) -> int:
    """Make the offers and coupons that are missing; how many promotions there are."""
    there = set(Promotion.objects.values_list("code", flat=True))
    for value in _values():
        if value.code not in there:
            save_promotion(value, actor=actor, is_active=value.code != _PREPARED, new=True)
    if not Coupon.objects.filter(code="WELCOME20").exists():
        create_coupons(CouponInput("welcome", "WELCOME20"), actor=actor)
    if not Coupon.objects.filter(batch="spring-fair").exists():
        create_coupons(CouponInput("welcome", "FAIR-", 20, "spring-fair", most_uses=1), actor=actor)
    return Promotion.objects.count()


def _values() -> Sequence[Value]:
    always = Window(timezone=_ZONE)
    today = now().astimezone(ZoneInfo(_ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
    weeks = Window(today - timedelta(days=7), today + timedelta(days=21), _ZONE)
    later = Window(today + timedelta(days=14), today + timedelta(days=28), _ZONE)
    spend = Ladder((Rung(Decimal(500), Decimal(50)), Rung(Decimal(1000), Decimal(120))), unit="amount")
    return (
        Value(
            "three-plus-one", (Benefit(_FREE, goods=_ACCESSORIES, units=Units(size=4, rewarded=1)),),
            "Accessories: buy three, get one free", "配件买三免一", priority=30, window=always,
        ),
        Value(
            "spend-500", (Benefit(spend, "order"),), "Spend 500, save 50", "满 500 减 50", priority=10, window=always,
            currency=CURRENCY,
        ),
        Value(
            "audio-weeks", (Benefit(Percent(Decimal(12)), goods=Goods(categories=("audio",))),),
            "Audio weeks: 12% off", "影音季 8.8 折", priority=20, window=weeks,
        ),
        Value(
            "first-order", (Benefit(Percent(Decimal(5)), "order", cap=Decimal(100)),), "Welcome: 5% off the first order",
            "首单 9.5 折", (OrderCountIs(nth=1),), window=always, currency=CURRENCY, most_uses_each=1,
        ),
        Value(
            "phone-gift", (Gift("PH-CASE-BK", per=1, goods=_PHONES, most=Decimal(2)),), "A case with every phone",
            "买手机送手机壳", window=always, currency=CURRENCY,
        ),
        Value(
            "welcome", (Benefit(AmountOff(Decimal(20)), "order"),), "20 off with a coupon", "优惠券立减 20",
            (AmountIs(Decimal(100)),), window=always, currency=CURRENCY, needs_coupon=True, most_uses_each=1,
        ),
        Value(
            _PREPARED, (Benefit(Percent(Decimal(15)), goods=Goods(categories=("furniture",))),),
            "Furniture days: 15% off", "家具节 8.5 折", priority=20, stacking="best", group="season", window=later,
        ),
    )  # fmt: skip
