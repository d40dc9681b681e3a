"""Promotion cases of other systems through this engine: `python -m tests.peers.promotions FILE`.

Only words are mapped here: a peer's condition, action or context becomes the engine's own, every case by the same rules.
Prints each failure with its trace, then how many passed of each kind of case.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from openoms.core.money import split_amount
from openoms.domains.pricing.book import (
    Basket,
    BasketLine,
    Book,
    CouponFact,
    Delivery,
    Facts,
    ListRule,
    Offer,
    Rules,
    ShippingRule,
    TaxRule,
    Tier,
    Uses,
)
from openoms.domains.pricing.engine import price
from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.priced import PricedBasket, PricedLine
from openoms.domains.pricing.promotions import (
    AmountIs,
    AmountOff,
    Benefit,
    Bought,
    Condition,
    CustomerIs,
    Gift,
    Ladder,
    OrderCountIs,
    OrderIs,
    Percent,
    Promotion,
    QuantityIs,
    Rung,
    SetPrice,
    Units,
    Window,
)
from openoms.domains.pricing.taxes import tax_summary

D = Decimal
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
CENT = D("0.01")
Case = dict[str, Any]


class Unsupported(Exception):
    """The case says something that the engine has no word for."""


def _instant(text: str | None) -> datetime | None:
    """`now+1d`, `now-2h`, or an ISO instant."""
    if not text:
        return None
    if text.startswith("now"):
        unit = {"d": "days", "h": "hours", "m": "minutes", "w": "weeks"}[text[-1]]
        return NOW + timedelta(**{unit: int(text[3:-1])})
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


# Goods -----------------------------------------------------------------------------------------------------------------


def _skus(case: Case, names: list[str]) -> tuple[str, ...]:
    """The skus of lines named so (a case's lines may share a name at different prices), or the names of other goods."""
    lines = {_sku(line) for line in case.get("lines", []) if line["sku"] in names}
    return tuple(sorted(lines)) or tuple(names)


def _sku(line: dict[str, Any]) -> str:
    return f"{line['sku']}@{line['ref']}"


_FILTERS = {
    "sku_in",
    "category_in",
    "product_in",
    "unit_price_gte",
    "unit_price_lte",
    "unit_price_eq",
    "shipping_option_in",
}


def _goods(case: Case, filter_: dict[str, Any] | None, *, reduced: bool = True, addons: bool = True) -> Goods:
    known = filter_ or {}
    if known.keys() - _FILTERS:
        raise Unsupported(f"filter {sorted(known.keys() - _FILTERS)}")
    equal = known.get("unit_price_eq")
    least, most = known.get("unit_price_gte", equal), known.get("unit_price_lte", equal)
    return Goods(
        skus=_skus(case, [*known.get("sku_in", []), *known.get("product_in", [])])
        if "sku_in" in known or "product_in" in known
        else (),
        categories=tuple(known.get("category_in", ())),
        except_categories=() if addons else ("(addon)", "(bundled)"),
        price_from=None if least is None else D(least),
        price_to=None if most is None else D(most),
        reduced=reduced,
    )


def _offer(case: Case, line: dict[str, Any], number: int) -> Offer:
    unit_price, factor = D(line["unit_price"]), D(line.get("uom_factor") or 1)
    roles = [f"({role})" for role in ("addon", "bundled") if line.get(f"is_{role}")]
    floor = line.get("min_unit_price")
    group = line.get("group")
    return Offer(
        sku=_sku(line),
        sku_id=UUID(int=number),
        tax_class=_tax_class(line),
        prices={"list": (Tier(D(0), unit_price / factor),)},
        product=line["sku"] if group is None else f"group {group}",
        categories=(*(line.get("categories") or ()), *roles),
        floors={} if floor is None else {"list": D(floor)},
    )


def _tax_class(of: dict[str, Any]) -> str:
    return "+".join(map(str, of.get("tax_lines_pct") or [of.get("tax_rate_pct") or 0]))


def _taxes(case: Case) -> tuple[TaxRule, ...]:
    taxed = [*case.get("lines", []), case.get("shipping") or {}]
    classes = {_tax_class(of) for of in taxed}
    parts = {name: [(part, D(part) / 100) for part in name.split("+")] for name in classes}
    return tuple(TaxRule(n, "", "", sum((r for _, r in p), D(0)), tuple(p)) for n, p in sorted(parts.items()))


# Promotions --------------------------------------------------------------------------------------------------------------

_SETS = {"matching_units_gte", "matching_value_gte"}
_ANY = D("0.000001")


def _condition(case: Case, c: dict[str, Any]) -> Condition:
    kind: str = c["type"]
    value: Any = c.get("value")
    made: dict[str, Callable[[], Condition]] = {
        "items_total_gte": lambda: AmountIs(least=D(value)),
        "order_total_gte": lambda: AmountIs(least=D(value)),
        "category_items_total_gte": lambda: AmountIs(
            least=D(value), goods=Goods(categories=(c["category"],))
        ),
        "cart_quantity_gte": lambda: QuantityIs(least=D(value)),
        "any_line_quantity_gte": lambda: QuantityIs(least=D(value), per="line"),
        "line_quantity_between": lambda: QuantityIs(least=D(c["min"]), most=D(c["max"]), per="line"),
        "sku_set_quantity_gte": lambda: QuantityIs(least=D(value), goods=Goods(skus=_skus(case, c["skus"]))),
        "cart_contains_sku": lambda: QuantityIs(least=_ANY, goods=Goods(skus=_skus(case, _listed(value)))),
        "cart_contains_category": lambda: QuantityIs(
            least=_ANY, goods=Goods(categories=tuple(_listed(value)))
        ),
        "customer_group_in": lambda: CustomerIs(segments=tuple(value)),
        "customer_in": lambda: CustomerIs(customers=tuple(value)),
        "channel_in": lambda: OrderIs(channels=tuple(value)),
        "nth_order": lambda: OrderCountIs(nth=int(value)),
        "first_order": lambda: OrderCountIs(nth=1),
    }
    if kind not in made:
        raise Unsupported(f"condition {kind}")
    return made[kind]()


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


_MODES = {"mixed": "any", "any": "any", "same": "same", "distinct": "distinct"}


def _units(action: dict[str, Any], sets: list[dict[str, Any]], case: Case) -> Units:
    """Which units benefit: from the action's caps and from conditions that count matching units."""
    fields: dict[str, Any] = {"pick": action.get("selection", "cheapest")}
    for condition in sets:
        fields["mode"] = _MODES[condition.get("group_mode") or "mixed"]
        if condition["type"] == "matching_value_gte":
            fields["worth"] = D(condition["value"])
        else:
            fields["size"] = int(condition["value"])
    if "max_units_per_group" in action:
        fields["rewarded"] = int(action["max_units_per_group"])
    if "group_size" in action:
        fields |= {"size": int(action["group_size"]), "rewarded": int(action["group_size"]), "pick": "first"}
    if "max_units" in action:
        fields["most"] = int(action["max_units"])
    if "max_quantity_per_line" in action and not _is_shipping(action):
        fields["most_per_line"] = int(action["max_quantity_per_line"])
    return Units(**fields)


def _is_shipping(action: dict[str, Any]) -> bool:
    return action.get("target") == "shipping"


_TARGETS = {
    ("order", None): "order",
    ("order", "across"): "order",
    ("unit", None): "unit",
    ("line", None): "line",
    ("items", None): "items",
    ("items", "across"): "items",
    ("items", "each"): "line",
    ("shipping", None): "shipping",
    ("shipping", "across"): "shipping",
    ("shipping", "each"): "delivery",
}


def _worth(action: dict[str, Any]) -> Percent | AmountOff | SetPrice | Ladder:
    kind = action["type"]
    if kind == "percent":
        return Percent(D(action["value"]))
    if kind == "fixed":
        return AmountOff(D(action["value"]))
    if kind in ("fixed_unit_price", "fixed_total"):
        return SetPrice(D(action["value"]), may_raise=kind == "fixed_unit_price")
    if kind in ("tiered_percent", "tiered_fixed"):
        rungs = [Rung(D(least), D(value)) for least, value in action["tiers"]]
        rungs += [Rung(D(0), D(action["base"]))] if action.get("base") is not None else []
        return Ladder(tuple(rungs), "percent" if kind == "tiered_percent" else "amount")
    raise Unsupported(f"action {kind}")


def _benefit(
    case: Case, p: dict[str, Any], action: dict[str, Any], sets: list[dict[str, Any]]
) -> Benefit | Gift:
    reduced = p.get("applies_to_catalog_discounted_items", True)
    addons = all(condition.get("count_addons", True) for condition in sets)
    if action["type"] == "free_item":
        goods = _goods(case, action.get("filter"), reduced=reduced)
        return Gift(
            _skus(case, [action["sku"]])[0], D(action["free_qty"]), int(action.get("per_qty") or 0), goods
        )
    if action["type"] == "buy_x_get_y":
        return _buy_get(case, action, reduced)
    target = (action["target"], action.get("allocation"))
    if target not in _TARGETS:
        raise Unsupported(f"target {target}")
    filter_ = action.get("filter") or {}
    return Benefit(
        _worth(action),
        _TARGETS[target],  # type: ignore[arg-type]
        _goods(case, filter_, reduced=reduced, addons=addons),
        _units(action, sets, case),
        of_list=p.get("stack") == "additive",
        methods=tuple(filter_.get("shipping_option_in", ())),
    )


def _buy_get(case: Case, action: dict[str, Any], reduced: bool) -> Benefit:
    get = int(action["get_quantity"])
    bought = Bought(_goods(case, action.get("buy_filter")), int(action["buy_min_quantity"]), get)
    discount = D(str(action.get("get_discount", "100%")).removesuffix("%"))
    most = int(action.get("max_get_quantity") or 0)
    return Benefit(
        Percent(discount),
        "unit",
        _goods(case, action.get("get_filter"), reduced=reduced),
        Units(bought=bought, pick=action.get("selection", "dearest"), most=most, most_sets=1),
    )


def _needs_coupon(p: dict[str, Any]) -> bool:
    return bool(p.get("coupon")) or (bool(p.get("code")) and p.get("automatic") is False)


def _promotion(case: Case, p: dict[str, Any], priority: int) -> Promotion:
    sets = [c for c in p.get("conditions") or [] if c["type"] in _SETS]
    conditions = [_condition(case, c) for c in p.get("conditions") or [] if c["type"] not in _SETS]
    if p.get("channels"):
        conditions.append(OrderIs(channels=tuple(p["channels"])))
    budget = p.get("campaign_budget") or {}
    usage = p.get("usage_limit", budget.get("limit") if budget.get("type") == "usage" else None)
    return Promotion(
        code=p["ref"],
        name=p.get("name", ""),
        benefits=tuple(_benefit(case, p, action, sets) for action in p.get("actions") or []),
        conditions=tuple(conditions),
        priority=priority,
        stacking="exclusive" if p.get("exclusive") else "stack",
        window=Window(_instant(p.get("starts_at")), _instant(p.get("ends_at"))),
        currency=p.get("currency") or "",
        needs_coupon=_needs_coupon(p),
        uses_up=bool(p.get("consumes_units")),
        most_uses=None if usage is None else int(D(usage)),
        budget=D(budget["limit"]) if budget.get("type") == "spend" else None,
    )


def _sale(case: Case, number: int, sale: dict[str, Any]) -> Promotion:
    goods = Goods() if sale["product"] == "*" else Goods(skus=_skus(case, [sale["product"]]))
    worth = _worth({"type": sale["type"], "value": sale["value"]})
    return Promotion(f"sale {number}", (Benefit(worth, "unit", goods),), sale["name"], is_sale=True)


def _promotions(case: Case) -> tuple[Promotion, ...]:
    """Higher priority first, then lower position, then as listed."""
    asked = case.get("promotions") or []
    order = sorted(
        range(len(asked)), key=lambda i: (-(asked[i].get("priority") or 0), asked[i].get("position") or 0, i)
    )
    ranks = {index: len(asked) - rank for rank, index in enumerate(order)}
    made = [_promotion(case, p, ranks[i]) for i, p in enumerate(asked)]
    sales = [_sale(case, i, sale) for i, sale in enumerate(case.get("catalog_promotions") or [])]
    return (*sales, *made)


# What is known beforehand ------------------------------------------------------------------------------------------------


def _coupons(case: Case) -> tuple[CouponFact, ...]:
    context = case.get("context") or {}
    found = []
    for code in case.get("applied_coupons") or []:
        p = next((p for p in case.get("promotions") or [] if code in (p.get("coupon"), p.get("code"))), None)
        each = p.get("coupon_usage_limit_per_customer") if p else None
        used = int(context.get("coupon_prior_uses_by_this_customer") or 0)
        whole, taken = (p.get("coupon_usage_limit"), int(p.get("coupon_used") or 0)) if p else (None, 0)
        found.append(
            CouponFact(
                code,
                p["ref"] if p else "",
                _instant(p.get("coupon_starts_at")) if p else None,
                _instant(p.get("coupon_ends_at")) if p else None,
                None if whole is None else int(whole) - taken,
                None if each is None else int(each) - used,
            )
        )
    return tuple(found)


def _uses(case: Case) -> dict[str, Uses]:
    uses = {}
    for p in case.get("promotions") or []:
        budget = p.get("campaign_budget") or {}
        times = int(p.get("used") or 0)
        if budget.get("type") == "usage":
            times = int(D(budget.get("used") or 0))
        given = D(budget.get("used") or 0) if budget.get("type") == "spend" else D(0)
        uses[p["ref"]] = Uses(times, 0, given)
    return uses


_CONTEXT = {
    "channel", "customer", "customer_group", "coupon_prior_uses_by_this_customer", "options", "preexisting_adjustment",
    "prior_orders_placed", "prior_orders_cancelled",
}  # fmt: skip


def _facts(case: Case) -> Facts:
    context = case.get("context") or {}
    if context.keys() - _CONTEXT:
        raise Unsupported(f"context {sorted(context.keys() - _CONTEXT)}")
    group = context.get("customer_group")
    placed = int(context.get("prior_orders_placed") or 0) - int(context.get("prior_orders_cancelled") or 0)
    return Facts(
        customer=context.get("customer") or "",
        segments=(group,) if group else (),
        channel=context.get("channel") or "",
        orders_before=placed,
        coupons=_coupons(case),
        uses=_uses(case),
    )


def priced_case(case: Case) -> PricedBasket:
    """The case's basket under the case's promotions; raises Unsupported."""
    lines = case.get("lines") or []
    shipping = case.get("shipping") or {}
    methods = shipping.get("methods") or (
        [{"option": "", "fee": shipping["fee"]}] if "fee" in shipping else []
    )
    inclusive = case.get("prices_include_tax") is not False
    rules = Rules(
        lists=(ListRule("list", case["currency"], None, inclusive, 0),),
        taxes=_taxes(case),
        shipping=tuple(
            ShippingRule(
                m["option"] or "fee",
                "",
                "",
                case["currency"],
                "",
                "",
                D(m["fee"]),
                None,
                _tax_class(shipping),
                m["option"],
            )
            for m in methods
        ),
        tax_rounding="order",
        promotions=_promotions(case),
    )
    offers = {_sku(line): _offer(case, line, number) for number, line in enumerate(lines)}
    basket = Basket(
        case["currency"],
        tuple(BasketLine(_sku(line), D(line["qty"]) * D(line.get("uom_factor") or 1)) for line in lines),
        country="XX",
        deliveries=tuple(Delivery(m["option"]) for m in methods),
        automatic=not ((case.get("context") or {}).get("options") or {}).get("prevent_auto_promotions"),
    )
    return price(basket, Book(rules, offers), _facts(case), NOW, explain=True)


# What is expected ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Checked:
    """A case's result beside what was expected of it."""

    case: Case
    priced: PricedBasket
    wrong: list[str] = field(default_factory=list)

    @property
    def lines(self) -> dict[str, PricedLine]:
        return {
            line["ref"]: made
            for line, made in zip(self.case.get("lines") or [], self.priced.lines, strict=False)
        }

    def same(self, what: str, expected: Any, found: Any, *, loose: bool = False) -> None:
        """Compare amounts; `loose` ones may differ by a cent in a case about rounding."""
        slack = CENT if loose and self.case["portability"] == "rounding" else D(0)
        if isinstance(expected, str) and isinstance(found, Decimal):
            expected = D(expected)
            if abs(expected - found) <= slack:
                return
        elif expected == found:
            return
        self.wrong.append(f"{what}: expected {expected}, found {found}")


def _discount(line: PricedLine, *targets: str, checked: Checked | None = None) -> Decimal:
    if not targets or checked is None:
        return -sum((a.amount for a in line.adjustments), D(0))
    steps = [s for s in checked.priced.trace if s.line == line.position and s.data.get("target") in targets]
    return -sum((D(step.data["amount"]) for step in steps), D(0))


def _after(line: PricedLine) -> Decimal:
    """What the line costs as prices are listed."""
    return line.gross + sum((a.amount for a in line.adjustments), D(0))


def _quantity(checked: Checked, ref: str) -> Decimal:
    return D(next(line["qty"] for line in checked.case["lines"] if line["ref"] == ref))


def _items(priced: PricedBasket) -> Decimal:
    return sum((_after(line) for line in priced.lines), D(0))


def _shipping_after(priced: PricedBasket) -> Decimal:
    return sum((d.gross + sum((a.amount for a in d.adjustments), D(0)) for d in priced.deliveries), D(0))


def _net_asked(checked: Checked) -> bool:
    """Whether `total` is without tax: it is where prices are, and where the total with tax stands beside it."""
    return checked.case.get("prices_include_tax") is False or "total_with_tax" in checked.case["expected"]


def _check_total(c: Checked, expected: Any) -> None:
    found = (
        c.priced.total - c.priced.tax_total if _net_asked(c) else _items(c.priced) + _shipping_after(c.priced)
    )
    c.same("total", expected, found)


def _check_discount(c: Checked, expected: Any) -> None:
    promised = [p for p in c.priced.given if not p.code.startswith("sale ")]
    names = {f"promotion:{p.code}" for p in promised}
    goods = sum((a.amount for line in c.priced.lines for a in line.adjustments if a.source in names), D(0))
    fees = c.priced.shipping_discount if (c.case.get("shipping") or {}).get("methods") else D(0)
    c.same("discount_total", expected, -goods + fees)


def _check_adjustments(c: Checked, expected: Any) -> None:
    codes = {p.get("code") or p["ref"]: p["ref"] for p in c.case["promotions"]}
    found: dict[tuple[str, str], Decimal] = defaultdict(D)
    for ref, line in c.lines.items():
        for a in line.adjustments:
            found[ref, a.source] -= a.amount
    for ref, delivery in _methods(c).items():
        for a in delivery.adjustments:
            found[ref, a.source] -= a.amount
    wanted = {(a["target"], f"promotion:{codes[a['promotion']]}"): a["amount"] for a in expected}
    for key in sorted({*wanted, *found}):
        c.same(f"adjustment {key}", wanted.get(key, "0"), found[key], loose=True)


def _methods(c: Checked) -> dict[str, Any]:
    methods = (c.case.get("shipping") or {}).get("methods") or []
    return {m["ref"]: made for m, made in zip(methods, c.priced.deliveries, strict=True)}


def _check_unit_discounts(c: Checked, expected: Any) -> None:
    for ref, amounts in expected.items():
        whole = _discount(c.lines[ref])
        found = split_amount(whole, [D(1)] * len(amounts), CENT)
        c.same(f"unit_discounts {ref}", sorted(map(D, amounts)), sorted(found))


def _check_multiset(c: Checked, expected: Any) -> None:
    found: list[Decimal] = []
    for ref, line in c.lines.items():
        count = int(_quantity(c, ref))
        found += split_amount(_after(line), [D(1)] * count, CENT)
    c.same("unit prices", sorted(map(D, expected)), sorted(found))


def _check_applied(c: Checked, expected: Any) -> None:
    c.same(
        "applied", sorted(expected), sorted(p.code for p in c.priced.given if not p.code.startswith("sale "))
    )


def _check_rejected(c: Checked, expected: Any) -> None:
    refused = {r.coupon for r in c.priced.refused if r.coupon}
    c.same("coupon_rejected", bool(expected), refused == set(c.case["applied_coupons"]))


def _check_budget(c: Checked, expected: Any) -> None:
    codes = {p["ref"]: p.get("code") or p["ref"] for p in c.case["promotions"]}
    spent = [codes[r.code] for r in c.priced.refused if r.reason in ("budget", "used_up")]
    c.same("budget_exceeded", sorted(expected), sorted(spent))


def _check_gifts(c: Checked, expected: Any) -> None:
    gifts = [(line.offer.sku.split("@")[0], line.quantity) for line in c.priced.lines if line.gift_of]
    c.same("free_items", sorted((g["sku"], D(g["qty"])) for g in expected), sorted(gifts))


def _check_summary(c: Checked, expected: Any) -> None:
    found = [[D(name), net, tax] for name, _, net, tax in tax_summary(c.priced) if net or tax]
    c.same("tax_summary", sorted([D(part) for part in row] for row in expected), sorted(found))


def _by_line(what: str, measure: Callable[[Checked, str], Decimal]) -> Callable[[Checked, Any], None]:
    def check(c: Checked, expected: Any) -> None:
        for ref, amount in expected.items():
            c.same(f"{what} {ref}", amount, measure(c, ref), loose=True)

    return check


def _by_delivery(c: Checked, expected: Any) -> None:
    for ref, amount in expected.items():
        off = -sum((a.amount for a in _methods(c)[ref].adjustments), D(0))
        c.same(f"shipping_discounts {ref}", amount, off, loose=True)


def _plain(
    what: str, measure: Callable[[Checked], Any], *, loose: bool = False
) -> Callable[[Checked, Any], None]:
    return lambda c, expected: c.same(what, expected, measure(c), loose=loose)


def _with_tax(c: Checked) -> Decimal:
    """The goods' discount as it would be with tax."""
    off = D(0)
    for line in c.priced.lines:
        share = _discount(line)
        off += share if c.priced.tax_inclusive else share * (1 + line.tax_rate)
    return off.quantize(CENT)


_PERCENT = D(100)
CHECKS: dict[str, Callable[[Checked, Any], None]] = {
    "total": _check_total,
    "discount_total": _check_discount,
    "adjustments": _check_adjustments,
    "unit_discounts": _check_unit_discounts,
    "unit_prices_after_as_multiset": _check_multiset,
    "applied": _check_applied,
    "coupon_rejected": _check_rejected,
    "error": lambda c, expected: _check_rejected(c, expected == "VOUCHER_NOT_APPLICABLE"),
    "budget_exceeded": _check_budget,
    "free_items": _check_gifts,
    "tax_summary": _check_summary,
    "shipping_discounts": _by_delivery,
    "total_with_tax": _plain("total_with_tax", lambda c: c.priced.total, loose=True),
    "total_tax": _plain("total_tax", lambda c: c.priced.tax_total, loose=True),
    "items_total": _plain("items_total", lambda c: _items(c.priced)),
    "items_tax": _plain("items_tax", lambda c: sum((line.tax for line in c.priced.lines), D(0)), loose=True),
    "shipping_tax": _plain("shipping_tax", lambda c: c.priced.shipping_tax, loose=True),
    "shipping_total": _plain(
        "shipping_total", lambda c: c.priced.shipping_total if _net_asked(c) else _shipping_after(c.priced)
    ),
    "shipping_total_with_tax": _plain(
        "shipping_total_with_tax", lambda c: c.priced.shipping_total + c.priced.shipping_tax
    ),
    "discount_count": _plain("discount_count", lambda c: len(c.priced.given)),
    "discount_total_with_tax": _plain("discount_total_with_tax", _with_tax, loose=True),
    "line_discounts": _by_line("line_discounts", lambda c, ref: _discount(c.lines[ref])),
    "item_level_line_discounts": _by_line(
        "item_level_line_discounts",
        lambda c, ref: _discount(c.lines[ref], "unit", "line", "items", checked=c),
    ),
    "unit_price_after": _by_line(
        "unit_price_after", lambda c, ref: (_after(c.lines[ref]) / _quantity(c, ref)).quantize(CENT)
    ),
    "line_total_after": _by_line("line_total_after", lambda c, ref: _after(c.lines[ref])),
    "line_total_with_tax_after": _by_line("line_total_with_tax_after", lambda c, ref: c.lines[ref].total),
    "line_tax": _by_line("line_tax", lambda c, ref: c.lines[ref].tax),
    "effective_percent": _by_line(
        "effective_percent", lambda c, ref: _discount(c.lines[ref]) / c.lines[ref].gross * _PERCENT
    ),
    # What a peer takes back of an earlier calculation: prices here are always worked out anew, nothing is left over.
    "other_actions": lambda c, _: c.same(
        "left over", [], [p.code for p in c.priced.given if _was_there(c, p.code)]
    ),
}


def _was_there(c: Checked, code: str) -> bool:
    return any(
        p["ref"] == code and p.get("code") not in c.case["applied_coupons"] for p in c.case["promotions"]
    )


def check(case: Case) -> Checked:
    """Price the case and compare everything expected; raises Unsupported."""
    unknown = case["expected"].keys() - CHECKS.keys()
    if unknown:
        raise Unsupported(f"expected {sorted(unknown)}")
    checked = Checked(case, priced_case(case))
    for name, expected in case["expected"].items():
        if expected is not None:
            CHECKS[name](checked, expected)
    return checked


def main() -> int:
    """Print failures with their traces, then the shares; 1 when a universal or rounding case fails."""
    document = json.loads(Path(sys.argv[1]).read_text())
    passed: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    unsupported: list[str] = []
    for case in document["cases"]:
        kind = case["portability"]
        if kind == "peer_quirk":
            continue
        try:
            checked = check(case)
        except Unsupported as reason:
            unsupported.append(f"{case['id']} ({reason})")
            continue
        asked[kind] += 1
        passed[kind] += not checked.wrong
        if checked.wrong:
            _print_failure(checked)
    shares = [
        f"{kind}: passed {passed[kind]}/{asked[kind]}"
        for kind in ("universal", "policy", "rounding")
        if asked[kind]
    ]
    print("; ".join([*shares, f"unsupported: {len(unsupported)} ({', '.join(unsupported)})"]))
    return int(any(passed[kind] < asked[kind] for kind in ("universal", "rounding")))


def _print_failure(checked: Checked) -> None:
    print(f"FAILED {checked.case['id']} ({checked.case['portability']}): {checked.case.get('note') or ''}")
    for wrong in checked.wrong:
        print(f"    {wrong}")
    for step in checked.priced.trace:
        print(f"      {step.line or '-'} {step.code} {step.data}")
    for refused in checked.priced.refused:
        print(f"      refused {refused}")


if __name__ == "__main__":
    sys.exit(main())
