"""A small workshop for tests: desks of a top and four legs, tops of two boards, and who sells legs and boards."""

from decimal import Decimal

from openoms.domains.supply.types import (
    BillInput,
    BillLineInput,
    CentreInput,
    OperationInput,
    SupplierInput,
    SupplierSkuInput,
)
from openoms.flows.edit_supply import save_bill, save_supplier, save_work_centre
from tests.factories import make_sku, make_warehouse, owner

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
