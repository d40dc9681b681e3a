"""Values: what a mapping says of a field, worked out for a row and turned into the type the field has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from openoms.integrations.imports import calc
from openoms.integrations.imports.countries import country_code
from openoms.integrations.imports.errors import BadMapping, BadRow

_BRACES = re.compile(r"\{([^{}]+)\}")
_TRUE = frozenset("1 true yes y t on 是 有".split())
_FALSE = frozenset("0 false no n f off 否 无".split())
_LONGEST_NUMBER = 40


class Value(BaseModel):
    """Where a field's value comes from: exactly one of column, value, template, calc, if_present.

    A bare string is a column. `map` replaces values by others, `default` stands in for an empty one, `pad` puts
    zeros before a number that lost them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    column: str = ""
    value: str | None = None
    template: str = ""
    calc: str = ""
    if_present: str = ""
    then: str = ""
    otherwise: str = Field(default="", alias="else")
    map: dict[str, str] | None = None
    default: str = ""
    pad: int = 0

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, given: Any) -> Any:
        return {"column": given} if isinstance(given, str) else given

    @field_validator("value", "then", "otherwise", "default", mode="before")
    @classmethod
    def _spelled(cls, given: Any) -> Any:
        if isinstance(given, bool):
            return "true" if given else "false"
        return str(given) if isinstance(given, int | float) else given

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [self.column, self.template, self.calc, self.if_present]
        if sum(map(bool, given)) + (self.value is not None) != 1:
            raise ValueError("say exactly one of column, value, template, calc, if_present")
        if self.calc:
            try:
                calc.parse(self.calc)
            except BadMapping as error:
                raise ValueError(error.detail) from error
        return self

    def template_columns(self) -> list[str]:
        """The columns the template reads."""
        return _BRACES.findall(self.template)


@dataclass(frozen=True, slots=True)
class Reading:
    """How text becomes values: the file's zone, formats of dates, and marks in numbers."""

    zone: ZoneInfo
    date_formats: tuple[str, ...]
    decimal_mark: str
    thousands_mark: str

    def text(self, value: Value | None, cells: Mapping[str, str], *, most: int = 0) -> str:
        """The value as text, "" when there is none; raises BadRow above `most` characters."""
        if value is None:
            return ""
        found = self._found(value, cells)
        if value.map is not None and found:
            if found not in value.map and not value.default:
                raise BadRow(f"{_source(value)} is {found!r}, which the mapping does not translate")
            found = value.map.get(found, "")
        found = found or value.default
        if value.pad and found.isdigit():
            found = found.zfill(value.pad)
        if most and len(found) > most:
            raise BadRow(f"{_source(value)} has {len(found)} characters, at most {most} can be kept")
        return found

    def needed(self, value: Value | None, cells: Mapping[str, str], what: str, *, most: int = 0) -> str:
        """The value as text; raises BadRow when there is none."""
        found = self.text(value, cells, most=most)
        if not found:
            raise BadRow(f"no {what}: {_source(value)} is empty" if value else f"no {what}")
        return found

    def given(self, value: Value | None, cells: Mapping[str, str], *, most: int = 0) -> str | None:
        """The value as text, or None where the mapping does not speak of it."""
        return None if value is None else self.text(value, cells, most=most)

    def number(self, value: Value | None, cells: Mapping[str, str]) -> Decimal | None:
        """The value as a number (`12 %` is 0.12), None when there is none; raises BadRow for what is not one."""
        if value is None:
            return None
        if value.calc:
            calculation = calc.parse(value.calc)
            numbers = {column: self._decimal(_cell(cells, column), column) for column in calculation.columns}
            return calc.result(calculation, numbers)
        text = self.text(value, cells)
        return self._decimal(text, _source(value)) if text else None

    def whole(self, value: Value | None, cells: Mapping[str, str]) -> int | None:
        """The value as a whole number."""
        number = self.number(value, cells)
        if number is not None and number != number.to_integral_value():
            raise BadRow(f"{_source(value)} is {number}, a whole number is needed")
        return None if number is None else int(number)

    def truth(self, value: Value | None, cells: Mapping[str, str]) -> bool | None:
        """The value as yes or no, None when there is none."""
        text = self.text(value, cells).casefold()
        if not text:
            return None
        if text not in _TRUE | _FALSE:
            raise BadRow(f"{_source(value)} is {text!r}, yes or no is needed")
        return text in _TRUE

    def instant(self, value: Value | None, cells: Mapping[str, str]) -> datetime | None:
        """The value as an instant in UTC; one without an offset is of the file's zone."""
        found = self._moment(value, cells)
        if found is None:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)

    def day(self, value: Value | None, cells: Mapping[str, str]) -> date | None:
        """The value as a date, as it is written."""
        found = self._moment(value, cells)
        return None if found is None else found.date()

    def country(self, value: Value | None, cells: Mapping[str, str]) -> str:
        """The value as a country's ISO code, "" when there is none."""
        text = self.text(value, cells)
        return country_code(text) if text else ""

    def _found(self, value: Value, cells: Mapping[str, str]) -> str:
        if value.column:
            return _cell(cells, value.column)
        if value.value is not None:
            return value.value
        if value.if_present:
            return value.then if _cell(cells, value.if_present) else value.otherwise
        if value.calc:
            number = self.number(value, cells)
            return "" if number is None else f"{number:f}"
        parts = {column: _cell(cells, column) for column in value.template_columns()}
        if parts and not any(parts.values()):
            return ""
        return _BRACES.sub(lambda match: parts[match[1]], value.template).strip()

    def _decimal(self, text: str, source: str) -> Decimal:
        spelled = text.replace(self.thousands_mark, "") if self.thousands_mark else text
        if self.decimal_mark != ".":
            spelled = spelled.replace(self.decimal_mark, ".")
        percent = spelled.endswith("%")
        try:
            number = Decimal(spelled.removesuffix("%").strip())
        except InvalidOperation:
            number = Decimal("NaN")
        if (
            not number.is_finite()
            or len(spelled) > _LONGEST_NUMBER
            or abs(number.adjusted()) > _LONGEST_NUMBER
        ):
            raise BadRow(f"{source} is {text[:60]!r}, a number is needed")
        return number / 100 if percent else number

    def _moment(self, value: Value | None, cells: Mapping[str, str]) -> datetime | None:
        text = self.text(value, cells)
        if not text:
            return None
        for form in self.date_formats:
            try:
                return datetime.strptime(text, form)  # noqa: DTZ007 - the file's zone is put on by `instant`
            except ValueError:
                continue
        try:
            return datetime.fromisoformat(text)
        except ValueError as error:
            raise BadRow(
                f"{_source(value)} is {text[:60]!r}, a date in one of the mapping's formats is needed"
            ) from error


def _cell(cells: Mapping[str, str], column: str) -> str:
    return cells.get(column, "")


def _source(value: Value | None) -> str:
    if value is None:
        return "it"
    return value.column or value.if_present or value.template or value.calc or repr(value.value)
