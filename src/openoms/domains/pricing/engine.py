"""The pricing engine: one pure function from a basket to its price, every step on record.

Steps, in order (design §4 'Pricing'): unit price (base, quantity tier, options, hand-typed: unit_price.py) → sale prices
→ line promotions → line discount → order promotions → order discount → gifts → shipping and its promotions → tax →
totals. What is typed comes after what is offered, phase by phase. Amounts are at the currency's exponent from the
moment a unit price meets a quantity.

    total = items_total + shipping_total + tax_total,   items_total = Σ line.net,   line.total = line.net + line.tax

hold to the minor unit whether list prices contain the tax or not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

from openoms.core.money import ZERO, round_money, step
from openoms.domains.pricing.base_price import listed_base
from openoms.domains.pricing.book import Basket, BasketLine, Book, Delivery, Discount, Facts, ListRule
from openoms.domains.pricing.costs import cost_at, cost_of_parts
from openoms.domains.pricing.drafts import DeliveryDraft, Draft, share_out
from openoms.domains.pricing.errors import BadDiscount, MixedTaxBasis
from openoms.domains.pricing.percents import HUNDRED
from openoms.domains.pricing.priced import (
    GIFT,
    Adjustment,
    Given,
    PricedBasket,
    PricedDelivery,
    PricedLine,
    Refused,
)
from openoms.domains.pricing.promoting import Desk, Promoting, Reason
from openoms.domains.pricing.promotion_index import customer_keys
from openoms.domains.pricing.promotions import Gift
from openoms.domains.pricing.steps import TraceStep
from openoms.domains.pricing.taxes import exempt_all, rate_of, tax_all
from openoms.domains.pricing.unit_price import UnitPrice, unit_price_of

__all__ = ["Adjustment", "PricedBasket", "PricedLine", "price", "reclaim", "replay", "unit_cost_of"]


def price(basket: Basket, book: Book, facts: Facts, now: datetime, *, explain: bool = False) -> PricedBasket:
    """The price of `basket` under `book` for a customer of `facts` at `now` (aware; dated offers go by it).

    With `explain`, `refused` says of every promotion that could matter why it gave nothing. Raises UnknownSku, the
    refusals of a line (pricing/errors.py), BadDiscount, MixedTaxBasis, UnknownCurrency; those about a line name its index.
    """
    without: dict[str, Reason] = {}
    while True:
        pricing = _Pricing(basket, book, facts, now, without, explain)
        priced = pricing.run()
        unfit = pricing.promoting.unfit()
        if not unfit:
            return priced
        # A budget is not used in part, and who keeps others out must give something: else the rest is reckoned without.
        without |= unfit


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


class _Pricing:
    """One basket on its way to a price."""

    def __init__(
        self,
        basket: Basket,
        book: Book,
        facts: Facts,
        now: datetime,
        without: Mapping[str, Reason],
        explain: bool,
    ) -> None:
        self.basket, self.book, self.facts, self.now = basket, book, facts, now
        self.trace: list[TraceStep] = []
        self.lists = book.lists_for(basket.currency, facts.tier)
        self.day = now.astimezone(UTC).date()
        self.drafts = [self._draft(i, ask) for i, ask in enumerate(basket.lines)]
        _take_turns(self.drafts)
        self.inclusive = False if facts.as_agreed else _tax_basis(self.drafts, self.lists)
        self.order_adjustments: tuple[Adjustment, ...] = ()
        self.promoting = self._promotions(dict(without), explain)

    def run(self) -> PricedBasket:
        """Every step in turn."""
        desk, promoting = self.promoting.desk, self.promoting
        promoting.run("sale")
        promoting.run("line")
        for draft in self.drafts:
            if draft.ask.discount:
                _line_discount(draft, draft.ask.discount, self.basket.currency, self.trace)
        promoting.run("order")
        self._order_discount()
        promoting.run("gift")
        desk.deliveries = self._deliver(self.drafts, trace=self.trace)
        promoting.run("shipping")
        self._tax()
        return self._total(*promoting.outcome())

    def _promotions(self, without: dict[str, Reason], explain: bool) -> Promoting:
        # Conditions look where taxes and fees do: an order without an address goes home.
        basket = replace(self.basket, country=self.basket.country or self.book.rules.home_country)
        desk = Desk(
            basket, self.facts, self.now, self.inclusive, self.drafts,
            lambda draft: rate_of(draft.offer.tax_class, self.basket, self.book),
            self._deliver, self._gift, self.trace,
        )  # fmt: skip
        if self.facts.as_agreed or not self.book.rules.promotions:
            return Promoting(desk, (), without, explain=explain)
        by_coupon = [coupon.promotion for coupon in self.facts.coupons]
        facts = self.facts
        keys = customer_keys(facts.customer, facts.tier, facts.segments)
        amount = None if explain else sum((draft.gross for draft in self.drafts), ZERO)
        wares = (draft.offer for draft in self.drafts)
        candidates = self.book.index.candidates(wares, by_coupon, keys, amount)
        return Promoting(desk, candidates, without, explain=explain)

    def _draft(self, index: int, ask: BasketLine) -> Draft:
        """One line at its unit price, before discounts and tax."""
        currency = self.basket.currency
        unit = unit_price_of(index, ask, currency, self.book, self.lists, self.facts, self.day, self.trace)
        whole = sum((quantity * price for quantity, price in unit.grades), ZERO)
        gross = round_money(whole or unit.unit_price * ask.quantity, currency)
        offer = self.book.offers[ask.sku]
        data = {"quantity": str(ask.quantity), "unit_price": str(unit.unit_price), "amount": str(gross)}
        self.trace.append(TraceStep("line_amount", index + 1, data))
        floor = offer.floors.get(unit.source.removeprefix("list:")) if offer.floors else None
        least = round_money(floor * ask.quantity, currency) if floor else ZERO
        agreed = unit.source == "manual" or unit.source.startswith("contract:")
        return Draft(index + 1, ask, offer, unit, gross, gross, least, is_agreed=agreed)

    def _gift(self, gift: Gift, quantity: Decimal) -> Draft | None:
        """A gift on a line of its own at its list price (0 where it has none); None where it is not sold."""
        offer = self.book.offers.get(gift.sku)
        if offer is None or not offer.is_on_sale(self.day):
            return None
        found = listed_base(offer, self.lists, quantity, self.day)
        unit_price = found.unit_price if found and found.tax_inclusive == self.inclusive else ZERO
        unit = UnitPrice(unit_price, unit_price, GIFT, self.inclusive, (), ())
        gross = round_money(unit_price * quantity, self.basket.currency)
        ask = BasketLine(gift.sku, quantity)
        position = len(self.drafts) + 1
        return Draft(position, ask, offer, unit, gross, gross, turn=position)

    def _order_discount(self) -> None:
        """Take the order's own discount off the lines in proportion to what each still costs."""
        discount, basket = self.basket.discount, self.basket
        if discount is None:
            return
        goods = sum((draft.amount for draft in self.drafts), ZERO)
        worth = _worth(discount, goods, basket.currency, ("discount",))
        if not worth:
            return
        self.trace.append(TraceStep("order_discount", None, _discount_data(discount, worth)))
        drafts = sorted(self.drafts, key=lambda draft: draft.turn)
        amounts = [draft.amount for draft in drafts]
        for draft, share in zip(
            drafts, share_out(worth, amounts, amounts, step(basket.currency)), strict=True
        ):
            if share:
                draft.take_whole(share, "manual:order", discount.label)
                data = {"amount": str(-share)}
                self.trace.append(TraceStep("order_discount_share", draft.position, data))
        self.order_adjustments = (Adjustment("manual:order", discount.label, -worth),)

    def _deliver(self, drafts: Sequence[Draft], trace: list[TraceStep] | None = None) -> list[DeliveryDraft]:
        """The shipping fees: as agreed, else each method's by the most particular rule; services alone ship free."""
        steps = trace if trace is not None else []
        if self.basket.shipping is not None:
            return [self._agreed_fee("", self.basket.shipping, steps)]
        find = partial(self._fee, drafts, steps)
        return [fee for fee in map(find, self.basket.deliveries or (Delivery(),)) if fee]

    def _agreed_fee(self, method: str, fee: Decimal, steps: list[TraceStep]) -> DeliveryDraft:
        amount = round_money(fee, self.basket.currency)
        steps.append(TraceStep("shipping_agreed", None, {"amount": str(amount)}))
        return DeliveryDraft(method, amount, amount, "standard")

    def _fee(
        self, drafts: Sequence[Draft], steps: list[TraceStep], delivery: Delivery
    ) -> DeliveryDraft | None:
        basket, book = self.basket, self.book
        if delivery.fee is not None:
            return self._agreed_fee(delivery.method, delivery.fee, steps)
        country = basket.country or book.rules.home_country
        rule = book.shipping_rule(basket.currency, country, basket.region, delivery.method)
        if rule is None or (drafts and all(draft.offer.is_service for draft in drafts)):
            return None
        goods = sum((draft.amount for draft in drafts), ZERO)
        free = rule.free_from is not None and goods >= rule.free_from
        fee = ZERO if free else round_money(rule.fee, basket.currency)
        data = {"rule": rule.code, "label": rule.name, "label_zh": rule.name_zh, "amount": str(fee)}
        if free:
            data["free_from"] = str(rule.free_from)
        steps.append(TraceStep("shipping_free" if free else "shipping_rule", None, data))
        return DeliveryDraft(rule.method, fee, fee, rule.tax_class, rule.code)

    def _tax(self) -> None:
        deliveries = self.promoting.desk.deliveries
        if self.facts.as_agreed:
            self.trace.append(TraceStep("tax_as_agreed", None, {}))
            return
        work = exempt_all if self.facts.tax_exempt else tax_all
        work(self.drafts, deliveries, self.inclusive, self.basket, self.book, self.trace)

    def _total(self, given: tuple[Given, ...], refused: tuple[Refused, ...]) -> PricedBasket:
        lines = tuple(_finished(draft, self.inclusive) for draft in self.drafts)
        deliveries = tuple(_sent(delivery, self.inclusive) for delivery in self.promoting.desk.deliveries)
        items_total = sum((line.net for line in lines), ZERO)
        shipping_total = sum((delivery.net for delivery in deliveries), ZERO)
        shipping_tax = sum((delivery.tax for delivery in deliveries), ZERO)
        tax_total = sum((line.tax for line in lines), shipping_tax)
        total = items_total + shipping_total + tax_total
        data = {
            "items": str(items_total),
            "shipping": str(shipping_total),
            "tax": str(tax_total),
            "total": str(total),
        }
        self.trace.append(TraceStep("total", None, data))
        return PricedBasket(
            currency=self.basket.currency,
            tax_inclusive=self.inclusive,
            lines=lines,
            adjustments=self.order_adjustments,
            items_total=items_total,
            discount_total=_taken_off(lines),
            shipping_total=shipping_total,
            shipping_tax=shipping_tax,
            tax_total=tax_total,
            total=total,
            trace=tuple(self.trace),
            deliveries=deliveries,
            shipping_discount=_taken_off(deliveries),
            given=given,
            refused=refused,
        )


