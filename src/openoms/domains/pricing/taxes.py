"""The tax of each line and fee, rounded by the firm's rule. Pure.

`unit` rounds the tax of one unit, `line` of each line, `total` of each rate's sum, `order` of the whole order; what is
rounded together is shared out again so that the parts sum to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from openoms.core.money import ZERO, round_money, split_amount, step
from openoms.domains.pricing.book import Basket, Book, TaxRule
from openoms.domains.pricing.drafts import DeliveryDraft, Draft
from openoms.domains.pricing.priced import PricedBasket
from openoms.domains.pricing.steps import TraceStep

ROUNDINGS = ("unit", "line", "total", "order")


@dataclass(frozen=True, slots=True)
class _Taxed:
    rate: Decimal
    amount: Decimal
    quantity: Decimal
    turn: int


def rate_of(tax_class: str | None, basket: Basket, book: Book) -> Decimal:
    """The share of tax a class bears at the basket's destination; no class bears none."""
    rule = _rule(tax_class, basket, book)
    return rule.rate if rule else ZERO


def _rule(tax_class: str | None, basket: Basket, book: Book) -> TaxRule | None:
    country = basket.country or book.rules.home_country
    return book.tax_rule(tax_class, country, basket.region) if tax_class else None


def tax_summary(priced: PricedBasket) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """What invoices list: each tax by name and rate with the net amount it is on and the tax, fees included."""
    sums: dict[tuple[str, Decimal], list[Decimal]] = {}
    taxed = [(line.tax_parts, line.tax_rate, line.net, line.tax) for line in priced.lines]
    taxed += [(fee.tax_parts, fee.tax_rate, fee.net, fee.tax) for fee in priced.deliveries]
    for known, rate, net, tax in taxed:
        parts = known or (("", rate),)
        shares = split_amount(tax, [part_rate for _, part_rate in parts], step(priced.currency))
        for (name, part_rate), share in zip(parts, shares, strict=True):
            sums.setdefault((name, part_rate), [ZERO, ZERO])
            sums[name, part_rate][0] += net
            sums[name, part_rate][1] += share
    return [(name, rate, net, tax) for (name, rate), (net, tax) in sorted(sums.items())]


def tax_all(
    drafts: Sequence[Draft],
    deliveries: Sequence[DeliveryDraft],
    inclusive: bool,
    basket: Basket,
    book: Book,
    trace: list[TraceStep],
) -> None:
    """Give each line and fee its tax."""
    for draft in drafts:
        if rule := _rule(draft.offer.tax_class, basket, book):
            draft.rate, draft.tax_parts = rule.rate, rule.parts
    for delivery in deliveries:
        if rule := _rule(delivery.tax_class, basket, book):
            delivery.rate, delivery.tax_parts = rule.rate, rule.parts
    taxes = _taxes(drafts, deliveries, inclusive, basket, book)
    for draft, tax in zip(drafts, taxes, strict=False):
        draft.tax = tax
        if draft.rate:
            data = {"class": draft.offer.tax_class, "rate": str(draft.rate), "amount": str(tax)}
            trace.append(TraceStep("tax_inclusive" if inclusive else "tax_exclusive", draft.position, data))
    for delivery, tax in zip(deliveries, taxes[len(drafts) :], strict=True):
        delivery.tax = tax
        if tax:
            data = {"class": str(delivery.tax_class), "rate": str(delivery.rate), "amount": str(tax)}
            trace.append(TraceStep("shipping_tax", None, data))


def exempt_all(
    drafts: Sequence[Draft],
    deliveries: Sequence[DeliveryDraft],
    inclusive: bool,
    basket: Basket,
    book: Book,
    trace: list[TraceStep],
) -> None:
    """An exempt customer pays no tax, nor the tax that prices contain: the net that others pay, to the minor unit."""
    trace.append(TraceStep("tax_exempt", None, {}))
    if not inclusive:
        return
    taxes = _taxes(drafts, deliveries, inclusive, basket, book)
    parts: list[Draft | DeliveryDraft] = [*drafts, *deliveries]
    for part, contained in zip(parts, taxes, strict=True):
        if contained:
            part.take(contained, "tax:exempt", "")


def _taxes(
    drafts: Sequence[Draft], deliveries: Sequence[DeliveryDraft], inclusive: bool, basket: Basket, book: Book
) -> list[Decimal]:
    """The tax of each line, then of each fee."""
    taxed = [
        _Taxed(rate_of(d.offer.tax_class, basket, book), d.amount, d.ask.quantity, d.turn) for d in drafts
    ]
    taxed += [
        _Taxed(rate_of(d.tax_class, basket, book), d.amount, Decimal(1), len(drafts) + i)
        for i, d in enumerate(deliveries)
    ]
    return _rounded(taxed, inclusive, book.rules.tax_rounding, basket.currency)


def _tax_in(amount: Decimal, rate: Decimal, inclusive: bool) -> Decimal:
    """The unrounded tax in (inclusive) or on (exclusive) an amount."""
    return amount - amount / (1 + rate) if inclusive else amount * rate


def _at_exponent(tax: Decimal, amount: Decimal, inclusive: bool, currency: str) -> Decimal:
    """A tax rounded: of a price that contains it, what is left of the price when its net is rounded."""
    return amount - round_money(amount - tax, currency) if inclusive else round_money(tax, currency)


def _rounded(taxed: Sequence[_Taxed], inclusive: bool, rounding: str, currency: str) -> list[Decimal]:
    """The tax of each, in order."""
    exact = [_tax_in(t.amount, t.rate, inclusive) if t.rate else ZERO for t in taxed]
    if rounding == "line":
        return [_at_exponent(tax, t.amount, inclusive, currency) for tax, t in zip(exact, taxed, strict=True)]
    if rounding == "unit":
        # Never more than the amount: a price with tax contains no more tax than itself.
        each = [
            round_money(round_money(tax / t.quantity, currency) * t.quantity, currency)
            for tax, t in zip(exact, taxed, strict=True)
        ]
        return [min(tax, t.amount) if inclusive else tax for tax, t in zip(each, taxed, strict=True)]
    keys = {t.rate for t in taxed if t.rate} if rounding == "total" else {None}
    result = [ZERO] * len(taxed)
    for key in keys:
        at = [i for i, t in enumerate(taxed) if t.rate and key in (None, t.rate)]
        at.sort(key=lambda i: taxed[i].turn)
        if not at:
            continue
        tax, amount = sum((exact[i] for i in at), ZERO), sum((taxed[i].amount for i in at), ZERO)
        whole = _at_exponent(tax, amount, inclusive, currency)
        for i, share in zip(at, split_amount(whole, [exact[i] for i in at], step(currency)), strict=True):
            result[i] = share
    return result
