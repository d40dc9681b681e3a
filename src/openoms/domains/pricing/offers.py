"""Promotions, coupons and contracts as the firm keeps them, and how often each was used. Part of models.py."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openoms.core.ids import uuid7

ZERO = Decimal(0)


class Promotion(models.Model):
    """An offer: conditions × benefits × stacking. `conditions` and `benefits` are documents of promotions.py's values.

    Only `is_active` ones take part; `priority` high goes first. Amounts are in `currency`; without one it holds in each.
    """

    class Stacking(models.TextChoices):
        STACK = "stack", _("Together with others")
        EXCLUSIVE = "exclusive", _("Alone: no other promotion beside it")
        FIRST = "first", _("The first of its group that gives something")
        BEST = "best", _("The best of its group for the customer")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120, default="", blank=True)
    is_active = models.BooleanField(default=False)
    priority = models.SmallIntegerField(default=0)
    stacking = models.CharField(max_length=10, choices=Stacking.choices, default=Stacking.STACK)
    group = models.SlugField(max_length=40, default="", blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    timezone = models.CharField(max_length=40, default="Asia/Shanghai")
    hours = models.JSONField(default=list, blank=True)
    currency = models.CharField(max_length=3, default="", blank=True)
    needs_coupon = models.BooleanField(default=False)
    is_sale = models.BooleanField(default=False)
    uses_up = models.BooleanField(default=False)
    most_uses = models.PositiveIntegerField(null=True, blank=True)
    most_uses_each = models.PositiveIntegerField(null=True, blank=True)
    budget = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    conditions = models.JSONField(default=list, blank=True)
    benefits = models.JSONField(default=list)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-priority", "code")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="promotion_window_in_order",
            ),
            models.CheckConstraint(
                condition=Q(stacking__in=["stack", "exclusive"]) | ~Q(group=""), name="promotion_group_named"
            ),
            models.CheckConstraint(
                condition=Q(budget=None) | ~Q(currency=""), name="promotion_budget_in_currency"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PromotionCounter(models.Model):
    """How often a limited promotion was given, and how much: the row that those who give it lock."""

    promotion = models.OneToOneField(Promotion, models.CASCADE, primary_key=True, related_name="counter")
    times = models.PositiveIntegerField(default=0)
    given = models.DecimalField(max_digits=18, decimal_places=4, default=ZERO)

    def __str__(self) -> str:
        return f"{self.promotion_id} {self.times}"


class Coupon(models.Model):
    """A code that opens a promotion: a single one, one shared by many, or one of a generated `batch`.

    `code` is kept in capitals. `used` counts the orders that it was given with, where `most_uses` limits them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=40, unique=True)
    promotion = models.ForeignKey(Promotion, models.CASCADE, related_name="coupons", db_index=False)
    batch = models.CharField(max_length=40, default="", blank=True)
    is_active = models.BooleanField(default=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    most_uses = models.PositiveIntegerField(null=True, blank=True)
    most_uses_each = models.PositiveIntegerField(null=True, blank=True)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["promotion", "-id"], name="coupon_of_promotion")]

    def __str__(self) -> str:
        return self.code


class PromotionUse(models.Model):
    """That an order was given a promotion, by which coupon, and how much in the order's currency."""

    id = models.UUIDField(primary_key=True)
    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="uses", db_index=False)
    coupon = models.ForeignKey(Coupon, models.PROTECT, null=True, related_name="uses", db_index=False)
    # Orders know of promotions, not the reverse (design §3): the order's key, without a foreign key to it.
    order_id = models.UUIDField()
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=18, decimal_places=4)

    class Meta:
        ordering = ("-id",)
        indexes = [
            # Sums by promotion are read from the index alone; its first two columns find what one customer was given.
            models.Index(
                fields=["promotion", "customer"],
                include=["currency", "amount"],
                name="promotion_use_customer",
            ),
            models.Index(fields=["coupon"], condition=~Q(coupon=None), name="promotion_use_coupon"),
            models.Index(fields=["customer"], name="promotion_use_of_customer"),
        ]
        constraints = [models.UniqueConstraint(fields=["order_id", "promotion"], name="promotion_use_once")]

    def __str__(self) -> str:
        return f"{self.promotion_id} {self.amount}"


class Contract(models.Model):
    """Prices agreed with one customer in one currency for a time; they go before every list."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="contracts")
    name = models.CharField(max_length=120, default="", blank=True)
    currency = models.CharField(max_length=3)
    tax_inclusive = models.BooleanField(default=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="contract_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ContractPrice(models.Model):
    """The unit price of a sku under a contract from a quantity on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="prices", db_index=False)
    sku = models.ForeignKey("catalog.Sku", models.CASCADE, related_name="contract_prices")
    min_quantity = models.DecimalField(max_digits=18, decimal_places=6, default=Decimal(1))
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        ordering = ("contract", "sku", "min_quantity")
        constraints = [
            models.UniqueConstraint(fields=["contract", "sku", "min_quantity"], name="contract_price_once"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="contract_price_not_negative"),
            models.CheckConstraint(condition=Q(min_quantity__gt=0), name="contract_price_from_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.unit_price}"


class PriceFloor(models.Model):
    """The unit price of a sku on a list that no promotion goes below."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    price_list = models.ForeignKey("pricing.PriceList", models.CASCADE, related_name="floors", db_index=False)
    sku = models.ForeignKey("catalog.Sku", models.CASCADE, related_name="floors")
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        ordering = ("price_list", "sku")
        constraints = [
            models.UniqueConstraint(fields=["price_list", "sku"], name="price_floor_once"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="price_floor_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.unit_price}"