def _take_turns(drafts: Sequence[Draft]) -> None:
    """Give each line a turn of its own content, so that who gets an odd cent does not depend on how lines were entered."""
    order = sorted(
        drafts,
        key=lambda d: (d.ask.sku, d.gross, d.ask.quantity, str(d.ask.discount), d.unit.source),
    )
    for turn, draft in enumerate(order):
        draft.turn = turn


def _taken_off(parts: Sequence[PricedLine | PricedDelivery]) -> Decimal:
    """What discounts and promotions took off them; an exempt customer's tax is no discount."""
    off = (a.amount for part in parts for a in part.adjustments if a.source != "tax:exempt")
    return -sum(off, ZERO)


def _default_basis(lists: Sequence[ListRule]) -> bool:
    """Whether a typed price without a list contains the tax: as the customer's first list says, else it does not."""
    return lists[0].tax_inclusive if lists else False


def _tax_basis(drafts: Sequence[Draft], lists: Sequence[ListRule]) -> bool:
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


def _line_discount(draft: Draft, discount: Discount, currency: str, trace: list[TraceStep]) -> None:
    worth = _worth(discount, draft.amount, currency, ("lines", draft.position - 1, "discount"))
    if not worth:
        return
    draft.take_whole(worth, "manual:line", discount.label)
    trace.append(TraceStep("line_discount", draft.position, _discount_data(discount, worth)))


def _discount_data(discount: Discount, worth: Decimal) -> dict[str, str]:
    return {
        "kind": discount.kind,
        "value": str(discount.value),
        "label": discount.label,
        "amount": str(-worth),
    }


def _finished(draft: Draft, inclusive: bool) -> PricedLine:
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
        gift_of=draft.gift_of,
        tax_parts=draft.tax_parts,
        measures=draft.offer.formula.measures(draft.ask.inputs) if draft.offer.formula else (),
    )


def _sent(delivery: DeliveryDraft, inclusive: bool) -> PricedDelivery:
    net = delivery.amount - delivery.tax if inclusive else delivery.amount
    return PricedDelivery(
        delivery.method,
        delivery.gross,
        tuple(delivery.adjustments),
        delivery.rate,
        net,
        delivery.tax,
        delivery.tax_parts,
    )
