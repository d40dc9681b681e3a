"""Whether a promotion makes sense by itself and beside others: refusals that name the part, and warnings. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from openoms.core.errors import FieldProblem, InvalidInput
from openoms.core.money import CURRENCIES
from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.percents import HUNDRED
from openoms.domains.pricing.promotions import (
    AmountIs,
    AmountOff,
    Benefit,
    CustomerIs,
    Gift,
    Ladder,
    OrderCountIs,
    OrderIs,
    Percent,
    Promotion,
    QuantityIs,
    SetPrice,
)

LARGEST = Decimal(10) ** 12
MOST_BENEFITS, MOST_CONDITIONS, MOST_NAMES, MOST_RUNGS = 20, 20, 2000, 50
MOST_LETTERS = 120
_SLUG = re.compile(r"[A-Za-z0-9_-]{1,40}")
_FINEST = -6
_BUDGET_STEP = Decimal("0.0001")
Loc = tuple[str | int, ...]


def check_promotion(promotion: Promotion) -> None:
    """Refuse a promotion that means nothing; raises InvalidInput with every part at fault."""
    problems = list(_problems(promotion))
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)


def _problems(promotion: Promotion) -> Iterator[FieldProblem]:
    yield from _numbers(promotion, ())
    yield from _head(promotion)
    if promotion.currency and promotion.currency not in CURRENCIES:
        yield FieldProblem(("currency",), f"{promotion.currency!r} is not an ISO 4217 currency code.")
    if not 1 <= len(promotion.benefits) <= MOST_BENEFITS:
        yield FieldProblem(("benefits",), f"A promotion gives 1 to {MOST_BENEFITS} benefits.")
    if len(promotion.conditions) > MOST_CONDITIONS:
        yield FieldProblem(("conditions",), f"A promotion has at most {MOST_CONDITIONS} conditions.")
    if promotion.stacking in ("first", "best") and not promotion.group:
        yield FieldProblem(("group",), "Name the group that this is the first or best of.")
    yield from _window(promotion)
    yield from _limits(promotion)
    if not promotion.currency and any(_speaks_of_amounts(goods) for _, goods in goods_of(promotion)):
        yield FieldProblem(("currency",), "Bounds of a price need the promotion's currency.")
    for index, benefit in enumerate(promotion.benefits):
        yield from _benefit(promotion, benefit, ("benefits", index))
    for index, condition in enumerate(promotion.conditions):
        loc: Loc = ("conditions", index)
        if isinstance(condition, AmountIs) and not promotion.currency:
            yield FieldProblem(("currency",), "A condition on an amount needs the promotion's currency.")
        yield from _condition(condition, loc)


def _head(promotion: Promotion) -> Iterator[FieldProblem]:
    """Names as they can be kept."""
    if not _SLUG.fullmatch(promotion.code):
        yield FieldProblem(("code",), "A code has 1 to 40 letters, digits, hyphens and underscores.")
    if promotion.group and not _SLUG.fullmatch(promotion.group):
        yield FieldProblem(("group",), "A group has up to 40 letters, digits, hyphens and underscores.")
    for name in ("name", "name_zh"):
        if len(getattr(promotion, name)) > MOST_LETTERS:
            yield FieldProblem((name,), f"A name has at most {MOST_LETTERS} characters.")
    if not -32768 <= promotion.priority <= 32767:
        yield FieldProblem(("priority",), "A priority lies between -32,768 and 32,767.")


def _numbers(value: Any, loc: Loc) -> Iterator[FieldProblem]:
    """Every number and text within what is kept; what is negative or endless is named."""
    if isinstance(value, str):
        if len(value) > 200 or "\x00" in value:
            yield FieldProblem(loc, "A text has at most 200 characters.")
    elif isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or abs(value) > LARGEST or value < 0 or exponent < _FINEST:
            yield FieldProblem(loc, "A number lies between 0 and 1,000,000,000,000 with at most 6 decimals.")
    elif isinstance(value, int) and not isinstance(value, bool):
        if loc[-1:] != ("priority",) and not 0 <= value <= 10**9:
            yield FieldProblem(loc, "A number lies between 0 and 1,000,000,000.")
    elif isinstance(value, tuple):
        if len(value) > MOST_NAMES:
            yield FieldProblem(loc, f"At most {MOST_NAMES} of these.")
        for index, part in enumerate(value):
            yield from _numbers(part, (*loc, index))
    elif is_dataclass(value):
        for one in fields(value):
            yield from _numbers(getattr(value, one.name), (*loc, one.name))


def _window(promotion: Promotion) -> Iterator[FieldProblem]:
    window = promotion.window
    if window.starts_at and window.ends_at and window.starts_at >= window.ends_at:
        yield FieldProblem(("window", "ends_at"), "It ends before it starts.")
    try:
        ZoneInfo(window.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield FieldProblem(("window", "timezone"), f"There is no time zone {window.timezone!r}.")
    for index, hours in enumerate(window.hours):
        if not 0 <= hours.weekday <= 6:
            yield FieldProblem(("window", "hours", index, "weekday"), "Monday is 0, Sunday 6.")
        if hours.until != time() and hours.since >= hours.until:
            loc = ("window", "hours", index, "until")
            yield FieldProblem(loc, "It ends before it begins. Hours past midnight are those of two days.")


def _limits(promotion: Promotion) -> Iterator[FieldProblem]:
    if promotion.budget is not None and not promotion.currency:
        yield FieldProblem(("currency",), "A budget needs the promotion's currency.")
    if promotion.budget is not None and promotion.budget != promotion.budget.quantize(_BUDGET_STEP):
        yield FieldProblem(("budget",), "A budget has at most 4 decimals.")
    for name in ("most_uses", "most_uses_each", "budget"):
        if getattr(promotion, name) == 0:
            yield FieldProblem((name,), "A limit of 0 never lets it apply. Leave it empty for none.")


def _speaks_of_amounts(goods: Goods) -> bool:
    return goods.price_from is not None or goods.price_to is not None


def _benefit(promotion: Promotion, benefit: Benefit | Gift, loc: Loc) -> Iterator[FieldProblem]:
    if isinstance(benefit, Gift):
        if benefit.quantity <= 0:
            yield FieldProblem((*loc, "quantity"), "A gift is of at least one.")
        return
    yield from _worth(promotion, benefit, loc)
    yield from _units(benefit, loc)
    for name in ("cap", "cap_line", "cap_unit"):
        if getattr(benefit, name) == 0:
            yield FieldProblem((*loc, name), "A cap of 0 gives nothing. Leave it empty for none.")
    sized = benefit.units.size or benefit.units.bought
    if benefit.target in ("shipping", "delivery") and (sized or benefit.goods.named):
        yield FieldProblem(
            (*loc, "target"), "Shipping fees are no goods: narrow them by method or by a condition."
        )
    if benefit.methods and benefit.target not in ("shipping", "delivery"):
        yield FieldProblem((*loc, "methods"), "Delivery methods belong to a benefit on shipping.")


def _units(benefit: Benefit, loc: Loc) -> Iterator[FieldProblem]:
    units = benefit.units
    if units.rewarded > units.size > 0:
        yield FieldProblem((*loc, "units", "rewarded"), "More units are rewarded than a set has.")
    if units.rewarded and not units.size:
        yield FieldProblem((*loc, "units", "size"), "Say of how many units a set is.")
    if units.size and units.bought:
        yield FieldProblem(
            (*loc, "units", "bought"), "Units are earned by sets or by other goods, not by both."
        )
    if units.bought and not (units.bought.quantity and units.bought.get):
        yield FieldProblem((*loc, "units", "bought", "quantity"), "Buying at least one gives at least one.")
    if units.most_sets and not (units.rewarded or units.bought):
        yield FieldProblem((*loc, "units", "most_sets"), "There are no sets to limit.")
    together = benefit.target in ("items", "order") and units.rewarded
    if together and isinstance(benefit.worth, SetPrice) and (units.most or units.most_per_line):
        yield FieldProblem((*loc, "units", "most_sets"), "A set's price is for full sets: limit the sets.")


def _worth(promotion: Promotion, benefit: Benefit, loc: Loc) -> Iterator[FieldProblem]:
    worth = benefit.worth
    needs_currency = isinstance(worth, AmountOff | SetPrice) or any(
        amount is not None
        for amount in (benefit.cap, benefit.cap_line, benefit.cap_unit, benefit.units.worth)
    )
    match worth:
        case Percent() if not 0 < worth.percent <= HUNDRED:
            yield FieldProblem((*loc, "worth", "percent"), "A percentage lies above 0 and up to 100.")
        case AmountOff() if worth.amount == 0:
            yield FieldProblem((*loc, "worth", "amount"), "An amount off is above 0.")
        case Ladder():
            needs_currency = needs_currency or worth.unit != "percent" or worth.by == "amount"
            yield from _rungs(worth, loc)
            if worth.by == "line_quantity" and benefit.target not in ("unit", "line"):
                yield FieldProblem(
                    (*loc, "worth", "by"), "A line's own quantity counts for its units or the line."
                )
        case SetPrice() if worth.may_raise and benefit.target != "unit":
            yield FieldProblem((*loc, "worth", "may_raise"), "Only a unit's price can be raised.")
    if needs_currency and not promotion.currency:
        yield FieldProblem(("currency",), "Amounts need the promotion's currency.")


def _rungs(worth: Ladder, loc: Loc) -> Iterator[FieldProblem]:
    if not 1 <= len(worth.rungs) <= MOST_RUNGS:
        yield FieldProblem((*loc, "worth", "rungs"), f"A ladder has 1 to {MOST_RUNGS} rungs.")
    if len({rung.least for rung in worth.rungs}) < len(worth.rungs):
        yield FieldProblem((*loc, "worth", "rungs"), "Two rungs begin at one measure.")
    if worth.unit == "percent" and any(rung.value > HUNDRED for rung in worth.rungs):
        yield FieldProblem((*loc, "worth", "rungs"), "A percentage lies above 0 and up to 100.")


def _condition(condition: Any, loc: Loc) -> Iterator[FieldProblem]:
    if isinstance(condition, AmountIs | QuantityIs | OrderCountIs):
        least, most = condition.least, condition.most
        counted = isinstance(condition, OrderCountIs) and (condition.nth or condition.every)
        if least is None and most is None and not counted:
            yield FieldProblem((*loc, "least"), "Say from or up to what.")
        if least is not None and most is not None and least > most:
            yield FieldProblem((*loc, "most"), "It ends below where it begins.")
    if isinstance(condition, CustomerIs) and not (
        condition.customers or condition.tiers or condition.segments
    ):
        yield FieldProblem((*loc, "customers"), "Name customers, tiers or segments.")
    if isinstance(condition, OrderIs) and not (
        condition.channels or condition.order_types or condition.terms or condition.regions
    ):
        yield FieldProblem((*loc, "channels"), "Name channels, order types, terms or regions.")


def goods_of(promotion: Promotion) -> Iterator[tuple[Loc, Goods]]:
    """Every part of the promotion that speaks of goods, with the way to it."""
    for index, benefit in enumerate(promotion.benefits):
        loc: Loc = ("benefits", index)
        yield (*loc, "goods"), benefit.goods
        if isinstance(benefit, Benefit):
            if benefit.units.bought:
                yield (*loc, "units", "bought", "goods"), benefit.units.bought.goods
            if isinstance(benefit.worth, Ladder):
                yield (*loc, "worth", "over"), benefit.worth.over
    for index, condition in enumerate(promotion.conditions):
        if isinstance(condition, AmountIs | QuantityIs):
            yield ("conditions", index, "goods"), condition.goods


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a promotion never applies: `reason` is a code of docs/pricing.md, `by` the other one where there is one."""

    code: str
    reason: str
    by: str = ""


