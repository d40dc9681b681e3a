"""Promotions and coupons on screen: list, editor, trial, rehearsal, calendar, coupons, and who may do what."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.http import QueryDict

from openoms.core.clock import now
from openoms.domains.customers.models import Customer
from openoms.domains.events.models import Event
from openoms.domains.orders.models import Order
from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.models import Coupon, Promotion
from openoms.domains.pricing.promotions import (
    AmountIs,
    AmountOff,
    Benefit,
    Condition,
    CustomerIs,
    Gift,
    Hours,
    Ladder,
    OrderCountIs,
    OrderIs,
    Percent,
    QuantityIs,
    Rung,
    Units,
    Window,
)
from openoms.domains.pricing.promotions import Promotion as Value
from openoms.flows.edit_promotions import CouponInput, create_coupons, save_promotion
from openoms.flows.place import place_order
from openoms.flows.steps.placing import History, LineRequest, OrderRequest
from openoms.interfaces.console.forms.promotion import PromotionEntry, typed
from openoms.interfaces.console.promotion_calendar import bar, period
from openoms.interfaces.console.views.promotions import PROMOTIONS
from tests.factories import make_customer, make_order, make_rules, make_sku, owner
from tests.web.conftest import SignIn

D = Decimal

ROW = re.compile(r'class="row-link">([^<]+)</a>')
TENTH = Value("tenth", (Benefit(Percent(D(10))),), "Ten off", "九折")


def make_promotion(value: Value = TENTH, *, is_active: bool = True) -> Promotion:
    return save_promotion(value, actor=owner(), is_active=is_active)


@pytest.fixture
def shop(db: None) -> None:
    make_rules()
    make_sku("BOLT", "12.50")
    make_sku("NUT", "3")
    make_customer(code="C1")


def test_the_list_says_what_each_does_and_how_it_went(shop: None, sign_in: SignIn) -> None:
    make_promotion()
    make_order(Customer.objects.get(code="C1"), [("BOLT", 10)])
    html = sign_in("warehouse").get("/promotions/").content.decode()
    assert ROW.findall(html) == ["Ten off"]
    assert "10% off all goods" in html
    assert "CN¥12.50" in html
    assert "New promotion" not in html
    chinese = sign_in("sales_manager", language="zh-hans").get("/promotions/").content.decode()
    assert "全部商品 9 折" in chinese
    assert "九折" in chinese


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_empty_list_offers_starting_points(db: None, sign_in: SignIn, language: str) -> None:
    html = sign_in("sales_manager", language=language).get("/promotions/").content.decode()
    starts = re.findall(r"/promotions/new/\?start=([a-z-]+)", html)
    assert len(starts) == 7
    browser = sign_in("sales_manager", language=language)
    for start in starts:
        assert browser.get(f"/promotions/new/?start={start}").status_code == 200


def test_states_are_found_by_the_filter_as_the_badge_shows_them(shop: None, sign_in: SignIn) -> None:
    day = timedelta(days=1)
    values = {
        "on": TENTH,
        "off": replace(TENTH, code="off"),
        "not_yet": replace(TENTH, code="soon", window=Window(now() + day)),
        "ended": replace(TENTH, code="gone", window=Window(None, now() + day)),
        "used_up": replace(TENTH, code="spent", most_uses=1, priority=9),
    }
    for state, value in values.items():
        make_promotion(value, is_active=state != "off")
    make_order(Customer.objects.get(code="C1"), [("BOLT", 1)])
    browser = sign_in("sales_manager")
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        Promotion.objects.filter(code="gone").update(ends_at=now())
        for state, value in values.items():
            html = browser.get(f"/promotions/?state={state}").content.decode()
            found = re.findall(r'href="/promotions/([a-z]+)/"\s+class="row-link"', html)
            assert found == [value.code], state


def test_the_list_asks_as_much_for_many_as_for_one(
    shop: None, sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        make_promotion(
            replace(TENTH, code=f"p{number}", benefits=(Benefit(Percent(D(5)), goods=Goods(("BOLT",))),))
        )
    make_order(Customer.objects.get(code="C1"), [("BOLT", 2)])
    browser = sign_in("sales_manager")
    browser.get("/promotions/")
    # Session, person, roles; the rows, the skus they name, what was given, the version of the rules.
    with django_assert_num_queries(6):
        browser.get("/promotions/")


def test_pages_by_key(shop: None, sign_in: SignIn) -> None:
    for number in range(3):
        make_promotion(replace(TENTH, code=f"p{number}", name=f"N{number}", name_zh=""))
    object.__setattr__(PROMOTIONS, "size", 2)
    try:
        browser = sign_in("sales_manager")
        first = browser.get("/promotions/").content.decode()
        assert ROW.findall(first) == ["N2", "N1"]
        following = re.search(r'rel="next"\s+href="([^"]+)"', first)
        assert following
        assert ROW.findall(browser.get("/promotions/" + following[1]).content.decode()) == ["N0"]
    finally:
        object.__setattr__(PROMOTIONS, "size", 50)


def test_one_that_can_never_apply_says_who_wins(shop: None, sign_in: SignIn) -> None:
    make_promotion(
        replace(TENTH, code="all", name="Everything", name_zh="", stacking="exclusive", priority=7)
    )
    make_promotion()
    browser = sign_in("sales_manager")
    warning = "Never applies: “Everything” stands alone and always wins."
    assert warning in browser.get("/promotions/").content.decode()
    assert warning in browser.get("/promotions/tenth/").content.decode()
    assert warning in browser.get("/promotions/calendar/").content.decode()


def test_many_are_switched_at_once_with_a_result_each(shop: None, sign_in: SignIn) -> None:
    make_promotion(is_active=False)
    asked = {"code": ["tenth", "nothing"], "action": "on"}
    html = sign_in("sales_manager").post("/promotions/bulk/", asked).content.decode()
    assert Promotion.objects.get(code="tenth").is_active
    assert html.count('data-outcome="done"') == 1
    assert html.count('data-outcome="refused"') == 1
    assert "There is no promotion “nothing”." in html


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/promotions/new/", "get"), ("/promotions/new/live/", "post"), ("/promotions/new/row/benefit/", "get"),
        ("/promotions/new/find/goods/?at=x&find=b", "get"), ("/promotions/new/line/?sku=BOLT", "get"),
        ("/promotions/bulk/", "post"), ("/promotions/tenth/edit/", "get"), ("/promotions/tenth/switch/", "post"),
        ("/promotions/tenth/coupons/", "post"), ("/promotions/tenth/coupons.csv?batch=b", "get"),
        ("/promotions/tenth/rehearsal/", "get"), ("/coupons/", "get"),
    ],
)  # fmt: skip
def test_who_may_only_look_changes_nothing(shop: None, sign_in: SignIn, path: str, method: str) -> None:
    make_promotion()
    browser = sign_in("sales")
    events = Event.objects.count()
    assert getattr(browser, method)(path).status_code == 403
    assert Promotion.objects.get(code="tenth").is_active
    assert Event.objects.count() == events


def test_a_looker_sees_no_coupon_codes(shop: None, sign_in: SignIn) -> None:
    make_promotion(replace(TENTH, needs_coupon=True))
    create_coupons(CouponInput("tenth", "SECRET-1"), actor=owner())
    make_order(Customer.objects.get(code="C1"), [("BOLT", 1)], coupons=("SECRET-1",))
    assert "SECRET-1" not in sign_in("sales").get("/promotions/tenth/").content.decode()
    assert "SECRET-1" in sign_in("sales_manager").get("/promotions/tenth/").content.decode()


def form_of(value: Value, **more: str) -> dict[str, Any]:
    data = {name: list(values) for name, values in typed(value).lists()}
    return data | {name.replace("__", "-"): text for name, text in more.items()}


EVERYTHING: list[Value] = [
    TENTH,
    replace(
        TENTH, code="a", priority=-3, stacking="first", group="g", currency="CNY", needs_coupon=True, is_sale=True,
        uses_up=True, most_uses=5, most_uses_each=2, budget=D(100),
        benefits=(
            Benefit(Percent(D("12.5")), goods=Goods(("BOLT",)), units=Units(4, 1, "distinct", "sku", D(9))),
            Gift("NUT", D(2), 3, Goods(products=("P1",)), 6, D(8)),
            Benefit(Ladder((Rung(D(500), D(50)), Rung(D(900), D(120))), "amount"), "order", of_list=True, cap=D(99)),
            Benefit(AmountOff(D(5)), "delivery", methods=("express",)),
        ),
    ),
    replace(
        TENTH, code="b",
        window=Window(
            datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), "Asia/Shanghai",
            (Hours(0), Hours(2)),
        ),
    ),
]  # fmt: skip
CONDITIONS: list[Condition] = [
    AmountIs(D(5), D(9), Goods(("BOLT",)), "before", "gross"),
    QuantityIs(D(2), None, per="line"),
    CustomerIs(("C1",), ("vip",), ("press",)),
    OrderIs(("desk",), ("standard",), ("prepaid",), ("CN/浙江省",)),
    OrderCountIs(nth=1),
    OrderCountIs(every=3, least=2, most=9),
]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "value", [*EVERYTHING, *(replace(TENTH, currency="CNY", conditions=(c,)) for c in CONDITIONS)]
)
def test_any_promotion_is_opened_and_saved_unchanged(
    shop: None, sign_in: SignIn, value: Value, language: str
) -> None:
    make_sku("VIPSKU", "1", price_list="vip-list")
    make_customer(code="C2", tier="vip")
    saved = make_promotion(value)
    before = Promotion.objects.filter(pk=saved.pk).values().get()
    browser = sign_in("sales_manager", language=language)
    html = browser.get(f"/promotions/{value.code}/edit/").content.decode()
    answer = browser.post(f"/promotions/{value.code}/edit/", sent_by(html) | {"action": "save"})
    assert answer.status_code == 302, re.findall(
        r"field-error[^>]*>(.*?)</div>", answer.content.decode(), re.S
    )
    after = Promotion.objects.filter(pk=saved.pk).values().get()
    assert {k: v for k, v in after.items() if k != "updated_at"} == {
        k: v for k, v in before.items() if k != "updated_at"
    }


def test_who_saves_second_is_told_first_and_loses_nothing_typed(shop: None, sign_in: SignIn) -> None:
    make_promotion(replace(TENTH, currency="CNY"))
    browser, path = sign_in("sales_manager"), f"/promotions/{TENTH.code}/edit/"
    mine = sent_by(browser.get(path).content.decode()) | {"action": "save", "name": ["Mine"]}
    theirs = sent_by(browser.get(path).content.decode()) | {"action": "save", "name": ["Theirs"]}
    assert browser.post(path, theirs).status_code == 302
    refused = browser.post(path, mine)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Somebody changed this since you opened it" in page
    assert 'value="Mine"' in page
    assert Promotion.objects.get(code=TENTH.code).name == "Theirs"
    assert browser.post(path, sent_by(page) | {"action": "save"}).status_code == 302
    assert Promotion.objects.get(code=TENTH.code).name == "Mine"


def sent_by(html: str) -> dict[str, list[str]]:
    """What a browser would send of the page's form."""
    from html.parser import HTMLParser

    sent: dict[str, list[str]] = {}

    class Reader(HTMLParser):
        select = ""
        chosen: str | None = None

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            own = dict(attrs)
            name, value = own.get("name") or "", own.get("value") or ""
            if tag == "input" and name and own.get("type") not in ("checkbox", "radio"):
                sent.setdefault(name, []).append(value)
            elif tag == "input" and name and "checked" in own:
                sent.setdefault(name, []).append(own.get("value") or "on")
            elif tag == "select":
                self.select, self.chosen = name, None
            elif tag == "option" and (self.chosen is None or "selected" in own):
                self.chosen = value

        def handle_endtag(self, tag: str) -> None:
            if tag == "select" and self.select:
                sent.setdefault(self.select, []).append(self.chosen or "")
                self.select = ""

    start = html.index('id="offer"')
    Reader().feed(html[html.rindex("<form", 0, start) : html.index("</form>", start)])
    return sent


