"""Warehouse work: what each warehouse has to send for an order, gathered in waves, picked, packed into parcels, shipped.

Quantities are in the sku's unit, weights in grams.
"""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from openoms.domains.fulfilment.labels import FULFILMENT, SHIPMENT, WAVE
from openoms.domains.fulfilment.states import FulfilmentState, ShipmentState, WaveState
from openoms.domains.orders.labels import choices

ZERO = Decimal(0)


def weekdays() -> list[int]:
    """Monday to Friday."""
    return [0, 1, 2, 3, 4]


class DispatchPlan(models.Model):
    """When a warehouse works and how far ahead of a customer's day it sends, one row a warehouse at most.

    `transit_days` are working days on the way; a parcel leaves at most `early_days` working days before it must (None:
    as soon as it can). `wave_size` is how many orders a proposed wave holds at most.
    """

    warehouse = models.OneToOneField(
        "inventory.Warehouse", models.CASCADE, primary_key=True, related_name="dispatch_plan"
    )
    works_on = ArrayField(models.PositiveSmallIntegerField(), default=weekdays)
    keeps_holidays = models.BooleanField(default=True)
    closed_on = ArrayField(models.DateField(), default=list, blank=True)
    transit_days = models.PositiveSmallIntegerField(default=2)
    early_days = models.PositiveSmallIntegerField(null=True, blank=True)
    wave_size = models.PositiveSmallIntegerField(default=24)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(wave_size__gt=0), name="dispatch_wave_size")]

    def __str__(self) -> str:
        return str(self.warehouse_id)


class Wave(models.Model):
    """Fulfilments of one warehouse picked on one round; `ship_by` is the earliest day one of them must leave."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    warehouse = models.ForeignKey("inventory.Warehouse", models.PROTECT, related_name="waves", db_index=False)
    state = models.CharField(max_length=10, choices=choices(WAVE), default=WaveState.PLANNED)
    ship_by = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    picker = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    started_at = models.DateTimeField(null=True)
    picked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["warehouse", "state", "id"], name="wave_warehouse")]

    def __str__(self) -> str:
        return self.number


class Fulfilment(models.Model):
    """What a warehouse has to send for an order (履约单): made when the order is released, one for each warehouse.

    It leaves from `not_before` on (None: any day) and by `ship_by`. `tote` is its place on its wave's cart.
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="fulfilments", db_index=False)
    warehouse = models.ForeignKey(
        "inventory.Warehouse", models.PROTECT, related_name="fulfilments", db_index=False
    )
    wave = models.ForeignKey(
        Wave, models.SET_NULL, null=True, blank=True, related_name="fulfilments", db_index=False
    )
    tote = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=10, choices=choices(FULFILMENT), default=FulfilmentState.OPEN)
    not_before = models.DateField(null=True)
    ship_by = models.DateField()
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    picked_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["order", "id"], name="work_order"),
            # What a warehouse has to do, soonest first; what ended is read by its order or newest first.
            models.Index(
                fields=["warehouse", "state", "ship_by", "id"],
                name="work_to_do",
                condition=Q(state__in=("open", "picking", "picked", "packed")),
            ),
            models.Index(fields=["state", "id"], name="work_state"),
            models.Index(fields=["wave", "tote"], name="work_wave", condition=Q(wave__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class FulfilmentLine(models.Model):
    """Goods of one reservation to be picked and packed; a bundle's line has one for each part."""

    id = models.UUIDField(primary_key=True)
    fulfilment = models.ForeignKey(Fulfilment, models.CASCADE, related_name="lines", db_index=False)
    line = models.ForeignKey("orders.Line", models.PROTECT, related_name="+", db_index=False)
    reservation = models.OneToOneField("inventory.Reservation", models.PROTECT, related_name="work")
    stock = models.ForeignKey("inventory.Stock", models.PROTECT, related_name="+", db_index=False)
    sku = models.ForeignKey("catalog.Sku", models.PROTECT, related_name="+", db_index=False)
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    picked = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    packed = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="fulfilment_line_positive"),
            models.CheckConstraint(
                condition=Q(picked__gte=0, picked__lte=F("quantity")), name="fulfilment_line_picked"
            ),
            models.CheckConstraint(
                condition=Q(packed__gte=0, packed__lte=F("picked")), name="fulfilment_line_packed"
            ),
        ]
        indexes = [models.Index(fields=["fulfilment", "sku"], name="work_line_sku")]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.picked}/{self.quantity}"


class Parcel(models.Model):
    """One box of a fulfilment, counted from 1; `weight_g` None until it was weighed."""

    id = models.UUIDField(primary_key=True)
    fulfilment = models.ForeignKey(Fulfilment, models.CASCADE, related_name="parcels", db_index=False)
    position = models.PositiveSmallIntegerField()
    weight_g = models.PositiveIntegerField(null=True)
    waybill = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["fulfilment", "position"], name="parcel_once")]

    def __str__(self) -> str:
        return f"{self.position}"


class ParcelLine(models.Model):
    """How many of a fulfilment's line lie in a parcel."""

    id = models.UUIDField(primary_key=True)
    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="lines", db_index=False)
    line = models.ForeignKey(FulfilmentLine, models.CASCADE, related_name="+")
    quantity = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["parcel", "line"], name="parcel_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="parcel_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.quantity}"


class Shipment(models.Model):
    """Goods handed to a carrier (发货单), of one order from one warehouse; `fulfilment` None where nobody packed it first."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="shipments", db_index=False)
    warehouse = models.ForeignKey(
        "inventory.Warehouse", models.PROTECT, related_name="shipments", db_index=False
    )
    fulfilment = models.ForeignKey(
        Fulfilment, models.PROTECT, null=True, related_name="shipments", db_index=False
    )
    carrier = models.CharField(max_length=60)
    service = models.CharField(max_length=60, default="", blank=True)
    waybill = models.CharField(max_length=60, default="", blank=True)
    state = models.CharField(max_length=10, choices=choices(SHIPMENT), default=ShipmentState.SHIPPED)
    shipped_at = models.DateTimeField()
    shipped_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, default="")

    class Meta:
        indexes = [
            models.Index(fields=["order", "id"], name="shipment_order"),
            models.Index(fields=["fulfilment"], name="shipment_fulfilment"),
            models.Index(fields=["warehouse", "id"], name="shipment_warehouse"),
            models.Index(fields=["waybill"], name="shipment_waybill", condition=~Q(waybill="")),
        ]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(models.Model):
    """What a shipment holds of one reservation; a bundle's line has one for each part."""

    id = models.UUIDField(primary_key=True)
    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="lines", db_index=False)
    line = models.ForeignKey("orders.Line", models.PROTECT, related_name="+", db_index=False)
    reservation = models.ForeignKey("inventory.Reservation", models.PROTECT, related_name="+", db_index=False)
    sku = models.ForeignKey("catalog.Sku", models.PROTECT, related_name="+", db_index=False)
    quantity = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        ordering = ("id",)
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="shipment_line_positive")]
        indexes = [
            models.Index(fields=["shipment"], name="shipment_line_shipment"),
            models.Index(fields=["line"], name="shipment_line_line"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.quantity}"
