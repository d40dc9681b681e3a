"""What the firm sells: categories, products, and the skus that are priced, stocked and shipped."""

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openoms.core.ids import uuid7

ZERO = Decimal(0)


class Category(models.Model):
    """A branch of the catalogue's tree."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120, default="", blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """A thing or service as customers know it; its skus are the exact versions one can order.

    `search` is what it is found by (core/searching.py).
    """

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICE = "service", _("Service")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200, default="", blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.GOODS)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="products")
    description = models.TextField(default="", blank=True)
    is_active = models.BooleanField(default=True)
    search = models.TextField(default="", blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)
        indexes = [GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="product_search")]

    def __str__(self) -> str:
        return self.name


class Sku(models.Model):
    """The exact version that is priced, stocked and shipped.

    `book_version` is when pricing last had to re-read it: it rises with each change of the sku, its product or prices.
    `variant_key` spells its values of the product's variant options, so that no two skus are the same version.
    A `pack_quantity` of 0 sells any quantity; `duration_minutes` is how long one unit of a service takes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=60, unique=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="skus")
    name = models.CharField(max_length=200, default="", blank=True)
    name_zh = models.CharField(max_length=200, default="", blank=True)
    unit = models.CharField(max_length=20, default="piece")
    barcode = models.CharField(max_length=40, default="", blank=True)
    weight_g = models.PositiveIntegerField(default=0)
    tax_class = models.SlugField(max_length=30, default="standard")
    is_active = models.BooleanField(default=True)
    active_from = models.DateField(null=True, blank=True)
    active_to = models.DateField(null=True, blank=True)
    pack_quantity = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    min_order_quantity = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    # Whether each movement of it names the lot that moved.
    tracks_lots = models.BooleanField(default=False)
    duration_minutes = models.PositiveIntegerField(default=0)
    variant_key = models.CharField(max_length=600, default="", blank=True, editable=False)
    search = models.TextField(default="", blank=True, editable=False)
    book_version = models.BigIntegerField(default=0, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)
        indexes = [GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="sku_search")]
        constraints = [
            models.UniqueConstraint(fields=["barcode"], condition=~Q(barcode=""), name="sku_barcode_once"),
            models.UniqueConstraint(
                fields=["product", "variant_key"], condition=~Q(variant_key=""), name="sku_variant_once"
            ),
            models.CheckConstraint(
                condition=Q(pack_quantity__gte=0) & Q(min_order_quantity__gte=0), name="sku_pack_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(active_from=None) | Q(active_to=None) | Q(active_to__gte=models.F("active_from")),
                name="sku_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class SkuCost(models.Model):
    """What one unit of a sku costs the firm in a currency from a day on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sku = models.ForeignKey(Sku, models.CASCADE, related_name="costs", db_index=False)
    currency = models.CharField(max_length=3)
    unit_cost = models.DecimalField(max_digits=18, decimal_places=6)
    valid_from = models.DateField()

    class Meta:
        ordering = ("currency", "valid_from")
        constraints = [
            models.UniqueConstraint(fields=["sku", "currency", "valid_from"], name="sku_cost_once"),
            models.CheckConstraint(condition=Q(unit_cost__gte=0), name="sku_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_cost} {self.currency}"


class Formula(models.Model):
    """That a sku is priced by what a customer says of it: `inputs` are what is asked, `expressions` the prices by currency.

    Documents of pricing/formulas.py's values.
    """

    sku = models.OneToOneField(Sku, models.CASCADE, primary_key=True, related_name="formula")
    inputs = models.JSONField(default=list)
    expressions = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.sku_id)


class Option(models.Model):
    """Something of a product one chooses: a variant tells its skus apart, an extra is asked for on an order's line."""

    class Kind(models.TextChoices):
        VARIANT = "variant", _("Variant")
        EXTRA = "extra", _("Extra")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="options", db_index=False)
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, default="", blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.EXTRA)
    required = models.BooleanField(default=False)
    many = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = [models.UniqueConstraint(fields=["product", "code"], name="option_once")]

    def __str__(self) -> str:
        return self.name