def test_a_new_promotion_is_made_and_told_of(shop: None, sign_in: SignIn) -> None:
    browser = sign_in("sales_manager")
    asked = form_of(replace(TENTH, code="", name="", name_zh="全场九折"), action="on")
    answer = browser.post("/promotions/new/", asked)
    made = Promotion.objects.get()
    assert answer["Location"] == f"/promotions/{made.code}/"
    assert made.is_active
    assert made.name == made.name_zh == "全场九折"
    assert Event.objects.filter(kind="pricing.promotion_saved", subject_id=made.pk).count() == 1
    html = browser.get(answer["Location"]).content.decode()
    assert "10% off all goods" in html
    assert "Made" in html


def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(shop: None, sign_in: SignIn) -> None:
    value = replace(
        TENTH, code="mine", benefits=(Benefit(Percent(D(150)), goods=Goods(("BOLT",)), units=Units(2, 5)),)
    )
    answer = sign_in("sales_manager").post("/promotions/new/", form_of(value))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert not Promotion.objects.exists()
    assert error_at(html, "id_b0-value") == "A percentage lies above 0 and up to 100."
    assert error_at(html, "id_b0-rewarded") == "More pieces get it than a set has."
    assert 'value="150"' in html
    assert 'value="sku:BOLT"' in html