def conflicts(promotions: Sequence[Promotion], now: datetime) -> list[Conflict]:
    """Promotions that can never apply, and why; each once, in the order given."""
    found = []
    for promotion in promotions:
        ends_at = promotion.window.ends_at
        if ends_at is not None and ends_at <= now:
            found.append(Conflict(promotion.code, "ended"))
            continue
        winner = next((p for p in promotions if p is not promotion and _always_beats(p, promotion)), None)
        if winner:
            reason = "excluded" if winner.stacking == "exclusive" else "lost_group"
            found.append(Conflict(promotion.code, reason, winner.code))
    return found


def _always_beats(one: Promotion, other: Promotion) -> bool:
    """Whether wherever `other` could apply, `one` does, and keeps it out."""
    if one.stacking == "exclusive":
        ahead = other.stacking != "exclusive" or _turn(one) < _turn(other)
    elif one.stacking == "first" and other.stacking in ("first", "best") and one.group == other.group:
        ahead = _turn(one) < _turn(other)
    else:
        return False
    return (
        ahead
        and not one.needs_coupon
        and not one.is_limited
        and one.currency in ("", other.currency)
        and set(one.conditions) <= set(other.conditions)
        and _covers(one, other)
        and any(_always_gives(benefit, other) for benefit in one.benefits)
    )


