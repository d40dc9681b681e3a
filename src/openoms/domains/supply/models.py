"""What is made and bought: suppliers, bills of materials, work centres, and the orders that turn demand into goods.

Quantities are in the sku's unit, prices in the supplier's currency, durations in minutes.
"""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from openoms.core.ids import uuid7
from openoms.domains.orders.labels import choices
from openoms.domains.supply.labels import NOTICE, PRODUCTION, PURCHASE
from openoms.domains.supply.states import ProductionState, PurchaseState

ZERO = Decimal(0)


def weekdays() -> list[int]:
    """Monday to Friday."""
    return [0, 1, 2, 3, 4]


class Supplier(models.Model):
    """Who sells to the firm. `lead_days` are calendar days from sending an order to its arrival, unless a sku's say other."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120, default="", blank=True)
    currency = models.CharField(max_length=3)
    lead_days = models.PositiveSmallIntegerField(default=7)
    email = models.EmailField(default="", blank=True)
    phone = models.CharField(max_length=30, default="", blank=True)
    address = models.CharField(max_length=300, default="", blank=True)
    terms = models.CharField(max_length=200, default="", blank=True)
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class SupplierSku(models.Model):
    """That a supplier sells a sku: for how much, from how many, in which lots. `rank` low is asked first."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="skus", db_index=False)
    sku = models.ForeignKey("catalog.Sku", models.PROTECT, related_name="suppliers")
    supplier_code = models.CharField(max_length=60, default="", blank=True)
    price = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    lead_days = models.PositiveSmallIntegerField(null=True, blank=True)
    minimum = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    lot = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    rank = models.PositiveSmallIntegerField(default=10)

    class Meta:
        ordering = ("rank", "id")
        constraints = [
            models.UniqueConstraint(fields=["supplier", "sku"], name="supplier_sku_once"),
            models.CheckConstraint(
                condition=Q(price__gte=0) & Q(minimum__gte=0) & Q(lot__gte=0),
                name="supplier_sku_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.sku_id}"


class WorkCentre(models.Model):
    """Where work is done: minutes a working day, on which weekdays (Monday 0), and the days it stands still."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, default="", blank=True)
    daily_minutes = models.PositiveIntegerField(default=480)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=weekdays)
    closed_days = ArrayField(models.DateField(), default=list, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(condition=Q(daily_minutes__gt=0), name="work_centre_has_capacity")
        ]

    def __str__(self) -> str:
        return self.name


class BillOfMaterials(models.Model):
    """What one unit of a sku is made of and how. `minimum` and `lot` are of what is made at a time (0 is any quantity)."""

    sku = models.OneToOneField("catalog.Sku", models.CASCADE, primary_key=True, related_name="bill")
    minimum = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    lot = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("sku_id",)
        constraints = [
            models.CheckConstraint(condition=Q(minimum__gte=0) & Q(lot__gte=0), name="bill_not_negative")
        ]

    def __str__(self) -> str:
        return str(self.sku_id)


class BillLine(models.Model):
    """A component of a bill: how much one unit holds, and what share is spoiled on the way."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bill = models.ForeignKey(BillOfMaterials, models.CASCADE, related_name="lines", db_index=False)
    sku = models.ForeignKey("catalog.Sku", models.PROTECT, related_name="component_of")
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    scrap_percent = models.DecimalField(max_digits=7, decimal_places=4, default=ZERO)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["bill", "sku"], name="bill_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="bill_line_positive"),
            models.CheckConstraint(
                condition=Q(scrap_percent__gte=0) & Q(scrap_percent__lt=100), name="bill_line_scrap_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.sku_id}"


class Operation(models.Model):
    """A step of making a bill's sku, in order: at which centre, how long to set up and for each unit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bill = models.ForeignKey(BillOfMaterials, models.CASCADE, related_name="operations", db_index=False)
    centre = models.ForeignKey(WorkCentre, models.PROTECT, related_name="operations")
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, default="", blank=True)
    set_up_minutes = models.DecimalField(max_digits=10, decimal_places=2, default=ZERO)
    unit_minutes = models.DecimalField(max_digits=10, decimal_places=2, default=ZERO)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["bill", "position"], name="operation_once"),
            models.CheckConstraint(
                condition=Q(set_up_minutes__gte=0) & Q(unit_minutes__gte=0), name="operation_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProductionOrder(models.Model):
    """Work that makes a sku at a warehouse: uses its materials, yields its stock. `due` is when it is needed.

    Its materials and steps are those of the bill when it was planned. `starts_on` and `finishes_on` are the schedule's;
    frozen work keeps them. What is `is_proposed` follows demand: it grows, shrinks and goes with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=30, unique=True)
    sku = models.ForeignKey("catalog.Sku", models.PROTECT, related_name="production_orders")
    warehouse = models.ForeignKey(
        "inventory.Warehouse", models.PROTECT, related_name="production_orders", db_index=False
    )
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    done = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    state = models.CharField(max_length=10, choices=choices(PRODUCTION), default=ProductionState.PLANNED)
    priority = models.SmallIntegerField(default=0)
    is_frozen = models.BooleanField(default=False)
    is_proposed = models.BooleanField(default=False)
    due = models.DateField()
    starts_on = models.DateField(null=True)
    finishes_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="production_positive"),
            models.CheckConstraint(condition=Q(done__gte=0), name="production_done_not_negative"),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="production_state"),
            models.Index(
                fields=["finishes_on"],
                name="production_open",
                condition=Q(state__in=["planned", "released", "started"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def remaining(self) -> Decimal:
        """What is still to be made."""
        return max(ZERO, self.quantity - self.done)

    @property
    def is_late(self) -> bool:
        """Whether the schedule finishes it after it is needed."""
        return self.finishes_on is not None and self.finishes_on > self.due


class ProductionMaterial(models.Model):
    """What a production order uses of a sku for each unit it makes, scrap included, and what it has used."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(ProductionOrder, models.CASCADE, related_name="materials", db_index=False)
    sku = models.ForeignKey("catalog.Sku", models.PROTECT, related_name="used_by")
    per_unit = models.DecimalField(max_digits=18, decimal_places=6)
    used = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["order", "sku"], name="production_material_once")]

    def __str__(self) -> str:
        return f"{self.per_unit} {self.sku_id}"


class ProductionStep(models.Model):
    """An operation of a production order: where, how long, and when the schedule has it.

    The minutes say how far into the centre's day it starts and finishes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(ProductionOrder, models.CASCADE, related_name="steps", db_index=False)
    centre = models.ForeignKey(WorkCentre, models.PROTECT, related_name="steps")
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, default="", blank=True)
    set_up_minutes = models.DecimalField(max_digits=10, decimal_places=2, default=ZERO)
    unit_minutes = models.DecimalField(max_digits=10, decimal_places=2, default=ZERO)
    position = models.PositiveSmallIntegerField(default=0)
    starts_on = models.DateField(null=True)
    start_minute = models.PositiveIntegerField(default=0)
    finishes_on = models.DateField(null=True)
    finish_minute = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="production_step_once"),
        ]

    def __str__(self) -> str:
        return self.name


