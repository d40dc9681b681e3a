"""What pages show of parts and of orders that become one, before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from openoms.domains.inventory.models import Warehouse
from openoms.domains.inventory.splitting import Amounts, Charge
from openoms.domains.orders.models import Line, Order
from openoms.flows.merge import Together
from openoms.flows.split import Foreseen
from openoms.flows.steps.parting import key_of, shipping_of
from openoms.interfaces.console.templatetags.oms import named


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with how much of it there is, and what that costs with tax."""

    line: Line
    quantity: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part: what it is called, its lines and sums; `stays` is the order itself."""

    name: str
    stays: bool
    lines: Sequence[ShownLine]
    shipping: Decimal
    total: Decimal
    paid: Decimal
    currency: str


def shown_parts(found: Foreseen) -> list[ShownPart]:
    """The parts an order would be split into."""
    lines = {key_of(line): line for line in found.lines}
    places = {row.code: named(row) for row in Warehouse.objects.all()}
    return [
        _part(_name(name, places), index == 0, part, lines) for index, (name, part) in enumerate(found.parts)
    ]


def _name(name: str, places: dict[str, str]) -> str:
    words = {
        "now": _("What is there"), "later": _("What is short"), "stays": _("What stays"), "taken": _("What is taken out"),
        "": _("Kept at no warehouse"),
    }  # fmt: skip
    return words.get(name) or places.get(name, name)


def _part(name: str, stays: bool, part: Amounts, lines: dict[str, Line]) -> ShownPart:
    return ShownPart(
        name=name,
        stays=stays,
        lines=_lines(part.lines, lines),
        shipping=sum(shipping_of(part), Decimal(0)),
        total=part.total,
        paid=part.paid,
        currency=part.currency,
    )


def _lines(charges: Sequence[Charge], lines: dict[str, Line]) -> list[ShownLine]:
    return [ShownLine(lines[one.key], one.quantity, one.net + one.tax) for one in charges]


@dataclass(frozen=True, slots=True)
class ShownTogether:
    """The order that stays, those that go into it, and what it holds then."""

    order: Order
    others: Sequence[Order]
    part: ShownPart


def together_shown(found: Together) -> ShownTogether:
    """What merging would make."""
    lines = {key_of(line): line for line in found.lines}
    return ShownTogether(found.order, found.others, _part("", True, found.amounts, lines))