def test_names_of_nothing_are_refused_where_they_were_chosen(shop: None, sign_in: SignIn) -> None:
    value = replace(
        TENTH, code="mine", benefits=(Benefit(Percent(D(5)), goods=Goods(("NOPE",))), Gift("NONE"))
    )
    browser = sign_in("sales_manager", language="zh-hans")
    html = browser.post("/promotions/new/", form_of(value)).content.decode()
    assert error_at(html, "id_b0-goods-pick") == "没有规格“NOPE”。"
    assert error_at(html, "id_b1-gift_sku") == "没有规格“NONE”。"
    assert not Promotion.objects.exists()


def test_what_is_missing_is_asked_for_on_saving_only(shop: None, sign_in: SignIn) -> None:
    browser = sign_in("sales_manager")
    assert "Fill this in" not in browser.get("/promotions/new/?start=gift").content.decode()
    html = browser.post("/promotions/new/", form_of(Value("", (Gift(""),)))).content.decode()
    assert error_at(html, "id_b0-gift_sku") == "Fill this in."
    assert error_at(html, "id_name") == "Fill this in."
    nothing = browser.post("/promotions/new/", {"name": "x", "currency": "CNY", "stacking": "stack"})
    assert "A promotion gives something: add what." in nothing.content.decode()


def error_at(html: str, field: str) -> str:
    found = re.search(rf'<div class="field-error"\s+id="{field}_errors">\s*<div>(.*?)</div>', html, re.S)
    return found[1].strip() if found else ""


