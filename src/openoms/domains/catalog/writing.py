"""How rows of the catalogue are written: what differs is set, checked, and told of by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from openoms.core.errors import FieldProblem, InvalidInput
from openoms.core.money import CURRENCIES, UNIT_PRICE_STEP
from openoms.domains.catalog.types import Amounts

M = TypeVar("M", bound=models.Model)
LARGEST = Decimal("999999999999")


@dataclass(frozen=True, slots=True)
class Saved(Generic[M]):
    """What was saved: the row, whether it is new, and the changed fields before and after (references by code)."""

    row: M
    created: bool
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.after) or self.created


def check(row: models.Model, loc: tuple[str | int, ...] = ()) -> None:
    """Raise InvalidInput, each problem at `loc` and its field, where the row breaks its model's rules."""
    try:
        row.full_clean(validate_unique=True)
    except ValidationError as error:
        problems = [
            FieldProblem((*loc, name), str(message), "invalid")
            for name, messages in error.message_dict.items()
            for message in messages
        ]
        raise InvalidInput("; ".join(p.message for p in problems), problems=problems) from error


def check_amounts(amounts: Amounts, loc: tuple[str | int, ...]) -> dict[str, Decimal]:
    """Amounts by currency at their step; raises InvalidInput for what is no currency, twice there, or too large."""
    found: dict[str, Decimal] = {}
    for currency, amount in amounts:
        if currency not in CURRENCIES:
            raise InvalidInput(f"{currency!r} is not an ISO 4217 currency code.", field=loc)
        if currency in found:
            raise InvalidInput(f"There are two amounts in {currency}.", field=loc)
        if abs(amount) > LARGEST:
            raise InvalidInput("An amount lies between -999,999,999,999 and 999,999,999,999.", field=loc)
        found[currency] = amount.quantize(UNIT_PRICE_STEP)
    return found


def check_codes(codes: list[str], loc: tuple[str | int, ...]) -> None:
    """Raise InvalidInput where a code comes twice."""
    twice = next((code for index, code in enumerate(codes) if code in codes[:index]), None)
    if twice is not None:
        raise InvalidInput(f"The code {twice!r} is there twice.", field=loc)
