"""What the firm sells: categories, products, and the skus that are priced, stocked and shipped."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openoms.core.ids import uuid7


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
    """A thing or service as customers know it; its skus are the exact versions one can order."""

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
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Sku(models.Model):
    """The exact version that is priced, stocked and shipped. `book_version` is when pricing last had to re-read it."""

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
    book_version = models.BigIntegerField(default=0, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["barcode"], condition=~Q(barcode=""), name="sku_barcode_once"),
        ]

    def __str__(self) -> str:
        return self.code
