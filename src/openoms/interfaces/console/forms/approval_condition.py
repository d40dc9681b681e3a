"""One condition of an approval rule as one types it, and back."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from openoms.domains.approvals.models import Authority
from openoms.domains.approvals.rules import (
    HUNDRED,
    AmountBetween,
    Condition,
    CreditOver,
    CustomerIs,
    DiscountFrom,
    MarginBelow,
    OrderIs,
    PriceIs,
)
from openoms.domains.orders import labels as order_labels
from openoms.domains.pricing.models import PriceList
from openoms.interfaces.console.forms import approval_labels as labels
from openoms.interfaces.console.forms.base import NumberField
from openoms.interfaces.console.forms.promotion_condition import Tables
from openoms.interfaces.console.forms.promotion_fields import (
    PartForm,
    TokensField,
    Typed,
    coded,
    numbers,
    ticked,
)


def currencies(*also: str) -> list[tuple[str, str]]:
    """The currencies amounts are compared in: the firm's, those of price lists and of authorities, and those given."""
    lists = PriceList.objects.filter(is_active=True).order_by("currency").values_list("currency", flat=True)
    held = Authority.objects.exclude(currency="").order_by("currency").values_list("currency", flat=True)
    codes = dict.fromkeys([settings.OPENOMS.default_currency, *lists, *held.distinct(), *also])
    return [(code, code) for code in codes if code]


class FoundField(TokensField):
    """Things found by the searches of approvals."""

    address = "approval-find"


class ApprovalTables(Tables):
    """The small tables whose rows the form offers, read once for all conditions of a page."""

    def __init__(self, *also: str) -> None:
        super().__init__()
        self.currencies = currencies(*also)


