"""axe looks at every page of the desk: nothing serious, in both languages, light and dark, desk and phone."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from openoms.domains.approvals.models import ApprovalRequest
from openoms.domains.approvals.rules import AmountBetween, ApprovalRule, OrderIs, StepRule
from openoms.domains.customers.models import Customer
from openoms.domains.fulfilment.models import Fulfilment
from openoms.domains.orders.types import NewInstruction
from openoms.flows.edit_approvals import save_rule
from openoms.flows.edit_rates import set_exchange_rate
from openoms.flows.hold import place_hold
from openoms.flows.open_fulfilments import open_for
from openoms.flows.pack import pack_item
from openoms.flows.pick import pick_fulfilment
from openoms.flows.waves import plan_wave, start_wave
from tests.browser.conftest import Visit
from tests.factories import make_configurable, make_order, owner, stock_up
from tests.shop import busy_shop

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LOOKS = [("en", "light", 1440), ("zh", "dark", 390)]


def found(page: Page) -> list[str]:
    """What axe calls serious or critical on the page as it stands: rule, and where."""
    page.evaluate(AXE.read_text())
    result: Any = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
    return [
        f"{violation['id']}: {node['target'][0]} {node['failureSummary'][:160]}"
        for violation in result["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


@pytest.fixture
def desk(shop: None) -> dict[str, str]:
    """Orders in the states the pages show: a draft, one that is held, with remarks and configured goods."""
    make_configurable()
    acme = Customer.objects.get(code="C1")
    remark = NewInstruction("Mind the glass", "warehouse", "packing", True)
    draft = make_order(acme, [("BOLT", 2)], submit=False).order.number
    held = make_order(acme, [("SET", 1), ("BOLT", 12)], instructions=(remark,)).order.number
    place_hold(held, "Wait for a call", actor=owner())
    steps = (StepRule("Finance", roles=("finance",)), StepRule("Boss", 20, 0, manager=True, hours=8))
    big = ApprovalRule(
        "big", (AmountBetween("CNY", Decimal(20_000)), OrderIs(("standard",))), steps, 5, "Big"
    )
    save_rule(big, actor=owner(), new=True)
    large = [("BOLT", 2000)]
    asked = make_order(acme, large).order
    needy = make_order(acme, large, submit=False).order.number
    set_exchange_rate("USD", Decimal("7.1"), actor=owner())
    approval = ApprovalRequest.objects.get(order=asked.id).pk
    bought, sent, made = busy_shop()
    stock_up("NUT", 50)
    released = make_order(acme, [("NUT", 4)], instructions=(remark,)).order
    open_for(released.number)
    work = Fulfilment.objects.get(order=released.id).number
    wave = plan_wave([work], actor=owner()).number
    start_wave(wave, actor=owner())
    packed = make_order(acme, [("NUT", 2)]).order
    open_for(packed.number)
    bench = Fulfilment.objects.get(order=packed.id).number
    pick_fulfilment(bench, None, actor=owner())
    pack_item(bench, "NUT", Decimal(1), actor=owner())
    kept = make_order(acme, [("NUT", 3)]).order.number
    stock_up("NUT", 50, warehouse="SH")
    return {
        "kept": kept, "draft": draft, "held": held, "asked": asked.number, "needy": needy, "approval": str(approval),
        "draft_purchase": bought, "sent_purchase": sent, "production": made,
        "wave": wave, "work": work, "bench": bench,
    }  # fmt: skip


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_nothing_serious(visit: Visit, desk: dict[str, str], language: str, theme: str, width: int) -> None:
    page = visit("administrator", language=language, theme=theme, width=width)
    addresses = [
        "/orders/", f"/orders/{desk['held']}/", f"/orders/{desk['draft']}/edit/", f"/orders/{desk['draft']}/quotation/",
        f"/orders/{desk['held']}/hold/", f"/orders/{desk['held']}/cancel/",
        f"/orders/{desk['held']}/split/?way=hand&line-1=1", "/orders/merge/", f"/orders/{desk['held']}/payments/new/",
        f"/orders/{desk['held']}/remark/", f"/orders/{desk['held']}/address/",
        "/orders/new/", "/orders/new/?customer=C1", "/inbox/", "/exceptions/", "/phrases/", "/customers/",
        "/customers/C1/", "/customers/new/", "/customers/C1/addresses/new/", "/products/", "/products/PHONE/",
        "/products/PHONE/edit/", "/skus/SET/", "/products/categories/", "/pricing/", "/roles/",
        "/notifications/", "/me/notifications/", "/messages/", "/messages/customer.received/", "/messages/order.released/",
        "/messages/chats/", "/messages/chats/new/", "/messages/failed/",
        "/approval-rules/", "/approval-rules/big/", "/approval-rules/big/edit/", "/authorities/", "/authorities/new/",
        "/absence/", "/approvals/", "/approvals/?tab=all", f"/approvals/{desk['approval']}/", "/approval-rules/new/",
        "/supply/", "/production/", "/production/orders/", "/purchases/", "/purchases/new/", "/stop-work/", "/bills/",
        "/bills/DESK/edit/", "/suppliers/", "/suppliers/WOOD/", "/work-centres/", "/work-centres/new/",
        f"/production/{desk['production']}/", f"/purchases/{desk['draft_purchase']}/", f"/purchases/{desk['sent_purchase']}/",
        "/warehouse/", "/waves/", f"/waves/{desk['wave']}/", f"/waves/{desk['wave']}/pick/", "/fulfilments/", "/pack/", f"/pack/?done={desk['bench']}",
        f"/orders/{desk['kept']}/sources/", f"/fulfilments/{desk['work']}/", f"/fulfilments/{desk['bench']}/pack/", "/stock/warehouses/HZ/", "/stock/NUT/",
        f"/orders/{desk['asked']}/", f"/orders/{desk['needy']}/", f"/orders/{desk['needy']}/edit/",
    ]  # fmt: skip
    wrong = {}
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        problems = found(page)
        if problems:
            wrong[address] = problems
    assert not wrong, "\n".join(f"{address}: {line}" for address, lines in wrong.items() for line in lines)


def test_nothing_serious_while_an_order_is_entered(visit: Visit, desk: dict[str, str]) -> None:
    page = visit("sales_manager")
    page.goto("/orders/new/")
    page.focus("#customer-search")
    page.keyboard.insert_text("李雷 13800000000 浙江省杭州市西湖区文三路1号")
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_buyer-name")
    page.fill("#sku-search", "PHONE-B")
    page.keyboard.press("Enter")
    page.wait_for_selector(".choosing")
    page.click("text=Paste a list")
    page.fill("#paste-list", "NOPE 3")
    page.click("text=Add these items")
    page.wait_for_selector(".paste-unknown")
    page.click("text=Add a remark")
    page.wait_for_selector(".entry-remark")
    page.wait_for_load_state("networkidle")
    # While the price is asked for the old one is dimmed.
    page.wait_for_function("!document.querySelector('.htmx-request') && !document.getAnimations().length")
    assert found(page) == []
