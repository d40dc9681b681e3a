"""How the demonstration company prices beyond its lists: a desk made to measure, a contract, a graduated wholesale list."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from openoms.core.types import Actor
from openoms.demo.catalogue import CURRENCY, WHOLESALE
from openoms.domains.catalog.models import Formula
from openoms.domains.catalog.types import FormulaInput, MeasureInput, SkuInput
from openoms.domains.customers.models import Customer
from openoms.domains.pricing.models import Contract, PriceList, PriceTier
from openoms.flows.edit_catalogue import save_sku
from openoms.flows.edit_price_list import ContractInput, PriceListChange, change_price_list, save_contract
from openoms.flows.steps.shelves import PriceRow

CONTRACT = "KA-1"
D = Decimal
# What a square metre costs of each wood.
_WOODS = {"TB-MTM-OAK": 1000, "TB-MTM-WAL": 1470, "TB-MTM-BAM": 845}
_MEASURES = (
    MeasureInput("width_mm", D(600), D(2400), "Width", "宽度", "mm", D(10)),
    MeasureInput("depth_mm", D(400), D(1200), "Depth", "深度", "mm", D(10)),
)


def load(actor: Actor) -> None:
    """Add what is missing. Comes last: orders of the past were placed when the desk had one size."""
    there = Formula.objects.filter(sku__code__in=_WOODS).values_list("sku__code", flat=True)
    for code in sorted(_WOODS.keys() - set(there)):
        text = f"round(width_mm * depth_mm / 1000000 * {_WOODS[code]} + 400)"
        formula = FormulaInput(_MEASURES, ((CURRENCY, text),))
        save_sku(SkuInput(code, formula=formula), actor=actor, new=False)
    wholesale = PriceList.objects.filter(code=WHOLESALE).first()
    if wholesale is not None and wholesale.tiering != PriceList.Tiering.GRADUATED:
        change_price_list(WHOLESALE, PriceListChange(tiering="graduated"), actor=actor)
    customer = Customer.objects.filter(tier=WHOLESALE, is_active=True).order_by("code").first()
    if customer is not None and not Contract.objects.exists():
        _agree(customer, actor)


def _agree(customer: Customer, actor: Actor) -> None:
    """Prices with one customer for this year and the next: a tenth below wholesale, a little more from 20 on."""
    tiers = PriceTier.objects.filter(price_list__code=WHOLESALE, sku__is_active=True)
    first = tiers.order_by("sku__code", "min_quantity").distinct("sku__code")[:6]
    rows = []
    for code, price in first.values_list("sku__code", "unit_price"):
        rows += [
            PriceRow(code, round(price * D("0.9"), 2)),
            PriceRow(code, round(price * D("0.86"), 2), D(20)),
        ]
    today = timezone.localdate()
    value = ContractInput(
        CONTRACT,
        customer=customer.code,
        currency=CURRENCY,
        name="Framework agreement 年度框架协议",
        valid_from=date(today.year, 1, 1),
        valid_to=date(today.year + 1, 12, 31),
    )
    save_contract(value, rows, actor=actor, new=True)
