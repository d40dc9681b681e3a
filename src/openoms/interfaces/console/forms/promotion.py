"""A whole promotion as one types it: head, benefits, conditions, hours; and any promotion as it would be typed."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openoms.core.errors import DomainError
from openoms.domains.pricing.models import PriceList
from openoms.domains.pricing.models import Promotion as Row
from openoms.domains.pricing.promotions import Hours, Promotion, Window
from openoms.interfaces.console.forms.base import CurrencyField, InstantField, NumberField
from openoms.interfaces.console.forms.promotion_benefit import BenefitForm, RungForm, whole
from openoms.interfaces.console.forms.promotion_condition import ConditionForm, HoursForm, Tables
from openoms.interfaces.console.forms.promotion_fields import PartForm, Typed, fresh_key, numbers, ticked
from openoms.interfaces.console.refusals import problem_sentence, sentence

_SMALLEST, _LARGEST = -32768, 32767


class HeadForm(PartForm):
    """Everything of a promotion that is said once."""

    WHEN = {"group": "stacking=first,best"}
    MORE = ("is_sale", "uses_up")

    name = forms.CharField(label=gettext_lazy("Name (English)"), max_length=120)
    name_zh = forms.CharField(label=gettext_lazy("Name (Chinese)"), max_length=120)
    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Made up where you leave it empty")
    )
    currency = CurrencyField(widget=forms.Select)
    starts_at = InstantField(label=gettext_lazy("Begins"))
    ends_at = InstantField(label=gettext_lazy("Ends"))
    timezone = forms.CharField(label=gettext_lazy("Time zone"), max_length=40)
    needs_coupon = forms.BooleanField(label=gettext_lazy("Only with a coupon"))
    most_uses = whole(gettext_lazy("Orders in all"))
    most_uses_each = whole(gettext_lazy("Orders a customer"))
    budget = NumberField(label=gettext_lazy("Budget"))
    stacking = forms.ChoiceField(label=gettext_lazy("Beside others"), choices=Row.Stacking.choices)
    group = forms.SlugField(label=gettext_lazy("Group"), max_length=40)
    priority = forms.IntegerField(
        label=gettext_lazy("Priority"), min_value=_SMALLEST, max_value=_LARGEST,
        widget=forms.TextInput({"inputmode": "numeric"}), help_text=gettext_lazy("The highest goes first"),
    )  # fmt: skip
    is_sale = forms.BooleanField(label=gettext_lazy("It is a sale price: it goes before all other offers"))
    uses_up = forms.BooleanField(
        label=gettext_lazy("Pieces that earned or got it count for no other such offer")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists = (
            PriceList.objects.filter(is_active=True).order_by("currency").values_list("currency", flat=True)
        )
        own = [self.data.get("currency", "").strip().upper()] if self.is_bound else []
        codes = dict.fromkeys([settings.OPENOMS.default_currency, *lists, *own])
        choices = [("", gettext_lazy("any currency")), *((code, code) for code in codes if code)]
        self.fields["currency"].widget.choices = choices

    @property
    def is_more_open(self) -> bool:
        """Also where something is wrong with the code."""
        return super().is_more_open or "code" in self.errors

    def clean_timezone(self) -> str:
        """A zone that is there; the firm's where none is typed."""
        typed = str(self.cleaned_data["timezone"] or settings.TIME_ZONE)
        try:
            ZoneInfo(typed)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValidationError(_("There is no time zone “%(name)s”.") % {"name": typed}) from error
        return typed

    def window(self, hours: Sequence[Hours]) -> Window:
        """When it runs: what the calendar shows is meant in the promotion's own zone."""
        zone = self.cleaned_data.get("timezone") or settings.TIME_ZONE
        begins, ends = (_moved(self.cleaned_data.get(name), zone) for name in ("starts_at", "ends_at"))
        return Window(begins, ends, zone, tuple(hours))

    def field_of(self, loc: Sequence[str | int]) -> str | None:
        """The field a path of the promotion's value means."""
        name = str(loc[-1]) if loc else ""
        return name if name in self.fields else None


