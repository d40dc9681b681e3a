"""What all forms of the console share: refusals land beside the field they are about, and nothing typed is lost."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from openoms.core.errors import DomainError
from openoms.core.money import CURRENCIES
from openoms.interfaces.console.refusals import problem_sentence, sentence
from openoms.interfaces.console.widgets import DayInput, InstantInput, NumberText


class ConsoleForm(forms.Form):
    """A form that a refusal of a flow can be shown on."""

    refusal: DomainError | None = None

    def refuse(self, error: DomainError) -> None:
        """Show the refusal: each problem beside its field, what belongs to none above the form."""
        self.refusal = error
        for problem in error.problems:
            self.add_error(self.field_of(problem.loc), problem_sentence(problem, error))
        if not error.problems:
            self.add_error(None, sentence(error))

    def field_of(self, loc: Sequence[str | int]) -> str | None:
        """The field a problem's path means, or None: `("contact", "phone")` is `contact_phone`, else `phone`."""
        names = [str(part) for part in loc if isinstance(part, str)]
        tries = ["_".join(names[start:]) for start in range(len(names))]
        return next((name for name in tries if name in self.fields), None)

    @property
    def status(self) -> int:
        """The status of the page that shows the form: that of the refusal, 422 for wrong input, else 200."""
        if self.refusal is not None:
            return self.refusal.status
        return 422 if self.is_bound and self.errors else 200


def instant_read(data: QueryDict) -> datetime | None:
    """When the thing being edited was last changed as the page was drawn: `read_at`, None where it says nothing sound."""
    try:
        return parse_datetime(data.get("read_at", ""))
    except ValueError:
        return None


@contextmanager
def shown_on(form: ConsoleForm) -> Iterator[None]:
    """Show a refusal raised inside on the form and go on after the block."""
    try:
        yield
    except DomainError as error:
        form.refuse(error)


class NumberField(forms.DecimalField):
    """A decimal number typed as text; a comma or a space that groups thousands is understood, full width digits too."""

    widget = NumberText

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 20)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """The number as a Decimal, or None for nothing."""
        if isinstance(value, str):
            value = value.replace(",", "").replace("，", "").replace(" ", "")
        return super().to_python(value)


class DayField(forms.DateField):
    """A calendar day."""

    widget = DayInput


class InstantField(forms.DateTimeField):
    """A day and time of day, typed and shown in the person's zone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", InstantInput)
        super().__init__(**kwargs)


class CurrencyField(forms.CharField):
    """An ISO 4217 code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Currency"), "max_length": 3, "min_length": 3, **kwargs})

    def to_python(self, value: Any) -> str:
        """The code in capitals."""
        return str(super().to_python(value) or "").strip().upper()

    def validate(self, value: Any) -> None:
        """Refuse what is no currency."""
        super().validate(value)
        if value and value not in CURRENCIES:
            raise ValidationError(_("“%(text)s” is not a currency code.") % {"text": value})


def text_area(rows: int = 3) -> forms.Textarea:
    """A text field of several lines."""
    return forms.Textarea({"rows": rows})
