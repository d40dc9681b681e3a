"""Why a price is what it is: each step of the pricing engine's trace as a sentence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from openoms.interfaces.console.templatetags.oms import (
    in_chinese,
    money,
    percent,
    plain,
    quantity,
    unit_price,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its sentence and, where it moved or set an amount, that amount as text."""

    text: str
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The steps of one line (1-based), or of the order as a whole (`line` None)."""

    line: int | None
    steps: Sequence[Step]


def explain(trace: Sequence[Mapping[str, Any]], currency: str) -> list[Explanation]:
    """The trace by line, in order, what concerns the whole order last."""
    lines: dict[int | None, list[Step]] = {}
    for step in trace:
        lines.setdefault(step.get("line"), []).append(_step(step, currency))
    whole = lines.pop(None, [])
    return [Explanation(line, steps) for line, steps in lines.items()] + (
        [Explanation(None, whole)] if whole else []
    )


def _step(step: Mapping[str, Any], currency: str) -> Step:
    say = _SENTENCES.get(step["code"])
    if say is None:
        # A step of a plug-in or of a later version: named rather than hidden.
        return Step(str(step["code"]))
    amount = step.get("amount")
    return Step(say(step, currency), money(Decimal(amount), currency) if amount is not None else "")


def _price(step: Mapping[str, Any], currency: str) -> str:
    return unit_price(Decimal(step["unit_price"]), currency)


def _quantity(step: Mapping[str, Any]) -> str:
    return quantity(Decimal(step["quantity"]))


def _worth(step: Mapping[str, Any], currency: str) -> str:
    value = Decimal(step["value"])
    return f"{plain(value)}%" if step["kind"] == "percent" else money(value, currency)


def _reason(step: Mapping[str, Any], name: str) -> str:
    text = str(step.get(name) or "")
    return _(" (%(reason)s)") % {"reason": text} if text else ""


def _label(step: Mapping[str, Any]) -> str:
    chinese = str(step.get("label_zh") or "")
    return chinese if chinese and in_chinese() else str(step.get("label") or step.get("rule") or "")


def _named(step: Mapping[str, Any], name: str, code: str) -> str:
    chinese = str(step.get(f"{name}_zh") or "")
    return chinese if chinese and in_chinese() else str(step.get(name) or step[code])


def _parts(step: Mapping[str, Any]) -> str:
    return " + ".join(
        f"{quantity(Decimal(count))} × {sku}" if Decimal(count) != 1 else str(sku)
        for sku, count in step["parts"]
    )


def _grades(step: Mapping[str, Any], currency: str) -> str:
    return " + ".join(
        f"{quantity(Decimal(units))} × {unit_price(Decimal(price), currency)}"
        for units, price in step["grades"]
    )


def _said(step: Mapping[str, Any]) -> str:
    return ", ".join(f"{code} = {plain(Decimal(value))}" for code, value in step["inputs"].items())


def _promotion(step: Mapping[str, Any], currency: str) -> str:
    named = {"name": _label(step) or step["promotion"]}
    if step.get("target") == "gift":
        return _("Free with “%(name)s”") % named
    if "method" in step:
        return _("Promotion “%(name)s” on shipping") % named
    return _("Promotion “%(name)s”") % named


def _rate(step: Mapping[str, Any]) -> str:
    return percent(Decimal(step["rate"]))


_SENTENCES: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "list_price": lambda s, c: (
        _("Price list “%(list)s”: %(price)s each") % {"list": s["list"], "price": _price(s, c)}
    ),
    "contract_price": lambda s, c: (
        _("Contract “%(contract)s”: %(price)s each") % {"contract": s["contract"], "price": _price(s, c)}
    ),
    "graduated_price": lambda s, c: (
        _("Each slice at its own price: %(grades)s; %(price)s each on average")
        % {"grades": _grades(s, c), "price": _price(s, c)}
    ),
    "formula": lambda s, c: (
        _("Reckoned by %(formula)s with %(inputs)s: %(price)s each")
        % {"formula": s["formula"], "inputs": _said(s), "price": _price(s, c)}
    ),
    "split_from": lambda s, c: (
        _("A part of order %(number)s: its prices are those agreed there, shared to the last cent.")
        % {"number": s["of"]}
    ),
    "merged_from": lambda s, c: (
        _("Merged with %(numbers)s: prices are those agreed in each.") % {"numbers": ", ".join(s["merged"])}
    ),
    "as_agreed_before": lambda s, c: (
        _("%(quantity)s × %(price)s, as agreed before") % {"quantity": _quantity(s), "price": _price(s, c)}
    ),
    "promotion": _promotion,
    "gift": lambda s, c: (
        _("Gift of the promotion “%(promotion)s”: %(quantity)s × %(sku)s")
        % {"promotion": s["promotion"], "quantity": _quantity(s), "sku": s["sku"]}
    ),
    "quantity_tier": lambda s, c: (
        _("From this quantity on (%(quantity)s): %(price)s each")
        % {"quantity": _quantity(s), "price": _price(s, c)}
    ),
    "bundle_sum": lambda s, c: _("The parts together: %(price)s") % {"price": _price(s, c)},
    "bundle_discount": lambda s, c: (
        _("Less %(percent)s%% for the bundle: %(price)s")
        % {"percent": plain(Decimal(s["percent"])), "price": _price(s, c)}
    ),
    "bundle_parts": lambda s, c: _("Consists of %(parts)s") % {"parts": _parts(s)},
    "part_surcharge": lambda s, c: _("More for %(sku)s, each bundle") % {"sku": s["sku"]},
    "option": lambda s, c: (
        _("%(option)s: %(value)s, for each")
        % {"option": _named(s, "label", "option"), "value": _named(s, "value_label", "value")}
    ),
    "manual_price": lambda s, c: (
        _("Price typed by hand%(reason)s: %(price)s each")
        % {"reason": _reason(s, "reason"), "price": _price(s, c)}
    ),
    "line_amount": lambda s, c: (
        _("%(quantity)s × %(price)s") % {"quantity": _quantity(s), "price": _price(s, c)}
    ),
    "line_discount": lambda s, c: (
        _("Discount of %(worth)s%(reason)s") % {"worth": _worth(s, c), "reason": _reason(s, "label")}
    ),
    "order_discount": lambda s, c: (
        _("Discount on the order of %(worth)s%(reason)s")
        % {"worth": _worth(s, c), "reason": _reason(s, "label")}
    ),
    "order_discount_share": lambda s, c: _("Its share of the discount on the order"),
    "shipping_agreed": lambda s, c: _("Shipping fee as agreed"),
    "shipping_rule": lambda s, c: _("Shipping “%(label)s”") % {"label": _label(s)},
    "shipping_free": lambda s, c: (
        _("Shipping “%(label)s”: free from %(from)s on")
        % {"label": _label(s), "from": money(Decimal(s["free_from"]), c)}
    ),
    "tax_inclusive": lambda s, c: (
        _("Contains %(rate)s tax (%(class)s)") % {"rate": _rate(s), "class": s["class"]}
    ),
    "tax_exclusive": lambda s, c: (
        _("Plus %(rate)s tax (%(class)s)") % {"rate": _rate(s), "class": s["class"]}
    ),
    "shipping_tax": lambda s, c: _("%(rate)s tax on shipping") % {"rate": _rate(s)},
    "tax_exempt": lambda s, c: _("The customer is exempt from tax"),
    "tax_as_agreed": lambda s, c: _("Amounts as agreed at the time: tax is neither added nor taken out"),
    "total": lambda s, c: (
        _("Total: goods %(items)s + shipping %(shipping)s + tax %(tax)s")
        % {name: money(Decimal(s[name]), c) for name in ("items", "shipping", "tax")}
    ),
}
