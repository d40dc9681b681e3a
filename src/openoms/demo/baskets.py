"""What the demonstration's customers put together: plain goods by chance, and things that were chosen and measured."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

from openoms.demo import catalogue
from openoms.flows.steps.placing import LineRequest

# Of a measured or chosen kind, each as a customer once wanted it: a line for it, and what else came with it.
_CHOSEN = (
    ("PH-X1-BK-256", {"case": "leather", "accessories": ("glass",)}),
    ("PH-X1-WH-128", {"case": "clear", "engraving": "latin"}),
    ("PH-X1-BK-512", {"engraving": "chinese", "accessories": ("glass", "cable")}),
    ("PH-X1-WH-256", {"case": "rugged", "accessories": ("no-charger",)}),
    ("TB-MTM-OAK", {"edge": "round", "frame": "lift", "cutouts": ("cable",)}),
    ("TB-MTM-WAL", {"edge": "live", "frame": "fixed"}),
    ("TB-MTM-BAM", {"edge": "straight", "frame": "lift", "cutouts": ("cable", "socket")}),
)
_PAIRS = (("PH-CASE-BK", "PH-CHG-WH"), ("PH-CHG-WH", "AU-BUDS-WH"), ("PC-MOUSE-BK", "PC-KEY-WH"))
_MEASURED = ("TB-TOP-OAK", "TB-TOP-WAL", "TB-SHELF-OAK")
CUSTOM = ("TB-MTM", "TB-TOP", "TB-SHELF")


def line(
    sku: str, quantity: str | int = 1, *, parts: Sequence[str] = (), **options: str | Sequence[str]
) -> LineRequest:
    """A line; `options` by their codes, `parts` those picked for a bundle."""
    picked = {name: (said,) if isinstance(said, str) else tuple(said) for name, said in options.items()}
    return LineRequest(sku, Decimal(quantity), options=picked, parts={"pick": tuple(parts)} if parts else {})


def plain_lines(chance: Random) -> tuple[LineRequest, ...]:
    """One to four skus, mostly single ones, now and then a whole office's."""
    skus = chance.sample(sorted(catalogue.retail_prices()), chance.choice((1, 1, 2, 2, 3, 4)))
    many = chance.random() < 0.08
    return tuple(
        LineRequest(sku, Decimal(chance.randint(10, 60) if many else chance.choice((1, 1, 1, 2, 3))))
        for sku in skus
    )


def chosen_lines(chance: Random) -> tuple[LineRequest, ...]:
    """A phone or desk as somebody chose it, a set, or something cut to measure; now and then with plain goods."""
    kind = chance.randrange(10)
    if kind < 6:
        sku, options = chance.choice(_CHOSEN)
        lines = (line(sku, **options),)
    elif kind < 8:
        lines = (line("SET-TWO", chance.choice((1, 1, 2)), parts=chance.choice(_PAIRS)),)
    elif kind < 9:
        lines = (line("SET-DESK", chance.choice((1, 1, 4))),)
    else:
        lines = (line(chance.choice(_MEASURED), f"{chance.randrange(60, 400) / 100:.2f}"),)
    if any(one.sku.startswith(CUSTOM) for one in lines):
        return (*lines, line("SV-MEAS"), line("SV-INST")) if chance.random() < 0.6 else lines
    return (*lines, *plain_lines(chance)) if chance.random() < 0.3 else lines


def is_custom(lines: Sequence[LineRequest]) -> bool:
    """Whether something is made to measure."""
    return any(one.sku.startswith(CUSTOM) for one in lines)


def is_service(lines: Sequence[LineRequest]) -> bool:
    """Whether nothing is sent, only done."""
    return all(one.sku.startswith("SV-") for one in lines)
