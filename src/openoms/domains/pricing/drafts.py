"""A basket while it is being priced: what each line and delivery still costs, and how its units got there.

The only mutable values of pricing; they are made and dropped within one call of the engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal

from openoms.core.money import ZERO, split_amount
from openoms.domains.pricing.book import BasketLine, Offer
from openoms.domains.pricing.priced import Adjustment
from openoms.domains.pricing.unit_price import UnitPrice


@dataclass(slots=True)
class Slice:
    """Units of a line that cost the same: `price` each now, `start` before the promotion at work."""

    quantity: Decimal
    price: Decimal
    start: Decimal
    used_up: bool = False


@dataclass(slots=True)
class Draft:
    """A line: `amount` is what it still costs; `spread` what was taken off it as a whole, not of single units.

    `is_agreed` says that its price was typed by hand or contracted, `turn` breaks ties among lines.
    """

    position: int
    ask: BasketLine
    offer: Offer
    unit: UnitPrice
    gross: Decimal
    amount: Decimal
    floor: Decimal = ZERO
    adjustments: list[Adjustment] = field(default_factory=list)
    slices: list[Slice] = field(default_factory=list)
    spread: Decimal = ZERO
    reduced: bool = False
    gift_of: str = ""
    turn: int = 0
    is_agreed: bool = False
    rate: Decimal = ZERO
    tax: Decimal = ZERO
    tax_parts: tuple[tuple[str, Decimal], ...] = ()
    # What it cost, and its `spread`, before the promotion at work: kept where that one has several benefits.
    start: tuple[Decimal, Decimal] = (ZERO, ZERO)

    def units(self) -> list[Slice]:
        """Its units in slices; one until a promotion tells some from others."""
        if not self.slices:
            grades = self.unit.grades or ((self.ask.quantity, self.unit.unit_price),)
            self.slices = [Slice(quantity, price, price) for quantity, price in grades]
        return self.slices

    @property
    def room(self) -> Decimal:
        """How much can be taken off it: down to its floor, never below nothing."""
        return max(ZERO, self.amount - self.floor)

    def part(self, quantity: Decimal, price: Decimal) -> Decimal:
        """What so many of its units at `price` cost now, whole-line reductions shared evenly."""
        return _share(quantity * price, self.amount, self.spread)

    def part_at_start(self, quantity: Decimal, price: Decimal) -> Decimal:
        """What so many of its units cost before the promotion at work, at their price of then."""
        return _share(quantity * price, *self.start)

    def begin(self) -> None:
        """Keep what it costs: a promotion of several benefits begins."""
        self.start = self.amount, self.spread
        for place in self.units():
            place.start = place.price

    def take_whole(self, worth: Decimal, source: str, label: str) -> None:
        """Take an amount off the line as a whole, not off single units."""
        self.spread += worth
        self.take(worth, source, label)

    def take(self, worth: Decimal, source: str, label: str, label_zh: str = "") -> None:
        """Take an amount off (negative puts it on) and say where it went."""
        self.amount -= worth
        self.adjustments.append(Adjustment(source, label, -worth, label_zh))

    def copy(self) -> "Draft":
        """Another one that can be tried on."""
        return Draft(
            self.position, self.ask, self.offer, self.unit, self.gross, self.amount, self.floor,
            list(self.adjustments), [Slice(s.quantity, s.price, s.start, s.used_up) for s in self.slices],
            self.spread, self.reduced, self.gift_of, self.turn, self.is_agreed,
        )  # fmt: skip


@dataclass(slots=True)
class DeliveryDraft:
    """A shipping fee: `gross` as the rules or the agreement have it, `amount` what is left; no tax class is untaxed."""

    method: str
    gross: Decimal
    amount: Decimal
    tax_class: str | None
    rule: str = ""
    adjustments: list[Adjustment] = field(default_factory=list)
    rate: Decimal = ZERO
    tax: Decimal = ZERO
    tax_parts: tuple[tuple[str, Decimal], ...] = ()
    # What it cost before the promotion at work.
    start: Decimal = ZERO

    @property
    def room(self) -> Decimal:
        """How much can be taken off it."""
        return self.amount

    def take(self, worth: Decimal, source: str, label: str, label_zh: str = "") -> None:
        """Take an amount off and say where it went."""
        self.amount -= worth
        self.adjustments.append(Adjustment(source, label, -worth, label_zh))

    def copy(self) -> "DeliveryDraft":
        """Another one that can be tried on."""
        return DeliveryDraft(
            self.method, self.gross, self.amount, self.tax_class, self.rule, list(self.adjustments)
        )


def split_off(draft: Draft, place: Slice, quantity: Decimal) -> Slice:
    """The slice that is `quantity` of `place`: itself, or a new one cut off it."""
    if quantity >= place.quantity:
        return place
    place.quantity -= quantity
    cut = Slice(quantity, place.price, place.start, place.used_up)
    draft.slices.append(cut)
    return cut


def whole_minors(amount: Decimal, minor: Decimal) -> Decimal:
    """The amount without what lies below the minor unit."""
    return (amount / minor).to_integral_value(ROUND_FLOOR) * minor


def _share(worth: Decimal, amount: Decimal, spread: Decimal) -> Decimal:
    """What units worth so much of a line cost, as `spread` was taken off the line as a whole."""
    whole = amount + spread
    if not spread:
        return worth
    return worth * amount / whole if whole else ZERO


def share_out(
    worth: Decimal, weights: Sequence[Decimal], rooms: Sequence[Decimal], minor: Decimal
) -> list[Decimal]:
    """Parts of `worth` by weight, none above its room; what one cannot take goes to the others while they can.

    All in whole minor units: the parts sum to `worth` or to all the rooms, whichever is less, each rounded down; in order.
    """
    parts = [ZERO] * len(weights)
    rooms = [whole_minors(room, minor) for room in rooms]
    open_ = [i for i in range(len(weights)) if rooms[i] > 0]
    left = min(whole_minors(worth, minor), sum((rooms[i] for i in open_), ZERO))
    while left > 0 and open_:
        shares = split_amount(left, [weights[i] for i in open_], minor)
        for i, share in zip(open_, shares, strict=True):
            taken = min(share, rooms[i] - parts[i])
            parts[i] += taken
            left -= taken
        open_ = [i for i in open_ if parts[i] < rooms[i]]
    return parts
