"""A small workshop for tests: desks of a top and four legs, tops of two boards, and who sells legs and boards."""

from decimal import Decimal

from openoms.domains.supply.models import ProductionOrder, PurchaseOrder
from openoms.domains.supply.types import (
    BillInput,
    BillLineInput,
    CentreInput,
    OperationInput,
    PurchaseInput,
    PurchaseLineInput,
    SupplierInput,
    SupplierSkuInput,
)
from openoms.flows import produce, purchase
from openoms.flows.edit_supply import save_bill, save_supplier, save_work_centre
from openoms.flows.plan_supply import propose_supply
from openoms.flows.submit import withdraw_order
from tests.factories import make_order, make_sku, make_warehouse, owner

D = Decimal


def make_shop() -> None:
    """Desks (DESK), tops (TOP), legs (LEG, lots of ten) and boards (BOARD), the saw and the supplier WOOD."""
    make_warehouse("HZ")
    for code, price in (("DESK", "1680"), ("TOP", "500"), ("LEG", "20"), ("BOARD", "30")):
        make_sku(code, price)
    save_work_centre(CentreInput("saw", "Saw", "锯台", daily_minutes=480), actor=owner())
    save_bill(
        BillInput(
            "DESK",
            (BillLineInput("TOP", D(1)), BillLineInput("LEG", D(4), D(20))),
            (OperationInput("saw", "Assemble", "组装", D(10), D(60)),),
        ),
        actor=owner(),
    )
    save_bill(BillInput("TOP", (BillLineInput("BOARD", D(2)),)), actor=owner())
    sold = (
        SupplierSkuInput("LEG", D(12), lead_days=5, lot=D(10)),
        SupplierSkuInput("BOARD", D(18), supplier_code="B-1"),
    )
    save_supplier(SupplierInput("WOOD", "Wood Ltd", "CNY", "木业公司", skus=sold), actor=owner())


def busy_shop() -> list[str]:
    """The workshop with something short and work begun that nobody needs; keys of a draft, a sent one and of production."""
    make_shop()
    waits = make_order(lines=[("DESK", 2)]).order
    propose_supply(actor=owner())
    desk = ProductionOrder.objects.get(sku__code="DESK")
    produce.release_production(desk.pk, actor=owner())
    sent = purchase.draft_purchase(PurchaseInput("WOOD", (PurchaseLineInput("LEG", D(10)),)), actor=owner())
    purchase.send_purchase(sent.pk, actor=owner())
    withdraw_order(waits.number, actor=owner())
    make_order(lines=[("DESK", 1)])
    propose_supply(actor=owner())
    draft = PurchaseOrder.objects.filter(state="draft").first() or purchase.draft_purchase(
        PurchaseInput("WOOD", (PurchaseLineInput("BOARD", D(4)),)), actor=owner()
    )
    return [str(draft.pk), str(sent.pk), str(desk.pk)]
