"""Forms of what can be chosen: a product's options with their values and conflicts, a bundle's groups with their parts."""

import re
import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from openoms.core.errors import DomainError
from openoms.core.money import CURRENCIES
from openoms.domains.catalog.models import Bundle, Option
from openoms.domains.catalog.types import (
    BundleInput,
    Choice,
    GroupInput,
    OptionInput,
    PartInput,
    ValueInput,
)
from openoms.interfaces.console.forms.base import ConsoleForm, NumberField
from openoms.interfaces.console.refusals import problem_sentence, sentence
from openoms.interfaces.console.templatetags.oms import in_chinese

_AMOUNT = re.compile(r"(?:([A-Za-z]{3})\s*)?([+\-−]?[\d.]+)\s*(?:([A-Za-z]{3}))?$")
_SLUG_HELP = _("Letters, digits, - and _")


class AmountsField(forms.CharField):
    """Amounts by currency on one line: `199`, `CNY 199; USD 30`. A bare number is in the firm's currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 300, **kwargs})

    def clean(self, value: Any) -> Any:
        """The amounts as (currency, amount) pairs."""
        text = super().clean(value)
        parts = (part.strip() for part in re.split(r"[;；\n]", str(text)))
        return tuple(_amount(part.replace(",", "").replace("，", "")) for part in parts if part)


def _amount(text: str) -> tuple[str, Decimal]:
    match = _AMOUNT.match(text)
    if match is not None:
        currency = (match.group(1) or match.group(3) or settings.OPENOMS.default_currency).upper()
        try:
            amount = Decimal(match.group(2).replace("−", "-"))
        except InvalidOperation:
            match = None
        else:
            if currency in CURRENCIES:
                return currency, amount
            match = None
    raise ValidationError(_("Write amounts as 199 or as CNY 199; USD 30."))


def spelled(amounts: Mapping[str, Any]) -> str:
    """Amounts as one types them."""
    return "; ".join(f"{currency} {amount}" for currency, amount in amounts.items())


class ValueForm(ConsoleForm):
    """A value of an option."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name (English)"), max_length=80)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=80, required=False)
    deltas = AmountsField(label=_("Adds to the price"))
    percent = NumberField(
        label=_("Percent more"), required=False, decimal_places=4, min_value=-100, max_value=10000
    )
    is_active = forms.BooleanField(label=_("To be chosen"), required=False, initial=True)

    def value(self) -> ValueInput:
        """The value as typed."""
        return ValueInput(**self.cleaned_data | {"percent": self.cleaned_data.get("percent") or Decimal(0)})


