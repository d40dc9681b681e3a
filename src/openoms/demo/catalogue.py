"""What the demonstration company sells, and its rules of pricing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openoms.core.types import Actor
from openoms.demo import choices
from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.types import (
    BundleInput,
    CategoryInput,
    Choice,
    CostInput,
    OptionInput,
    ProductInput,
    SkuInput,
)
from openoms.domains.pricing.models import PriceList, PriceTier, ShippingRate, TaxRate
from openoms.domains.pricing.types import PriceInput
from openoms.flows.edit_catalogue import save_sku
from openoms.flows.edit_pricing import create_price_list, set_shipping_rate, set_tax_rate
from openoms.flows.ensure_tiers import ensure_tiers
from openoms.flows.import_catalogue import CatalogueRow, import_catalogue

CURRENCY = "CNY"
RETAIL, VIP, WHOLESALE = "retail", "vip", "wholesale"
# Where goods go abroad: a list, its currency, English, Chinese, CNY for one of it, what sending costs.
EXPORTS = (
    ("export-usd", "USD", "Export, US dollars", "出口价（美元）", Decimal("7.1"), 45),
    ("export-eur", "EUR", "Export, euros", "出口价（欧元）", Decimal("7.8"), 40),
)
TIERS = [("vip", "VIP", "贵宾"), ("wholesale", "Wholesale", "批发商")]
# Code → (English, Chinese, code of the one above).
CATEGORIES = {
    "electronics": ("Electronics", "电子产品", ""),
    "phones": ("Phones", "手机", "electronics"),
    "computers": ("Computers", "电脑办公", "electronics"),
    "audio": ("Audio", "影音", "electronics"),
    "furniture": ("Furniture", "家具", ""),
    "tables": ("Tables", "桌子", "furniture"),
    "seating": ("Seating", "座椅", "furniture"),
    "services": ("Services", "服务", ""),
}


@dataclass(frozen=True, slots=True)
class Article:
    """A product with its versions: (code's end, English, Chinese, price more in CNY)."""

    code: str
    category: str
    name: str
    name_zh: str
    price: int
    versions: tuple[tuple[str, str, str, int], ...] = (("", "", "", 0),)
    unit: str = "piece"
    weight_g: int = 500
    kind: str = "goods"
    options: tuple[OptionInput, ...] = ()
    conflicts: tuple[tuple[Choice, Choice], ...] = ()
    bundle: BundleInput | None = None
    minutes: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether it can be ordered without choosing anything."""
        choosing = self.bundle is not None and any(not group.fixed for group in self.bundle.groups)
        return not choosing and not any(o.required and o.kind == "extra" for o in self.options)

    @property
    def own_price(self) -> bool:
        """Whether it has prices of its own rather than its parts'."""
        return self.bundle is None or self.bundle.policy == "fixed"


_COLOURS = (("BK", "black", "黑色", 0), ("WH", "white", "白色", 0), ("BL", "blue", "蓝色", 0))
_BLACK_WHITE = _COLOURS[:2]
_MEMORY = (
    ("128", "128 GB", "128 GB", 0),
    ("256", "256 GB", "256 GB", 400),
    ("512", "512 GB", "512 GB", 1000),
)
_WOODS = (("OAK", "oak", "橡木", 0), ("WAL", "walnut", "胡桃木", 600), ("BAM", "bamboo", "竹", -200))
_CLOTH = (("GR", "grey cloth", "灰色布艺", 0), ("LE", "leather", "皮革", 500))

ARTICLES = (
    Article(
        "PH-X1",
        "phones",
        "Phone X1",
        "X1 手机",
        2999,
        choices.PHONE_VERSIONS,
        weight_g=190,
        options=choices.PHONE_OPTIONS,
        conflicts=choices.PHONE_CONFLICTS,
    ),
    Article("PH-X1P", "phones", "Phone X1 Pro", "X1 Pro 手机", 4599, _MEMORY, weight_g=210),
    Article("PH-LITE", "phones", "Phone Lite", "Lite 手机", 1299, _COLOURS, weight_g=175),
    Article("PH-CASE", "phones", "Phone case", "手机壳", 59, _COLOURS, weight_g=40),
    Article("PH-CHG", "phones", "Fast charger 65 W", "65 W 快速充电器", 129, _BLACK_WHITE, weight_g=120),
    Article("PC-AIR", "computers", "Notebook Air 14", "Air 14 笔记本电脑", 5499, _MEMORY[1:], weight_g=1300),
    Article("PC-PRO", "computers", "Notebook Pro 16", "Pro 16 笔记本电脑", 9999, _MEMORY[1:], weight_g=2100),
    Article(
        "PC-MON27", "computers", "Monitor 27 inch 4K", "27 英寸 4K 显示器", 1899, _BLACK_WHITE, weight_g=5200
    ),
    Article("PC-KEY", "computers", "Mechanical keyboard", "机械键盘", 399, _COLOURS, weight_g=900),
    Article("PC-MOUSE", "computers", "Wireless mouse", "无线鼠标", 129, _COLOURS, weight_g=95),
    Article("PC-DOCK", "computers", "USB-C dock", "USB-C 扩展坞", 459, weight_g=210),
    Article("AU-BUDS", "audio", "Earbuds", "真无线耳机", 499, _COLOURS, weight_g=55),
    Article("AU-OVER", "audio", "Over-ear headphones", "头戴式耳机", 1299, _BLACK_WHITE, weight_g=260),
    Article("AU-SPK", "audio", "Shelf speakers, pair", "书架音箱（对）", 1599, _WOODS[:2], weight_g=6200),
    Article("AU-BAR", "audio", "Soundbar", "回音壁", 2199, weight_g=3400),
    Article("TB-DESK", "tables", "Standing desk 140 cm", "升降桌 140 cm", 2599, _WOODS, weight_g=32000),
    Article("TB-DINE", "tables", "Dining table 180 cm", "餐桌 180 cm", 3899, _WOODS, weight_g=45000),
    Article("TB-TOP", "tables", "Table top to measure", "定制桌面", 980, _WOODS, unit="m2", weight_g=18000),
    Article(
        "TB-SHELF", "tables", "Wall shelf to measure", "定制壁架", 260, _WOODS[:2], unit="m", weight_g=4000
    ),
    Article(
        "TB-MTM",
        "tables",
        "Desk made to measure",
        "定制书桌",
        1680,
        _WOODS,
        weight_g=28000,
        options=choices.DESK_OPTIONS,
        conflicts=choices.DESK_CONFLICTS,
    ),
    Article("SET-DESK", "computers", "Work corner set", "办公角套装", 0, bundle=choices.CORNER, unit="set"),
    Article(
        "SET-TWO", "phones", "Any two accessories", "配件任选两件", 179, bundle=choices.PICK_TWO, unit="set"
    ),
    Article("ST-ERGO", "seating", "Ergonomic chair", "人体工学椅", 1699, _BLACK_WHITE, weight_g=17000),
    Article("ST-DINE", "seating", "Dining chair", "餐椅", 499, _CLOTH, weight_g=6000),
    Article("ST-SOFA", "seating", "Sofa, three seats", "三人沙发", 5999, _CLOTH, weight_g=62000),
    Article("ST-STOOL", "seating", "Bar stool", "吧台凳", 359, _WOODS[:2], weight_g=5000),
    Article(
        "SV-INST",
        "services",
        "Installation at home",
        "上门安装",
        199,
        kind="service",
        weight_g=0,
        minutes=120,
    ),
    Article(
        "SV-MEAS", "services", "Measuring at home", "上门量尺", 99, kind="service", weight_g=0, minutes=60
    ),
    Article("SV-CARE", "services", "Two more years of care", "延长保修两年", 299, kind="service", weight_g=0),
)


def retail_prices() -> dict[str, Decimal]:
    """Retail price of each sku that is ordered without choosing anything, by its code."""
    return {
        sku_code(article, end): Decimal(article.price + more)
        for article in ARTICLES
        if article.is_plain and article.own_price
        for end, _, _, more in article.versions
    }


def sku_code(article: Article, end: str) -> str:
    """The code of a version."""
    return f"{article.code}-{end}" if end else article.code


def load(actor: Actor) -> int:
    """Make tiers, lists, rules and articles that are missing; how many skus there are."""
    ensure_tiers(TIERS, actor=actor)
    _lists(actor)
    _rules(actor)
    there = set(Sku.objects.values_list("code", flat=True))
    rows = [row for article in ARTICLES for row in _rows(article)]
    for result in import_catalogue([row for row in rows if row.sku.code not in there], None, actor=actor):
        assert result.problem is None, result.problem
    _price_abroad([row for row in rows if row.sku.code in there], actor)
    return Sku.objects.count()


def _price_abroad(rows: Sequence[CatalogueRow], actor: Actor) -> None:
    """Put articles on lists that came after them: a company made by an earlier release has them at home only."""
    lists = [code for code, *_ in EXPORTS]
    priced = PriceTier.objects.filter(price_list__code__in=lists)
    there = set(priced.values_list("sku__code", "price_list__code"))
    for row in rows:
        prices = [
            p for p in row.prices if p.price_list in lists and (row.sku.code, p.price_list) not in there
        ]
        if prices:
            save_sku(SkuInput(row.sku.code), prices, actor=actor, new=False)


def _lists(actor: Actor) -> None:
    wanted = [
        (RETAIL, "Retail", "零售价", "", CURRENCY),
        (VIP, "VIP", "贵宾价", "vip", CURRENCY),
        (WHOLESALE, "Wholesale", "批发价", "wholesale", CURRENCY),
        *((code, name, name_zh, "", currency) for code, currency, name, name_zh, _, _ in EXPORTS),
    ]
    there = set(PriceList.objects.values_list("code", flat=True))
    for code, name, name_zh, tier, currency in wanted:
        if code not in there:
            create_price_list(code, name, currency, name_zh=name_zh, tier=tier, actor=actor)


def _rules(actor: Actor) -> None:
    for tax_class, rate in (("standard", "0.13"), ("services", "0.06")):
        if not TaxRate.objects.filter(tax_class=tax_class, country="CN", region="").exists():
            set_tax_rate(tax_class, Decimal(rate), country="CN", actor=actor)
    fees = (
        ("cn", "Express", "国内快递", "CN", CURRENCY, 12, Decimal(299)),
        ("abroad", "International", "国际快递", "", CURRENCY, 180, None),
        *(
            (f"abroad-{money.lower()}", "International", "国际快递", "", money, fee, None)
            for _, money, _, _, _, fee in EXPORTS
        ),
    )
    there = set(ShippingRate.objects.values_list("code", flat=True))
    for code, name, name_zh, country, currency, fee, free_from in fees:
        if code not in there:
            set_shipping_rate(
                code,
                name,
                currency,
                Decimal(fee),
                name_zh=name_zh,
                country=country,
                free_from=free_from,
                actor=actor,
            )


def _rows(article: Article) -> list[CatalogueRow]:
    """A row for each version, with its category's branch."""
    categories = []
    name, name_zh, parent = CATEGORIES[article.category]
    if parent:
        above, above_zh, _ = CATEGORIES[parent]
        categories.append(CategoryInput(parent, name=above, name_zh=above_zh))
    categories.append(CategoryInput(article.category, name=name, name_zh=name_zh, parent=parent))
    product = ProductInput(
        article.code,
        name=article.name,
        name_zh=article.name_zh,
        kind=article.kind,
        category=article.category,
        options=article.options or None,
        conflicts=article.conflicts or None,
    )
    rows = []
    for end, version, version_zh, more in article.versions:
        sku = SkuInput(
            sku_code(article, end),
            product=article.code,
            name=version,
            name_zh=version_zh,
            unit=article.unit,
            weight_g=article.weight_g,
            tax_class="services" if article.kind == "service" else "standard",
            duration_minutes=article.minutes,
            values=choices.PHONE_VALUES[end] if article.options is choices.PHONE_OPTIONS else None,
            bundle=article.bundle,
            costs=_costs(Decimal(article.price + more), article),
        )
        rows.append(CatalogueRow(product, sku, categories, _prices(Decimal(article.price + more), article)))
    return rows


def _costs(price: Decimal, article: Article) -> tuple[CostInput, ...]:
    """What it costs since the firm began and since this year; a bundle costs its parts."""
    if article.bundle is not None:
        return ()
    share = Decimal("0.45") if article.kind == "service" else Decimal("0.62")
    return (
        CostInput(CURRENCY, (price * share).quantize(Decimal("0.01")), date(2020, 1, 1)),
        CostInput(CURRENCY, (price * (share + Decimal("0.02"))).quantize(Decimal("0.01")), date(2026, 1, 1)),
    )


def _prices(price: Decimal, article: Article) -> list[PriceInput]:
    """Retail, 5 % less for VIPs, wholesale that falls with the quantity, abroad in its money; services cost all the same."""
    if not article.own_price:
        return []
    prices = [PriceInput(RETAIL, price)]
    if article.kind == "service":
        return prices
    prices.append(PriceInput(VIP, price * Decimal("0.95")))
    for share, least in (("0.88", 1), ("0.82", 10), ("0.75", 50)):
        prices.append(PriceInput(WHOLESALE, price * Decimal(share), Decimal(least)))
    prices += [PriceInput(code, (price / rate).quantize(Decimal(1))) for code, _, _, _, rate, _ in EXPORTS]
    return prices
