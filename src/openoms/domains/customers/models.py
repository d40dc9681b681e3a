"""Who buys: customers, the people to talk to and the places to send to."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from openoms.core.ids import uuid7
from openoms.domains.customers.labels import CHANNEL, CONSENT, PAYMENT_TERMS, ROLE, choices


class CustomerTier(models.Model):
    """A class of customers with prices and benefits of its own."""

    code = models.SlugField(primary_key=True, max_length=30)
    name = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A person or company that buys. `code` is the firm's own number for it.

    `search` is what it is found by (core/searching.py), `name_key` the name without what all companies are called, for
    finding doubles; the services keep them. `owner` is who looks after it (account manager). One that was merged points to the one that stayed, and is closed.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        COMPANY = "company", _("Company")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.COMPANY)
    name = models.CharField(max_length=200)
    tier = models.ForeignKey(CustomerTier, models.PROTECT, null=True, blank=True, related_name="customers")
    tax_exempt = models.BooleanField(default=False)
    notes = models.TextField(default="", blank=True)
    is_active = models.BooleanField(default=True)
    owner = models.ForeignKey(
        "identity.User", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    language = models.CharField(max_length=10, default="", blank=True)
    currency = models.CharField(max_length=3, default="", blank=True)
    payment_terms = models.CharField(max_length=10, choices=choices(PAYMENT_TERMS), default="", blank=True)
    credit_limit = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    credit_currency = models.CharField(max_length=3, default="", blank=True)
    credit_days = models.PositiveSmallIntegerField(null=True, blank=True)
    search = models.TextField(default="", editable=False)
    name_key = models.CharField(max_length=200, default="", editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_limit=None) | Q(credit_limit__gte=0), name="customer_credit_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(is_active=False), name="customer_merged_is_closed"
            ),
        ]
        indexes = [
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="customer_search"),
            GinIndex(OpClass("name_key", name="gin_trgm_ops"), name="customer_key_trgm"),
            GinIndex(fields=["tags"], name="customer_tags"),
            # Which others have this very name; the trigrams of short and common ones name too many.
            models.Index(fields=["name_key"], name="customer_same_name", condition=Q(merged_into=None)),
            # Few are closed: the list of them would be looked for among all.
            models.Index(
                fields=["id"], name="customer_closed", condition=Q(is_active=False, merged_into=None)
            ),
            # The list of a tier or a kind pages by id.
            models.Index(fields=["tier", "id"], name="customer_tier"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person to talk to. `phone` is E.164; `phone_tail` its last four digits, for searching without the whole."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=80, default="", blank=True)
    role = models.CharField(max_length=20, choices=choices(ROLE), default="buyer")
    phone = models.CharField(max_length=20, default="", blank=True)
    phone_tail = models.CharField(max_length=4, default="", blank=True, db_index=True)
    email = models.EmailField(default="", blank=True)
    is_primary = models.BooleanField(default=False)

    class Meta:
        ordering = ("-is_primary", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_primary=True), name="contact_one_primary"
            )
        ]
        indexes = [
            models.Index(fields=["phone"], name="contact_phone", condition=~Q(phone="")),
            models.Index(Upper("email"), name="contact_email", condition=~Q(email="")),
        ]

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """A place to send to, in the parts its country uses. `problems` names what the check of that country found."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    label = models.CharField(max_length=60, default="", blank=True)
    name = models.CharField(max_length=120, default="", blank=True)
    phone = models.CharField(max_length=20, default="", blank=True)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=120, default="", blank=True)
    city = models.CharField(max_length=120, default="", blank=True)
    district = models.CharField(max_length=120, default="", blank=True)
    line = models.CharField(max_length=300)
    postcode = models.CharField(max_length=20, default="", blank=True)
    is_default = models.BooleanField(default=False)
    is_billing = models.BooleanField(default=False)
    problems = ArrayField(models.CharField(max_length=80), default=list, blank=True)

    class Meta:
        ordering = ("-is_default", "id")
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_default=True), name="address_one_default"
            ),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_billing=True), name="address_one_billing"
            ),
        ]

    def __str__(self) -> str:
        return self.line


class Consent(models.Model):
    """Whether a customer, or one of its contacts, may be written to over a channel: as it stands; its history is events."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="consents")
    channel = models.CharField(max_length=10, choices=choices(CHANNEL))
    state = models.CharField(max_length=10, choices=choices(CONSENT))
    at = models.DateTimeField()
    source = models.CharField(max_length=80, default="", blank=True)
    by = models.CharField(max_length=120)

    class Meta:
        ordering = ("channel", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "contact", "channel"], name="consent_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["channel", "state"], name="consent_channel")]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class SharedKey(models.Model):
    """A phone, an e-mail address (upper case) or a name's key that several customers have: they are likely one.

    Kept by `double_services` as customers change, so that the page of doubles reads rows instead of grouping tables.
    """

    id = models.BigAutoField(primary_key=True)
    why = models.CharField(max_length=10)
    key = models.CharField(max_length=254)
    customers = models.PositiveIntegerField()

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["why", "key"], name="shared_key_once")]

    def __str__(self) -> str:
        return self.key
