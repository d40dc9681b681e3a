"""Prices reckoned from what a customer says of the goods: a formula over declared inputs. Pure, bounded in time and length.

`width_mm * height_mm / 1000000 * 85 + 20` with `width_mm` from 300 to 2,400. Numbers are exact decimals; there are no
texts, attributes, loops or names other than the inputs and `round`, `ceil`, `floor`, `min`, `max`, `abs`.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, DecimalException, localcontext
from functools import lru_cache
from keyword import iskeyword
from typing import Any

from simpleeval import InvalidExpression, SimpleEval

from openoms.core.money import UNIT_PRICE_STEP
from openoms.domains.pricing.errors import FormulaRefused

# Signs as they are typed with a Chinese keyboard or on paper; each is one sign, so that places stay.
_TYPED = str.maketrans("（）×·÷，＋－＊／", "()**/,+-*/")
# What units are called in Chinese; others are written as they are.
UNITS_ZH = {
    "mm": "毫米", "cm": "厘米", "m": "米", "m²": "平方米", "m2": "平方米", "m³": "立方米", "m3": "立方米", "g": "克",
    "kg": "千克", "ml": "毫升", "l": "升", "h": "小时", "min": "分钟", "piece": "个",
}  # fmt: skip
LONGEST = 500
MOST_PARTS = 200
_ALLOWED = (
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call, ast.Name, ast.Load, ast.Constant,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.USub, ast.UAdd, ast.And, ast.Or, ast.Not,
    ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """What is asked of the customer: a number in `unit` from `least` to `most` (both included), in steps if any."""

    code: str
    least: Decimal
    most: Decimal
    name: str = ""
    name_zh: str = ""
    unit: str = ""
    step: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Measure:
    """What was said for an input."""

    input: Input
    value: Decimal

    def document(self) -> dict[str, str | None]:
        """Itself as an order's line keeps it, shaped as an extra that was chosen; `unit` tells it from one."""
        one, number = self.input, f"{self.value.normalize():,f}"
        return {
            "option": one.code,
            "name": one.name or one.code,
            "name_zh": one.name_zh,
            "value": f"{self.value.normalize():f}",
            "value_name": f"{number} {one.unit}".strip(),
            "value_name_zh": f"{number} {UNITS_ZH.get(one.unit, one.unit)}".strip(),
            "amount": None,
            "unit": one.unit,
        }


@dataclass(frozen=True, slots=True)
class Formula:
    """A unit price by currency over declared inputs."""

    inputs: tuple[Input, ...]
    expressions: Mapping[str, str] = field(default_factory=dict)

    def measures(self, inputs: Mapping[str, Decimal]) -> tuple[Measure, ...]:
        """What was said, in the order in which it is asked."""
        return tuple(Measure(one, inputs[one.code]) for one in self.inputs if one.code in inputs)

    @property
    def samples(self) -> list[dict[str, Decimal]]:
        """Inputs to try a formula with: all at their least, in the middle (on a step), and at their most."""
        rows = [{i.code: i.least for i in self.inputs}, {}, {i.code: i.most for i in self.inputs}]
        for one in self.inputs:
            middle = (one.least + one.most) / 2
            if one.step:
                middle = one.least + (middle - one.least) // one.step * one.step
            rows[1][one.code] = middle
        return rows


def _round(value: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-int(digits)), rounding=ROUND_HALF_UP)


def _to_step(rounding: str) -> Callable[..., Decimal]:
    def work(value: Decimal, step: Decimal = Decimal(1)) -> Decimal:
        return (value / step).to_integral_value(rounding) * step

    return work


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "round": _round,
    "ceil": _to_step(ROUND_CEILING),
    "floor": _to_step(ROUND_FLOOR),
    "min": min,
    "max": max,
    "abs": abs,
}


class _Evaluator(SimpleEval):  # type: ignore[misc]
    """Scalars only, and every number an exact decimal."""

    def __init__(self, names: Mapping[str, Decimal]) -> None:
        super().__init__(names=dict(names), functions=FUNCTIONS)
        self.nodes[ast.Constant] = lambda node: Decimal(str(node.value))