def _turn(promotion: Promotion) -> tuple[int, str]:
    return -promotion.priority, promotion.code


def _covers(one: Promotion, other: Promotion) -> bool:
    """Whether `one` runs whenever `other` does."""
    mine, theirs = one.window, other.window
    if mine.hours and (mine.hours, mine.timezone) != (theirs.hours, theirs.timezone):
        return False
    begins = mine.starts_at is None or (theirs.starts_at is not None and mine.starts_at <= theirs.starts_at)
    return begins and (
        mine.ends_at is None or (theirs.ends_at is not None and mine.ends_at >= theirs.ends_at)
    )


def _always_gives(benefit: Benefit | Gift, other: Promotion) -> bool:
    """Whether it gives every basket something to which `other` could give something."""
    if isinstance(benefit, Gift) or benefit.target in ("shipping", "delivery"):
        return False
    for theirs in other.benefits:
        # Fees and gifts come to baskets of agreed prices too, or of goods that cost nothing.
        if isinstance(theirs, Gift) or theirs.target in ("shipping", "delivery"):
            return False
        if theirs.goods.agreed and not benefit.goods.agreed:
            return False
    plain = (
        isinstance(benefit.worth, Percent | AmountOff)
        and benefit.units.size == 0
        and not benefit.units.bought
    )
    goods = benefit.goods
    every = not goods.named and not goods.except_skus and not goods.except_categories and goods.reduced
    return plain and every and goods.price_from is None and goods.price_to is None and not benefit.units.worth


def names(parts: Iterable[tuple[Loc, Goods]]) -> dict[str, set[str]]:
    """The skus, products and categories that goods name, to be looked up."""
    found: dict[str, set[str]] = {"skus": set(), "products": set(), "categories": set()}
    for _, goods in parts:
        found["skus"] |= {*goods.skus, *goods.except_skus}
        found["products"] |= {*goods.products}
        found["categories"] |= {*goods.categories, *goods.except_categories}
    return found
