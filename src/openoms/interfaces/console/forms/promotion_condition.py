"""One condition of a promotion, and the hours of its week, as one types them, and back."""

from collections.abc import Callable, Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openoms.domains.customers.models import CustomerTier
from openoms.domains.orders import labels as order_labels
from openoms.domains.orders.models import Channel, OrderType
from openoms.domains.pricing.promotions import (
    AmountIs,
    Condition,
    CustomerIs,
    Hours,
    OrderCountIs,
    OrderIs,
    QuantityIs,
)
from openoms.interfaces.console.forms import promotion_labels as labels
from openoms.interfaces.console.forms.base import NumberField
from openoms.interfaces.console.forms.promotion_benefit import whole
from openoms.interfaces.console.forms.promotion_fields import (
    GoodsForm,
    PartForm,
    TokensField,
    Typed,
    coded,
    numbers,
)
from openoms.interfaces.console.promotion_terms import weekday_name
from openoms.interfaces.console.templatetags.oms import named

_BOUNDED = "kind=amount,quantity,order_count"


class ConditionForm(PartForm):
    """What must hold: of the goods, the customer, the order, or how often the customer ordered."""

    WHEN = {
        "least": _BOUNDED, "most": _BOUNDED, "goods": "kind=amount,quantity", "per": "kind=quantity",
        "stage": "kind=amount", "tax": "kind=amount", "customers": "kind=customer", "tiers": "kind=customer",
        "segments": "kind=customer", "channels": "kind=order", "order_types": "kind=order", "terms": "kind=order",
        "regions": "kind=order", "nth": "kind=order_count", "every": "kind=order_count",
    }  # fmt: skip
    PATTERNS = labels.CONDITION_PATTERNS
    MORE = ()

    kind = forms.ChoiceField(label=_("Condition"), choices=labels.CONDITION_KIND)
    least = NumberField(label=_("At least"))
    most = NumberField(label=_("At most"))
    per = forms.ChoiceField(label=_("Counted"), choices=labels.PER)
    nth = whole(_("Order number"))
    every = whole(_("Every so many orders"))
    stage = forms.ChoiceField(label=_("Counted"), choices=labels.STAGE)
    tax = forms.ChoiceField(label=_("Tax"), choices=labels.TAX)
    customers = TokensField("customer", label=_("Customers"))
    segments = TokensField("tag", label=_("Customer tags"), free=True)
    tiers = forms.MultipleChoiceField(label=_("Customer tiers"), widget=forms.CheckboxSelectMultiple)
    channels = forms.MultipleChoiceField(label=_("by the channel"), widget=forms.CheckboxSelectMultiple)
    order_types = forms.MultipleChoiceField(label=_("of the type"), widget=forms.CheckboxSelectMultiple)
    terms = forms.MultipleChoiceField(
        label=_("with the terms"), widget=forms.CheckboxSelectMultiple,
        choices=order_labels.choices(order_labels.TERMS),
    )  # fmt: skip
    regions = TokensField("region", label=_("Countries and regions"), free=True)

    def __init__(self, *args: Any, tables: "Tables", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("tiers", tables.tiers),
            ("channels", tables.channels),
            ("order_types", tables.order_types),
        ):
            self.fields[name].choices = rows  # type: ignore[attr-defined]
        self.goods: GoodsForm = GoodsForm(self.data if self.is_bound else None, prefix=f"{self.prefix}-goods")

    @property
    def is_more_open(self) -> bool:
        """Whether a sum is counted in another way than usual."""
        usual = self["stage"].value() == "after" and self["tax"].value() == "listed"
        return bool(self.given("kind") == "amount" and not usual)

    def condition(self) -> Condition | None:
        """The condition as typed, None while something is wrong."""
        sound = self.is_valid() and (not self.applies("goods") or self.goods.is_valid())
        return _MADE[self.cleaned_data["kind"]](self) if sound else None

    def codes(self, name: str) -> tuple[str, ...]:
        """The codes chosen in one of the searches."""
        field = self.fields[name]
        assert isinstance(field, TokensField), name
        return coded(self.given(name) or (), field.finds)

    def refuse_at(self, loc: Sequence[str | int], text: str) -> None:
        """Also within the goods."""
        if loc and loc[0] == "goods":
            self.goods.refuse_at(loc[1:], text)
        else:
            super().refuse_at(loc, text)

    def field_of(self, loc: Sequence[str | int]) -> str | None:
        """The field a path of the condition's value means: they have the same names."""
        name = str(loc[0]) if loc else ""
        return name if name in self.fields else None

    @staticmethod
    def typed(prefix: str, value: Condition) -> Typed:
        """The condition as the form sends it."""
        yield f"{prefix}-kind", value.kind
        goods = value.goods if isinstance(value, AmountIs | QuantityIs) else None
        if goods is not None:
            yield from GoodsForm.typed(f"{prefix}-goods", goods)
        else:
            yield f"{prefix}-goods-reduced", "on"
        yield f"{prefix}-per", value.per if isinstance(value, QuantityIs) else "order"
        yield f"{prefix}-stage", value.stage if isinstance(value, AmountIs) else "after"
        yield f"{prefix}-tax", value.tax if isinstance(value, AmountIs) else "listed"
        if isinstance(value, AmountIs | QuantityIs | OrderCountIs):
            yield from numbers(prefix, least=value.least, most=value.most)
        if isinstance(value, OrderCountIs):
            yield from numbers(prefix, nth=value.nth, every=value.every)
        yield from _typed_names(prefix, value)