def unit_price_by(formula: Formula, currency: str, inputs: Mapping[str, Decimal]) -> Decimal:
    """The unit price at 6 decimals; raises FormulaRefused where it has none (division by zero, below nothing)."""
    expression = formula.expressions[currency]
    try:
        with localcontext(prec=28):
            found = _Evaluator(inputs).eval(expression, previously_parsed=_parsed(expression))
            price = Decimal(found).quantize(UNIT_PRICE_STEP)
    except (
        InvalidExpression, DecimalException, ArithmeticError, ValueError, TypeError, AttributeError, RecursionError,
    ) as error:  # fmt: skip
        raise FormulaRefused(
            "The formula has no result for these inputs. Check it in the catalogue."
        ) from error
    if not price.is_finite() or price < 0:
        raise FormulaRefused("The formula gives a price below nothing. Check it in the catalogue.")
    return price


def check_formula(formula: Formula) -> None:
    """Refuse what could not price: bad ranges, unknown names, what is no arithmetic, no result on the samples.

    Raises FormulaRefused; its detail says what is wrong and where.
    """
    codes = [one.code for one in formula.inputs]
    if len(set(codes)) != len(codes):
        raise FormulaRefused("Two inputs have one code.", field="inputs")
    for one in formula.inputs:
        sound = one.code.isidentifier() and one.code.isascii() and not iskeyword(one.code)
        if not sound or one.code in FUNCTIONS:
            raise FormulaRefused(
                f"{one.code!r} is no name for an input: use letters, digits and _.", field="inputs"
            )
        if one.least > one.most or one.step < 0:
            raise FormulaRefused(f"The range of {one.code} is empty.", field="inputs")
    for currency, expression in formula.expressions.items():
        _check_expression(expression, set(codes))
        for sample in formula.samples:
            unit_price_by(formula, currency, sample)


def _check_expression(expression: str, names: set[str]) -> None:
    tree = _parsed(expression)
    parts = list(ast.walk(tree))
    if len(parts) > MOST_PARTS:
        raise FormulaRefused(f"A formula has at most {MOST_PARTS} parts.", field="formula")
    called = {part.func for part in parts if isinstance(part, ast.Call)}
    for part in parts:
        at = _place(expression, part)
        if isinstance(part, ast.Name) and part not in called and part.id not in names:
            known = ", ".join(sorted(names)) or "none"
            raise FormulaRefused(
                f"{part.id!r} is no input, at {at}. Inputs: {known}.", field="formula", at=at
            )
        if isinstance(part, ast.Call) and not (isinstance(part.func, ast.Name) and part.func.id in FUNCTIONS):
            raise FormulaRefused(
                f"Only {', '.join(FUNCTIONS)} can be called, at {at}.", field="formula", at=at
            )
        plain = not isinstance(part, ast.Constant) or type(part.value) in (int, float)
        if not isinstance(part, _ALLOWED) or not plain or (isinstance(part, ast.Call) and part.keywords):
            raise FormulaRefused(f"Only arithmetic on numbers and inputs, at {at}.", field="formula", at=at)


def _place(expression: str, part: ast.AST) -> int:
    """Where the part begins, counted in characters from 1; Python counts bytes."""
    start = expression.strip().encode()[: getattr(part, "col_offset", 0)]
    return len(start.decode(errors="replace")) + 1


@lru_cache(maxsize=1024)
def _parsed(expression: str) -> ast.expr:
    if not expression.strip():
        raise FormulaRefused("Write a formula.", field="formula")
    if len(expression) > LONGEST:
        raise FormulaRefused(f"A formula has at most {LONGEST} characters.", field="formula")
    try:
        return ast.parse(expression.strip().translate(_TYPED), mode="eval").body
    except SyntaxError as error:
        # Python names no place where the text ends too soon.
        at = error.offset or len(expression.strip()) + 1
        raise FormulaRefused(f"The formula cannot be read at {at}.", field="formula", at=at) from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise FormulaRefused("The formula cannot be read.", field="formula") from error
