"""Prices, taxes and shipping fees as the firm keeps them, and the immutable rules each order was priced by."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openoms.core.ids import uuid7
from openoms.domains.pricing.offers import (
    Contract,
    ContractPrice,
    Coupon,
    PriceFloor,
    Promotion,
    PromotionCounter,
    PromotionUse,
)

__all__ = [
    "Contract",
    "ContractPrice",
    "Coupon",
    "PriceFloor",
    "PriceList",
    "PriceTier",
    "PricingPolicy",
    "Promotion",
    "PromotionCounter",
    "PromotionUse",
    "RulesSnapshot",
    "ShippingRate",
    "TaxRate",
]


class PriceList(models.Model):
    """Unit prices in one currency, for everybody (`tier` empty) or for one customer tier, on the days between.

    With `volume` tiers every unit is at the tier that is reached, with `graduated` ones each slice at its own.
    """

    class Tiering(models.TextChoices):
        VOLUME = "volume", _("All units at the price reached")
        GRADUATED = "graduated", _("Each slice at its own price")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, default="", blank=True)
    currency = models.CharField(max_length=3)
    tier = models.ForeignKey(
        "customers.CustomerTier", models.PROTECT, null=True, blank=True, related_name="+"
    )
    tax_inclusive = models.BooleanField(default=True)
    priority = models.SmallIntegerField(
        default=0, help_text=_("Among lists that fit, the highest goes first.")
    )
    is_active = models.BooleanField(default=True)
    tiering = models.CharField(max_length=10, choices=Tiering.choices, default=Tiering.VOLUME)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("currency", "-priority", "code")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="price_list_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PriceTier(models.Model):
    """The unit price of a sku on a list from `min_quantity` on; the row with the smallest is its base price.

    Dated ones hold on the days between; of two for one quantity the later to begin holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="prices")
    sku = models.ForeignKey("catalog.Sku", models.CASCADE, related_name="prices")
    min_quantity = models.DecimalField(max_digits=18, decimal_places=6, default=Decimal(1))
    unit_price = models.DecimalField(
        max_digits=18, decimal_places=6, validators=[MinValueValidator(Decimal(0))]
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("price_list", "sku", "min_quantity", "valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "sku", "min_quantity", "valid_from"],
                name="price_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="price_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="price_not_negative"),
            models.CheckConstraint(condition=Q(min_quantity__gt=0), name="price_from_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.unit_price}"


class TaxRate(models.Model):
    """The share of tax of a class of goods at a destination; the most particular of those that fit holds.

    Several taxes on one thing (a federal one and a province's) are rows of one class and place with their own `name`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tax_class = models.SlugField(max_length=30, default="standard")
    country = models.CharField(max_length=2, default="", blank=True, help_text=_("Empty: everywhere"))
    region = models.CharField(max_length=120, default="", blank=True, help_text=_("Empty: the whole country"))
    name = models.CharField(max_length=40, default="", blank=True)
    rate = models.DecimalField(max_digits=7, decimal_places=6)

    class Meta:
        ordering = ("tax_class", "country", "region", "name")
        constraints = [
            models.UniqueConstraint(fields=["tax_class", "country", "region", "name"], name="tax_rate_once"),
            models.CheckConstraint(condition=Q(rate__gte=0) & Q(rate__lte=1), name="tax_rate_share"),
        ]

    def __str__(self) -> str:
        return f"{self.tax_class} {self.country} {self.rate}"


class ShippingRate(models.Model):
    """The fee of sending an order to a destination, free from a goods total on where that is set."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, default="", blank=True)
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2, default="", blank=True)
    region = models.CharField(max_length=120, default="", blank=True)
    fee = models.DecimalField(max_digits=18, decimal_places=4)
    free_from = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    tax_class = models.SlugField(max_length=30, default="standard")
    method = models.SlugField(max_length=40, default="", blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("currency", "country", "region", "code")
        constraints = [
            models.CheckConstraint(condition=Q(fee__gte=0), name="shipping_fee_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class PricingPolicy(models.Model):
    """The firm's one row of pricing settings, and the number that every change of catalogue or prices counts up."""

    class TaxRounding(models.TextChoices):
        UNIT = "unit", _("on each unit")
        LINE = "line", _("on each line")
        TOTAL = "total", _("on the total of each rate")
        ORDER = "order", _("on the whole order")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=1)
    tax_rounding = models.CharField(max_length=5, choices=TaxRounding.choices, default=TaxRounding.LINE)
    home_country = models.CharField(max_length=2, default="CN")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="pricing_policy_single")]

    def __str__(self) -> str:
        return f"version {self.version}"


class RulesSnapshot(models.Model):
    """The rules some order was priced by, stored once under the SHA-256 of their canonical JSON; never changed."""

    digest = models.CharField(primary_key=True, max_length=64)
    rules = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.digest[:12]
