"""Orders: what was asked for, at which price, in which state. Keys are UUIDv7 made by the program (design §8.1)."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from openoms.domains.orders import labels
from openoms.domains.orders.desk import Comment, Follower, Hold, Performance, Phrase, SavedView, Tag, Tagging
from openoms.domains.orders.lineage import Lineage
from openoms.domains.orders.states import FulfilmentState, InstructionState, PaymentState, Terms

__all__ = [
    "Adjustment",
    "Channel",
    "Comment",
    "Follower",
    "Hold",
    "Instruction",
    "Line",
    "Lineage",
    "Order",
    "OrderType",
    "Performance",
    "Phrase",
    "Pricing",
    "SavedView",
    "Tag",
    "Tagging",
]  # fmt: skip

ZERO = Decimal(0)


class OrderType(models.Model):
    """A kind of order (standard, wholesale, …) that rules can tell apart."""

    code = models.SlugField(primary_key=True, max_length=30)
    name = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Channel(models.Model):
    """Where orders come from: the desk, a shop, a marketplace."""

    code = models.SlugField(primary_key=True, max_length=30)
    name = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """One order. Amounts are at the currency's exponent; `total = items_total + shipping_total + tax_total`.

    `ship_to` and `bill_to` are the addresses as they were when the order was placed, with the `problems` their check
    found. Channel, type and author have no foreign key in the database: each order would share-lock the same few rows,
    which all orders placed at once then queue for (docs/adr/0004). `historical` orders came from elsewhere with their agreed prices and original instants.
    `paid_total` is the sum of its payments, `due_date` when one on credit is to be paid; `released_at` is when nothing
    kept it from the warehouse any longer, null before. `quote_valid_until` is the last day on which a draft given to the customer as a quotation keeps its price.
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=30, unique=True)
    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    external_id = models.CharField(max_length=100, default="")
    order_type = models.ForeignKey(
        OrderType, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="orders", db_index=False)
    created_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    status = models.CharField(max_length=10, choices=labels.choices(labels.STATUS))
    payment_state = models.CharField(
        max_length=20, choices=labels.choices(labels.PAYMENT_STATE), default=PaymentState.UNPAID
    )
    fulfilment_state = models.CharField(
        max_length=20, choices=labels.choices(labels.FULFILMENT_STATE), default=FulfilmentState.UNALLOCATED
    )
    revision = models.PositiveIntegerField(default=1)
    currency = models.CharField(max_length=3)
    tax_inclusive = models.BooleanField()
    terms = models.CharField(max_length=10, choices=labels.choices(labels.TERMS), default=Terms.PREPAID)
    requested_date = models.DateField(null=True)
    items_total = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)
    discount_total = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)
    shipping_total = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)
    shipping_tax = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)
    tax_total = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)
    total = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)
    ship_to = models.JSONField(default=dict)
    bill_to = models.JSONField(null=True)
    historical = models.BooleanField(default=False)
    owner = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    open_holds = models.PositiveSmallIntegerField(default=0)
    paid_total = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)
    due_date = models.DateField(null=True)
    ship_phone_tail = models.CharField(max_length=4, default="")
    placed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    quote_valid_until = models.DateField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_id"], condition=~Q(external_id=""), name="order_external_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    total=models.F("items_total") + models.F("shipping_total") + models.F("tax_total")
                ),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="order_total_not_negative"),
            models.CheckConstraint(condition=Q(paid_total__gte=0), name="order_paid_not_negative"),
        ]
        indexes = [
            # Lists page by id, newest first; each index serves one filter with that order.
            models.Index(fields=["status", "id"], name="order_status"),
            models.Index(fields=["customer", "id"], name="order_customer"),
            models.Index(fields=["external_id"], name="order_external", condition=~Q(external_id="")),
            models.Index(fields=["id"], name="order_on_hold", condition=Q(open_holds__gt=0)),
            models.Index(
                fields=["ship_phone_tail", "id"], name="order_phone_tail", condition=~Q(ship_phone_tail="")
            ),
            models.Index(fields=["owner", "id"], name="order_owner", condition=Q(owner__isnull=False)),
            models.Index(fields=["payment_state", "id"], name="order_payment"),
            # What a customer owes: few orders are on credit and not paid.
            models.Index(
                fields=["customer", "due_date"],
                name="order_owing",
                condition=Q(
                    terms="credit",
                    payment_state__in=("unpaid", "partially_paid"),
                    status__in=("submitted", "approved", "completed"),
                ),
            ),
            # Orders that can be merged are looked for by customer.
            models.Index(
                fields=["customer", "channel", "currency"],
                name="order_mergeable",
                condition=Q(
                    status="approved",
                    historical=False,
                    fulfilment_state__in=("unallocated", "backordered", "allocated"),
                ),
            ),
            # What was paid for orders that were cancelled, and is the customer's still.
            models.Index(
                fields=["customer"], name="order_kept", condition=Q(status="cancelled", paid_total__gt=0)
            ),
            models.Index(fields=["fulfilment_state", "id"], name="order_fulfilment"),
            models.Index(fields=["channel", "id"], name="order_channel"),
            models.Index(fields=["order_type", "id"], name="order_kind"),
            models.Index(fields=["currency", "id"], name="order_currency"),
            models.Index(fields=["total", "id"], name="order_total"),
            models.Index(
                fields=["requested_date", "id"],
                name="order_requested",
                condition=Q(requested_date__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Line(models.Model):
    """One line. `gross` = unit price × quantity; `net` follows every discount, without tax; `net + tax` = its total.

    `options` are the extras as they were sold: codes, names and what each added. `unit_cost` is what one cost the firm
    when it was sold, None where nobody knew.
    """

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    sku = models.ForeignKey("catalog.Sku", models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=410)  # A product's name and a sku's, both at their longest.
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    unit = models.CharField(max_length=20)
    list_unit_price = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    price_source = models.CharField(max_length=60)
    price_reason = models.CharField(max_length=200, default="")
    gross = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)
    net = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=6)
    tax = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)
    options = models.JSONField(default=list)
    unit_cost = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    cost_currency = models.CharField(max_length=3, default="")
    origin = models.UUIDField(null=True)

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="line_position_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_quantity_positive"),
        ]
        # A sku's orders page by key.
        indexes = [models.Index(fields=["sku", "order"], name="line_sku_order")]

    def __str__(self) -> str:
        return f"{self.position} {self.name}"

    @property
    def total(self) -> Decimal:
        """What the line costs with its tax."""
        return self.net + self.tax


