"""The formula a sku is priced by: the numbers asked of the customer as rows, the price by currency, tried as one types."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from openoms.core.errors import DomainError
from openoms.domains.catalog.types import FormulaInput, MeasureInput
from openoms.domains.pricing.errors import FormulaRefused
from openoms.domains.pricing.formulas import LONGEST, Formula, Input, check_formula, unit_price_by
from openoms.interfaces.console.forms.base import ConsoleForm, CurrencyField, NumberField
from openoms.interfaces.console.refusals import problem_sentence, sentence

_LARGEST = 10**9


class MeasureForm(ConsoleForm):
    """A number asked of the customer."""

    code = forms.RegexField(
        r"^[A-Za-z_][A-Za-z0-9_]*$", label=_("Code"), max_length=40,
        error_messages={"invalid": _("Letters, digits and _; it begins with a letter.")},
    )  # fmt: skip
    name = forms.CharField(label=_("Name (English)"), max_length=80, required=False)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=80, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False, initial="mm")
    least = NumberField(label=_("From"), min_value=-_LARGEST, max_value=_LARGEST, decimal_places=6)
    most = NumberField(label=_("To"), min_value=-_LARGEST, max_value=_LARGEST, decimal_places=6)
    step = NumberField(
        label=_("In steps of"), min_value=0, max_value=_LARGEST, decimal_places=6, required=False
    )

    def value(self) -> MeasureInput:
        """The number as typed."""
        return MeasureInput(**self.cleaned_data | {"step": self.cleaned_data.get("step") or Decimal(0)})


class ExpressionForm(ConsoleForm):
    """The price in one currency."""

    currency = CurrencyField()
    text = forms.CharField(label=_("Price for one"), max_length=LONGEST)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a formula gives: its price at each sample, or what is wrong with it and where.

    `before`, `at` and `after` are the text around the sign at fault; empty where it has no place.
    """

    currency: str
    prices: Sequence[Decimal] = ()
    problem: str = ""
    before: str = ""
    at: str = ""
    after: str = ""


class FormulaEntry:
    """The whole formula as typed, or as it is (a document of catalog/documents.py, None for none)."""

    def __init__(self, data: QueryDict | None, formula: Mapping[str, Any] | None = None) -> None:
        self.data = data
        self.problems: list[str] = []
        self.status = 200
        if data is not None:
            self.inputs = [MeasureForm(data, prefix=key) for key in data.getlist("input")]
            self.expressions = [ExpressionForm(data, prefix=key) for key in data.getlist("expression")]
            return
        there = formula or {"inputs": [{}], "expressions": {settings.OPENOMS.default_currency: ""}}
        self.inputs = [
            MeasureForm(prefix=f"i{number}", initial=_shown(one))
            for number, one in enumerate(there["inputs"])
        ]
        self.expressions = [
            ExpressionForm(prefix=f"e{number}", initial={"currency": currency, "text": text})
            for number, (currency, text) in enumerate(there["expressions"].items())
        ]

    def is_valid(self) -> bool:
        """Whether each row is well typed; asks all, so that all errors show."""
        sound = [row.is_valid() for row in [*self.inputs, *self.expressions]]
        self.status = 200 if all(sound) else 422
        return all(sound)

    def value(self) -> FormulaInput:
        """The formula as typed; without rows none."""
        texts = [(row.cleaned_data["currency"], row.cleaned_data["text"]) for row in self.expressions]
        return FormulaInput(tuple(row.value() for row in self.inputs), tuple(texts))

    def refuse(self, error: DomainError) -> None:
        """Put each problem beside its row, what belongs to none above the page."""
        self.status = error.status
        for problem in error.problems:
            row = next(
                (row for row in self.expressions if row.cleaned_data.get("currency") in problem.loc), None
            )
            if row is not None:
                row.add_error("text", problem_sentence(problem, error))
            else:
                self.problems.append(problem_sentence(problem, error))
        if not error.problems:
            self.problems.append(sentence(error))

    def samples(self) -> Sequence[Mapping[str, Decimal]]:
        """Inputs to try it with: all at their least, in the middle, at their most; none while a number is not one."""
        return Formula(self._asked()).samples if self.inputs and self._is_asked() else ()

    def trials(self) -> list[Trial]:
        """What each currency's formula gives for the samples, as far as it is typed."""
        if not self._is_asked():
            return []
        return [
            self._trial(row.cleaned_data.get("currency", ""), row.cleaned_data.get("text", ""))
            for row in self.expressions
            if row.is_valid() or row.cleaned_data.get("text")
        ]

    def _is_asked(self) -> bool:
        return all(row.is_valid() for row in self.inputs)

    def _asked(self) -> tuple[Input, ...]:
        return tuple(
            Input(one.code, one.least, one.most, one.name, one.name_zh, one.unit, one.step)
            for one in (row.value() for row in self.inputs)
        )

    def _trial(self, currency: str, text: str) -> Trial:
        formula = Formula(self._asked(), {currency: text})
        try:
            check_formula(formula)
        except FormulaRefused as error:
            at = error.data.get("at")
            parts = (text[: at - 1], text[at - 1 : at] or " ", text[at:]) if at else ("", "", "")
            return Trial(currency, (), sentence(error), *parts)
        return Trial(currency, [unit_price_by(formula, currency, sample) for sample in formula.samples])


def fresh(kind: str) -> ConsoleForm:
    """A row just added."""
    key = f"n{secrets.token_hex(4)}"
    return MeasureForm(prefix=key) if kind == "input" else ExpressionForm(prefix=key)


def _shown(one: Mapping[str, str]) -> dict[str, str]:
    """An input as one types it; no step is nothing."""
    return {name: "" if name == "step" and value == "0" else value for name, value in one.items()}
