"""The first steps of pricing, from a line asked for to its unit price: what is chosen, list price, options, bundles.

Steps, in order: on sale today? → list price → quantity tier (of a bundle: the sum of its parts, less its discount) →
surcharges of chosen parts → options → hand-typed price. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openoms.core.money import UNIT_PRICE_STEP, ZERO
from openoms.domains.pricing.book import BasketLine, Book, ListRule, Offer, unit_price_at
from openoms.domains.pricing.choices import (
    Chosen,
    Extra,
    ExtraValue,
    TakenPart,
    chosen_values,
    taken_parts,
)
from openoms.domains.pricing.errors import (
    BelowMinimum,
    MixedTaxBasis,
    NoOptionPrice,
    NoPrice,
    NotOnSale,
    OptionsBelowZero,
    PackMultiple,
)
from openoms.domains.pricing.steps import TraceStep

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Component:
    """A sku that a line consists of: how many of it one unit of the line holds."""

    offer: Offer
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """A line's unit price. `listed` (options included) is None where only a typed price exists."""

    listed: Decimal | None
    unit_price: Decimal
    source: str
    tax_inclusive: bool
    options: tuple[Chosen, ...]
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A line with what it is priced by."""

    index: int
    ask: BasketLine
    offer: Offer
    currency: str
    book: Book
    lists: Sequence[ListRule]
    trace: list[TraceStep]

    def note(self, code: str, **data: object) -> None:
        self.trace.append(TraceStep(code, self.index + 1, data))


def unit_price_of(
    index: int,
    ask: BasketLine,
    offer: Offer,
    currency: str,
    book: Book,
    lists: Sequence[ListRule],
    trace: list[TraceStep],
    today: date | None,
) -> UnitPrice:
    """The unit price of line `index`. `today` None takes the line as agreed: what it was sold as is not questioned.

    Raises the refusals of pricing/errors.py, each naming the line's index and the part of it at fault.
    """
    asked = _Asked(index, ask, offer, currency, book, lists, trace)
    if today is not None:
        _check_sale(ask, offer, index, today)
    menu = offer.menu
    values = chosen_values(menu, ask.options, index, lenient=today is None)
    parts = taken_parts(menu.bundle, ask.parts, index, lenient=today is None)
    components = tuple(Component(_part_offer(asked, taken, today), taken.part.quantity) for taken in parts)
    found = _of_bundle(asked, components) if _is_summed(offer) else _of_list(asked)
    listed, basis = found if found else (None, lists[0].tax_inclusive if lists else False)
    manual = ask.unit_price is not None
    if components:
        trace_parts = [[c.offer.sku, str(c.quantity)] for c in components]
        asked.note("bundle_parts", parts=trace_parts)
    if listed is not None:
        listed += _surcharges(asked, parts, lenient=manual)
    options = _options(asked, values, priced=listed is not None, lenient=manual)
    if options and listed is not None:
        listed += sum((chosen.amount or ZERO for chosen in options), ZERO)
        if listed < 0 and not manual:
            raise OptionsBelowZero(offer.sku, index)
    unit_price, source = _agreed(asked, listed)
    return UnitPrice(listed, unit_price, source, basis, options, components)


def list_price(
    offer: Offer, lists: Sequence[ListRule], quantity: Decimal
) -> tuple[Decimal, Decimal, ListRule] | None:
    """The sku's base price, that at `quantity`, and the list they are from; None where no list has it."""
    source = next((rule for rule in lists if rule.code in offer.prices), None)
    if source is None:
        return None
    tiers = offer.prices[source.code]
    return tiers[0].unit_price, unit_price_at(tiers, quantity), source


def _check_sale(ask: BasketLine, offer: Offer, index: int, today: date) -> None:
    if not offer.is_on_sale(today):
        raise NotOnSale(offer.sku, index)
    if ask.quantity < offer.min_quantity:
        raise BelowMinimum(offer.sku, offer.min_quantity, index)
    if offer.pack_quantity and ask.quantity % offer.pack_quantity:
        raise PackMultiple(offer.sku, offer.pack_quantity, index)


def _part_offer(asked: _Asked, taken: TakenPart, today: date | None) -> Offer:
    offer = asked.book.offers.get(taken.part.sku)
    if offer is None or (today is not None and not offer.is_on_sale(today)):
        raise NotOnSale(taken.part.sku, asked.index, "sku" if taken.group.fixed else "parts")
    return offer


