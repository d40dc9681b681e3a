"""What a promotion is: conditions × benefits × stacking, as frozen values.

It reads as a sentence: while it runs, where its conditions hold, these units of these goods get this benefit, alone or
beside others. docs/pricing.md says what each part means; promoting.py does it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from openoms.core.shapes import Amount, Flag, Instant, TimeOfDay, Whole, Words
from openoms.domains.pricing.goods import ALL_GOODS, Goods

Target = Literal["unit", "line", "items", "order", "shipping", "delivery"]
Phase = Literal["sale", "line", "order", "gift", "shipping"]
PHASES: tuple[Phase, ...] = ("sale", "line", "order", "gift", "shipping")


@dataclass(frozen=True, slots=True)
class Percent:
    """So many per cent off."""

    percent: Amount
    kind: Literal["percent"] = "percent"


@dataclass(frozen=True, slots=True)
class AmountOff:
    """An amount off, in the promotion's currency, as the price list has it (with or without tax)."""

    amount: Amount
    kind: Literal["amount"] = "amount"


@dataclass(frozen=True, slots=True)
class SetPrice:
    """What it costs instead: a unit, a full set, or all of it together. `may_raise`: even where that is more."""

    price: Amount
    may_raise: Flag = False
    kind: Literal["price"] = "price"


@dataclass(frozen=True, slots=True)
class Rung:
    """What holds from a measure on."""

    least: Amount
    value: Amount


@dataclass(frozen=True, slots=True)
class Ladder:
    """More the more is bought: the highest rung reached says how much, in `unit`.

    Measured `by` the amount or quantity of the goods in `over`, or by each line's own quantity.
    """

    rungs: tuple[Rung, ...]
    unit: Literal["percent", "amount", "price"] = "percent"
    by: Literal["amount", "quantity", "line_quantity"] = "amount"
    over: Goods = ALL_GOODS
    kind: Literal["ladder"] = "ladder"

    def at(self, measure: Decimal) -> "Percent | AmountOff | SetPrice | None":
        """What the measure reaches, or None below the first rung. The order of rungs does not matter."""
        reached = max((r for r in self.rungs if measure >= r.least), key=lambda r: r.least, default=None)
        if reached is None:
            return None
        if self.unit == "percent":
            return Percent(reached.value)
        return AmountOff(reached.value) if self.unit == "amount" else SetPrice(reached.value)


Worth = Percent | AmountOff | SetPrice | Ladder


@dataclass(frozen=True, slots=True)
class Bought:
    """Units earned by buying: for every `quantity` of `goods`, `get` units; those bought are not themselves given."""

    goods: Goods
    quantity: Whole
    get: Whole = 1


@dataclass(frozen=True, slots=True)
class Units:
    """Which of the matching units benefit.

    With a `size`, units form sets: `any` of them, all the `same` or all `distinct` (by product or sku). `rewarded` units
    of each full set benefit; 0 means every matching unit once there is one set. `worth` asks that they cost so much
    together. `bought` makes other goods earn them. The `most` are caps; 0 is none.
    """

    size: Whole = 0
    rewarded: Whole = 0
    mode: Literal["any", "same", "distinct"] = "any"
    by: Literal["product", "sku"] = "product"
    worth: Amount | None = None
    bought: Bought | None = None
    pick: Literal["cheapest", "dearest", "first"] = "cheapest"
    most: Whole = 0
    most_per_line: Whole = 0
    most_sets: Whole = 0


ALL_UNITS = Units()


@dataclass(frozen=True, slots=True)
class Benefit:
    """How much off what.

    `target`: each unit, each line once, the items together, the order's goods, the shipping fees together, or each
    delivery's own fee (of `methods` where some are named). `of_list` reckons from the price before any promotion, else
    from what earlier ones left. Caps are amounts; None is none.
    """

    worth: Worth
    target: Target = "unit"
    goods: Goods = ALL_GOODS
    units: Units = ALL_UNITS
    of_list: Flag = False
    methods: tuple[Words, ...] = ()
    cap_unit: Amount | None = None
    cap_line: Amount | None = None
    cap: Amount | None = None
    kind: Literal["discount"] = "discount"

    @property
    def phase(self) -> Phase:
        """When in the way to the price it comes."""
        if self.target == "order":
            return "order"
        return "shipping" if self.target in ("shipping", "delivery") else "line"


@dataclass(frozen=True, slots=True)
class Gift:
    """Goods given with the order on a line of their own: `quantity` for every `per` units of `goods` (0: once), at `most`."""

    sku: Words
    quantity: Amount = Decimal(1)
    per: Whole = 0
    goods: Goods = ALL_GOODS
    least: Whole = 0
    most: Amount | None = None
    kind: Literal["gift"] = "gift"

    @property
    def phase(self) -> Phase:
        """After the order's discounts, before shipping."""
        return "gift"