class OptionValue(models.Model):
    """One value of an option; of an extra, `percent` is what it adds to the unit price besides its deltas."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    option = models.ForeignKey(Option, models.CASCADE, related_name="values", db_index=False)
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, default="", blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    percent = models.DecimalField(max_digits=9, decimal_places=4, default=ZERO)

    class Meta:
        ordering = ("position", "id")
        constraints = [models.UniqueConstraint(fields=["option", "code"], name="option_value_once")]

    def __str__(self) -> str:
        return self.name


class OptionDelta(models.Model):
    """What a value of an extra adds to the unit price in a currency; negative takes off."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    value = models.ForeignKey(OptionValue, models.CASCADE, related_name="deltas", db_index=False)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        ordering = ("currency",)
        constraints = [models.UniqueConstraint(fields=["value", "currency"], name="option_delta_once")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class OptionConflict(models.Model):
    """Two values of one product that exclude each other; `one` has the smaller key, so a pair is kept once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    one = models.ForeignKey(OptionValue, models.CASCADE, related_name="conflicts", db_index=False)
    other = models.ForeignKey(OptionValue, models.CASCADE, related_name="conflicts_of")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="option_conflict_once"),
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="option_conflict_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"


class SkuValue(models.Model):
    """The value a sku has of one of its product's variant options."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sku = models.ForeignKey(Sku, models.CASCADE, related_name="values", db_index=False)
    option = models.ForeignKey(Option, models.PROTECT, related_name="+")
    value = models.ForeignKey(OptionValue, models.PROTECT, related_name="sku_values")

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["sku", "option"], name="sku_value_once")]

    def __str__(self) -> str:
        return str(self.value_id)


class Bundle(models.Model):
    """That a sku is made up of others, and how it is priced: its own price, the sum of its parts', or less than that."""

    class Policy(models.TextChoices):
        FIXED = "fixed", _("Its own price")
        SUM = "sum", _("The sum of its parts")
        DISCOUNTED = "discounted", _("The sum of its parts, less a percentage")

    sku = models.OneToOneField(Sku, models.CASCADE, primary_key=True, related_name="bundle")
    policy = models.CharField(max_length=10, choices=Policy.choices, default=Policy.FIXED)
    percent = models.DecimalField(max_digits=7, decimal_places=4, default=ZERO)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=0) & Q(percent__lte=100), name="bundle_percent_share"
            ),
        ]

    def __str__(self) -> str:
        return str(self.sku_id)


class BundleGroup(models.Model):
    """Parts of a bundle: all of them (`fixed`), or `least` to `most` of them as one chooses."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="groups", db_index=False)
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80, default="", blank=True)
    name_zh = models.CharField(max_length=80, default="", blank=True)
    fixed = models.BooleanField(default=True)
    least = models.PositiveSmallIntegerField(default=0)
    most = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["bundle", "code"], name="bundle_group_once"),
            models.CheckConstraint(condition=Q(least__lte=models.F("most")), name="bundle_group_range"),
        ]

    def __str__(self) -> str:
        return self.code


class BundlePart(models.Model):
    """A sku in a group of a bundle, how many of it, and what choosing it costs more by currency."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(BundleGroup, models.CASCADE, related_name="parts", db_index=False)
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="part_of")
    quantity = models.DecimalField(max_digits=18, decimal_places=6, default=Decimal(1))
    surcharges = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["group", "sku"], name="bundle_part_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="bundle_part_positive"),
        ]

    def __str__(self) -> str:
        return str(self.sku_id)


class Picture(models.Model):
    """A picture of a product in two sizes (WebP), found by the SHA-256 of the larger: the same picture is kept once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures", db_index=False)
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField(max_length=200, default="", blank=True)
    alt_zh = models.CharField(max_length=200, default="", blank=True)
    digest = models.CharField(max_length=64, db_index=True)
    small = models.BinaryField()
    large = models.BinaryField()

    class Meta:
        ordering = ("position", "id")
        constraints = [models.UniqueConstraint(fields=["product", "digest"], name="picture_once")]

    def __str__(self) -> str:
        return self.digest[:12]
