"""Payments: what arrived for an order. `Order.paid_total` is the sum of those that were not taken back."""

from django.db import models
from django.db.models import Q

from openoms.domains.orders.labels import choices
from openoms.domains.payments.labels import METHOD
from openoms.domains.payments.states import PASSED_ON


class Payment(models.Model):
    """Money that arrived for one order, recorded by hand. A mistake is voided with a reason, never deleted.

    What was passed on to another order (`passed_on`, `reference` its number) is two entries that offset each other.
    """

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="payments", db_index=False)
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    currency = models.CharField(max_length=3)
    method = models.CharField(max_length=20, choices=choices(METHOD))
    reference = models.CharField(max_length=100, default="")
    paid_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    void_reason = models.CharField(max_length=500, default="")

    class Meta:
        ordering = ("paid_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0) | Q(method=PASSED_ON, amount__lt=0), name="payment_positive"
            ),
            # The same transfer typed twice is one; taken back, it may be recorded again.
            models.UniqueConstraint(
                fields=["order", "method", "reference"],
                condition=~Q(reference="") & ~Q(method=PASSED_ON) & Q(voided_at=None),
                name="payment_reference_once",
            ),
        ]
        indexes = [models.Index(fields=["order", "id"], name="payment_order")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