def _typed_names(prefix: str, value: Condition) -> Typed:
    if isinstance(value, CustomerIs):
        yield from ((f"{prefix}-customers", f"customer:{code}") for code in value.customers)
        yield from ((f"{prefix}-segments", f"tag:{tag}") for tag in value.segments)
        yield from ((f"{prefix}-tiers", code) for code in value.tiers)
    if isinstance(value, OrderIs):
        yield from ((f"{prefix}-regions", f"region:{code}") for code in value.regions)
        for name in ("channels", "order_types", "terms"):
            yield from ((f"{prefix}-{name}", code) for code in getattr(value, name))


def _count(form: ConditionForm) -> OrderCountIs:
    least, most = form.given("least"), form.given("most")
    return OrderCountIs(
        form.given("nth"),
        form.given("every"),
        None if least is None else int(least),
        None if most is None else int(most),
    )


_MADE: dict[str, Callable[[ConditionForm], Condition]] = {
    "amount": lambda form: AmountIs(
        form.given("least"), form.given("most"), form.goods.value(), form.given("stage") or "after",
        form.given("tax") or "listed",
    ),
    "quantity": lambda form: QuantityIs(
        form.given("least"), form.given("most"), form.goods.value(), form.given("per") or "order"
    ),
    "customer": lambda form: CustomerIs(
        form.codes("customers"), tuple(form.given("tiers") or ()), form.codes("segments")
    ),
    "order": lambda form: OrderIs(
        tuple(form.given("channels") or ()), tuple(form.given("order_types") or ()), tuple(form.given("terms") or ()),
        form.codes("regions"),
    ),
    "order_count": _count,
}  # fmt: skip


class Tables:
    """The small tables whose rows a form offers as boxes to tick; read once for all conditions of a page."""

    def __init__(self) -> None:
        self.tiers = [(row.code, named(row)) for row in CustomerTier.objects.all()]
        self.channels = [(row.code, named(row)) for row in Channel.objects.all()]
        self.order_types = [(row.code, named(row)) for row in OrderType.objects.all()]


class HoursForm(PartForm):
    """Hours of some days of the week."""

    PATTERNS = {"hours": labels.HOURS_PATTERN}

    days = forms.TypedMultipleChoiceField(label=_("Days"), coerce=int, widget=forms.CheckboxSelectMultiple)
    since = forms.TimeField(label=_("From"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    until = forms.TimeField(label=_("To"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [(str(day), weekday_name(day)) for day in range(7)]  # type: ignore[attr-defined]

    def hours(self) -> tuple[Hours, ...]:
        """The hours as typed: one for each day; no time is the beginning or the end of the day."""
        since, until = self.given("since") or time(), self.given("until") or time()
        return tuple(Hours(day, since, until) for day in self.need("days") or ())

    @staticmethod
    def typed(prefix: str, days: Sequence[int], since: time, until: time) -> Typed:
        """The hours as the form sends them."""
        yield from ((f"{prefix}-days", str(day)) for day in days)
        yield f"{prefix}-since", f"{since:%H:%M}"
        yield f"{prefix}-until", f"{until:%H:%M}"
