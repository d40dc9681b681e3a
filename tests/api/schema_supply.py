"""What the API's own description is tried on of supply, and what its operations are called with by each role."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from openoms.core import firm
from openoms.domains.supply.models import ProductionOrder, PurchaseOrder, StopWorkNotice
from openoms.domains.supply.types import ProductionInput, PurchaseInput, PurchaseLineInput
from openoms.flows import produce, purchase
from openoms.flows.plan_supply import propose_supply
from openoms.flows.submit import withdraw_order
from tests.factories import make_order, owner, stock_up
from tests.shop import make_shop

D = Decimal


def notices(count: int) -> list[str]:
    """Keys of so many notices of released work nobody needs."""
    orders = [make_order(lines=[("DESK", 1)]).order.number for _ in range(count)]
    propose_supply(actor=owner())
    for row in ProductionOrder.objects.filter(sku__code="DESK", is_proposed=True, state="planned"):
        produce.release_production(row.pk, actor=owner())
    for number in orders:
        withdraw_order(number, actor=owner())
    propose_supply(actor=owner())
    return [str(key) for key in StopWorkNotice.objects.values_list("pk", flat=True)]


def planned() -> ProductionOrder:
    """A planned production order of one desk."""
    value = ProductionInput("DESK", D(1), firm.today() + timedelta(days=9))
    return produce.plan_production(value, actor=owner())


def drafted() -> PurchaseOrder:
    """A draft of ten legs."""
    lines = (PurchaseLineInput("LEG", D(10)),)
    return purchase.draft_purchase(PurchaseInput("WOOD", lines), actor=owner())


def supply_of() -> Mapping[str, Sequence[Any]]:
    """Orders in several states, and by a member's name what exists."""
    make_shop()
    stock_up("TOP", 500)
    stock_up("LEG", 5000)
    told = notices(1)
    made = [planned() for _ in range(6)]
    for row in made[:4]:
        produce.release_production(row.pk, actor=owner())
    bought = [drafted() for _ in range(6)]
    for order in bought[:4]:
        purchase.send_purchase(order.pk, actor=owner())
    return {
        "production_id": [str(row.pk) for row in made],
        "purchase_id": [str(row.pk) for row in bought],
        "draft_id": [str(row.pk) for row in bought[4:]],
        "notice_id": told,
        "supplier": ["WOOD"],
        "centre": ["saw"],
        "work_centre": ["saw"],
        "step": ["release", "start", "finish"],
        "due": ["2999-01-31"],
        "warehouse": ["HZ", ""],
        "closed_days": [[]],
        "scrap_percent": ["2.5"],
    }
