"""Promotions and coupons kept, switched, told of, and tried on past orders."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from openoms.core.clock import now
from openoms.core.errors import InvalidInput, NotFound
from openoms.domains.catalog.models import Sku
from openoms.domains.customers.models import Customer
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.orders.models import Order
from openoms.domains.pricing.book import Discount
from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.models import Coupon, PricingPolicy
from openoms.domains.pricing.models import Promotion as PromotionRow
from openoms.domains.pricing.promotions import (
    AmountIs,
    Benefit,
    CustomerIs,
    Gift,
    OrderIs,
    Percent,
    Promotion,
    QuantityIs,
)
from openoms.domains.pricing.queries import promotion_of
from openoms.flows.edit_promotions import (
    CouponInput,
    change_coupon,
    create_coupons,
    save_promotion,
    switch_promotion,
)
from openoms.flows.steps import configuration
from openoms.reading.rehearsal import Rehearsal, rehearse
from tests.factories import make_customer, make_order, make_sku, owner, staff
from tests.promoted import make_past, save, ten, with_coupon

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def acme() -> Customer:
    make_sku("BOLT", "100")
    return make_customer("Acme", code="C1")


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (ten(most_uses=0), ("most_uses",)),
        (ten(code="a b"), ("code",)),
        (replace(ten(), benefits=(Gift("NONE"),)), ("benefits", 0, "sku")),
        (replace(ten(), benefits=(Benefit(Percent(D(1)), goods=Goods(skus=("NONE",))),)), ("benefits", 0, "goods", "skus")),
        (replace(ten(), benefits=(Benefit(Percent(D(1)), goods=Goods(products=("X",))),)), ("benefits", 0, "goods", "products")),
        (ten(conditions=(QuantityIs(D(1), goods=Goods(categories=("X",))),)), ("conditions", 0, "goods", "categories")),
        (ten(conditions=(CustomerIs(customers=("X",)),)), ("conditions", 0, "customers")),
        (ten(conditions=(CustomerIs(tiers=("X",)),)), ("conditions", 0, "tiers")),
        (ten(conditions=(OrderIs(channels=("X",)),)), ("conditions", 0, "channels")),
        (ten(conditions=(OrderIs(order_types=("X",)),)), ("conditions", 0, "order_types")),
        (ten(conditions=(OrderIs(terms=("X",)),)), ("conditions", 0, "terms")),
    ],
)  # fmt: skip
def test_what_a_promotion_names_must_be_there_and_a_refusal_changes_nothing(
    acme: Customer, value: Promotion, field: tuple[object, ...]
) -> None:
    before = (PromotionRow.objects.count(), Event.objects.count(), PricingPolicy.objects.get().version)
    with pytest.raises(InvalidInput) as refusal:
        save(value)
    assert field in [problem.loc for problem in refusal.value.problems]
    assert (
        PromotionRow.objects.count(),
        Event.objects.count(),
        PricingPolicy.objects.get().version,
    ) == before
    with pytest.raises(MissingPermission):
        save_promotion(ten(), actor=staff("warehouse"))


def test_saving_tells_what_changed_and_what_did_not_is_no_change(acme: Customer) -> None:
    value = ten(budget=D(100), most_uses=5)
    row = save(value)
    assert promotion_of(row) == value
    made = Event.objects.get(kind="pricing.promotion_saved")
    assert (made.subject_id, made.data["code"], made.data["before"]) == (row.pk, "TEN", {})
    assert made.data["after"]["budget"] == "100"
    version = PricingPolicy.objects.get().version
    save(value)
    assert (Event.objects.filter(kind="pricing.promotion_saved").count(), PricingPolicy.objects.get().version) == (1, version)  # fmt: skip
    save(replace(value, priority=3), is_active=False)
    changed = Event.objects.filter(kind="pricing.promotion_saved").latest("id").data
    assert (changed["before"], changed["after"]) == (
        {"priority": 0, "is_active": True},
        {"priority": 3, "is_active": False},
    )
    assert PricingPolicy.objects.get().version == version + 1
    with pytest.raises(InvalidInput):
        save_promotion(value, actor=owner(), new=True)
    with pytest.raises(NotFound):
        save_promotion(ten("GONE"), actor=owner(), new=False)


def test_a_promotion_is_switched_on_and_off(acme: Customer) -> None:
    save(ten(), is_active=False)
    assert make_order(acme).order.total == 100
    switch_promotion("TEN", actor=owner(), is_active=True)
    assert make_order(acme).order.total == 90
    switch_promotion("TEN", actor=owner(), is_active=True)
    data = Event.objects.filter(kind="pricing.promotion_saved").order_by("id").values_list("data", flat=True)
    assert [one["after"]["is_active"] for one in data] == [False, True]
    switch_promotion("TEN", actor=owner(), is_active=False)
    assert make_order(acme).order.total == 100
    with pytest.raises(NotFound):
        switch_promotion("GONE", actor=owner(), is_active=True)


def test_coupons_are_made_one_by_one_or_generated_and_told_of(acme: Customer) -> None:
    save(ten(needs_coupon=True))
    made = create_coupons(CouponInput("TEN", "go-", 50, batch="mail"), actor=owner())
    assert len({row.code for row in made}) == 50
    assert all(row.code.startswith("GO-") and len(row.code) == 13 for row in made)
    assert make_order(acme, coupons=(made[7].code,)).order.total == 90
    told = Event.objects.get(kind="pricing.coupons_created").data
    assert told == {"code": "TEN", "count": 50, "batch": "mail", "first": made[0].code}
    [single] = create_coupons(CouponInput("TEN", " hello "), actor=owner())
    assert single.code == "HELLO"


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (CouponInput("NONE", "X"), "promotion"),
        (CouponInput("TEN", "SAVE"), "code"),
        (CouponInput("TEN", "X" * 41), "code"),
        (CouponInput("TEN", "X" * 25, 2), "code"),
        (CouponInput("TEN", "X", 0), "count"),
        (CouponInput("TEN", "X", 10_001), "count"),
        (CouponInput("TEN", "X", ends_at=datetime(2000, 1, 1, tzinfo=UTC)), "ends_at"),
        (CouponInput("TEN", "X", most_uses=0), "most_uses"),
        (CouponInput("TEN", "X", most_uses_each=0), "most_uses_each"),
    ],
)
def test_coupons_that_mean_nothing_are_refused(acme: Customer, value: CouponInput, field: str) -> None:
    with_coupon()
    with pytest.raises(InvalidInput) as refusal:
        create_coupons(value, actor=owner())
    assert refusal.value.problems[0].loc == (field,)
    assert Coupon.objects.count() == 1


def test_changing_a_coupon_is_told_of_and_refused_where_it_means_nothing(acme: Customer) -> None:
    with_coupon()
    end = now() + timedelta(1)
    change_coupon("SAVE", {"ends_at": end, "most_uses": 5}, actor=owner())
    told = Event.objects.get(kind="pricing.coupon_changed").data
    assert (told["code"], told["before"]["most_uses"], told["after"]["most_uses"]) == ("SAVE", "None", "5")
    change_coupon("SAVE", {"most_uses": 5}, actor=owner())
    assert Event.objects.filter(kind="pricing.coupon_changed").count() == 1
    for changes, field in (({"starts_at": end}, "ends_at"), ({"most_uses": 0}, "most_uses")):
        with pytest.raises(InvalidInput) as refusal:
            change_coupon("SAVE", changes, actor=owner())
        assert refusal.value.problems[0].loc == (field,)
    assert Coupon.objects.get().most_uses == 5
    with pytest.raises(NotFound):
        change_coupon("NONE", {}, actor=owner())


def tried(promotion: Promotion, since: date, until: date) -> Rehearsal:
    return rehearse(promotion, since, until, configuration.now().book, "UTC")


def test_a_rehearsal_on_imported_orders_takes_their_agreed_prices_for_the_lists(acme: Customer) -> None:
    make_sku("NUT", "3")
    # 2 × 80 less ten per cent, and one of the same at 50: 144 + 50; then 30 alone, and one out of the period.
    make_past(acme, ("BOLT", "2", "80"), ("BOLT", "1", "50"), discount=Discount("percent", D(10)))
    make_past(acme, ("NUT", "10", "3"), day=31)
    make_past(acme, ("NUT", "10", "3"), day=4)
    days = date(2024, 1, 5), date(2024, 1, 31)
    found = tried(ten(conditions=(AmountIs(least=D(100)),)), *days)
    effect = found.effects["CNY"]
    assert (found.looked_at, effect.orders, effect.affected) == (2, 2, 1)
    # The fees of 7 are as they were.
    assert (effect.before, effect.after, effect.given) == (D("238.00"), D("218.60"), D("19.40"))
    assert [(e.before, e.after) for e in found.examples] == [(D(201), D("181.60"))]
    web = tried(ten(conditions=(OrderIs(channels=("web",)), CustomerIs(customers=("C1",)))), *days)
    assert web.effects["CNY"].affected == 2
    assert tried(ten(conditions=(OrderIs(channels=("desk",)),)), *days).effects["CNY"].affected == 0
    nuts = Promotion("N", (Benefit(Percent(D(50)), goods=Goods(skus=("NUT",))),))
    assert tried(nuts, *days).effects["CNY"].given == D(15)


def test_a_rehearsal_on_priced_orders_prices_them_again_with_and_without(acme: Customer) -> None:
    save(ten("LIVE", most_uses=1))
    make_order(acme)
    make_order(acme, [("BOLT", 2)])
    cancelled = make_order(acme).order
    Order.objects.filter(pk=cancelled.pk).update(status="cancelled")
    today = now().date()
    days = today - timedelta(1), today + timedelta(1)
    # 100 − 10 by LIVE, then a fifth of 90; and a fifth of 200.
    fifth = Promotion("FIFTH", (Benefit(Percent(D(20)), "order"),), needs_coupon=True, priority=-1)
    effect = tried(fifth, *days).effects["CNY"]
    assert (effect.orders, effect.before, effect.after, effect.given) == (2, D(290), D(232), D(58))
    # LIVE itself, as if nobody had used it: 300 without, 270 with.
    live = tried(ten("LIVE", most_uses=1), *days).effects["CNY"]
    assert (live.before, live.after, live.affected) == (D(300), D(270), 2)
    assert Sku.objects.count() == 1
    for since, until in (
        (today, today - timedelta(1)),
        (date(2020, 1, 1), date(2022, 1, 1)),
        (date(1980, 1, 1),) * 2,
    ):
        with pytest.raises(InvalidInput):
            tried(fifth, since, until)
