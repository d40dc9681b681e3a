"""The first steps of pricing, from a line asked for to its unit price: what is chosen, list price, options, bundles.

Steps, in order: on sale today? → contract, formula or list price → quantity tier (of a bundle: the sum of its parts, less
its discount) → surcharges of chosen parts → options → hand-typed price. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openoms.core.money import UNIT_PRICE_STEP, ZERO
from openoms.domains.pricing.base_price import (
    Base,
    Grade,
    agreed_base,
    check_inputs,
    listed_base,
    reckoned_base,
)
from openoms.domains.pricing.book import BasketLine, Book, Facts, ListRule, Offer
from openoms.domains.pricing.choices import (
    NO_MENU,
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
    UnknownInput,
    UnknownSku,
)
from openoms.domains.pricing.percents import HUNDRED, percent_of
from openoms.domains.pricing.steps import TraceStep


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
    grades: tuple[Grade, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A line with what it is priced by."""

    index: int
    ask: BasketLine
    offer: Offer
    currency: str
    book: Book
    lists: Sequence[ListRule]
    facts: Facts
    day: date
    trace: list[TraceStep]

    @property
    def inclusive(self) -> bool:
        """Whether a price without a list contains the tax: as the customer's first list says, else it does not."""
        return self.lists[0].tax_inclusive if self.lists else False

    def note(self, code: str, **data: object) -> None:
        self.trace.append(TraceStep(code, self.index + 1, data))


def unit_price_of(
    index: int,
    ask: BasketLine,
    currency: str,
    book: Book,
    lists: Sequence[ListRule],
    facts: Facts,
    day: date,
    trace: list[TraceStep],
) -> UnitPrice:
    """The unit price of line `index` on `day`. Facts `as_agreed` take it as it was sold: nothing of it is questioned.

    Raises the refusals of pricing/errors.py, each naming the line's index and the part of it at fault.
    """
    offer = book.offers.get(ask.sku)
    if offer is None:
        raise UnknownSku(ask.sku, index)
    asked = _Asked(index, ask, offer, currency, book, lists, facts, day, trace)
    strict, typed = not facts.as_agreed, ask.unit_price is not None
    if strict:
        _check_sale(ask, offer, index, day)
    values: list[tuple[Extra, ExtraValue]] = []
    parts: list[TakenPart] = []
    if offer.menu is not NO_MENU or ask.options or ask.parts:
        values = chosen_values(offer.menu, ask.options, index, lenient=not strict)
        parts = taken_parts(offer.menu.bundle, ask.parts, index, lenient=not strict)
    components = tuple(Component(_part_offer(asked, taken), taken.part.quantity) for taken in parts)
    base = _base(asked, components)
    if components:
        asked.note("bundle_parts", parts=[[c.offer.sku, str(c.quantity)] for c in components])
    more = _surcharges(asked, parts, lenient=typed) if base else ZERO
    options = _options(asked, values, base, lenient=typed)
    more += sum((chosen.amount or ZERO for chosen in options), ZERO)
    listed = base.unit_price + more if base else None
    if listed is not None and listed < 0 and not typed:
        raise OptionsBelowZero(offer.sku, index)
    inclusive = base.tax_inclusive if base else asked.inclusive
    if ask.unit_price is not None:
        asked.note("manual_price", unit_price=str(ask.unit_price), reason=ask.price_reason)
        price = ask.unit_price.quantize(UNIT_PRICE_STEP)
        return UnitPrice(listed, price, "manual", inclusive, options, components)
    if base is None or listed is None:
        raise NoPrice(ask.sku, currency, index)
    grades = tuple((quantity, price + more) for quantity, price in base.grades)
    return UnitPrice(listed, listed, base.source, inclusive, options, components, grades)


def _check_sale(ask: BasketLine, offer: Offer, index: int, today: date) -> None:
    if not offer.is_on_sale(today):
        raise NotOnSale(offer.sku, index)
    if ask.quantity < offer.min_quantity:
        raise BelowMinimum(offer.sku, offer.min_quantity, index)
    if offer.pack_quantity and ask.quantity % offer.pack_quantity:
        raise PackMultiple(offer.sku, offer.pack_quantity, index)


