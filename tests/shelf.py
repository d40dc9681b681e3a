"""A small catalogue with everything one can choose, for tests of any layer: a phone, a desk, two bundles, services."""

from datetime import date
from decimal import Decimal

from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.types import (
    BundleInput,
    CostInput,
    GroupInput,
    OptionInput,
    PartInput,
    ProductInput,
    SkuInput,
    ValueInput,
)
from openoms.domains.pricing.types import PriceInput
from openoms.flows.edit_catalogue import save_product, save_sku
from tests.factories import make_price_list, make_sku, owner

D = Decimal
COLOURS = ValueInput("black", "Black", "黑色"), ValueInput("red", "Red", "红色")
STORAGE = ValueInput("128", "128 GB", "128 GB"), ValueInput("256", "256 GB", "256 GB")
PHONE_OPTIONS = (
    OptionInput("colour", "Colour", "颜色", "variant", required=True, values=COLOURS),
    OptionInput("storage", "Storage", "存储", "variant", required=True, values=STORAGE),
    OptionInput(
        "case",
        "Case",
        "保护壳",
        values=(
            ValueInput("leather", "Leather case", "皮革壳", deltas=(("CNY", D(199)),)),
            ValueInput("clear", "Clear case", "透明壳"),
        ),
    ),
    OptionInput(
        "gifts",
        "Gifts",
        "礼品",
        many=True,
        values=(
            ValueInput("card", "Card", "贺卡", deltas=(("CNY", D(5)),)),
            ValueInput("wrap", "Wrapping", "包装", deltas=(("CNY", D("9.5")),)),
        ),
    ),
)
PHONE_CONFLICTS = ((("case", "clear"), ("colour", "red")), (("case", "leather"), ("gifts", "wrap")))
FIXED = GroupInput("base", "Base", "基本", parts=(PartInput("CABLE", D(2)), PartInput("PLUG")))
CHOICE = GroupInput(
    "more",
    "Any two",
    "任选两件",
    fixed=False,
    least=2,
    most=2,
    parts=(
        PartInput("CABLE"),
        PartInput("PLUG"),
        PartInput("MOUSE", surcharges=(("CNY", D(20)),)),
    ),
)


def make_phone(actor: Actor | None = None) -> None:
    """A phone in two colours and two sizes with extras; 2,000 CNY, 400 more for 256 GB."""
    make_price_list()
    phone = ProductInput(
        "PHONE", name="Phone X", name_zh="X 手机", options=PHONE_OPTIONS, conflicts=PHONE_CONFLICTS
    )
    save_product(phone, actor=actor or owner())
    for colour, storage in (("black", "128"), ("black", "256"), ("red", "128")):
        sku = SkuInput(
            f"PHONE-{colour.upper()}-{storage}",
            product="PHONE",
            name=f"{colour} {storage}",
            values=(("colour", colour), ("storage", storage)),
            costs=(CostInput("CNY", D(1500), date(2026, 1, 1)),),
        )
        price = D(2000 if storage == "128" else 2400)
        save_sku(sku, [PriceInput("standard", price)], actor=actor or owner())


def make_parts() -> None:
    """Three things to put into bundles: 30, 50 and 100 CNY."""
    for code, price, cost in (("CABLE", "30", "10"), ("PLUG", "50", "20"), ("MOUSE", "100", "60")):
        make_sku(code, price)
        costs = (CostInput("CNY", D(cost), date(2026, 1, 1)),)
        save_sku(SkuInput(code, costs=costs), actor=owner())


def make_bundle(code: str, bundle: BundleInput, price: str = "") -> Sku:
    """A bundle of those parts, with a price of its own where it is sold at one."""
    sku = make_sku(code, price or "1")
    if not price:
        sku.prices.all().delete()
    return save_sku(SkuInput(code, bundle=bundle), actor=owner())
