"""Forms of supply: suppliers, work centres, bills, orders, and the rows they are made up of."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openoms.core import firm
from openoms.domains.inventory.lots import LotName
from openoms.domains.inventory.models import Warehouse
from openoms.domains.supply.models import ProductionOrder, Supplier, WorkCentre
from openoms.domains.supply.types import (
    BillInput,
    BillLineInput,
    CentreInput,
    OperationInput,
    ProductionInput,
    PurchaseLineInput,
    SupplierInput,
    SupplierSkuInput,
)
from openoms.flows.steps.lots import LONGEST_CODE
from openoms.flows.stop_work import Answer
from openoms.interfaces.console.forms.base import ConsoleForm, CurrencyField, DayField, NumberField
from openoms.interfaces.console.forms.weekdays import WEEKDAYS, days_of
from openoms.interfaces.console.templatetags.oms import named

MOST_ROWS = 500


class Row(ConsoleForm):
    """One of several rows of a page; `row` under its kind names the prefix of each."""

    kind: ClassVar[str]

    @classmethod
    def sent(cls, data: QueryDict) -> list[Any]:
        """The rows that were sent and say something."""
        names = [name for name in data.getlist(f"{cls.kind}-row") if name.isalnum()][:MOST_ROWS]
        rows = [cls(data, prefix=name) for name in dict.fromkeys(names)]
        return [row for row in rows if any(data.get(row.add_prefix(f), "").strip() for f in cls.said_by())]

    @classmethod
    def said_by(cls) -> Sequence[str]:
        """The fields of which one says that the row is meant."""
        return ("sku",)

    @classmethod
    def fresh(cls, initial: dict[str, Any] | None = None) -> Any:
        """A row that was not sent yet."""
        return cls(prefix=f"{cls.kind}{uuid4().hex[:10]}", initial=initial)


def sku_field() -> forms.CharField:
    """The code of a sku."""
    return forms.CharField(label=_("SKU"), max_length=60)


class BillLineRow(Row):
    """A component."""

    kind = "component"
    sku = sku_field()
    quantity = NumberField(label=_("Quantity for one"))
    scrap_percent = NumberField(label=_("Scrap %"), required=False)

    def value(self) -> BillLineInput:
        """The component as typed."""
        data = self.cleaned_data
        return BillLineInput(data["sku"].strip(), data["quantity"], data["scrap_percent"] or Decimal(0))


class OperationRow(Row):
    """A step of making."""

    kind = "operation"
    name = forms.CharField(label=_("Step (English)"), max_length=80)
    name_zh = forms.CharField(label=_("Step (Chinese)"), max_length=80, required=False)
    centre = forms.ChoiceField(label=_("Work centre"))
    set_up_minutes = NumberField(label=_("Set-up, minutes"), required=False, decimal_places=2, max_digits=10)
    unit_minutes = NumberField(label=_("Minutes for one"), required=False, decimal_places=2, max_digits=10)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.code, named(row)) for row in WorkCentre.objects.all()]
        self.fields["centre"].choices = rows  # type: ignore[attr-defined]

    @classmethod
    def said_by(cls) -> Sequence[str]:
        """A step is meant where it has a name."""
        return ("name",)

    def value(self) -> OperationInput:
        """The step as typed."""
        data = self.cleaned_data
        zero = Decimal(0)
        return OperationInput(
            data["centre"],
            data["name"].strip(),
            data["name_zh"].strip(),
            data["set_up_minutes"] or zero,
            data["unit_minutes"] or zero,
        )


class BillForm(ConsoleForm):
    """What is made at a time."""

    minimum = NumberField(label=_("At least at a time"), required=False)
    lot = NumberField(label=_("In lots of"), required=False, help_text=_("Empty: any quantity"))
    is_active = forms.BooleanField(label=_("Made here"), required=False, initial=True)

    def value(self, sku: str, lines: Sequence[BillLineRow], steps: Sequence[OperationRow]) -> BillInput:
        """The bill as typed."""
        data, zero = self.cleaned_data, Decimal(0)
        return BillInput(
            sku,
            tuple(row.value() for row in lines),
            tuple(row.value() for row in steps),
            data["minimum"] or zero,
            data["lot"] or zero,
            data["is_active"],
        )


class SoldRow(Row):
    """A sku a supplier sells."""

    kind = "sold"
    sku = sku_field()
    supplier_code = forms.CharField(label=_("Their code"), max_length=60, required=False)
    price = NumberField(label=_("Price"), min_value=0)
    lead_days = forms.IntegerField(label=_("Lead days"), min_value=0, max_value=1000, required=False)
    minimum = NumberField(label=_("Minimum"), required=False, min_value=0)
    lot = NumberField(label=_("Lot"), required=False, min_value=0)
    # Whom to ask first is said over REST; the page keeps it.
    rank = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=1000, initial=10
    )

    def value(self) -> SupplierSkuInput:
        """What is sold as typed."""
        data, zero = self.cleaned_data, Decimal(0)
        return SupplierSkuInput(
            data["sku"].strip(), data["price"], data["supplier_code"].strip(), data["lead_days"],
            data["minimum"] or zero, data["lot"] or zero, 10 if data["rank"] is None else data["rank"],
        )  # fmt: skip


class SupplierForm(ConsoleForm):
    """A supplier."""

    code = forms.SlugField(label=_("Code"), max_length=30)
    name = forms.CharField(label=_("Name (English)"), max_length=80)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=80, required=False)
    currency = CurrencyField(initial="CNY")
    lead_days = forms.IntegerField(label=_("Lead days"), min_value=0, max_value=1000, initial=7)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    terms = forms.CharField(label=_("Terms"), max_length=200, required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def value(self, sold: Sequence[SoldRow] | None) -> SupplierInput:
        """The supplier as typed."""
        skus = None if sold is None else tuple(row.value() for row in sold)
        return SupplierInput(**self.cleaned_data, skus=skus)


class CentreForm(ConsoleForm):
    """A work centre."""

    code = forms.SlugField(label=_("Code"), max_length=30)
    name = forms.CharField(label=_("Name (English)"), max_length=80)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=80, required=False)
    daily_minutes = forms.IntegerField(label=_("Minutes a day"), min_value=1, max_value=100_000, initial=480)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Works on"),
        coerce=int,
        choices=WEEKDAYS,
        initial=[0, 1, 2, 3, 4],
        widget=forms.CheckboxSelectMultiple,
    )
    closed_days = forms.CharField(
        label=_("Stands still on"),
        required=False,
        help_text=_("Days such as 2026-05-04, separated by commas; public holidays are known."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def clean_closed_days(self) -> list[date]:
        """The days; refuses what is none."""
        return days_of(self.cleaned_data["closed_days"])

    def value(self) -> CentreInput:
        """The centre as typed."""
        return CentreInput(**self.cleaned_data)


def warehouses() -> list[tuple[str, str]]:
    """The warehouses goods can come to."""
    return [(row.code, named(row)) for row in Warehouse.objects.filter(is_active=True)]


class ProductionForm(ConsoleForm):
    """A production order to be planned."""

    sku = sku_field()
    quantity = NumberField(label=_("Quantity"))
    due = DayField(label=_("Needed by"))
    warehouse = forms.ChoiceField(label=_("Warehouse"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].choices = warehouses()  # type: ignore[attr-defined]
        self.fields["due"].initial = firm.today

    def value(self) -> ProductionInput:
        """The order as typed."""
        data = self.cleaned_data
        return ProductionInput(
            data["sku"].strip(), data["quantity"], data["due"], data["warehouse"], 0, data["note"]
        )


class ProductionChangeForm(ConsoleForm):
    """What changes of a production order."""

    quantity = NumberField(label=_("Quantity"))
    due = DayField(label=_("Needed by"))
    priority = forms.IntegerField(label=_("Priority"), min_value=-1000, max_value=1000)
    is_frozen = forms.BooleanField(label=_("The schedule leaves it where it is"), required=False)


class MoveForm(ConsoleForm):
    """The day work is to begin."""

    day = DayField(label=_("Begins"))


class ProgressForm(ConsoleForm):
    """So many were made; `key` tells a second click from a second report."""

    quantity = NumberField(label=pgettext_lazy("production", "Made"))
    lot = forms.CharField(
        label=pgettext_lazy("stock", "Lot"),
        max_length=LONGEST_CODE,
        required=False,
        help_text=_("Empty: the order's number."),
    )
    expires_on = DayField(label=_("Good until"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, order: ProductionOrder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        if not order.sku.tracks_lots:
            del self.fields["lot"], self.fields["expires_on"]

    def named_lot(self) -> LotName | None:
        """The lot of what was made, None where the sku tracks none."""
        if "lot" not in self.fields:
            return None
        return LotName(self.cleaned_data["lot"] or self.order.number, self.cleaned_data["expires_on"])


class PurchaseForm(ConsoleForm):
    """A purchase order to be drafted."""

    supplier = forms.ChoiceField(label=_("Supplier"))
    warehouse = forms.ChoiceField(label=_("Warehouse"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.code, named(row)) for row in Supplier.objects.filter(is_active=True)]
        self.fields["supplier"].choices = rows  # type: ignore[attr-defined]
        self.fields["warehouse"].choices = warehouses()  # type: ignore[attr-defined]


class PurchaseRow(Row):
    """A line of a draft."""

    kind = "line"
    sku = sku_field()
    quantity = NumberField(label=_("Quantity"))
    unit_price = NumberField(label=_("Unit price"), required=False, min_value=0)
    due = DayField(label=pgettext_lazy("purchase", "Due"), required=False)

    def value(self) -> PurchaseLineInput:
        """The line as typed."""
        data = self.cleaned_data
        return PurchaseLineInput(data["sku"].strip(), data["quantity"], data["unit_price"], data["due"])


class ReceiptForm(ConsoleForm):
    """What came, by line: a field for each that has something to come."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, lines: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if line.remaining]
        for line in self.lines:
            field = NumberField(label=f"{_('Came')}: {line.sku.code}", required=False, min_value=0)
            self.fields[f"line_{line.position}"] = field
            if line.sku.tracks_lots:
                lot = forms.CharField(
                    label=pgettext_lazy("stock", "Lot"), max_length=LONGEST_CODE, required=False
                )
                self.fields[f"lot_{line.position}"] = lot
                self.fields[f"expires_{line.position}"] = DayField(label=_("Good until"), required=False)

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField, list[forms.BoundField]]]:
        """Each line with its field, and those of its lot where its sku tracks them."""
        return [
            (
                line,
                self[f"line_{line.position}"],
                [self[f"{name}_{line.position}"] for name in ("lot", "expires")]
                if line.sku.tracks_lots
                else [],
            )
            for line in self.lines
        ]

    def lots(self) -> dict[int, LotName]:
        """The lots as typed, by line's number."""
        data = self.cleaned_data
        return {
            line.position: LotName(code, data.get(f"expires_{line.position}"))
            for line in self.lines
            if (code := data.get(f"lot_{line.position}"))
        }

    def quantities(self) -> dict[int, Decimal]:
        """What came by line's number, where something did."""
        found = {line.position: self.cleaned_data.get(f"line_{line.position}") for line in self.lines}
        return {position: quantity for position, quantity in found.items() if quantity}


class ReasonForm(ConsoleForm):
    """Why something is given up."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class AnswerForm(ConsoleForm):
    """What becomes of work nobody needs."""

    answer = forms.ChoiceField(choices=[(Answer.STOP, Answer.STOP), (Answer.KEEP, Answer.KEEP)])
    note = forms.CharField(max_length=300, required=False)
