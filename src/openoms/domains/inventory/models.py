"""Stock: what lies where, for whom it is kept, and why it changed. Quantities are in the sku's unit."""

from datetime import time
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from openoms.core.ids import uuid7
from openoms.domains.inventory.labels import MOVEMENT, ON_SHORT, RESERVATION, RESERVE_AT, SHIP_POLICY
from openoms.domains.orders.labels import choices

ZERO = Decimal(0)


class Warehouse(models.Model):
    """A place goods are kept at and sent from. `cut_off` is until when what is released leaves the same day, local time.

    `priority` low comes first; `parcel_cost`, in the firm's currency, is what a parcel from here costs on average.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(unique=True, max_length=30)
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, default="", blank=True)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=120, default="", blank=True)
    city = models.CharField(max_length=120, default="", blank=True)
    district = models.CharField(max_length=120, default="", blank=True)
    line = models.CharField(max_length=300, default="", blank=True)
    postcode = models.CharField(max_length=20, default="", blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    timezone = models.CharField(max_length=40, default="Asia/Shanghai")
    opens = models.TimeField(default=time(9))
    closes = models.TimeField(default=time(18))
    cut_off = models.TimeField(default=time(16))
    priority = models.PositiveSmallIntegerField(default=10)
    parcel_cost = models.DecimalField(max_digits=12, decimal_places=4, default=ZERO)
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("priority", "code")

    def __str__(self) -> str:
        return self.name


class InventoryPolicy(models.Model):
    """How goods are kept for orders, one row (pk 1). `strategies` are names of routing.py, the first decides first.

    `on_short` holds where goods are kept at submission: what is released later was taken already."""

    reserve_at = models.CharField(max_length=10, choices=choices(RESERVE_AT), default="submission")
    ship = models.CharField(max_length=10, choices=choices(SHIP_POLICY), default="available")
    on_short = models.CharField(max_length=10, choices=choices(ON_SHORT), default="backorder")
    strategies = ArrayField(models.CharField(max_length=30), default=list)
    split_lines = models.BooleanField(default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="inventory_policy_once")]

    def __str__(self) -> str:
        return self.reserve_at


class Stock(models.Model):
    """How much of a sku lies at a warehouse. Available is on hand − reserved − safety − blocked; `bin` orders the picking.

    `on_hand` is the sum of its movements, `reserved` of its open reservations, `blocked` of its expired lots (`openoms
    audit` proves them); `received_at` is when something last came. The checks are the last word against selling what is not there.
    """

    id = models.UUIDField(primary_key=True)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="stock", db_index=False)
    sku = models.ForeignKey("catalog.Sku", models.PROTECT, related_name="stock", db_index=False)
    on_hand = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    reserved = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    safety = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    blocked = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    bin = models.CharField(max_length=30, default="", blank=True)
    received_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["sku", "warehouse"], name="stock_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_on_hand_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_not_negative"),
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="stock_not_oversold"),
            models.CheckConstraint(condition=Q(safety__gte=0), name="stock_safety_not_negative"),
            models.CheckConstraint(
                condition=Q(blocked__gte=0) & Q(blocked__lte=F("on_hand")), name="stock_blocked_is_there"
            ),
        ]
        indexes = [
            models.Index(fields=["warehouse", "sku"], name="stock_warehouse"),
            # What has lain longest.
            models.Index(fields=["received_at", "id"], name="stock_age", condition=Q(on_hand__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.on_hand}"

    @property
    def available(self) -> Decimal:
        """What can still be promised; never below nothing."""
        return max(ZERO, self.on_hand - self.reserved - self.safety - self.blocked)


# The same for the database, below nothing where more is kept back than there is. Placing says it in its own words
# (queries.levels_statement, the function inventory_reserve).
FREE = F("on_hand") - F("reserved") - F("safety") - F("blocked")


class Lot(models.Model):
    """What arrived together of a sku that tracks lots, and may expire together; "" is what nobody knows the lot of.

    It is good on its last day, `expires_on`. What `is_blocked` has expired and counts in its stock's `blocked`.
    """

    id = models.UUIDField(primary_key=True)
    stock = models.ForeignKey(Stock, models.PROTECT, related_name="lots", db_index=False)
    code = models.CharField(max_length=40, blank=True)
    expires_on = models.DateField(null=True)
    received_at = models.DateTimeField()
    on_hand = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    is_blocked = models.BooleanField(default=False)

    class Meta:
        ordering = (F("expires_on").asc(nulls_last=True), "received_at", "code")
        constraints = [
            models.UniqueConstraint(fields=["stock", "code"], name="lot_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="lot_not_negative"),
        ]
        indexes = [
            models.Index(fields=["expires_on", "id"], name="lot_expiry", condition=Q(on_hand__gt=0)),
            models.Index(fields=["received_at", "id"], name="lot_age", condition=Q(on_hand__gt=0)),
        ]

    def __str__(self) -> str:
        return self.code


class Movement(models.Model):
    """A change of what is on hand, never changed itself. `source` is what it comes from: `order:SO1`, `purchase:PO7`."""

    id = models.UUIDField(primary_key=True)
    stock = models.ForeignKey(Stock, models.PROTECT, related_name="movements", db_index=False)
    kind = models.CharField(max_length=12, choices=choices(MOVEMENT))
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    on_hand_after = models.DecimalField(max_digits=18, decimal_places=6)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="movements", db_index=False)
    reason = models.CharField(max_length=300, default="")
    source = models.CharField(max_length=80, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(quantity=0), name="movement_moves")]
        indexes = [
            models.Index(fields=["stock", "id"], name="movement_stock"),
            models.Index(fields=["source"], name="movement_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"


class Reservation(models.Model):
    """Goods kept at a warehouse for a line; a bundle's line has one for each part. Open while nothing became of it."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="reservations", db_index=False)
    line = models.ForeignKey("orders.Line", models.CASCADE, related_name="reservations", db_index=False)
    stock = models.ForeignKey(Stock, models.PROTECT, related_name="reservations", db_index=False)
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    state = models.CharField(max_length=8, choices=choices(RESERVATION), default="open")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_positive")]
        indexes = [
            models.Index(fields=["order", "id"], name="reservation_order"),
            models.Index(fields=["stock", "id"], name="reservation_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.state}"


class Backorder(models.Model):
    """What a line is short of: a demand on supply. It goes when goods were allocated to it, or the line is gone.

    `needed_by` is when it is promised, `priority` high goes first among those of one day; then age. `expected_on` is when
    what it waits for is there, by `expected_from`: `purchase:PO7`, `production:MO3`, `lead_time`, `no_source`; "" while
    nobody has looked yet.
    """

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="backorders", db_index=False)
    line = models.ForeignKey("orders.Line", models.CASCADE, related_name="backorders", db_index=False)
    sku = models.ForeignKey("catalog.Sku", models.PROTECT, related_name="backorders", db_index=False)
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    needed_by = models.DateField(null=True)
    priority = models.SmallIntegerField(default=0)
    since = models.DateTimeField()
    expected_on = models.DateField(null=True)
    expected_from = models.CharField(max_length=40, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "sku"], name="backorder_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="backorder_positive"),
        ]
        indexes = [
            models.Index(fields=["sku", "id"], name="backorder_sku"),
            models.Index(fields=["order"], name="backorder_order"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.quantity}"


class ToldDay(models.Model):
    """The day last told of an order that waits for goods (`order.delayed`); `is_unknown` once it was told that none is known."""

    order = models.OneToOneField("orders.Order", models.CASCADE, primary_key=True, related_name="told_day")
    told_on = models.DateField(null=True)
    is_unknown = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.order_id} {self.told_on}"


class Incoming(models.Model):
    """Goods that will arrive at a warehouse: kept by whoever orders them (supply), read by promises. `source` names it."""

    id = models.UUIDField(primary_key=True)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="incoming", db_index=False)
    sku = models.ForeignKey("catalog.Sku", models.PROTECT, related_name="incoming", db_index=False)
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    due = models.DateField()
    source = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "sku", "warehouse"], name="incoming_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="incoming_positive"),
        ]
        indexes = [models.Index(fields=["sku", "due"], name="incoming_sku")]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.quantity} {self.due}"
