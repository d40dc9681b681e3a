"""The order desk's tables: what holds an order, what is said about it, who looks after it. Part of models.py."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from openoms.core.ids import uuid7
from openoms.domains.orders import labels


class Hold(models.Model):
    """A typed reason that keeps an order, or one line of it, from a stage. `cause` is what ends it: `address:ship_to`.

    Open while `released_at` is null; `Order.open_holds` counts those. `line` is a Line's key.
    """

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="holds", db_index=False)
    line = models.ForeignKey(
        "orders.Line", models.CASCADE, null=True, related_name="holds", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=12, choices=labels.choices(labels.HOLD_KIND))
    stage = models.CharField(max_length=12, choices=labels.choices(labels.STAGE))
    reason = models.CharField(max_length=500, default="")
    cause = models.CharField(max_length=80)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    release_reason = models.CharField(max_length=500, default="")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind", "cause"], condition=Q(released_at=None), name="hold_once"
            )
        ]
        indexes = [
            # The list of a kind pages by order, the board looks for a kind's oldest.
            models.Index(fields=["kind", "order"], name="hold_open_order", condition=Q(released_at=None)),
            models.Index(fields=["kind", "id"], name="hold_open", condition=Q(released_at=None)),
            models.Index(fields=["order", "id"], name="hold_of_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"


class Phrase(models.Model):
    """A remark ready to be chosen, in both languages, with whom it is for and what it stops."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    text = models.CharField(max_length=300)
    text_zh = models.CharField(max_length=300, default="", blank=True)
    audience = models.CharField(max_length=30)
    stage = models.CharField(max_length=12, choices=labels.choices(labels.STAGE))
    blocking = models.BooleanField(default=False)

    class Meta:
        ordering = ("audience", "id")

    def __str__(self) -> str:
        return self.text


class Comment(models.Model):
    """What somebody said about an order, among colleagues; `mentions` are the keys of those it calls."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="comments", db_index=False)
    author = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    text = models.TextField()
    mentions = ArrayField(models.UUIDField(), default=list)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["order", "id"], name="comment_of_order")]

    def __str__(self) -> str:
        return self.text[:60]


class Follower(models.Model):
    """Somebody who looks after an order: its owner, one who follows it, one who was called in a comment."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="followers", db_index=False)
    user = models.ForeignKey(
        "identity.User", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "order"], name="follower_once")]
        indexes = [models.Index(fields=["order"], name="follower_of_order")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.order_id}"


class Tag(models.Model):
    """A word orders are marked with; it exists once it was used."""

    name = models.CharField(primary_key=True, max_length=40)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """A tag on an order. A row each, so that a tag's orders page by key however common or old they are."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="taggings", db_index=False)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        ordering = ("tag",)
        constraints = [models.UniqueConstraint(fields=["tag", "order"], name="tagging_once")]
        indexes = [models.Index(fields=["order", "tag"], name="tagging_of_order")]

    def __str__(self) -> str:
        return f"{self.tag_id} {self.order_id}"


class SavedView(models.Model):
    """A list's filters and columns under a name: the owner's own, or shared with roles. `query` is a query string.

    A view without a name is how its owner last left the list: the columns they keep.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey("identity.User", models.CASCADE, related_name="+")
    page = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, default="", blank=True)
    columns = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    shared_with = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    class Meta:
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="view_once")]

    def __str__(self) -> str:
        return self.name


class Performance(models.Model):
    """How a service line comes to be done: when and by whom it is to be, when it was, who signed for it."""

    line = models.OneToOneField("orders.Line", models.CASCADE, primary_key=True, related_name="performance")
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="performances", db_index=False)
    scheduled_at = models.DateTimeField()
    assignee = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    performed_at = models.DateTimeField(null=True)
    performed_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    signed_by = models.CharField(max_length=120, default="")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["order"], name="performance_of_order")]

    def __str__(self) -> str:
        return f"{self.line_id}"
