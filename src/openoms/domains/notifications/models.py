"""Notifications: each message to one recipient on one channel, and what people and the firm want of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from openoms.core.ids import uuid7
from openoms.domains.notifications import labels
from openoms.domains.notifications.states import Channel, State, Way


class ChatEndpoint(models.Model):
    """A chat that messages are sent to: a room of the firm's (`user` null), or a person's own.

    `sealed` is its apprise address, which holds the secret of the chat, encrypted (core/vault.py). A room hears of its
    `topics`; with `roles`, only of what somebody of these roles is told.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    user = models.OneToOneField(
        "identity.User", models.CASCADE, null=True, blank=True, related_name="own_chat"
    )
    sealed = models.TextField()
    scheme = models.CharField(max_length=20)
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    roles = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    language = models.CharField(max_length=10, default="", blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Notification(models.Model):
    """One message to one recipient (a person, a contact of a customer, a chat) on one channel. Its id goes out with it.

    `event` is null for digests and trials; a contact has no foreign key in the database, it may be removed. Addresses
    are looked up when the message goes out, never kept. `texts` has an inbox message in every language: subject, body.
    """

    id = models.UUIDField(primary_key=True)
    event = models.ForeignKey("events.Event", models.PROTECT, null=True, related_name="+", db_index=False)
    topic = models.CharField(max_length=60)
    channel = models.CharField(max_length=5, choices=labels.choices(labels.CHANNEL))
    user = models.ForeignKey(
        "identity.User", models.CASCADE, null=True, related_name="notifications", db_index=False
    )
    contact = models.ForeignKey(
        "customers.Contact",
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    endpoint = models.ForeignKey(ChatEndpoint, models.CASCADE, null=True, related_name="+", db_index=False)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    texts = models.JSONField(null=True)
    link = models.CharField(max_length=300, default="")
    actor_name = models.CharField(max_length=120, default="")
    state = models.CharField(max_length=9, choices=labels.choices(labels.STATE))
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, contact=None)
                | Q(user=None, contact__isnull=False, endpoint=None)
                | Q(user=None, contact=None, endpoint__isnull=False),
                name="notification_to_one",
            ),
            # Nobody is told twice of one event on one channel.
            models.UniqueConstraint(
                fields=["event", "user", "contact", "endpoint", "channel"],
                condition=Q(event__isnull=False),
                nulls_distinct=False,
                name="notification_once",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "id"], name="notification_inbox", condition=Q(channel="inbox")),
            models.Index(
                fields=["user", "id"], name="notification_unread", condition=Q(channel="inbox", read_at=None)
            ),
            models.Index(fields=["channel", "due_at"], name="notification_due", condition=Q(state="waiting")),
            models.Index(
                fields=["due_at", "user"], name="notification_collected", condition=Q(state="collected")
            ),
            models.Index(
                fields=["endpoint"], name="notification_endpoint", condition=Q(endpoint__isnull=False)
            ),
            models.Index(fields=["id"], name="notification_dead", condition=Q(state="dead")),
            models.Index(
                fields=["id"],
                name="notification_done",
                condition=Q(state__in=("sent", "digested", "dropped"))
                & (~Q(channel="inbox") | Q(read_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.channel} {self.subject}"

    @property
    def is_unread(self) -> bool:
        """Whether a message of the inbox was not read yet."""
        return self.channel == Channel.INBOX and self.read_at is None

    @property
    def is_dead(self) -> bool:
        """Whether it failed for good."""
        return self.state == State.DEAD


class Template(models.Model):
    """The firm's own words for a topic in a language, in place of those in code (topics_*.py)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    topic = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("topic", "language")
        constraints = [models.UniqueConstraint(fields=["topic", "language"], name="template_once")]

    def __str__(self) -> str:
        return f"{self.topic} {self.language}"


class SilentTopic(models.Model):
    """A message to customers that the firm has switched off."""

    topic = models.CharField(primary_key=True, max_length=60)

    def __str__(self) -> str:
        return self.topic


class Preference(models.Model):
    """How a person wants to hear of a topic on a channel, where that differs from the topic's own way."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("identity.User", models.CASCADE, related_name="+", db_index=False)
    topic = models.CharField(max_length=60)
    channel = models.CharField(max_length=5, choices=labels.choices(labels.CHANNEL))
    way = models.CharField(max_length=6, choices=labels.choices(labels.WAY), default=Way.NOW.value)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic", "channel"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic} {self.channel} {self.way}"


class Hours(models.Model):
    """When a person is not to be disturbed by e-mail and chat, and when their digest comes: times of day in their zone."""

    user = models.OneToOneField("identity.User", models.CASCADE, primary_key=True, related_name="+")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    digest_at = models.TimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="hours_quiet_has_both_ends",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.quiet_from}–{self.quiet_to}"


class Subscription(models.Model):
    """A person or a role that is told of a topic whatever the order: who follows it all."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    topic = models.CharField(max_length=60)
    user = models.ForeignKey("identity.User", models.CASCADE, null=True, related_name="+")
    role = models.ForeignKey("identity.Role", models.CASCADE, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, role=None) | Q(user=None, role__isnull=False),
                name="subscription_of_one",
            ),
            models.UniqueConstraint(
                fields=["topic", "user", "role"], nulls_distinct=False, name="subscription_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.user_id or self.role_id}"