class PurchaseOrder(models.Model):
    """Goods asked of a supplier, to arrive at a warehouse."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=30, unique=True)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="purchase_orders")
    warehouse = models.ForeignKey(
        "inventory.Warehouse", models.PROTECT, related_name="purchase_orders", db_index=False
    )
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=16, choices=choices(PURCHASE), default=PurchaseState.DRAFT)
    note = models.CharField(max_length=500, default="", blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Its lines changed, or it did.
    updated_at = models.DateTimeField(auto_now=True)
    by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["state", "id"], name="purchase_state")]

    def __str__(self) -> str:
        return self.number


class PurchaseLine(models.Model):
    """A sku of a purchase order: how many were ordered and have come, for how much, and when they are due.

    What was given up after it was sent is ordered no longer: a line may ask for nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(PurchaseOrder, models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    sku = models.ForeignKey("catalog.Sku", models.PROTECT, related_name="purchase_lines")
    ordered = models.DecimalField(max_digits=18, decimal_places=6)
    received = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    due = models.DateField()
    is_proposed = models.BooleanField(default=False)

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="purchase_line_once"),
            models.UniqueConstraint(fields=["order", "sku"], name="purchase_line_sku_once"),
            models.CheckConstraint(condition=Q(ordered__gte=0), name="purchase_line_not_negative"),
            models.CheckConstraint(
                condition=Q(received__gte=0) & Q(received__lte=F("ordered")), name="purchase_line_received"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ordered} {self.sku_id}"

    @property
    def remaining(self) -> Decimal:
        """What has still to come."""
        return max(ZERO, self.ordered - self.received)


class Demand(models.Model):
    """What a production order or a line of a purchase order is for: an order's line, or (none) safety stock."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    production = models.ForeignKey(ProductionOrder, models.CASCADE, null=True, related_name="demands")
    purchase_line = models.ForeignKey(PurchaseLine, models.CASCADE, null=True, related_name="demands")
    line = models.ForeignKey("orders.Line", models.CASCADE, null=True, related_name="supplies")
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    needed_by = models.DateField(null=True)

    class Meta:
        ordering = ("needed_by", "id")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="demand_positive"),
            models.CheckConstraint(
                condition=Q(production=None) | Q(purchase_line=None), name="demand_of_one_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity}"


class StopWorkNotice(models.Model):
    """That work begun, or goods asked of a supplier, are no longer needed; open until the department acknowledges it.

    `for_number` is the order whose change it comes from, "" where no single one is.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    production = models.ForeignKey(ProductionOrder, models.CASCADE, null=True, related_name="notices")
    purchase_line = models.ForeignKey(PurchaseLine, models.CASCADE, null=True, related_name="notices")
    reason = models.CharField(max_length=10, choices=choices(NOTICE))
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    for_number = models.CharField(max_length=30, default="")
    raised_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    answer = models.CharField(max_length=300, default="")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="notice_positive"),
            models.CheckConstraint(
                condition=Q(production=None) ^ Q(purchase_line=None), name="notice_of_one_kind"
            ),
        ]
        indexes = [models.Index(fields=["id"], name="notice_open", condition=Q(acknowledged_at=None))]

    def __str__(self) -> str:
        return f"{self.reason} {self.quantity}"