class LineComponent(models.Model):
    """A sku that a line's bundle consists of; `quantity` is how many of it one bundle holds."""

    id = models.UUIDField(primary_key=True)
    line = models.ForeignKey(Line, models.CASCADE, related_name="components", db_index=False)
    sku = models.ForeignKey("catalog.Sku", models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["line", "position"], name="line_component_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_component_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.sku_id}"


class Adjustment(models.Model):
    """One signed amount on a line, and where it comes from; an order's discount has one on each line it touches."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, models.CASCADE, related_name="adjustments")
    line = models.ForeignKey(Line, models.CASCADE, related_name="adjustments", db_index=False)
    source = models.CharField(max_length=80)
    label = models.CharField(max_length=200, default="")
    label_zh = models.CharField(max_length=200, default="")
    amount = models.DecimalField(max_digits=18, decimal_places=4)

    def __str__(self) -> str:
        return f"{self.source} {self.amount}"


class Pricing(models.Model):
    """What a revision was priced from (rules by digest, the offers it used, basket, facts) and its trace."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, models.CASCADE, related_name="pricings", db_index=False)
    revision = models.PositiveIntegerField()
    rules_digest = models.CharField(max_length=64)
    priced_at = models.DateTimeField()
    inputs = models.JSONField()
    trace = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "revision"], name="pricing_once")]

    def __str__(self) -> str:
        return f"{self.order_id} r{self.revision}"


class Instruction(models.Model):
    """A remark addressed to a role and a stage; `blocking` asks that stage to wait until it is acknowledged.

    `queue_key` sorts a role's inbox: by due day, those without one last, then by age.
    """

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, models.CASCADE, related_name="instructions")
    text = models.TextField()
    audience = models.CharField(max_length=30)
    stage = models.CharField(max_length=12, choices=labels.choices(labels.STAGE))
    blocking = models.BooleanField(default=False)
    due = models.DateField(null=True)
    queue_key = models.CharField(max_length=60, default="")
    state = models.CharField(
        max_length=12, choices=labels.choices(labels.INSTRUCTION_STATE), default=InstructionState.OPEN
    )
    answer = models.CharField(max_length=1000, default="")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        ordering = ("created_at", "id")
        indexes = [
            models.Index(
                fields=["audience", "queue_key"],
                name="instruction_inbox",
                condition=Q(state__in=("open", "acknowledged")),
            ),
            # The inbox of those who manage the remarks of all.
            models.Index(
                fields=["queue_key"],
                name="instruction_waiting",
                condition=Q(state__in=("open", "acknowledged")),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class UnfinishedEntry(models.Model):
    """What somebody has typed into order entry and not sent: kept as they type, so that a closed browser loses nothing.

    `id` is the page's own key, under which its order is placed once; `order` is set while a draft is being edited,
    which it was read at `base_revision`. `fields` are the form's names and values as the browser sends them.
    """

    id = models.UUIDField(primary_key=True)
    author = models.ForeignKey("identity.User", models.CASCADE, related_name="+", db_index=False)
    order = models.ForeignKey(Order, models.CASCADE, null=True, related_name="+", db_index=False)
    base_revision = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=200, default="")
    line_count = models.PositiveIntegerField(default=0)
    fields = models.JSONField(default=list)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["author", "-updated_at"], name="unfinished_author"),
            models.Index(fields=["updated_at"], name="unfinished_age"),
        ]

    def __str__(self) -> str:
        return self.title


class Editor(models.Model):
    """Somebody who has a draft open for editing, last seen at `seen_at`: so that two people see each other."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, models.CASCADE, related_name="editors", db_index=False)
    user = models.ForeignKey("identity.User", models.CASCADE, related_name="+", db_index=False)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "user"], name="editor_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.seen_at}"
