"""Forms of products, SKUs and categories."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openoms.core.errors import DomainError, InvalidInput
from openoms.domains.catalog.models import Category, Option, Product, Sku, SkuCost
from openoms.domains.catalog.types import CategoryInput, CostInput, ProductInput, SkuInput
from openoms.domains.pricing.models import PriceList
from openoms.domains.pricing.types import PriceInput
from openoms.interfaces.console.forms.base import ConsoleForm, CurrencyField, DayField, NumberField, text_area
from openoms.interfaces.console.templatetags.oms import named, plain

_CODE_HELP = _("Unique; it cannot be changed later.")


class CategoryForm(ConsoleForm):
    """A branch of the catalogue."""

    code = forms.CharField(label=_("Code"), max_length=60, help_text=_CODE_HELP)
    name = forms.CharField(label=_("Name (English)"), max_length=120)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120, required=False)
    parent = forms.ChoiceField(label=_("Belongs to"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = coded(Category.objects.all(), _("None"))  # type: ignore[attr-defined]

    def value(self) -> CategoryInput:
        """The category as typed."""
        return CategoryInput(**self.cleaned_data)


class ProductForm(ConsoleForm):
    """A product; its code only while it is new."""

    name = forms.CharField(label=_("Name (English)"), max_length=200)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=200, required=False)
    code = forms.CharField(label=_("Product code"), max_length=60, help_text=_CODE_HELP)
    kind = forms.ChoiceField(label=_("Kind"), choices=Product.Kind.choices, initial=Product.Kind.GOODS)
    category = forms.ChoiceField(label=_("Category"), required=False)
    description = forms.CharField(label=_("Description"), required=False, widget=text_area(4))
    is_active = forms.BooleanField(label=_("On sale"), required=False, initial=True)

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(product, self.base_fields, "category")
        super().__init__(*args, **kwargs)
        self.product = product
        self.fields["category"].choices = coded(Category.objects.all(), _("None"))  # type: ignore[attr-defined]
        if product is not None:
            del self.fields["code"]

    def value(self) -> ProductInput:
        """The product as typed."""
        code = self.product.code if self.product else self.cleaned_data["code"]
        return ProductInput(**self.cleaned_data | {"code": code})


class SkuForm(ConsoleForm):
    """A SKU; its code only while it is new."""

    code = forms.CharField(label=_("SKU code"), max_length=60, help_text=_CODE_HELP)
    name = forms.CharField(
        label=_("Variant (English)"), max_length=200, required=False, help_text=_("Such as: red, 64 GB")
    )
    name_zh = forms.CharField(label=_("Variant (Chinese)"), max_length=200, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, initial="piece")
    barcode = forms.CharField(label=_("Barcode"), max_length=40, required=False)
    weight_g = forms.IntegerField(label=_("Weight in grams"), min_value=0, required=False, initial=0)
    tax_class = forms.SlugField(label=_("Tax class"), max_length=30, initial="standard")
    is_active = forms.BooleanField(label=_("On sale"), required=False, initial=True)
    active_from = DayField(label=_("On sale from"), required=False)
    active_to = DayField(label=_("On sale until"), required=False)
    pack_quantity = NumberField(
        label=_("Pack size"), required=False, min_value=0, help_text=_("Sold in multiples of this.")
    )
    min_order_quantity = NumberField(label=_("Minimum order quantity"), required=False, min_value=0)
    duration_minutes = forms.IntegerField(label=_("Duration in minutes"), min_value=0, required=False)
    tracks_lots = forms.BooleanField(
        label=_("Lots with expiry dates"),
        required=False,
        help_text=_(
            "Each receipt names its lot; what expires first leaves first, what expired is not promised."
        ),
    )

    def __init__(
        self,
        *args: Any,
        product: Product,
        options: Sequence[Option] = (),
        sku: Sku | None = None,
        **kwargs: Any,
    ) -> None:
        own = {choice.option.code: choice.value.code for choice in sku.values.all()} if sku else {}
        initial = _initial(sku, self.base_fields) or {}
        for name in ("pack_quantity", "min_order_quantity"):
            initial[name] = plain(initial[name]) if initial.get(name) else ""
        initial["duration_minutes"] = initial.get("duration_minutes") or ""
        kwargs["initial"] = initial | {f"options_{code}": value for code, value in own.items()}
        if sku is None:
            kwargs["initial"] = {}
        super().__init__(*args, **kwargs)
        self.sku = sku
        self.variants = [option for option in options if option.kind == Option.Kind.VARIANT]
        for option in self.variants:
            values = [(value.code, named(value)) for value in option.values.all()]
            self.fields[f"options_{option.code}"] = forms.ChoiceField(
                label=named(option), choices=[("", "–"), *values], required=False
            )
        if sku is not None:
            del self.fields["code"]
        if product.kind != Product.Kind.SERVICE:
            del self.fields["duration_minutes"]
        else:
            del self.fields["tracks_lots"]

    @property
    def variant_fields(self) -> list[forms.BoundField]:
        """The fields of the product's variant options."""
        return [self[f"options_{option.code}"] for option in self.variants]

    def clean_barcode(self) -> str:
        """The barcode as typed; a doubtful check digit is told after saving, never refused."""
        return str(self.cleaned_data["barcode"]).strip()

    def value(self, product: str) -> SkuInput:
        """The SKU as typed."""
        data = {name: part for name, part in self.cleaned_data.items() if not name.startswith("options_")}
        for name in ("weight_g", "pack_quantity", "min_order_quantity", "duration_minutes"):
            if name in self.fields:
                data[name] = data.get(name) or 0
        for name in ("active_from", "active_to"):
            data[name] = data.get(name) or ""
        chosen = ((option.code, self.cleaned_data[f"options_{option.code}"]) for option in self.variants)
        data["values"] = tuple(pair for pair in chosen if pair[1]) if self.variants else None
        return SkuInput(**data | {"code": self.sku.code if self.sku else data["code"], "product": product})