def test_the_trial_prices_what_is_typed_beside_what_is_on(shop: None, sign_in: SignIn) -> None:
    make_promotion(replace(TENTH, code="half", name="Half", name_zh="", conditions=(QuantityIs(D(99)),)))
    value = replace(
        TENTH,
        code="",
        name="Fourth free",
        name_zh="",
        benefits=(Benefit(Percent(D(100)), units=Units(4, 1)),),
    )
    asked = form_of(value, **{"try": "t1", "t1__sku": "BOLT", "t1__quantity": "4"}) | {"try-channel": "desk"}
    browser = sign_in("sales_manager")
    html = browser.post("/promotions/new/live/", asked).content.decode()
    assert "Buy 4 of all goods: the cheapest is free" in html
    assert re.search(r"data-trial-saved>CN¥12.50<", html)
    assert "It asks for: from 99 pieces." in html
    three = browser.post("/promotions/new/live/", asked | {"t1-quantity": "3"}).content.decode()
    assert "Nothing in this basket earns it." in three
    assert not Order.objects.exists()
    assert Promotion.objects.count() == 1


def test_the_trial_knows_the_customers_earlier_orders(shop: None, sign_in: SignIn) -> None:
    value = replace(TENTH, code="", name="Hello", name_zh="", conditions=(OrderCountIs(nth=1),))
    asked = form_of(value, **{"try": "t1", "t1__sku": "BOLT", "t1__quantity": "4"})
    asked |= {"try-channel": "desk", "try-customer": "customer:C1"}
    browser = sign_in("sales_manager")
    assert "data-trial-saved>CN¥5.00<" in browser.post("/promotions/new/live/", asked).content.decode()
    make_order(Customer.objects.get(code="C1"))
    html = browser.post("/promotions/new/live/", asked).content.decode()
    assert "data-trial-saved>CN¥0.00<" in html
    assert "It asks for: the customer&#x27;s first order." in html


def test_the_trial_opens_what_needs_a_coupon(shop: None, sign_in: SignIn) -> None:
    value = replace(TENTH, code="", name="By code", name_zh="", needs_coupon=True)
    asked = form_of(value, **{"try": "t1", "t1__sku": "BOLT", "t1__quantity": "4"}) | {"try-channel": "desk"}
    browser = sign_in("sales_manager")
    assert "It needs a coupon." in browser.post("/promotions/new/live/", asked).content.decode()
    html = browser.post("/promotions/new/live/", asked | {"try-with_coupon": "on"}).content.decode()
    assert "data-trial-saved>CN¥5.00<" in html


