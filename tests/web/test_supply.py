"""Supply on screen: proposing, receiving line by line, reporting, answering notices, editing bills and suppliers."""

from datetime import timedelta

import pytest
from django.test import Client

from openoms.core import firm
from openoms.domains.inventory.models import Stock
from openoms.domains.supply.models import (
    BillOfMaterials,
    ProductionOrder,
    PurchaseLine,
    PurchaseOrder,
    StopWorkNotice,
    Supplier,
    SupplierSku,
    WorkCentre,
)
from openoms.domains.supply.states import ProductionState, PurchaseState
from openoms.flows.plan_supply import propose_supply
from tests.factories import make_order, owner, stock_up
from tests.shop import busy_shop, make_shop
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db


def text_of(browser: Client, path: str) -> str:
    return browser.get(path).content.decode()


def test_the_board_says_what_is_short_for_whom_and_proposing_covers_it(sign_in: SignIn) -> None:
    make_shop()
    number = make_order(lines=[("DESK", 2)]).order.number
    browser = sign_in("purchasing")
    shown = text_of(browser, "/supply/?only=uncovered")
    assert number in shown
    assert "DESK" in shown
    answer = browser.post("/supply/propose/", follow=True)
    assert "2 production orders planned, 1 purchase orders drafted" in answer.content.decode()
    assert "Everything short is covered" in text_of(browser, "/supply/?only=uncovered")
    assert (
        "Everything that is needed stands already."
        in browser.post("/supply/propose/", follow=True).content.decode()
    )


def test_a_draft_is_changed_sent_and_received_line_by_line(sign_in: SignIn) -> None:
    make_shop()
    browser = sign_in("purchasing")
    rows = {
        "line-row": ["line1"],
        "line1-sku": "LEG",
        "line1-quantity": "10",
        "supplier": "WOOD",
        "warehouse": "HZ",
    }
    assert browser.post("/purchases/new/", rows).status_code == 302
    order = PurchaseOrder.objects.get()
    at = f"/purchases/{order.pk}/"
    changed = {
        "line-row": ["a1", "a2"],
        "a1-sku": "LEG",
        "a1-quantity": "20",
        "a2-sku": "BOARD",
        "a2-quantity": "4",
    }
    assert browser.post(f"{at}change/", changed).status_code == 302
    assert browser.post(f"{at}change/", {**changed, "a2-sku": "NONE"}).status_code == 422
    assert list(order.lines.values_list("ordered", flat=True)) == [20, 4]
    browser.post(f"{at}send/")
    key = "01900000-0000-7000-8000-000000000001"
    sent = {"line_1": "5", "line_2": "", "key": key}
    for _ in range(2):  # The button pressed twice.
        assert browser.post(f"{at}receive/", sent).status_code == 302
    refused = browser.post(f"{at}receive/", {"line_1": "16", "key": "01900000-0000-7000-8000-000000000002"})
    assert refused.status_code == 422
    assert "At most 15 remain" in refused.content.decode()
    order.refresh_from_db()
    assert order.state == PurchaseState.PARTLY_RECEIVED
    assert Stock.objects.get(sku__code="LEG").on_hand == 5
    browser.post(f"{at}cancel/", {"reason": "shut"})
    order.refresh_from_db()
    assert order.state == PurchaseState.CANCELLED


def test_prices_are_for_those_who_may_see_costs(sign_in: SignIn) -> None:
    _draft, sent, _made = busy_shop()
    assert "12.00" in text_of(sign_in("purchasing"), f"/purchases/{sent}/")
    assert "12.00" not in text_of(sign_in("warehouse"), f"/purchases/{sent}/")


def test_production_is_reported_once_and_shows_what_is_missing(sign_in: SignIn) -> None:
    make_shop()
    browser = sign_in("production")
    planned = {"sku": "DESK", "quantity": "2", "due": "2999-01-31", "warehouse": "HZ"}
    assert browser.post("/production/new/", planned).status_code == 302
    order = ProductionOrder.objects.get()
    at = f"/production/{order.pk}/"
    browser.post(f"{at}release/")
    report = {"quantity": "1", "key": "01900000-0000-7000-8000-000000000003"}
    refused = browser.post(f"{at}report/", report)
    assert refused.status_code == 409
    assert "Material is missing: LEG × 5, TOP × 1." in refused.content.decode()
    stock_up("TOP", 9)
    stock_up("LEG", 99)
    for _ in range(2):
        assert browser.post(f"{at}report/", report).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.done) == (ProductionState.STARTED, 1)
    changed = {"quantity": "3", "due": "2999-01-31", "priority": "2", "is_frozen": "on"}
    assert browser.post(f"{at}change/", changed).status_code == 302
    browser.post(f"{at}stop/", {"reason": "the saw broke"})
    order.refresh_from_db()
    assert (order.quantity, order.is_frozen, order.state) == (3, True, ProductionState.STOPPED)
    assert "the saw broke" in text_of(browser, at)


def test_the_plan_shows_work_by_centre_and_notices_are_answered_from_a_list(sign_in: SignIn) -> None:
    busy_shop()
    browser = sign_in("production")
    shown = text_of(browser, "/production/")
    number = ProductionOrder.objects.get(sku__code="DESK").number
    assert f">{number}" in shown
    notice = StopWorkNotice.objects.get()
    assert "To the stop-work notices" in shown
    browser.post(f"/stop-work/{notice.pk}/acknowledge/", {"answer": "stop", "note": "halted"})
    notice.refresh_from_db()
    assert notice.acknowledged_at is not None
    assert "halted" in text_of(browser, "/stop-work/")


