"""A day of one order, through the screens of all who work on it: from the phone call to the label, in both languages."""

import re

import pytest
from playwright.sync_api import Page, expect

from openoms.domains.approvals.models import ApprovalRequest
from openoms.domains.approvals.rules import AmountBetween, ApprovalRule, StepRule
from openoms.domains.fulfilment.models import Fulfilment, Wave
from openoms.domains.inventory.models import Backorder, Stock
from openoms.domains.orders.models import Instruction, Order
from openoms.domains.supply.models import PurchaseOrder
from openoms.domains.supply.types import SupplierInput, SupplierSkuInput
from openoms.flows.audit import audit
from openoms.flows.edit_approvals import save_rule
from openoms.flows.edit_supply import save_supplier
from openoms.jobs import dispatcher
from openoms.reading import approvals as reading
from tests.browser.conftest import Visit
from tests.browser.test_console import add, choose_customer
from tests.factories import make_configurable, owner, stock_up
from tests.flows.approval_cast import D

pytestmark = pytest.mark.browser
WORDS = {
    "en": {"remark": "No staples, deliver Friday", "add": "Add a remark", "shipped": "Shipped"},
    "zh": {"remark": "不要钉书针，周五送达", "add": "添加备注", "shipped": "已发货"},
}  # fmt: skip


@pytest.fixture
def firm(shop: None) -> None:
    """Ten bolts at HZ, no nuts, which WOOD sells; a set needs one bolt and two nuts; from 100 on the manager agrees."""
    make_configurable()
    stock_up("BOLT", 10)
    Stock.objects.update(bin="A-01")
    sold = (SupplierSkuInput("NUT", D(1), lead_days=2),)
    save_supplier(SupplierInput("WOOD", "Wood Ltd", "CNY", "木业公司", skus=sold), actor=owner())
    step = StepRule("sales_manager", roles=("sales_manager",))
    save_rule(ApprovalRule("large", (AmountBetween("CNY", D(100)),), (step,), name="Large"), actor=owner())


def scan(page: Page, text: str, *, heard: str) -> None:
    """Type as a scanner does and wait until the page answered with that tone."""
    page.evaluate("document.getElementById('floor').dataset.old = '1'")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#floor[data-tone={heard}][data-heard]:not([data-old])")


def enter(page: Page, words: dict[str, str]) -> Order:
    """Sales enters two sets and what the customer said."""
    page.goto("/orders/new/")
    choose_customer(page)
    add(page, "SET")
    page.locator("[data-quantity]").first.fill("2")
    page.select_option("[name$='terms']", "credit")
    page.get_by_text(words["add"]).click()
    remark = page.locator(".entry-remark")
    remark.locator("textarea").fill(words["remark"])
    remark.locator("select[name$='audience']").select_option("warehouse")
    remark.locator("select[name$='stage']").select_option("packing")
    remark.locator("[name$='blocking']").check()
    expect(page.locator("[data-total]")).to_be_visible()
    page.click("button[value=submit]")
    page.wait_for_url(re.compile(r"/orders/SO\d+/"))
    return Order.objects.get()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_the_call_to_the_carrier(visit: Visit, firm: None, language: str) -> None:
    words = WORDS[language]
    manager = visit("sales_manager", language=language, width=390)
    order = enter(visit("sales", language=language), words)
    assert (order.status, order.fulfilment_state) == ("submitted", "backordered")

    reading.forget()
    manager.goto(f"/approvals/{ApprovalRequest.objects.get().pk}/")
    manager.locator("[data-approve]").click()
    manager.wait_for_url(re.compile(r"/approvals/$"))
    dispatcher.drain()

    # Nuts are short: bought, and received by the warehouse.
    buyer = visit("purchasing", language=language)
    buyer.goto("/supply/")
    expect(buyer.locator("main")).to_contain_text(order.number)
    buyer.click("form[action$='/supply/propose/'] button")
    purchase = PurchaseOrder.objects.get()
    buyer.goto(f"/purchases/{purchase.pk}/")
    buyer.click("form[action$='/send/'] button")
    expect(buyer.locator("form[action$='/receive/']")).to_be_visible()
    worker = visit("warehouse", language=language)
    worker.goto(f"/purchases/{purchase.pk}/")
    receipt = worker.locator("form[action$='/receive/']")
    receipt.locator("[name=line_1]").fill("4")
    receipt.locator("button[type=submit]").click()
    worker.wait_for_load_state()
    dispatcher.drain()
    dispatcher.drain()
    order.refresh_from_db()
    assert (order.fulfilment_state, Backorder.objects.count()) == ("allocated", 0)
    assert order.released_at is not None, [hold.kind for hold in order.holds.filter(released_at=None)]

    # The wave is proposed, planned and picked by scanning.
    worker.goto("/warehouse/")
    worker.click("button[name=start]")
    worker.wait_for_load_state()
    wave = Wave.objects.get()
    worker.goto(f"/waves/{wave.number}/pick/")
    scan(worker, "2*BOLT", heard="good")
    scan(worker, "4*NUT", heard="done")

    # The remark stands in the way of packing until it is read.
    work = Fulfilment.objects.get()
    worker.goto(f"/fulfilments/{work.number}/pack/")
    expect(worker.locator(".stuck")).to_contain_text(words["remark"])
    worker.click(".stuck form[action$='/acknowledge/'] button")
    expect(worker.locator(".stuck")).to_have_count(0)
    assert Instruction.objects.get().state == "acknowledged"
    worker.goto(f"/fulfilments/{work.number}/pack/")
    scan(worker, "2*BOLT", heard="good")
    scan(worker, "4*NUT", heard="done")
    worker.fill("[name=weight_1]", "420")
    worker.keyboard.press("F9")
    worker.wait_for_url("**/pack/?done=*")
    slip = worker.request.get(f"/fulfilments/{work.number}/packing-slip.pdf")
    assert (slip.status, slip.body()[:5]) == (200, b"%PDF-")

    # The carrier takes it, and sales sees it on its way.
    worker.goto(f"/fulfilments/{work.number}/")
    hand_over = worker.locator("form[action$='/ship/']")
    hand_over.locator("[name=carrier]").fill("SF Express")
    hand_over.locator("[name=waybill]").fill("SF100")
    hand_over.locator("button[type=submit]").click()
    worker.wait_for_load_state()
    dispatcher.drain()
    clerk = visit("sales", language=language)
    clerk.goto(f"/orders/{order.number}/")
    expect(clerk.locator("main")).to_contain_text(words["shipped"])
    expect(clerk.locator("main")).to_contain_text("SF100")
    assert {row.sku.code: row.on_hand for row in Stock.objects.select_related("sku")} == {"BOLT": 8, "NUT": 0}
    assert audit() == []
