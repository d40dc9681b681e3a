"""Where a line's price starts: the customer's contract, else a formula, else the first price list that has the sku. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openoms.core.money import UNIT_PRICE_STEP, ZERO
from openoms.domains.pricing.book import Agreement, BasketLine, ListRule, Offer, Tier, unit_price_at
from openoms.domains.pricing.errors import InputMissing, InputOffStep, InputOutOfRange, UnknownInput
from openoms.domains.pricing.formulas import Formula, Input, unit_price_by

# So many units at a price.
Grade = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Base:
    """A unit price: for one (`first`), at the quantity asked for, and where it is from.

    `grades` are the slices of a graduated price, of which `unit_price` is the mean.
    """

    first: Decimal
    unit_price: Decimal
    source: str
    tax_inclusive: bool
    grades: tuple[Grade, ...] = ()


def agreed_base(agreements: Sequence[Agreement], currency: str, quantity: Decimal, day: date) -> Base | None:
    """The customer's contract price of the sku on `day`, of the first contract that has one, or None."""
    for agreement in agreements:
        tiers = on_day(agreement.tiers, day) if agreement.currency == currency else ()
        if tiers:
            source = f"contract:{agreement.contract}"
            unit_price = unit_price_at(tiers, quantity)
            return Base(tiers[0].unit_price, unit_price, source, agreement.tax_inclusive)
    return None


def listed_base(offer: Offer, lists: Sequence[ListRule], quantity: Decimal, day: date) -> Base | None:
    """The price of the first list that has the sku on `day`; None where none has."""
    for rule in lists:
        tiers = offer.prices.get(rule.code)
        if not tiers or not rule.runs_on(day):
            continue
        tiers = on_day(tiers, day)
        if not tiers:
            continue
        source = f"list:{rule.code}"
        if rule.tiering == "graduated" and len(tiers) > 1:
            grades = graduated(tiers, quantity)
            whole = sum((units * price for units, price in grades), ZERO)
            mean = (whole / quantity).quantize(UNIT_PRICE_STEP)
            kept = grades if len(grades) > 1 else ()
            return Base(tiers[0].unit_price, mean, source, rule.tax_inclusive, kept)
        return Base(tiers[0].unit_price, unit_price_at(tiers, quantity), source, rule.tax_inclusive)
    return None


def price_for_one(offer: Offer, lists: Sequence[ListRule], day: date) -> Decimal | None:
    """The list price of one on the day, as catalogues show it; None where there is none."""
    found = listed_base(offer, lists, Decimal(1), day)
    return found.unit_price if found else None


def on_day(tiers: tuple[Tier, ...], day: date) -> tuple[Tier, ...]:
    """The tiers valid on the day; of two for one quantity the later to begin holds."""
    if not any(tier.valid_from or tier.valid_to for tier in tiers):
        return tiers
    valid: dict[Decimal, Tier] = {}
    for tier in sorted(tiers, key=lambda t: t.valid_from or date.min):
        if (tier.valid_from or day) <= day <= (tier.valid_to or day):
            valid[tier.min_quantity] = tier
    return tuple(valid[quantity] for quantity in sorted(valid))


def graduated(tiers: Sequence[Tier], quantity: Decimal) -> tuple[Grade, ...]:
    """The quantity in slices, each at its own tier's price; what lies below the first tier is at the first's."""
    grades: list[Grade] = []
    begin = ZERO
    for number, tier in enumerate(tiers):
        last = number + 1 == len(tiers)
        # Where the first begins at 1, one "from 10 on" begins with the tenth unit: nine are below it.
        end = quantity if last else min(quantity, tiers[number + 1].min_quantity - tiers[0].min_quantity)
        if end > begin:
            grades.append((end - begin, tier.unit_price))
            begin = end
    return tuple(grades)


def reckoned_base(
    formula: Formula, ask: BasketLine, currency: str, inclusive: bool, *, lenient: bool
) -> Base | None:
    """The formula's price for what was said of the goods; None where it has none in the currency, or nothing was said
    of goods whose price is typed (`lenient`). The inputs were checked. Raises FormulaRefused.
    """
    if currency not in formula.expressions or (lenient and not ask.inputs):
        return None
    price = unit_price_by(formula, currency, ask.inputs)
    return Base(price, price, "formula", inclusive)


def check_inputs(formula: Formula, ask: BasketLine, index: int, *, lenient: bool) -> None:
    """Refuse inputs that are missing, unknown, out of range or off their step; each refusal names the input."""
    known: Mapping[str, Input] = {one.code: one for one in formula.inputs}
    for code in ask.inputs:
        if code not in known:
            raise UnknownInput(ask.sku, code, index)
    for one in formula.inputs:
        value = ask.inputs.get(one.code)
        name = one.name or one.code
        if value is None:
            if lenient and not ask.inputs:
                continue
            raise InputMissing(ask.sku, name, one.code, index, one.name_zh)
        if not one.least <= value <= one.most:
            raise InputOutOfRange(name, one.code, one.least, one.most, one.unit, index, one.name_zh)
        if one.step and (value - one.least) % one.step:
            raise InputOffStep(name, one.code, one.step, one.least, index, one.name_zh)