@pytest.mark.parametrize("kind", ["purchases", "production"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_orders_are_printed(sign_in: SignIn, kind: str, language: str) -> None:
    _draft, sent, made = busy_shop()
    key = sent if kind == "purchases" else made
    answer = sign_in("administrator", language=language).get(f"/{kind}/{key}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_bill_is_edited_in_rows_and_a_circle_is_refused_by_name(sign_in: SignIn) -> None:
    make_shop()
    browser = sign_in("production")
    rows = {
        "component-row": ["c1", "c2"], "c1-sku": "TOP", "c1-quantity": "1", "c2-sku": "", "c2-quantity": "",
        "operation-row": ["o1"], "o1-name": "Cut", "o1-name_zh": "裁切", "o1-centre": "saw", "o1-unit_minutes": "12.5",
        "is_active": "on",
    }  # fmt: skip
    assert browser.post("/bills/DESK/edit/", rows).status_code == 302
    bill = BillOfMaterials.objects.get(sku__code="DESK")
    assert [line.sku.code for line in bill.lines.select_related("sku")] == ["TOP"]
    assert bill.operations.get().name_zh == "裁切"
    refused = browser.post("/bills/TOP/edit/", {**rows, "c1-sku": "DESK"})
    assert refused.status_code == 422
    assert "TOP → DESK → TOP" in refused.content.decode()
    assert browser.get("/bills/new/?sku=leg")["Location"] == "/bills/LEG/edit/"


def test_who_may_not_see_costs_changes_a_draft_and_its_typed_price_stays(sign_in: SignIn) -> None:
    make_shop()
    line = {"line-row": ["a"], "a-sku": "LEG", "a-quantity": "10"}
    typed = {**line, "a-unit_price": "7.77", "supplier": "WOOD", "warehouse": "HZ"}
    assert sign_in("purchasing").post("/purchases/new/", typed).status_code == 302
    at = f"/purchases/{PurchaseOrder.objects.get().pk}/"
    unseeing = sign_in("production")
    assert "7.77" not in unseeing.get(at).content.decode()
    assert unseeing.post(f"{at}change/", {**line, "a-quantity": "12"}).status_code == 302
    changed = PurchaseOrder.objects.get().lines.get()
    assert (changed.ordered, str(changed.unit_price)) == (12, "7.770000")
    assert unseeing.post(f"{at}forget/").status_code == 404


def test_suppliers_and_work_centres_are_kept(sign_in: SignIn) -> None:
    make_shop()
    browser = sign_in("purchasing")
    known = {"name": "Wood and Sons", "currency": "cny", "lead_days": "3", "is_active": "on"}
    sold = {"sold-row": ["s1"], "s1-sku": "BOARD", "s1-price": "19"}
    SupplierSku.objects.filter(supplier__code="WOOD").update(rank=3)
    page = browser.get("/suppliers/WOOD/").content.decode()
    assert 'value="3"' in page
    assert browser.post("/suppliers/WOOD/", known | sold | {"s1-rank": "3"}).status_code == 302
    assert SupplierSku.objects.get().rank == 3
    supplier = Supplier.objects.get()
    assert (supplier.name, supplier.skus.get().price) == ("Wood and Sons", 19)
    centre = {
        "code": "oven",
        "name": "Oven",
        "daily_minutes": "300",
        "weekdays": ["0", "5"],
        "closed_days": "2026-05-04，2026-05-05",
    }
    assert browser.post("/work-centres/new/", centre).status_code == 302
    row = WorkCentre.objects.get(code="oven")
    assert (row.weekdays, len(row.closed_days)) == ([0, 5], 2)
    assert browser.post("/work-centres/oven/", {**centre, "closed_days": "soon"}).status_code == 422


def test_lists_cost_the_same_however_long(sign_in: SignIn, django_assert_max_num_queries: object) -> None:
    busy_shop()
    browser = sign_in("administrator")
    for path in ("/supply/", "/purchases/", "/production/orders/", "/production/", "/bills/", "/suppliers/"):
        with django_assert_max_num_queries(30):  # type: ignore[operator]
            assert browser.get(path).status_code == 200
    number = PurchaseLine.objects.select_related("order")[0].order.number
    assert number in text_of(browser, f"/purchases/?q={number}")
    assert "BOARD" in text_of(browser, "/purchases/?q=board")


def test_moving_work_shows_what_it_does_and_does_it(sign_in: SignIn) -> None:
    make_shop()
    stock_up("TOP", 9)
    stock_up("LEG", 99)
    number = make_order(lines=[("DESK", 2)]).order.number
    propose_supply(actor=owner())
    row = ProductionOrder.objects.get()
    browser, at = sign_in("production"), f"/production/{row.pk}/move/"
    day = (firm.today() + timedelta(days=30)).isoformat()
    part = browser.get(f"{at}?day={day}", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert number in part
    assert f'value="{day}"' in part
    assert "<html" in browser.get(f"{at}?day={day}").content.decode()
    before = row.starts_on
    row.refresh_from_db()
    assert row.starts_on == before
    answer = browser.post(at, {"day": day})
    assert (answer.status_code, answer["Location"]) == (302, "/production/")
    row.refresh_from_db()
    assert row.starts_on is not None
    assert (row.is_frozen, row.starts_on.isoformat() >= day) == (True, True)
    assert browser.post(at, {"day": "2020-01-01"}).status_code == 302
    assert browser.get(f"{at}?day=x").status_code == 302
    assert sign_in("warehouse").get(f"{at}?day={day}").status_code == 403