def _is_summed(offer: Offer) -> bool:
    return offer.menu.bundle is not None and offer.menu.bundle.policy != "fixed"


def _of_list(asked: _Asked) -> tuple[Decimal, bool] | None:
    """Base price and quantity tier, and whether they contain the tax."""
    found = list_price(asked.offer, asked.lists, asked.ask.quantity)
    if found is None:
        return None
    base, listed, source = found
    asked.note("list_price", list=source.code, unit_price=str(base))
    if listed != base:
        asked.note("quantity_tier", quantity=str(asked.ask.quantity), unit_price=str(listed))
    return listed, source.tax_inclusive


def _of_bundle(asked: _Asked, components: Sequence[Component]) -> tuple[Decimal, bool] | None:
    """What the parts cost together, less the bundle's discount; each part at the tier its own quantity reaches."""
    total, bases, told = ZERO, set(), []
    for component in components:
        found = list_price(component.offer, asked.lists, component.quantity * asked.ask.quantity)
        if found is None:
            if asked.ask.unit_price is not None:
                return None
            raise NoPrice(component.offer.sku, asked.currency, asked.index)
        _, unit, source = found
        total += unit * component.quantity
        bases.add(source.tax_inclusive)
        told.append([component.offer.sku, str(component.quantity), str(unit)])
    if len(bases) > 1:
        raise MixedTaxBasis(
            "One order cannot mix prices with tax and prices without. Put both skus on one price list.",
            field=("lines", asked.index, "sku"),
        )
    if not components:
        return None
    total = total.quantize(UNIT_PRICE_STEP)
    asked.note("bundle_sum", prices=told, unit_price=str(total))
    bundle = asked.offer.menu.bundle
    if bundle is not None and bundle.policy == "discounted":
        total = (total * (1 - bundle.percent / HUNDRED)).quantize(UNIT_PRICE_STEP)
        asked.note("bundle_discount", percent=str(bundle.percent), unit_price=str(total))
    return total, bases.pop()


def _surcharges(asked: _Asked, parts: Sequence[TakenPart], *, lenient: bool) -> Decimal:
    """What the chosen parts cost more, for one bundle."""
    more = ZERO
    for taken in parts:
        amounts = taken.part.surcharges
        if not amounts:
            continue
        if asked.currency not in amounts:
            if lenient:
                continue
            raise NoOptionPrice(taken.part.sku, asked.currency, asked.index, "parts")
        amount = amounts[asked.currency]
        if amount:
            more += amount
            asked.note("part_surcharge", group=taken.group.code, sku=taken.part.sku, amount=str(amount))
    return more


def _options(
    asked: _Asked, values: Sequence[tuple[Extra, ExtraValue]], *, priced: bool, lenient: bool
) -> tuple[Chosen, ...]:
    """What was chosen, each with what it adds to the unit price."""
    return tuple(_option(asked, extra, value, priced=priced, lenient=lenient) for extra, value in values)


def _option(asked: _Asked, extra: Extra, value: ExtraValue, *, priced: bool, lenient: bool) -> Chosen:
    if not priced:
        return Chosen(extra, value, None)
    if value.deltas and asked.currency not in value.deltas:
        if lenient:
            return Chosen(extra, value, None)
        raise NoOptionPrice(f"{extra.code} {value.code}", asked.currency, asked.index)
    amount = value.deltas.get(asked.currency, ZERO)
    asked.note(
        "option",
        option=extra.code,
        value=value.code,
        label=extra.name,
        label_zh=extra.name_zh,
        value_label=value.name,
        value_label_zh=value.name_zh,
        amount=str(amount),
    )
    return Chosen(extra, value, amount)


def _agreed(asked: _Asked, listed: Decimal | None) -> tuple[Decimal, str]:
    """The unit price that holds, and its source: the typed one, else the listed."""
    ask = asked.ask
    if ask.unit_price is not None:
        asked.note("manual_price", unit_price=str(ask.unit_price), reason=ask.price_reason)
        return ask.unit_price.quantize(UNIT_PRICE_STEP), "manual"
    if listed is None:
        raise NoPrice(ask.sku, asked.currency, asked.index)
    bundle = asked.offer.menu.bundle
    if bundle is not None and _is_summed(asked.offer):
        return listed, f"bundle:{bundle.policy}"
    found = list_price(asked.offer, asked.lists, ask.quantity)
    assert found is not None, "a listed price comes from a list"
    return listed, f"list:{found[2].code}"
