"""The pricing engine: one pure function from a basket to its price, every step on record.

Steps, in order (design §4 'Pricing'): unit price (base, quantity tier, options, hand-typed: unit_price.py) → line
discount → order discount → shipping → tax → totals. Each later benefit (promotions, coupons) is one more step between
these; callers see only `price`. Amounts are at the currency's exponent from the moment a unit price meets a quantity.

    total = items_total + shipping_total + tax_total,   items_total = Σ line.net,   line.total = line.net + line.tax

hold to the minor unit whether list prices contain the tax or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from openoms.core.money import ZERO, round_money, split_amount, step
from openoms.domains.pricing.book import Basket, BasketLine, Book, Discount, Facts, ListRule, Offer
from openoms.domains.pricing.choices import Chosen
from openoms.domains.pricing.costs import cost_at, cost_of_parts
from openoms.domains.pricing.errors import BadDiscount, MixedTaxBasis, UnknownSku
from openoms.domains.pricing.steps import TraceStep
from openoms.domains.pricing.unit_price import Component, UnitPrice, unit_price_of

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One signed amount on a line's goods, in the list's tax basis, and where it comes from."""

    source: str
    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line's price. `list_unit_price` is None where only a typed price exists; `net` and `tax` follow discounts.

    `options` are what was chosen of the sku's extras, `components` what a bundle consists of.
    """

    position: int
    offer: Offer
    quantity: Decimal
    list_unit_price: Decimal | None
    unit_price: Decimal
    price_source: str
    price_reason: str
    gross: Decimal
    adjustments: tuple[Adjustment, ...]
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    options: tuple[Chosen, ...] = ()
    components: tuple[Component, ...] = ()

    @property
    def total(self) -> Decimal:
        """What the line costs with its tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class PricedBasket:
    """A basket's price in one currency; the identity in the module's docstring holds exactly."""

    currency: str
    tax_inclusive: bool
    lines: tuple[PricedLine, ...]
    adjustments: tuple[Adjustment, ...]
    items_total: Decimal
    discount_total: Decimal
    shipping_total: Decimal
    shipping_tax: Decimal
    tax_total: Decimal
    total: Decimal
    trace: tuple[TraceStep, ...]


@dataclass(slots=True)
class _Draft:
    """A line while it is being priced."""

    position: int
    ask: BasketLine
    offer: Offer
    unit: UnitPrice
    gross: Decimal
    amount: Decimal
    adjustments: list[Adjustment] = field(default_factory=list)
    rate: Decimal = ZERO
    tax: Decimal = ZERO


@dataclass(slots=True)
class _Fee:
    """The shipping fee while it is being priced, in the basket's tax basis; no class means untaxed."""

    amount: Decimal
    tax_class: str | None
    tax: Decimal = ZERO


def price(basket: Basket, book: Book, facts: Facts, now: datetime) -> PricedBasket:
    """The price of `basket` under `book` for a customer of `facts` at `now` (aware; dated offers go by it).

    Raises UnknownSku, the refusals of a line (pricing/errors.py), BadDiscount, MixedTaxBasis, UnknownCurrency; those
    about a line name its index.
    """
    minor = step(basket.currency)
    trace: list[TraceStep] = []
    lists = book.lists_for(basket.currency, facts.tier)
    # What was agreed in the past is not measured by what is on sale now.
    today = None if facts.as_agreed else now.astimezone(UTC).date()
    drafts = [_draft(i, ask, basket, book, lists, today, trace) for i, ask in enumerate(basket.lines)]
    tax_inclusive = False if facts.as_agreed else _tax_basis(drafts, lists)
    for draft in drafts:
        if draft.ask.discount:
            _line_discount(draft, draft.ask.discount, basket.currency, trace)
    order_adjustments = _order_discount(drafts, basket, minor, trace)
    fee = _shipping(drafts, basket, book, trace)
    if facts.as_agreed:
        trace.append(TraceStep("tax_as_agreed", None, {}))
    elif facts.tax_exempt:
        _exempt(drafts, fee, tax_inclusive, basket, book, trace)
    else:
        _taxes(drafts, fee, tax_inclusive, basket, book, trace)
    return _total(drafts, order_adjustments, fee, tax_inclusive, basket, trace)


def replay(basket: Basket, book: Book, facts: Facts, now: datetime, stored: PricedBasket) -> bool:
    """Whether pricing again gives the stored numbers."""
    return price(basket, book, facts, now) == stored


def reclaim(line: PricedLine, before: Decimal, quantity: Decimal, currency: str) -> Decimal:
    """What giving back `quantity` more of a line returns, tax included, `before` of it having been given back already.

    The line's own share, discounts and all: however a line is given back, the parts sum to exactly its total.
    """
    if before < 0 or quantity < 0 or before + quantity > line.quantity:
        raise ValueError("more is given back than the line has")
    upto = round_money(line.total * (before + quantity) / line.quantity, currency)
    return upto - round_money(line.total * before / line.quantity, currency)


