"""The catalogue's parts as plain JSON values: what events tell of before and after, and what API and pages show."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from openoms.domains.catalog.models import (
    Bundle,
    BundleGroup,
    Formula,
    Option,
    OptionConflict,
    OptionValue,
)

# What must be fetched with each for its document to ask the database nothing.
OPTION_PARTS = ("options__values__deltas", "options__values__conflicts__other__option")
BUNDLE_PARTS = ("bundle__groups__parts__sku",)


def spelled(amount: Decimal) -> str:
    """A number without idle zeros: "12.5"."""
    return f"{amount.normalize():f}"


def options_document(options: Iterable[Option]) -> list[dict[str, Any]]:
    """Options with their values, in their order."""
    return [
        {
            "code": option.code,
            "name": option.name,
            "name_zh": option.name_zh,
            "kind": str(option.kind),
            "required": option.required,
            "many": option.many,
            "values": [_value(value) for value in option.values.all()],
        }
        for option in options
    ]


def conflicts_document(options: Iterable[Option]) -> list[dict[str, Any]]:
    """The pairs of values that exclude each other."""
    pairs = [
        sorted([(option.code, value.code), (pair.other.option.code, pair.other.code)])
        for option in options
        for value in option.values.all()
        for pair in value.conflicts.all()
    ]
    return [{"one": _choice(one), "other": _choice(other)} for one, other in sorted(pairs)]


def bundle_document(bundle: Bundle | None) -> dict[str, Any] | None:
    """A bundle with its groups and their parts, or None."""
    if bundle is None:
        return None
    return {
        "policy": str(bundle.policy),
        "percent": spelled(bundle.percent),
        "groups": [_group(group) for group in bundle.groups.all()],
    }


def formula_document(formula: Formula | None) -> dict[str, Any] | None:
    """A formula with what it asks, or None."""
    return {"inputs": formula.inputs, "expressions": formula.expressions} if formula else None


def conflict_choices(pair: OptionConflict) -> tuple[tuple[str, str], tuple[str, str]]:
    """The two values a conflict is between, as (option, value)."""
    return (pair.one.option.code, pair.one.code), (pair.other.option.code, pair.other.code)


def _value(value: OptionValue) -> dict[str, Any]:
    return {
        "code": value.code,
        "name": value.name,
        "name_zh": value.name_zh,
        "is_active": value.is_active,
        "deltas": {delta.currency: spelled(delta.amount) for delta in value.deltas.all()},
        "percent": spelled(value.percent),
    }


def _choice(choice: tuple[str, str]) -> dict[str, str]:
    return {"option": choice[0], "value": choice[1]}


def _group(group: BundleGroup) -> dict[str, Any]:
    return {
        "code": group.code,
        "name": group.name,
        "name_zh": group.name_zh,
        "fixed": group.fixed,
        "least": group.least,
        "most": group.most,
        "parts": [
            {"sku": part.sku.code, "quantity": spelled(part.quantity), "surcharges": dict(part.surcharges)}
            for part in group.parts.all()
        ],
    }