@dataclass(frozen=True, slots=True)
class AmountIs:
    """The goods' amount lies within bounds: `after` earlier promotions or `before` all; as listed, net or gross of tax."""

    least: Amount | None = None
    most: Amount | None = None
    goods: Goods = ALL_GOODS
    stage: Literal["after", "before"] = "after"
    tax: Literal["listed", "net", "gross"] = "listed"
    kind: Literal["amount"] = "amount"


@dataclass(frozen=True, slots=True)
class QuantityIs:
    """The goods' quantity lies within bounds: together, or that of one line at least."""

    least: Amount | None = None
    most: Amount | None = None
    goods: Goods = ALL_GOODS
    per: Literal["order", "line"] = "order"
    kind: Literal["quantity"] = "quantity"


@dataclass(frozen=True, slots=True)
class CustomerIs:
    """The customer is one of these, or of one of these tiers or segments."""

    customers: tuple[Words, ...] = ()
    tiers: tuple[Words, ...] = ()
    segments: tuple[Words, ...] = ()
    kind: Literal["customer"] = "customer"


@dataclass(frozen=True, slots=True)
class OrderIs:
    """The order's channel, type, terms and destination are among those named; what names none does not matter.

    A region is "CN/浙江省", a country "CN".
    """

    channels: tuple[Words, ...] = ()
    order_types: tuple[Words, ...] = ()
    terms: tuple[Words, ...] = ()
    regions: tuple[Words, ...] = ()
    kind: Literal["order"] = "order"


@dataclass(frozen=True, slots=True)
class OrderCountIs:
    """It is the customer's nth order (cancelled ones not counted), one of every so many, or within bounds."""

    nth: Whole | None = None
    every: Whole | None = None
    least: Whole | None = None
    most: Whole | None = None
    kind: Literal["order_count"] = "order_count"


Condition = AmountIs | QuantityIs | CustomerIs | OrderIs | OrderCountIs


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of a day of the week (Monday is 0) in the window's zone; `until` 00:00 is the end of the day."""

    weekday: Whole
    since: TimeOfDay = time()
    until: TimeOfDay = time()


@dataclass(frozen=True, slots=True)
class Window:
    """When it runs: from `starts_at`, up to but not at `ends_at` (aware instants), in the hours of its zone if any."""

    starts_at: Instant | None = None
    ends_at: Instant | None = None
    timezone: Words = "UTC"
    hours: tuple[Hours, ...] = ()

    def is_open(self, now: datetime) -> bool:
        """Whether it runs at `now` (aware)."""
        if self.starts_at is not None and now < self.starts_at:
            return False
        if self.ends_at is not None and now >= self.ends_at:
            return False
        if not self.hours:
            return True
        there = now.astimezone(ZoneInfo(self.timezone))
        return any(
            h.weekday == there.weekday()
            and h.since <= there.time()
            and (h.until == time() or there.time() < h.until)
            for h in self.hours
        )


ALWAYS = Window()


@dataclass(frozen=True, slots=True)
class Promotion:
    """An offer. All conditions must hold; `priority` high goes first, then `code`.

    `stacking`: `stack` goes beside others; `exclusive` stands alone; of a `group`, the `first` that gives something or
    the `best` for the customer is taken. `uses_up`: units that earned or got it earn nothing more from such offers.
    `budget` is an amount in `currency`; a promotion without currency holds in each.
    """

    code: Words
    benefits: tuple[Benefit | Gift, ...]
    name: Words = ""
    name_zh: Words = ""
    conditions: tuple[Condition, ...] = ()
    priority: Whole = 0
    stacking: Literal["stack", "exclusive", "first", "best"] = "stack"
    group: Words = ""
    window: Window = ALWAYS
    currency: Words = ""
    needs_coupon: Flag = False
    is_sale: Flag = False
    uses_up: Flag = False
    most_uses: Whole | None = None
    most_uses_each: Whole | None = None
    budget: Amount | None = None

    def phases(self) -> set[Phase]:
        """The phases in which it has something to give."""
        return {phase_of(self, benefit) for benefit in self.benefits}

    @property
    def is_limited(self) -> bool:
        """Whether how often or how much it was given before matters."""
        return self.most_uses is not None or self.most_uses_each is not None or self.budget is not None


def phase_of(promotion: Promotion, benefit: Benefit | Gift) -> Phase:
    """When a benefit of the promotion comes: sale prices go before all else."""
    return "sale" if promotion.is_sale and benefit.phase == "line" else benefit.phase


def in_turn(promotions: Sequence[Promotion]) -> list[Promotion]:
    """The promotions in the order in which they are considered."""
    return sorted(promotions, key=lambda p: (-p.priority, p.code))


# Documents of these are read by pydantic (documents.py): a member it does not know is refused, not dropped.
for _class in (
    Percent, AmountOff, SetPrice, Rung, Ladder, Bought, Units, Benefit, Gift, AmountIs, QuantityIs, CustomerIs, OrderIs,
    OrderCountIs, Hours, Window, Promotion, Goods,
):  # fmt: skip
    setattr(_class, "__pydantic_config__", {"extra": "forbid"})  # noqa: B010  (typed classes know no such name)