def test_half_of_an_offer_is_spelled_out_and_prices_nothing(shop: None, sign_in: SignIn) -> None:
    asked = form_of(Value("", (Benefit(Percent(D(10))), Gift("")), "x")) | {"b0-value": "abc"}
    html = sign_in("sales_manager").post("/promotions/new/live/", asked).content.decode()
    assert "Say what it gives" in html
    assert "data-trial-total" not in html


def test_searches_find_what_can_be_chosen(shop: None, sign_in: SignIn) -> None:
    browser = sign_in("sales_manager")
    wanted = {
        "goods": ("bol", "sku:BOLT"), "sku": ("nut", "sku:NUT"), "customer": ("acme", "customer:C1"),
        "region": ("浙江", "region:CN/浙江省"), "tag": ("new one", "tag:new one"), "method": ("express", "method:express"),
    }  # fmt: skip
    for kind, (text, token) in wanted.items():
        html = browser.get(f"/promotions/new/find/{kind}/", {"at": "x", "find": text}).content.decode()
        assert f'data-token="{token}"' in html, kind
    assert browser.get("/promotions/new/find/nothing/?at=x").status_code == 404
    assert browser.get('/promotions/new/find/goods/?at="><b>').status_code == 404


def test_the_page_tells_uses_and_changes(shop: None, sign_in: SignIn) -> None:
    make_promotion()
    placed = make_order(Customer.objects.get(code="C1"), [("BOLT", 10)])
    make_promotion(replace(TENTH, benefits=(Benefit(Percent(D(5))),)))
    html = sign_in("sales_manager").get("/promotions/tenth/").content.decode()
    assert f'href="/orders/{placed.order.number}/"' in html
    assert "1 order" in html
    assert "10% off all goods" in html  # What it was, told among the changes.
    assert "5% off all goods" in html


