"""What can be chosen at the demonstration company: a phone's versions and extras, a desk to measure, two bundles."""

from decimal import Decimal

from openoms.domains.catalog.types import (
    BundleInput,
    Choice,
    GroupInput,
    OptionInput,
    PartInput,
    ValueInput,
)

CURRENCY = "CNY"
# End of the code, option's value, English, Chinese, price more.
PHONE_COLOURS = (("BK", "black", "black", "黑色", 0), ("WH", "white", "white", "白色", 0))
PHONE_STORAGE = (
    ("128", "128", "128 GB", "128 GB", 0),
    ("256", "256", "256 GB", "256 GB", 400),
    ("512", "512", "512 GB", "512 GB", 1000),
)
PHONE_VERSIONS = tuple(
    (f"{colour[0]}-{size[0]}", f"{colour[2]}, {size[2]}", f"{colour[3]} {size[3]}", size[4])
    for colour in PHONE_COLOURS
    for size in PHONE_STORAGE
)
PHONE_VALUES: dict[str, tuple[Choice, ...]] = {
    f"{colour[0]}-{size[0]}": (("colour", colour[1]), ("storage", size[1]))
    for colour in PHONE_COLOURS
    for size in PHONE_STORAGE
}


def _value(code: str, name: str, name_zh: str, more: int | None = None) -> ValueInput:
    deltas = () if more is None else ((CURRENCY, Decimal(more)),)
    return ValueInput(code, name, name_zh, deltas=deltas)


PHONE_OPTIONS = (
    OptionInput(
        "colour",
        "Colour",
        "颜色",
        "variant",
        required=True,
        values=tuple(_value(code, name.capitalize(), zh) for _, code, name, zh, _ in PHONE_COLOURS),
    ),
    OptionInput(
        "storage",
        "Storage",
        "存储",
        "variant",
        required=True,
        values=tuple(_value(code, name, zh) for _, code, name, zh, _ in PHONE_STORAGE),
    ),
    OptionInput(
        "case",
        "Case",
        "保护壳",
        values=(
            _value("leather", "Leather", "真皮", 199),
            _value("clear", "Clear", "透明", 59),
            _value("rugged", "Rugged", "防摔", 129),
        ),
    ),
    OptionInput(
        "engraving",
        "Engraving",
        "刻字",
        values=(
            _value("latin", "Latin letters", "西文", 39),
            _value("chinese", "Chinese characters", "汉字", 49),
        ),
    ),
    OptionInput(
        "accessories",
        "Accessories",
        "配件",
        many=True,
        values=(
            _value("glass", "Screen glass", "钢化膜", 49),
            _value("cable", "Second cable", "备用数据线", 69),
            _value("no-charger", "Without charger", "不要充电器", -60),
        ),
    ),
)
# The rugged case covers the engraving; the leather one comes in black only.
PHONE_CONFLICTS = (
    (("case", "rugged"), ("engraving", "latin")),
    (("case", "rugged"), ("engraving", "chinese")),
    (("case", "leather"), ("colour", "white")),
)
DESK_OPTIONS = (
    OptionInput(
        "edge",
        "Edge",
        "封边",
        required=True,
        values=(
            _value("straight", "Straight", "直边", 0),
            _value("round", "Rounded", "圆边", 120),
            _value("live", "Live edge", "自然边", 480),
        ),
    ),
    OptionInput(
        "frame",
        "Frame",
        "桌架",
        values=(
            _value("fixed", "Fixed legs", "固定桌腿", 399),
            _value("lift", "Electric lift", "电动升降", 1299),
        ),
    ),
    OptionInput(
        "cutouts",
        "Cut-outs",
        "开孔",
        many=True,
        values=(_value("cable", "Cable hole", "走线孔", 60), _value("socket", "Socket box", "插座盒", 180)),
    ),
)
DESK_CONFLICTS = ((("edge", "live"), ("frame", "lift")),)
CORNER = BundleInput(
    "discounted",
    Decimal(8),
    (
        GroupInput(
            "all",
            "In the set",
            "套装内含",
            parts=(
                PartInput("PC-MON27-BK"),
                PartInput("PC-KEY-BK"),
                PartInput("PC-MOUSE-BK"),
                PartInput("PC-DOCK"),
            ),
        ),
    ),
)
PICK_TWO = BundleInput(
    "fixed",
    Decimal(0),
    (
        GroupInput(
            "pick",
            "Any two of five",
            "五选二",
            fixed=False,
            least=2,
            most=2,
            parts=(
                PartInput("PH-CASE-BK"),
                PartInput("PH-CHG-WH"),
                PartInput("PC-MOUSE-BK"),
                PartInput("AU-BUDS-WH", surcharges=((CURRENCY, Decimal(300)),)),
                PartInput("PC-KEY-WH", surcharges=((CURRENCY, Decimal(200)),)),
            ),
        ),
    ),
)
