"""Pictures of the demonstration's products, drawn at the first load: each in its first colour, some in two."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from openoms.core.types import Actor
from openoms.demo.catalogue import ARTICLES, Article
from openoms.domains.catalog.models import Picture
from openoms.flows.edit_pictures import add_picture

# The end of a sku's code → its colour.
_COLOURS = {
    "BK": "#3d4450", "WH": "#f1f3f5", "BL": "#4f79ad", "OAK": "#d3a670", "WAL": "#7d573c", "BAM": "#e2c88c",
    "GR": "#98a2ae", "LE": "#9a5a38",
}  # fmt: skip
# A category → the paper its pictures are on, and the colour of what comes in none.
_PAPERS = {
    "phones": ("#dfe7f0", "#59677a"),
    "computers": ("#e2e6ee", "#aeb8c4"),
    "audio": ("#e6e3ef", "#3d4450"),
    "tables": ("#efe8dc", "#d3a670"),
    "seating": ("#ece9e0", "#98a2ae"),
    "services": ("#dfece4", "#4d8a73"),
}
# Products whose second colour is drawn too; drawing all would keep the first start waiting.
_TWICE = frozenset({"PH-X1", "PC-KEY", "AU-OVER", "TB-DESK", "TB-MTM", "TB-TOP", "ST-SOFA", "ST-DINE"})
Draw: TypeAlias = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture of a product, its colour in English and Chinese; "" where it comes in none."""

    colour: str
    colour_zh: str
    png: bytes


def load(actor: Actor) -> None:
    """Draw the products that have no picture."""
    there = set(Picture.objects.values_list("product__code", flat=True))
    for article in ARTICLES:
        if article.code in there:
            continue
        for one in drawn(article):
            alt = ", ".join(filter(None, [article.name, one.colour]))
            alt_zh = " ".join(filter(None, [article.name_zh, one.colour_zh]))
            add_picture(article.code, one.png, actor=actor, alt=alt, alt_zh=alt_zh)


def drawn(article: Article) -> Iterator[Drawn]:
    """The pictures of an article."""
    from openoms.demo.sheet import Sheet

    paper, plain = _PAPERS[article.category]
    hand = _hands()[article.code]
    for colour, name, name_zh in _colours(article) or [(plain, "", "")]:
        sheet = Sheet(paper)
        hand(sheet, paper, colour)
        yield Drawn(name, name_zh, sheet.png())


def _colours(article: Article) -> list[tuple[str, str, str]]:
    """(colour, English, Chinese) of the colours to be drawn, none where its versions differ otherwise."""
    found: dict[str, tuple[str, str, str]] = {}
    for end, version, version_zh, _ in article.versions:
        code = end.partition("-")[0]
        if code in _COLOURS and code not in found:
            found[code] = (_COLOURS[code], version.partition(",")[0], version_zh.partition(" ")[0])
    return list(found.values())[: 2 if article.code in _TWICE else 1]


def _hands() -> dict[str, Draw]:
    """What draws each product. Pillow takes a while to be imported, and only the first load draws."""
    from openoms.demo import drawings as d
    from openoms.demo import drawings_furniture as f

    return {
        "PH-X1": d.phone, "PH-X1P": d.phone_pro, "PH-LITE": d.phone_lite, "PH-CASE": d.case, "PH-CHG": d.charger,
        "PC-AIR": d.notebook, "PC-PRO": d.notebook_pro, "PC-MON27": d.monitor, "PC-KEY": d.keyboard, "PC-MOUSE": d.mouse,
        "PC-DOCK": d.dock, "AU-BUDS": d.earbuds, "AU-OVER": d.headphones, "AU-SPK": d.speakers, "AU-BAR": d.soundbar,
        "TB-DESK": f.standing_desk, "TB-DINE": f.dining_table, "TB-TOP": f.table_top, "TB-SHELF": f.wall_shelf,
        "TB-MTM": f.measured_desk, "SET-DESK": f.work_corner, "SET-TWO": f.two_accessories, "ST-ERGO": f.office_chair,
        "ST-DINE": f.dining_chair, "ST-SOFA": f.sofa, "ST-STOOL": f.stool, "SV-INST": f.installing,
        "SV-MEAS": f.measuring, "SV-CARE": f.care,
    }  # fmt: skip