def test_the_page_asks_as_much_for_many_uses_as_for_one(
    shop: None, sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    make_promotion()
    customer = Customer.objects.get(code="C1")
    for _ in range(4):
        make_order(customer)
    create_coupons(CouponInput("tenth", "C", 9, "b"), actor=owner())
    browser = sign_in("sales_manager")
    browser.get("/promotions/tenth/")
    # Session, person, roles; the row, events, sums, uses, their orders, the version, coupons, their uses, batches.
    with django_assert_num_queries(11):
        browser.get("/promotions/tenth/")


def test_switching_is_told_once(shop: None, sign_in: SignIn) -> None:
    make_promotion(is_active=False)
    browser = sign_in("sales_manager")
    for _ in range(2):
        assert browser.post("/promotions/tenth/switch/", {"to": "on"}).status_code == 302
    assert Promotion.objects.get().is_active
    assert Event.objects.filter(kind="pricing.promotion_saved").count() == 2  # Made, switched on.
    assert browser.post("/promotions/nothing/switch/", {"to": "on"}).status_code == 404


def test_a_rehearsal_counts_by_currency_and_links_orders(shop: None, sign_in: SignIn) -> None:
    placed = make_order(Customer.objects.get(code="C1"), [("BOLT", 10)])
    make_promotion(is_active=False)
    browser = sign_in("sales_manager")
    today = now().date()
    days = {"since": str(today - timedelta(days=2)), "until": str(today + timedelta(days=1))}
    html = browser.get("/promotions/tenth/rehearsal/", days).content.decode()
    assert (
        "Of 1 orders in these 4 days <strong>1</strong> would have got it, <strong>CN¥12.50</strong>" in html
    )
    assert f'href="/orders/{placed.order.number}/"' in html
    wrong = browser.get("/promotions/tenth/rehearsal/", {"since": days["until"], "until": days["since"]})
    assert "It ends before it starts." in wrong.content.decode()


def test_a_rehearsal_prices_history_again_with_and_without_agreed_prices(shop: None, sign_in: SignIn) -> None:
    history = History(now() - timedelta(days=5))
    customer = Customer.objects.get(code="C1")
    lines = (LineRequest("BOLT", D(2), D(20), "agreed"), LineRequest("NUT", D(10)))
    place_order(OrderRequest(lines=lines, customer="C1", history=history), actor=owner())
    make_order(customer, [("BOLT", 4)], history=history)
    make_promotion(is_active=False)
    since, until = now().date() - timedelta(days=9), now().date()
    html = sign_in("sales_manager").get(
        "/promotions/tenth/rehearsal/", {"since": str(since), "until": str(until)}
    )
    # A tenth of 40 + 30, and of 50.
    assert "Of 2 orders in these 10 days <strong>2</strong> would have got it, <strong>CN¥12.00</strong>" in (
        html.content.decode()
    )
    assert "left out" not in html.content.decode()


def test_coupons_are_made_found_changed_and_taken_away(shop: None, sign_in: SignIn) -> None:
    make_promotion(replace(TENTH, needs_coupon=True))
    browser = sign_in("sales_manager")
    browser.post("/promotions/tenth/coupons/", {"count": "1", "code": "=summer"})
    browser.post(
        "/promotions/tenth/coupons/", {"count": "3", "code": "=A", "batch": "fair", "most_uses": "1"}
    )
    assert Coupon.objects.count() == 4
    html = browser.get("/coupons/?q=%3Dsum").content.decode()
    assert re.findall(r'coupon-code"?>([^<]+)</a>', html) == ["=SUMMER"]
    sheet = browser.get("/promotions/tenth/coupons.csv?batch=fair")
    lines = sheet.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert all(line.startswith("'=A") for line in lines[1:])
    assert browser.get("/promotions/tenth/coupons.csv?batch=none").status_code == 404
    one = Coupon.objects.get(code="=SUMMER")
    assert browser.get(f"/coupons/{one.pk}/").status_code == 200
    browser.post(f"/coupons/{one.pk}/", {"most_uses": "7"})
    one.refresh_from_db()
    assert (one.is_active, one.most_uses) == (False, 7)
    assert Event.objects.filter(kind="pricing.coupon_changed").count() == 1


def test_a_refused_coupon_keeps_what_was_typed(shop: None, sign_in: SignIn) -> None:
    make_promotion()
    create_coupons(CouponInput("tenth", "ONE"), actor=owner())
    answer = sign_in("sales_manager").post("/promotions/tenth/coupons/", {"count": "1", "code": "one"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert error_at(html, "coupon_code") == "There is a coupon ONE already."
    assert 'value="one"' in html
    assert Coupon.objects.count() == 1


def test_the_calendar_shows_what_runs_in_the_month(shop: None, sign_in: SignIn) -> None:
    november = Window(
        datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 11, 10, 16, tzinfo=UTC), "Asia/Shanghai"
    )
    make_promotion(replace(TENTH, window=november), is_active=False)
    browser = sign_in("warehouse")
    html = browser.get("/promotions/calendar/?month=2026-11").content.decode()
    assert re.search(r'colspan="8"\s+class="bar bar-off"', html)
    assert "Ten off" in browser.get("/promotions/calendar/?month=2026-10&span=quarter").content.decode()
    assert "Nothing runs then" in browser.get("/promotions/calendar/?month=2026-12").content.decode()
    assert browser.get("/promotions/calendar/?month=oops").status_code == 200


def test_bars_begin_and_end_where_days_do() -> None:
    shown = period("2026-02", datetime(2026, 2, 14, tzinfo=UTC).date(), is_quarter=False)
    whole = bar(None, None, shown, UTC)
    assert whole
    assert (whole.lead, whole.span, whole.tail, whole.goes_before, whole.goes_after) == (0, 28, 0, True, True)
    # Ends at midnight: the day before is the last.
    some = bar(datetime(2026, 2, 2, 9, tzinfo=UTC), datetime(2026, 2, 5, tzinfo=UTC), shown, UTC)
    assert some
    assert (some.lead, some.span, some.tail) == (1, 3, 24)
    assert bar(None, datetime(2026, 2, 1, tzinfo=UTC), shown, UTC) is None
    quarter = period("2026-02", datetime(2026, 2, 14, tzinfo=UTC).date(), is_quarter=True)
    weeks = bar(datetime(2026, 1, 8, tzinfo=UTC), datetime(2026, 1, 16, tzinfo=UTC), quarter, UTC)
    assert weeks
    assert (quarter.count, weeks.lead, weeks.span) == (13, 1, 2)


def test_hours_of_the_week_are_refused_at_their_row(shop: None) -> None:
    from openoms.core.errors import FieldProblem, InvalidInput

    value = replace(TENTH, window=Window(timezone="UTC", hours=(Hours(0), Hours(1), Hours(5))))
    entry = PromotionEntry(QueryDict(typed(value).urlencode()))
    assert entry.value() is not None
    problem = FieldProblem(("window", "hours", 2, "weekday"), "Monday is 0, Sunday 6.")
    entry.refuse(InvalidInput(problem.message, problems=[problem]))
    assert entry.hours[0].errors["days"] == ["Monday is 0, Sunday 6."]
