"""Arithmetic between columns: `{Sales} / {Quantity} / (1 - {Discount})`; numbers, + - * / and brackets, nothing else."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from functools import lru_cache

from openoms.integrations.imports.errors import BadMapping, BadRow

_COLUMN = re.compile(r"\{([^{}]+)\}")
_BINARY: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Calculation:
    """A parsed calculation and the columns it reads, in the order of its variables v0, v1, …"""

    text: str
    tree: ast.expr
    columns: tuple[str, ...]


@lru_cache(maxsize=256)
def parse(text: str) -> Calculation:
    """The calculation written in `text`; raises BadMapping naming what it cannot be."""
    columns = tuple(dict.fromkeys(_COLUMN.findall(text)))
    spelled = _COLUMN.sub(lambda match: f"v{columns.index(match[1])}", text)
    try:
        if len(text) > _LONGEST:
            raise SyntaxError
        tree = ast.parse(spelled.strip(), mode="eval").body
    except (SyntaxError, RecursionError, ValueError) as error:
        raise BadMapping(f"{text!r} is not a calculation such as '{{amount}} / {{quantity}}'.") from error
    _check(tree, text, len(columns))
    return Calculation(text, tree, columns)


def result(calculation: Calculation, numbers: Mapping[str, Decimal]) -> Decimal:
    """Its value with each column's number; raises BadRow where it has none, as after division by zero."""
    try:
        value = _value(calculation.tree, [numbers[column] for column in calculation.columns])
    except (DecimalException, ZeroDivisionError) as error:
        raise BadRow(f"{calculation.text} has no result") from error
    return value


def _check(node: ast.expr, text: str, columns: int) -> None:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            _check(left, text, columns)
            _check(right, text, columns)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _check(operand, text, columns)
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            pass
        case ast.Name(id=name) if re.fullmatch(r"v\d+", name) and int(name[1:]) < columns:
            pass
        case _:
            raise BadMapping(f"{text!r} may only hold columns in braces, numbers, + - * / and brackets.")


def _value(node: ast.expr, variables: list[Decimal]) -> Decimal:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_value(left, variables), _value(right, variables))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, variables)
        case ast.Constant(value=value):
            return Decimal(str(value))
        case ast.Name(id=name):
            return variables[int(name[1:])]
    raise AssertionError("checked when parsed")