def _part_offer(asked: _Asked, taken: TakenPart) -> Offer:
    offer = asked.book.offers.get(taken.part.sku)
    if offer is None or not (asked.facts.as_agreed or offer.is_on_sale(asked.day)):
        raise NotOnSale(taken.part.sku, asked.index, "sku" if taken.group.fixed else "parts")
    return offer


def _base(asked: _Asked, components: Sequence[Component]) -> Base | None:
    """Where the price starts, told; None where only a typed price can hold."""
    formula, bundle = asked.offer.formula, asked.offer.menu.bundle
    lenient = asked.ask.unit_price is not None
    if formula is not None:
        # Whatever the price comes from, the goods are made by what was said.
        check_inputs(formula, asked.ask, asked.index, lenient=lenient)
    elif asked.ask.inputs:
        raise UnknownInput(asked.offer.sku, next(iter(asked.ask.inputs)), asked.index)
    agreed = agreed_base(
        asked.facts.agreements.get(asked.offer.sku, ()), asked.currency, asked.ask.quantity, asked.day
    )
    if agreed is not None:
        _tell(asked, agreed, "contract_price", contract=agreed.source.removeprefix("contract:"))
        return agreed
    if formula is not None:
        reckoned = reckoned_base(formula, asked.ask, asked.currency, asked.inclusive, lenient=lenient)
        if reckoned is not None:
            inputs = {code: str(value) for code, value in asked.ask.inputs.items()}
            expression = formula.expressions[asked.currency]
            asked.note("formula", formula=expression, inputs=inputs, unit_price=str(reckoned.unit_price))
        return reckoned
    if bundle is not None and bundle.policy != "fixed":
        return _of_bundle(asked, components)
    listed = listed_base(asked.offer, asked.lists, asked.ask.quantity, asked.day)
    if listed is not None:
        _tell(asked, listed, "list_price", list=listed.source.removeprefix("list:"))
    return listed


def _tell(asked: _Asked, base: Base, code: str, **data: object) -> None:
    """Trace where the price is from, and what its quantity made of it."""
    asked.note(code, **data, unit_price=str(base.first))
    if base.grades:
        told = [[str(quantity), str(price)] for quantity, price in base.grades]
        asked.note("graduated_price", grades=told, unit_price=str(base.unit_price))
    elif base.unit_price != base.first:
        asked.note("quantity_tier", quantity=str(asked.ask.quantity), unit_price=str(base.unit_price))


def _of_bundle(asked: _Asked, components: Sequence[Component]) -> Base | None:
    """What the parts cost together, less the bundle's discount; each part at the tier its own quantity reaches."""
    total, bases, told = ZERO, set(), []
    for component in components:
        quantity = component.quantity * asked.ask.quantity
        found = listed_base(component.offer, asked.lists, quantity, asked.day)
        if found is None:
            if asked.ask.unit_price is not None:
                return None
            raise NoPrice(component.offer.sku, asked.currency, asked.index)
        total += found.unit_price * component.quantity
        bases.add(found.tax_inclusive)
        told.append([component.offer.sku, str(component.quantity), str(found.unit_price)])
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
    policy = bundle.policy if bundle else ""
    return Base(total, total, f"bundle:{policy}", bases.pop())


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
    asked: _Asked, values: Sequence[tuple[Extra, ExtraValue]], base: Base | None, *, lenient: bool
) -> tuple[Chosen, ...]:
    """What was chosen, each with what it adds to the unit price (of no price, nothing)."""
    if base is None:
        return tuple(Chosen(extra, value, None) for extra, value in values)
    return tuple(_option(asked, extra, value, base, lenient=lenient) for extra, value in values)


def _option(asked: _Asked, extra: Extra, value: ExtraValue, base: Base, *, lenient: bool) -> Chosen:
    if value.deltas and asked.currency not in value.deltas:
        if lenient:
            return Chosen(extra, value, None)
        raise NoOptionPrice(f"{extra.code} {value.code}", asked.currency, asked.index)
    amount = value.deltas.get(asked.currency, ZERO)
    if value.percent:
        amount += percent_of(base.unit_price, value.percent, asked.currency)
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