class OptionForm(ConsoleForm):
    """An option with its values, which are rows of its own."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_SLUG_HELP)
    name = forms.CharField(label=_("Name (English)"), max_length=80)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Option.Kind.choices, initial=Option.Kind.EXTRA)
    required = forms.BooleanField(label=_("Must be chosen"), required=False)
    many = forms.BooleanField(label=_("Several may be chosen"), required=False)

    def __init__(self, *args: Any, values: Sequence[Mapping[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = _rows(ValueForm, self.data if self.is_bound else None, f"{self.prefix}-value", values)

    def is_valid(self) -> bool:
        """Whether the option and each value is; asks all, so that all errors show."""
        sound = [super().is_valid(), *(row.is_valid() for row in self.rows)]
        return all(sound)

    def value(self) -> OptionInput:
        """The option as typed."""
        return OptionInput(**self.cleaned_data, values=tuple(row.value() for row in self.rows))


class ConflictForm(ConsoleForm):
    """Two values that exclude each other."""

    one = forms.ChoiceField(label=_("This"))
    other = forms.ChoiceField(label=_("excludes"))

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("one", "other"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def value(self) -> tuple[Choice, Choice]:
        """The pair as typed."""
        return _choice(self.cleaned_data["one"]), _choice(self.cleaned_data["other"])


class OptionsEntry:
    """The whole of a product's options as typed, or as they are. Documents are those of catalog/documents.py."""

    def __init__(
        self,
        data: QueryDict | None,
        options: Sequence[Mapping[str, Any]] = (),
        conflicts: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.options = _rows(OptionForm, data, "option", options, nested="values")
        self.choices = choices_of(options)
        pairs = [{side: _joined(pair[side]) for side in ("one", "other")} for pair in conflicts]
        self.conflicts = _rows(ConflictForm, data, "conflict", pairs, choices=self.choices)
        self.problems: list[str] = []
        self.status = 200

    def is_valid(self) -> bool:
        """Whether each part is well typed."""
        sound = [row.is_valid() for row in [*self.options, *self.conflicts]]
        self.status = 200 if all(sound) else 422
        return all(sound)

    def values(self) -> tuple[tuple[OptionInput, ...], tuple[tuple[Choice, Choice], ...]]:
        """Options and conflicts as typed; a conflict of a value that was taken away goes with it."""
        options = tuple(row.value() for row in self.options)
        there = {(option.code, value.code) for option in options for value in option.values}
        pairs = (row.value() for row in self.conflicts)
        return options, tuple(pair for pair in pairs if pair[0] in there and pair[1] in there)

    def refuse(self, error: DomainError) -> None:
        """Put each problem beside its row, what belongs to none above the page."""
        self.status = error.status
        for problem in error.problems:
            row = _at(self.options, problem.loc, "options", "values") or _at(
                self.conflicts, problem.loc, "conflicts", ""
            )
            name = row.field_of(problem.loc) if row is not None else None
            if row is not None:
                row.add_error(name, problem_sentence(problem, error))
            else:
                self.problems.append(problem_sentence(problem, error))
        if not error.problems:
            self.problems.append(sentence(error))


class PartForm(ConsoleForm):
    """A sku in a group."""

    sku = forms.CharField(label=_("SKU code"), max_length=60)
    quantity = NumberField(label=_("Quantity"), initial=1)
    surcharges = AmountsField(label=_("Adds to the price"))

    def value(self) -> PartInput:
        """The part as typed."""
        return PartInput(**self.cleaned_data)


class GroupForm(ConsoleForm):
    """A group of a bundle with its parts, which are rows of its own."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_SLUG_HELP)
    name = forms.CharField(label=_("Name (English)"), max_length=80, required=False)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=80, required=False)
    fixed = forms.BooleanField(label=_("All parts are taken"), required=False, initial=True)
    least = forms.IntegerField(label=_("At least"), min_value=0, max_value=200, required=False)
    most = forms.IntegerField(label=_("At most"), min_value=0, max_value=200, required=False)

    def __init__(self, *args: Any, values: Sequence[Mapping[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = _rows(PartForm, self.data if self.is_bound else None, f"{self.prefix}-part", values)

    def is_valid(self) -> bool:
        """Whether the group and each part is."""
        sound = [super().is_valid(), *(row.is_valid() for row in self.rows)]
        return all(sound)

    def value(self) -> GroupInput:
        """The group as typed."""
        data = dict(self.cleaned_data)
        data["least"], data["most"] = data.get("least") or 0, data.get("most") or 0
        return GroupInput(**data, parts=tuple(row.value() for row in self.rows))


class BundleForm(ConsoleForm):
    """How the bundle is priced."""

    policy = forms.ChoiceField(label=_("Its price is"), choices=Bundle.Policy.choices)
    percent = NumberField(label=_("Percent off"), required=False, min_value=0, max_value=100)


class BundleEntry:
    """A bundle as typed, or as it is; without groups the sku is no bundle."""

    def __init__(self, data: QueryDict | None, bundle: Mapping[str, Any] | None = None) -> None:
        head = {name: bundle[name] for name in ("policy", "percent")} if bundle else None
        self.head = BundleForm(data, initial=head)
        self.groups = _rows(GroupForm, data, "group", bundle["groups"] if bundle else (), nested="parts")
        self.problems: list[str] = []
        self.status = 200

    def is_valid(self) -> bool:
        """Whether each part is well typed."""
        sound = [row.is_valid() for row in [self.head, *self.groups]]
        self.status = 200 if all(sound) else 422
        return all(sound)

    def value(self) -> BundleInput:
        """The bundle as typed."""
        head = self.head.cleaned_data
        groups = tuple(row.value() for row in self.groups)
        return BundleInput(head["policy"], head.get("percent") or Decimal(0), groups)

    def refuse(self, error: DomainError) -> None:
        """Put each problem beside its row, what belongs to none above the page."""
        self.status = error.status
        for problem in error.problems:
            row = _at(self.groups, problem.loc[1:], "groups", "parts")
            name = row.field_of(problem.loc) if row is not None else None
            if row is not None:
                row.add_error(name, problem_sentence(problem, error))
            else:
                self.problems.append(problem_sentence(problem, error))
        if not error.problems:
            self.problems.append(sentence(error))


def fresh_row(kind: str, owner: str) -> ConsoleForm:
    """A row just added: of an option, a group, or within the one with the prefix `owner`."""
    made: dict[str, type[ConsoleForm]] = {
        "option": OptionForm, "value": ValueForm, "group": GroupForm, "part": PartForm,
    }  # fmt: skip
    prefix = f"{owner}-{_key()}" if owner else _key()
    return made[kind](prefix=prefix)


def choices_of(options: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Every value of these options as a choice."""
    return [
        (f"{option['code']}/{value['code']}", f"{_named(option)}: {_named(value)}")
        for option in options
        for value in option["values"]
    ]


def fresh_conflict(options: Sequence[Mapping[str, Any]]) -> ConflictForm:
    """A conflict row just added."""
    return ConflictForm(prefix=_key(), choices=choices_of(options))


def _rows(
    form: Any,
    data: Any,
    name: str,
    documents: Sequence[Mapping[str, Any]],
    *,
    nested: str = "",
    **more: Any,
) -> list[Any]:
    """Each row's form: of those sent (their keys are in `name`), else of what there is."""
    if data is not None:
        return [form(data, prefix=key, **more) for key in data.getlist(name)]
    rows = []
    for number, document in enumerate(documents):
        initial = {key: spelled(v) if isinstance(v, Mapping) else v for key, v in document.items()}
        if initial.get("percent") == "0" and name != "group":
            initial["percent"] = ""
        inner = {"values": initial.pop(nested)} if nested else {}
        rows.append(form(prefix=f"{name.replace('-', '_')}{number}", initial=initial, **inner, **more))
    return rows


def _at(rows: Sequence[Any], loc: Sequence[str | int], outer: str, inner: str) -> ConsoleForm | None:
    """The row a problem's path means: `("options", 1)` or, within it, `("options", 1, "values", 0)`."""
    if len(loc) < 2 or loc[0] != outer or not isinstance(loc[1], int) or loc[1] >= len(rows):
        return None
    row: Any = rows[loc[1]]
    if inner and len(loc) > 3 and loc[2] == inner and isinstance(loc[3], int) and loc[3] < len(row.rows):
        row = row.rows[loc[3]]
    found: ConsoleForm = row
    return found


def _choice(text: str) -> Choice:
    option, _sep, value = text.partition("/")
    return option, value


def _named(document: Mapping[str, Any]) -> str:
    return str((document["name_zh"] if in_chinese() else "") or document["name"])


def _joined(choice: Mapping[str, str]) -> str:
    return f"{choice['option']}/{choice['value']}"


def _key() -> str:
    return f"n{secrets.token_hex(4)}"
