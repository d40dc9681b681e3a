"""Event: the one append-only record of what happened. Outbox and Delivery: the work of telling others."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Event(models.Model):
    """What happened to one subject; never updated, never deleted.

    `id` is a UUIDv7 of the instant it was recorded; `at` is when it happened (earlier for imported history).
    `data` is of the shape its kind declares (kinds.py) and carries references, never contact data.
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=120)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["subject_id", "id"], name="event_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class Outbox(models.Model):
    """An event not yet handed to the consumers' queues: written with it, removed by the fan-out."""

    id = models.UUIDField(primary_key=True)

    def __str__(self) -> str:
        return str(self.id)


class Delivery(models.Model):
    """One event to be handed to one consumer, at least once; `due_at` moves back with each failed attempt."""

    id = models.UUIDField(primary_key=True)
    event = models.ForeignKey(Event, models.PROTECT, related_name="deliveries", db_index=False)
    consumer = models.CharField(max_length=60)
    due_at = models.DateTimeField(db_default=Now())
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "consumer"], name="delivery_once")]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(done_at=None, dead_at=None)),
            models.Index(fields=["consumer", "id"], name="delivery_dead", condition=Q(dead_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.consumer} {self.event_id}"


class Seal(models.Model):
    """A link of the tamper-evident chain over events: digest = sha256(previous digest + the event's content)."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="seal")
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.position} {self.digest[:12]}"