def unit_cost_of(line: PricedLine, currency: str, day: date) -> tuple[Decimal, str] | None:
    """What one unit of the line costs the firm on `day`, and in which currency: its own cost, else its parts'."""
    own = cost_at(line.offer.costs, currency, day)
    if own is not None:
        return own.unit_cost, own.currency
    return cost_of_parts([(part.offer.costs, part.quantity) for part in line.components], currency, day)


def _draft(
    index: int,
    ask: BasketLine,
    basket: Basket,
    book: Book,
    lists: Sequence[ListRule],
    today: date | None,
    trace: list[TraceStep],
) -> _Draft:
    """One line at its unit price, before discounts and tax."""
    offer = book.offers.get(ask.sku)
    if offer is None:
        raise UnknownSku(ask.sku, index)
    unit = unit_price_of(index, ask, offer, basket.currency, book, lists, trace, today)
    gross = round_money(unit.unit_price * ask.quantity, basket.currency)
    data = {"quantity": str(ask.quantity), "unit_price": str(unit.unit_price), "amount": str(gross)}
    trace.append(TraceStep("line_amount", index + 1, data))
    return _Draft(index + 1, ask, offer, unit, gross, gross)


def _default_basis(lists: Sequence[ListRule]) -> bool:
    """Whether a typed price without a list contains the tax: as the customer's first list says, else it does not."""
    return lists[0].tax_inclusive if lists else False


def _tax_basis(drafts: Sequence[_Draft], lists: Sequence[ListRule]) -> bool:
    """Whether the basket's prices contain the tax; raises MixedTaxBasis when its lines disagree."""
    if not drafts:
        return _default_basis(lists)
    first = drafts[0].unit.tax_inclusive
    for draft in drafts:
        if draft.unit.tax_inclusive != first:
            raise MixedTaxBasis(
                "One order cannot mix prices with tax and prices without. Put both skus on one price list.",
                field=("lines", draft.position - 1, "sku"),
            )
    return first


def _worth(discount: Discount, amount: Decimal, currency: str, field_: tuple[str | int, ...]) -> Decimal:
    """The amount a discount takes off `amount`, at the exponent; raises BadDiscount outside 0 … amount."""
    if discount.kind == "percent":
        if not 0 <= discount.value <= HUNDRED:
            raise BadDiscount("A percent discount lies between 0 and 100.", field=(*field_, "value"))
        return round_money(amount * discount.value / HUNDRED, currency)
    worth = round_money(discount.value, currency)
    if not 0 <= worth <= amount:
        raise BadDiscount(
            f"The discount must lie between 0 and {amount} {currency}.", field=(*field_, "value")
        )
    return worth


def _line_discount(draft: _Draft, discount: Discount, currency: str, trace: list[TraceStep]) -> None:
    worth = _worth(discount, draft.amount, currency, ("lines", draft.position - 1, "discount"))
    if not worth:
        return
    draft.amount -= worth
    draft.adjustments.append(Adjustment("manual:line", discount.label, -worth))
    data = {
        "kind": discount.kind,
        "value": str(discount.value),
        "label": discount.label,
        "amount": str(-worth),
    }
    trace.append(TraceStep("line_discount", draft.position, data))


def _order_discount(
    drafts: Sequence[_Draft], basket: Basket, minor: Decimal, trace: list[TraceStep]
) -> tuple[Adjustment, ...]:
    """Take the order's discount off the lines in proportion to what each still costs."""
    discount = basket.discount
    goods = sum((draft.amount for draft in drafts), ZERO)
    if discount is None:
        return ()
    worth = _worth(discount, goods, basket.currency, ("discount",))
    if not worth:
        return ()
    data = {
        "kind": discount.kind,
        "value": str(discount.value),
        "label": discount.label,
        "amount": str(-worth),
    }
    trace.append(TraceStep("order_discount", None, data))
    for draft, share in zip(drafts, split_amount(worth, [d.amount for d in drafts], minor), strict=True):
        if share:
            draft.amount -= share
            draft.adjustments.append(Adjustment("manual:order", discount.label, -share))
            trace.append(TraceStep("order_discount_share", draft.position, {"amount": str(-share)}))
    return (Adjustment("manual:order", discount.label, -worth),)


def _shipping(drafts: Sequence[_Draft], basket: Basket, book: Book, trace: list[TraceStep]) -> _Fee:
    """The shipping fee: as agreed, else by the most particular rule; services alone ship free."""
    if basket.shipping is not None:
        fee = round_money(basket.shipping, basket.currency)
        trace.append(TraceStep("shipping_agreed", None, {"amount": str(fee)}))
        return _Fee(fee, "standard")
    rule = book.shipping_rule(basket.currency, basket.country or book.rules.home_country, basket.region)
    if rule is None or all(draft.offer.is_service for draft in drafts):
        return _Fee(ZERO, None)
    goods = sum((draft.amount for draft in drafts), ZERO)
    free = rule.free_from is not None and goods >= rule.free_from
    fee = ZERO if free else round_money(rule.fee, basket.currency)
    data = {"rule": rule.code, "label": rule.name, "label_zh": rule.name_zh, "amount": str(fee)}
    if free:
        data["free_from"] = str(rule.free_from)
    trace.append(TraceStep("shipping_free" if free else "shipping_rule", None, data))
    return _Fee(fee, rule.tax_class)