class PriceForm(ConsoleForm):
    """One price of a SKU: on which list, from which quantity on, how much for one."""

    price_list = forms.ChoiceField(label=_("Price list"))
    min_quantity = NumberField(label=_("From quantity"), initial=1)
    unit_price = NumberField(label=_("Unit price"))

    def __init__(self, *args: Any, lists: Sequence[PriceList], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price_list"].choices = [(row.code, f"{named(row)} · {row.currency}") for row in lists]  # type: ignore[attr-defined]

    def value(self) -> PriceInput:
        """The price as typed."""
        return PriceInput(**self.cleaned_data)


class PriceRows:
    """The prices of a SKU as rows that can be added and taken away; each row's fields carry its key."""

    def __init__(self, data: QueryDict | None, prices: Sequence[Mapping[str, Any]]) -> None:
        self.lists = list(PriceList.objects.filter(is_active=True))
        self.before = {str(price["price_list"]) for price in prices}
        self.is_bound = data is not None
        if data is not None:
            self.rows = [PriceForm(data, prefix=key, lists=self.lists) for key in data.getlist("price_row")]
        else:
            self.rows = [
                PriceForm(prefix=f"p{index}", lists=self.lists, initial=_shown(price))
                for index, price in enumerate(prices)
            ]

    def is_valid(self) -> bool:
        """Whether each row is; asks all, so that all errors show."""
        sound = [row.is_valid() for row in self.rows]
        return all(sound)

    def values(self) -> list[PriceInput]:
        """The prices as typed; raises InvalidInput when a list that had prices would lose its last."""
        prices = [row.value() for row in self.rows]
        lost = sorted(self.before - {price.price_list for price in prices})
        if lost:
            raise LastPrice(lost[0])
        return prices

    def refuse(self, error: DomainError) -> bool:
        """Show the problems that are about a row on it; whether there was one."""
        shown = False
        for problem in error.problems:
            if len(problem.loc) > 1 and problem.loc[0] == "prices" and isinstance(problem.loc[1], int):
                self.rows[problem.loc[1]].refuse(error)
                shown = True
        return shown


class CostForm(ConsoleForm):
    """What the SKU costs from a day on; an emptied cost is taken away."""

    currency = CurrencyField()
    valid_from = DayField(label=_("From"))
    unit_cost = NumberField(label=_("Unit cost"), required=False, min_value=0)


class CostRows:
    """The costs of a SKU: those there are, and one row more to add to them."""

    def __init__(self, data: QueryDict | None, costs: Sequence[SkuCost]) -> None:
        self.costs = costs
        self.rows = [
            CostForm(
                data,
                prefix=f"cost{number}",
                initial={"currency": c.currency, "valid_from": c.valid_from, "unit_cost": plain(c.unit_cost)},
            )
            for number, c in enumerate(costs)
        ]
        currency = costs[0].currency if costs else settings.OPENOMS.default_currency
        self.fresh = CostForm(
            data, prefix="cost", empty_permitted=True, use_required_attribute=False,
            initial={"currency": currency, "valid_from": timezone.localdate()},
        )  # fmt: skip

    @property
    def is_adding(self) -> bool:
        """Whether a cost was typed into the fresh row."""
        return bool(self.fresh["unit_cost"].value())

    def is_valid(self) -> bool:
        """Whether each row is."""
        sound = [row.is_valid() for row in [*self.rows, *([self.fresh] if self.is_adding else [])]]
        return all(sound)

    def values(self) -> tuple[CostInput, ...]:
        """What changes: each row as typed, and what stood at a day that was moved away from taken away."""
        found = []
        for cost, row in zip(self.costs, self.rows, strict=True):
            data = row.cleaned_data
            if (data["currency"], data["valid_from"]) != (cost.currency, cost.valid_from):
                found.append(CostInput(cost.currency, None, cost.valid_from))
            found.append(CostInput(**data))
        return (*found, *([CostInput(**self.fresh.cleaned_data)] if self.is_adding else []))


class LastPrice(InvalidInput):
    """Taking the last price off a list would leave its old ones standing: what is named is replaced, not what is not."""

    code = "last_price"

    def __init__(self, price_list: str) -> None:
        super().__init__(f"At least one price must stay on {price_list}.", list=price_list)


def coded(rows: QuerySet[Any], none: Any) -> list[tuple[str, Any]]:
    """Choices by code with the names of the page's language; an empty one first."""
    return [("", none), *((row.code, named(row)) for row in rows)]


def _shown(price: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: plain(Decimal(price[name])) for name in ("min_quantity", "unit_price")}
    return {"price_list": price["price_list"], **numbers}


def _initial(row: Model | None, fields: Mapping[str, Any], *references: str) -> dict[str, Any] | None:
    if row is None:
        return None
    values = {name: getattr(row, name) for name in fields if name not in references}
    return values | {name: getattr(getattr(row, name), "code", "") for name in references}