class PromotionEntry:
    """The whole of a promotion as typed."""

    def __init__(self, data: QueryDict) -> None:
        tables = Tables()
        self.head = HeadForm(data)
        self.benefits = [BenefitForm(data, prefix=key) for key in data.getlist("benefit")]
        self.conditions = [
            ConditionForm(data, prefix=key, tables=tables) for key in data.getlist("condition")
        ]
        self.hours = [HoursForm(data, prefix=key) for key in data.getlist("hours")]
        self.problems: list[str] = []
        self.status = 200

    def value(self, code: str = "") -> Promotion | None:
        """The promotion as typed, with the code where it has one already; None while something is missing or wrong."""
        for form in self.forms:
            form.asks = True
        found = self.draft(code)
        if not self.head.cleaned_data.get("name") and not self.head.cleaned_data.get("name_zh"):
            self.head.need("name")
        sound = (
            not self.head.errors
            and len(found.benefits) == len(self.benefits)
            and len(found.conditions) == len(self.conditions)
            and not any(row.errors for row in self.hours)
        )
        if not self.benefits:
            self.problems.append(_("A promotion gives something: add what."))
            sound = False
        self.status = 200 if sound else 422
        return found if sound else None

    def draft(self, code: str = "") -> Promotion:
        """Those parts of the promotion that are whole so far."""
        self.head.is_valid()
        hours = [one for row in self.hours if row.is_valid() for one in row.hours()]
        benefits = [value for row in self.benefits if (value := row.benefit()) is not None]
        conditions = [one for each in self.conditions if (one := each.condition()) is not None]
        given = self.head.given
        name, name_zh = given("name") or "", given("name_zh") or ""
        more: dict[str, Any] = {flag: bool(given(flag)) for flag in ("needs_coupon", "is_sale", "uses_up")}
        more |= {limit: given(limit) for limit in ("most_uses", "most_uses_each", "budget")}
        return Promotion(
            code or given("code") or "",
            tuple(benefits),
            name or name_zh,
            name_zh,
            tuple(conditions),
            given("priority") or 0,
            given("stacking") or "stack",
            given("group") or "",
            self.head.window(hours),
            given("currency") or "",
            **more,
        )

    def refuse(self, error: DomainError) -> None:
        """Put each problem where its path leads, what leads nowhere above the page."""
        self.status = error.status
        for problem in error.problems:
            text = problem_sentence(problem, error)
            form, loc = self._part(problem.loc)
            if form is None:
                self.problems.append(text)
            else:
                form.refuse_at(loc, text)
        if not error.problems:
            self.problems.append(sentence(error))

    def _part(self, loc: Sequence[str | int]) -> tuple[PartForm | None, Sequence[str | int]]:
        """The form that a path leads into, and the rest of the path."""
        head, rest = (str(loc[0]) if loc else ""), loc[1:]
        rows: Sequence[PartForm] = {"benefits": self.benefits, "conditions": self.conditions}.get(head, ())  # type: ignore[assignment]
        if rows and rest and isinstance(rest[0], int) and rest[0] < len(rows):
            return rows[rest[0]], rest[1:]
        if list(loc[:2]) == ["window", "hours"] and self.hours:
            return self._hours_row(loc), ("days",)
        return (self.head, loc) if self.head.field_of(loc) else (None, loc)

    def _hours_row(self, loc: Sequence[str | int]) -> PartForm:
        """The row that the so-manieth hours came from: a row makes several."""
        at = loc[2] if len(loc) > 2 and isinstance(loc[2], int) else 0
        for row in self.hours:
            at -= len(row.hours())
            if at < 0:
                return row
        return self.hours[-1]

    @property
    def forms(self) -> Iterator[PartForm]:
        """Every form of it."""
        yield self.head
        yield from self.hours
        for row in self.benefits:
            yield row
            yield from (row.goods, row.bought, row.over, *row.rungs)
        for condition in self.conditions:
            yield condition
            yield condition.goods


def made_up_code() -> str:
    """A code for a promotion that was given none: the day, and something that nobody else has."""
    return f"p{timezone.localdate():%y%m%d}-{secrets.token_hex(3)}"


def typed(value: Promotion) -> QueryDict:
    """The promotion as the page would send it."""
    data = QueryDict(mutable=True)
    for name, text in _typed(value):
        data.appendlist(name, str(text))
    return data


def _typed(value: Promotion) -> Typed:
    window = value.window
    zone = ZoneInfo(window.timezone)
    for name in ("name", "name_zh", "code", "currency", "stacking", "group", "priority"):
        yield name, getattr(value, name)
    yield "timezone", window.timezone
    for name, instant in (("starts_at", window.starts_at), ("ends_at", window.ends_at)):
        if instant is not None:
            # Seconds only where there are some: a browser's calendar shows them then.
            there = instant.astimezone(zone)
            yield name, there.strftime("%Y-%m-%dT%H:%M:%S" if there.second else "%Y-%m-%dT%H:%M")
    counts = {"most_uses": value.most_uses, "most_uses_each": value.most_uses_each, "budget": value.budget}
    yield from _unprefixed(numbers("head", **counts))
    yield from _unprefixed(
        ticked("head", needs_coupon=value.needs_coupon, is_sale=value.is_sale, uses_up=value.uses_up)
    )
    for at, benefit in enumerate(value.benefits):
        yield "benefit", f"b{at}"
        yield from BenefitForm.typed(f"b{at}", benefit)
    for at, condition in enumerate(value.conditions):
        yield "condition", f"c{at}"
        yield from ConditionForm.typed(f"c{at}", condition)
    for at, (span, days) in enumerate(_weeks(window.hours).items()):
        yield "hours", f"h{at}"
        yield from HoursForm.typed(f"h{at}", days, *span)


def _weeks(hours: Sequence[Hours]) -> dict[tuple[time, time], list[int]]:
    """Days of the week by the hours they have."""
    found: dict[tuple[time, time], list[int]] = {}
    for one in hours:
        found.setdefault((one.since, one.until), []).append(one.weekday)
    return found


def _unprefixed(pairs: Typed) -> Typed:
    yield from ((name.partition("-")[2], text) for name, text in pairs)


def _moved(instant: datetime | None, zone: str) -> datetime | None:
    """What the clock showed, meant in another zone."""
    if instant is None:
        return None
    return timezone.make_naive(instant).replace(tzinfo=ZoneInfo(zone))


def fresh_row(kind: str) -> PartForm:
    """A row just added: a benefit, a condition, hours, or a step of a ladder."""
    from openoms.domains.pricing.promotions import AmountIs
    from openoms.interfaces.console.promotion_starts import started

    key, data = fresh_key(), QueryDict(mutable=True)
    pairs: dict[str, Any] = {
        "benefit": lambda: BenefitForm.typed(key, started("").benefits[0]),
        "condition": lambda: ConditionForm.typed(key, AmountIs()),
        "hours": lambda: HoursForm.typed(key, range(5), time(9), time(18)),
        "rung": lambda: iter(()),
    }
    for name, text in pairs[kind]():
        data.appendlist(name, str(text))
    made: dict[str, Any] = {"benefit": BenefitForm, "hours": HoursForm, "rung": RungForm}
    if kind == "condition":
        return ConditionForm(data, prefix=key, tables=Tables())
    form: PartForm = made[kind](data, prefix=key)
    return form