def _tax_in(amount: Decimal, rate: Decimal, inclusive: bool) -> Decimal:
    """The unrounded tax in (inclusive) or on (exclusive) an amount."""
    return amount - amount / (1 + rate) if inclusive else amount * rate


def _taxes(
    drafts: Sequence[_Draft], fee: _Fee, inclusive: bool, basket: Basket, book: Book, trace: list[TraceStep]
) -> None:
    """Give each line and the fee its tax, rounded by the firm's rule."""
    for draft in drafts:
        draft.rate = _rate(draft.offer.tax_class, basket, book)
    fee_rate = _rate(fee.tax_class, basket, book)
    taxed = [(draft.rate, draft.amount) for draft in drafts] + [(fee_rate, fee.amount)]
    taxes = _rounded_taxes(taxed, inclusive, book.rules.tax_rounding, basket.currency)
    fee.tax = taxes.pop()
    for draft, tax in zip(drafts, taxes, strict=True):
        draft.tax = tax
        if draft.rate:
            data = {"class": draft.offer.tax_class, "rate": str(draft.rate), "amount": str(tax)}
            trace.append(TraceStep("tax_inclusive" if inclusive else "tax_exclusive", draft.position, data))
    if fee.tax:
        data = {"class": str(fee.tax_class), "rate": str(fee_rate), "amount": str(fee.tax)}
        trace.append(TraceStep("shipping_tax", None, data))


def _exempt(
    drafts: Sequence[_Draft], fee: _Fee, inclusive: bool, basket: Basket, book: Book, trace: list[TraceStep]
) -> None:
    """An exempt customer pays no tax, nor the tax that prices contain."""
    trace.append(TraceStep("tax_exempt", None, {}))
    if not inclusive:
        return
    for draft in drafts:
        contained = _tax_in(draft.amount, _rate(draft.offer.tax_class, basket, book), True)
        worth = round_money(contained, basket.currency)
        if worth:
            draft.amount -= worth
            draft.adjustments.append(Adjustment("tax:exempt", "", -worth))
    fee.amount -= round_money(_tax_in(fee.amount, _rate(fee.tax_class, basket, book), True), basket.currency)


def _rounded_taxes(
    taxed: Sequence[tuple[Decimal, Decimal]], inclusive: bool, rounding: str, currency: str
) -> list[Decimal]:
    """The tax of each (rate, amount), in order: each rounded, or their sum by rate rounded and shared out."""
    exact = [_tax_in(amount, rate, inclusive) for rate, amount in taxed]
    if rounding == "line":
        return [round_money(tax, currency) for tax in exact]
    result = [ZERO] * len(taxed)
    for rate in {rate for rate, _ in taxed if rate}:
        at = [i for i, (own, _) in enumerate(taxed) if own == rate]
        whole = round_money(sum((exact[i] for i in at), ZERO), currency)
        for i, share in zip(at, split_amount(whole, [exact[i] for i in at], step(currency)), strict=True):
            result[i] = share
    return result


def _rate(tax_class: str | None, basket: Basket, book: Book) -> Decimal:
    rule = (
        book.tax_rule(tax_class, basket.country or book.rules.home_country, basket.region)
        if tax_class
        else None
    )
    return rule.rate if rule else ZERO


def _total(
    drafts: Sequence[_Draft],
    order_adjustments: tuple[Adjustment, ...],
    fee: _Fee,
    inclusive: bool,
    basket: Basket,
    trace: list[TraceStep],
) -> PricedBasket:
    lines = tuple(_finished(draft, inclusive) for draft in drafts)
    items_total = sum((line.net for line in lines), ZERO)
    shipping_total = fee.amount - fee.tax if inclusive else fee.amount
    tax_total = sum((line.tax for line in lines), fee.tax)
    given = sum((a.amount for line in lines for a in line.adjustments if a.source != "tax:exempt"), ZERO)
    total = items_total + shipping_total + tax_total
    data = {
        "items": str(items_total),
        "shipping": str(shipping_total),
        "tax": str(tax_total),
        "total": str(total),
    }
    trace.append(TraceStep("total", None, data))
    return PricedBasket(
        currency=basket.currency,
        tax_inclusive=inclusive,
        lines=lines,
        adjustments=order_adjustments,
        items_total=items_total,
        discount_total=-given,
        shipping_total=shipping_total,
        shipping_tax=fee.tax,
        tax_total=tax_total,
        total=total,
        trace=tuple(trace),
    )


def _finished(draft: _Draft, inclusive: bool) -> PricedLine:
    return PricedLine(
        position=draft.position,
        offer=draft.offer,
        quantity=draft.ask.quantity,
        list_unit_price=draft.unit.listed,
        unit_price=draft.unit.unit_price,
        price_source=draft.unit.source,
        price_reason=draft.ask.price_reason,
        gross=draft.gross,
        adjustments=tuple(draft.adjustments),
        tax_rate=draft.rate,
        net=draft.amount - draft.tax if inclusive else draft.amount,
        tax=draft.tax,
        options=draft.unit.options,
        components=draft.unit.components,
    )
