"""Stock in the console: what lies where, one sku moved, warehouses and how goods are kept."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from openoms.core import firm
from openoms.core.clock import now
from openoms.domains.catalog.types import SkuInput
from openoms.domains.inventory.lots import LotName
from openoms.domains.inventory.models import InventoryPolicy, Lot, Movement, Stock, Warehouse
from openoms.domains.supply.types import ProductionInput, PurchaseInput, PurchaseLineInput
from openoms.flows import produce, purchase
from openoms.flows.edit_catalogue import save_sku
from openoms.flows.move_stock import adjust_stock, receive_stock
from openoms.jobs import dispatcher
from openoms.reading.stock import lying_longest
from tests.factories import make_order, make_sku, make_warehouse, owner, stock_up
from tests.shop import make_shop
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db


def test_the_list_finds_by_code_place_and_what_is_left(
    sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    make_sku("NUT", "3")
    for n in range(12):
        make_sku(f"S{n}", "1")
        stock_up(f"S{n}", 5)
    stock_up("BOLT", 5)
    stock_up("NUT", 5, "SH")
    make_order(lines=[("NUT", 5)])
    browser = sign_in("warehouse")
    with django_assert_max_num_queries(9):
        page = browser.get("/stock/").content.decode()
    assert page.count("/stock/S") == 12
    assert "NUT" in browser.get("/stock/?warehouse=SH").content.decode()
    gone = browser.get("/stock/?state=none").content.decode()
    assert ("/stock/NUT/" in gone, "/stock/BOLT/" in gone) == (True, False)
    assert "/stock/BOLT/" in browser.get("/stock/?q=bol").content.decode()


def test_a_sku_is_received_counted_and_corrected_on_its_page(sign_in: SignIn) -> None:
    make_warehouse()
    make_sku()
    browser = sign_in("warehouse")
    moved = {"what": "receive", "warehouse": "HZ", "quantity": "1,000", "reason": "PO 7", "key": uuid4()}
    for _click in range(2):
        assert browser.post("/stock/BOLT/move/", moved, follow=True).status_code == 200
    assert Stock.objects.get().on_hand == 1000
    order = make_order(lines=[("BOLT", 4)]).order
    page = browser.get("/stock/BOLT/").content.decode()
    assert order.number in page
    assert "PO 7" in page

    def move(what: str, quantity: str) -> Any:
        sent = {"what": what, "warehouse": "HZ", "quantity": quantity, "key": uuid4()}
        return browser.post("/stock/BOLT/move/", sent)

    move("count", "990")
    refused = move("count", "3")
    assert refused.status_code == 409
    assert "kept for orders" in refused.content.decode()
    unexplained = move("adjust", "-1")
    assert unexplained.status_code == 422
    assert Stock.objects.get().on_hand == 990
    assert browser.post("/stock/BOLT/safety/", {"warehouse": "HZ", "safety": "5"}).status_code == 403
    assert sign_in("sales").post("/stock/BOLT/move/", moved).status_code == 403
    assert (
        sign_in("administrator").post("/stock/BOLT/safety/", {"warehouse": "HZ", "safety": "5"}).status_code
        == 302
    )
    assert Stock.objects.get().safety == 5


def test_a_warehouse_is_made_and_changed_and_the_policy_set(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    assert "No warehouse yet" in browser.get("/stock/warehouses/").content.decode()
    typed = {
        "code": "HZ", "name": "Hangzhou", "name_zh": "杭州仓", "country": "CN", "timezone": "Asia/Shanghai", "opens": "09:00",
        "closes": "18:00", "cut_off": "16:30", "priority": "1", "parcel_cost": "5", "is_active": "on",
    }  # fmt: skip
    assert browser.post("/stock/warehouses/new/", typed).status_code == 302
    assert "already" in browser.post("/stock/warehouses/new/", typed).content.decode()
    browser.post("/stock/warehouses/HZ/", {**typed, "name": "West Lake", "is_active": ""})
    row = Warehouse.objects.get()
    assert (row.name, row.is_active, f"{row.cut_off:%H:%M}") == ("West Lake", False, "16:30")
    policy = {
        "reserve_at": "release",
        "on_short": "refuse",
        "ship": "complete",
        "first": "nearest",
        "second": "fewest",
        "third": "",
    }
    assert browser.post("/stock/warehouses/", policy).status_code == 302
    kept = InventoryPolicy.objects.get()
    assert (kept.reserve_at, kept.on_short, kept.ship, kept.strategies, kept.split_lines) == (
        "release",
        "refuse",
        "complete",
        ["nearest", "fewest"],
        False,
    )


def test_a_sku_shows_what_can_be_promised_and_when_who_waits_is_served(
    sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    make_shop()
    stock_up("LEG", 3)
    due = firm.today() + timedelta(days=6)
    value = PurchaseInput("WOOD", (PurchaseLineInput("LEG", Decimal(10), due=due),))
    bought = purchase.send_purchase(purchase.draft_purchase(value, actor=owner()).pk, actor=owner())
    number = make_order(lines=[("LEG", 4)]).order.number
    dispatcher.drain()
    browser = sign_in("warehouse", language="en")
    with django_assert_max_num_queries(13):
        page = browser.get("/stock/LEG/").content.decode()
    assert "Available to promise" in page
    assert f"Expected {due} · purchase order {bought.number}" in page
    order = browser.get(f"/orders/{number}/").content.decode()
    assert f"1 short · Expected {due} · purchase order {bought.number}" in order
    chinese = sign_in("sales", language="zh-hans").get(f"/orders/{number}/").content.decode()
    assert f"缺 1 · 预计 {due} 到货 · 采购单 {bought.number}" in chinese


def test_lots_are_typed_where_they_are_tracked_and_seen_on_the_pages_of_stock(
    sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    make_warehouse()
    for code in ("BOLT", "GLUE"):
        make_sku(code)
    save_sku(SkuInput("GLUE", tracks_lots=True), actor=owner())
    browser = sign_in("warehouse", language="en")
    assert 'name="lot"' not in browser.get("/stock/BOLT/").content.decode()
    assert 'name="lot"' in browser.get("/stock/GLUE/").content.decode()
    soon = (firm.today() + timedelta(days=20)).isoformat()
    typed = {"what": "receive", "warehouse": "HZ", "quantity": "5", "reason": "", "key": uuid4()}
    assert browser.post("/stock/GLUE/move/", typed).status_code == 422
    typed |= {"lot": "G-1", "expires_on": soon}
    assert browser.post("/stock/GLUE/move/", typed).status_code == 302
    other = typed | {"key": uuid4(), "expires_on": (firm.today() + timedelta(days=30)).isoformat()}
    told = browser.post("/stock/GLUE/move/", other)
    assert told.status_code == 422
    assert f"is known to be good until {soon}" in told.content.decode()
    # One that expires tomorrow comes first, one of a year and one of no day are not soon.
    for lot, good in (("G-0", 1), ("G-2", 365), ("G-3", None), ("G-9", -1)):
        expires_on = None if good is None else firm.today() + timedelta(days=good)
        receive_stock("HZ", "GLUE", Decimal(1), actor=owner(), lot=LotName(lot, expires_on))
    page = browser.get("/stock/GLUE/").content.decode()
    assert all(code in page for code in ("G-0", "G-1", "G-2", "G-3", "G-9", "Expired"))
    with django_assert_max_num_queries(6):
        aged = browser.get("/stock/ageing/").content.decode()
    assert [code in aged for code in ("G-0", "G-1", "G-2", "G-3", "G-9")] == [True, True, False, False, False]
    assert aged.index("G-0") < aged.index("G-1")
    assert "G-9" in browser.get("/stock/ageing/?show=expired").content.decode()
    oldest = browser.get("/stock/ageing/?show=oldest").content.decode()
    assert oldest.index("G-1") < oldest.index("G-3")


def test_receipts_of_purchase_and_production_ask_for_lots_where_they_are_tracked(sign_in: SignIn) -> None:
    make_shop()
    for code in ("LEG", "TOP"):
        save_sku(SkuInput(code, tracks_lots=True), actor=owner())
    value = PurchaseInput(
        "WOOD", (PurchaseLineInput("LEG", Decimal(4)), PurchaseLineInput("BOARD", Decimal(2)))
    )
    order = purchase.send_purchase(purchase.draft_purchase(value, actor=owner()).pk, actor=owner())
    browser = sign_in("purchasing", language="en")
    page = browser.get(f"/purchases/{order.pk}/").content.decode()
    assert ('name="lot_1"' in page, 'name="lot_2"' in page) == (True, False)
    typed = {"line_1": "4", "line_2": "2", "note": "", "key": str(uuid4())}
    assert (
        "LEG tracks lots: say which."
        in browser.post(f"/purchases/{order.pk}/receive/", typed).content.decode()
    )
    assert not Stock.objects.filter(on_hand__gt=0).exists()
    typed |= {"lot_1": "L-7", "expires_1": "2030-01-31", "key": str(uuid4())}
    assert browser.post(f"/purchases/{order.pk}/receive/", typed).status_code == 302
    assert Lot.objects.get(on_hand=4).code == "L-7"
    made = ProductionInput("TOP", Decimal(1), firm.today())
    work = produce.plan_production(made, actor=owner())
    produce.release_production(work.pk, actor=owner())
    produce.start_production(work.pk, actor=owner())
    browser = sign_in("production", language="en")
    assert 'name="lot"' in browser.get(f"/production/{work.pk}/").content.decode()
    typed = {"quantity": "1", "lot": "", "expires_on": "", "key": str(uuid4())}
    assert browser.post(f"/production/{work.pk}/report/", typed).status_code == 302
    assert Lot.objects.get(on_hand=1).code == work.number


def test_all_stock_is_shown_by_how_long_it_has_lain(
    sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    stock_up("BOLT", 5)
    stock_up("NUT", 3)
    old = now() - timedelta(days=200)
    Movement.objects.filter(stock__sku__code="NUT").update(at=old)
    Stock.objects.filter(sku__code="NUT").update(received_at=old)
    stock_up("NUT", 1)
    stock_up("BOLT", 2)
    adjust_stock("HZ", "NUT", Decimal(-1), "broken", actor=owner())
    browser = sign_in("warehouse")
    with django_assert_max_num_queries(14):
        shown = browser.get("/stock/ageing/?show=stock").content.decode()
    rows = re.findall(r'class="row-link">(\w+)</a>.*?</tr>', shown, re.S)
    assert set(rows) == {"BOLT", "NUT"}
    lying = {one.row.sku.code: list(one.shares) for one in lying_longest(owner(), firm.today())}
    assert lying == {"BOLT": [7, 0, 0, 0], "NUT": [1, 0, 0, 2]}