class ConditionForm(PartForm):
    """What must hold of an order."""

    WHEN = {
        "least": "kind=amount", "most": "kind=amount", "currency": "kind=amount", "percent": "kind=discount,margin,credit",
        "per": "kind=discount", "unknown": "kind=margin", "by": "kind=price", "overdue": "kind=credit",
        "customers": "kind=customer", "tiers": "kind=customer", "segments": "kind=customer", "new": "kind=customer",
        "order_types": "kind=order", "channels": "kind=order", "terms": "kind=order", "regions": "kind=order",
        "categories": "kind=order",
    }  # fmt: skip
    PATTERNS = labels.CONDITION_PATTERNS

    kind = forms.ChoiceField(label=_("Condition"), choices=labels.CONDITION_KIND)
    least = NumberField(label=_("At least"))
    most = NumberField(label=_("At most"))
    currency = forms.ChoiceField(label=_("Currency"))
    percent = NumberField(label=_("Per cent"))
    per = forms.ChoiceField(label=_("Counted"), choices=labels.PER)
    unknown = forms.BooleanField(label=_("Also where the margin is not known"))
    by = forms.ChoiceField(label=_("How the price came about"), choices=labels.BY)
    overdue = forms.BooleanField(label=_("Also where something is overdue"))
    customers = FoundField("customer", label=_("Customers"))
    segments = FoundField("tag", label=_("Customer tags"), free=True)
    tiers = forms.MultipleChoiceField(label=_("Customer tiers"), widget=forms.CheckboxSelectMultiple)
    new = forms.BooleanField(label=_("New customers, whose first order it is"))
    order_types = forms.MultipleChoiceField(label=_("of the type"), widget=forms.CheckboxSelectMultiple)
    channels = forms.MultipleChoiceField(label=_("by the channel"), widget=forms.CheckboxSelectMultiple)
    terms = forms.MultipleChoiceField(
        label=_("with the terms"), widget=forms.CheckboxSelectMultiple,
        choices=order_labels.choices(order_labels.TERMS),
    )  # fmt: skip
    regions = FoundField("region", label=_("Countries and regions"), free=True)
    categories = FoundField("category", label=_("Categories"))

    def __init__(self, *args: Any, tables: ApprovalTables, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("tiers", "channels", "order_types"):
            self.fields[name].choices = getattr(tables, name)  # type: ignore[attr-defined]
        self.fields["currency"].choices = tables.currencies  # type: ignore[attr-defined]

    def condition(self) -> Condition | None:
        """The condition as typed, None while something is missing or wrong."""
        if not self.is_valid():
            return None
        made = _MADE[self.cleaned_data["kind"]](self) if self.cleaned_data["kind"] else None
        return None if self.errors else made

    def codes(self, name: str) -> tuple[str, ...]:
        """The codes chosen in one of the searches."""
        field = self.fields[name]
        assert isinstance(field, TokensField), name
        return coded(self.given(name) or (), field.finds)

    def field_of(self, loc: Sequence[str | int]) -> str | None:
        """The field a path of the condition's value means: they have the same names."""
        name = str(loc[0]) if loc else ""
        return name if name in self.fields else None

    @staticmethod
    def typed(prefix: str, value: Condition) -> Typed:
        """The condition as the form sends it."""
        yield f"{prefix}-kind", value.kind
        match value:
            case AmountBetween():
                yield f"{prefix}-currency", value.currency
                yield from numbers(prefix, least=value.least, most=value.most)
            case DiscountFrom():
                yield from ((f"{prefix}-per", value.per), *numbers(prefix, percent=value.percent))
            case MarginBelow():
                yield from (*numbers(prefix, percent=value.percent), *ticked(prefix, unknown=value.unknown))
            case CreditOver():
                yield from (*numbers(prefix, percent=value.percent), *ticked(prefix, overdue=value.overdue))
            case PriceIs():
                yield f"{prefix}-by", value.by
            case OrderIs() | CustomerIs():
                yield from _typed_names(prefix, value)


def _typed_names(prefix: str, value: OrderIs | CustomerIs) -> Typed:
    found, plain = (
        ((("regions", "region"), ("categories", "category")), ("order_types", "channels", "terms"))
        if isinstance(value, OrderIs)
        else ((("customers", "customer"), ("segments", "tag")), ("tiers",))
    )
    for name, kind in found:
        yield from ((f"{prefix}-{name}", f"{kind}:{code}") for code in getattr(value, name))
    for name in plain:
        yield from ((f"{prefix}-{name}", code) for code in getattr(value, name))
    if isinstance(value, CustomerIs):
        yield from ticked(prefix, new=value.new)


def _amount(form: ConditionForm) -> Condition | None:
    least, most = form.given("least"), form.given("most")
    if least is None and most is None:
        form.need("least")
        return None
    return AmountBetween(form.given("currency") or "", least, most)


def _with_percent(form: ConditionForm, make: Callable[[Decimal], Condition]) -> Condition | None:
    percent = form.need("percent")
    return None if percent is None else make(percent)


def _credit(form: ConditionForm) -> Condition:
    percent = form.given("percent")
    return CreditOver(HUNDRED if percent is None else percent, bool(form.given("overdue")))


_MADE: dict[str, Callable[[ConditionForm], Condition | None]] = {
    "amount": _amount,
    "discount": lambda form: _with_percent(form, lambda p: DiscountFrom(p, form.given("per") or "order")),
    "margin": lambda form: _with_percent(form, lambda p: MarginBelow(p, bool(form.given("unknown")))),
    "price": lambda form: PriceIs(form.given("by") or "hand"),
    "order": lambda form: OrderIs(
        tuple(form.given("order_types") or ()), tuple(form.given("channels") or ()), tuple(form.given("terms") or ()),
        form.codes("regions"), form.codes("categories"),
    ),
    "customer": lambda form: CustomerIs(
        form.codes("customers"), tuple(form.given("tiers") or ()), form.codes("segments"), bool(form.given("new"))
    ),
    "credit": _credit,
}  # fmt: skip
