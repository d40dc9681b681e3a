"""Approvals: who must agree to what (rules), who may (authorities), and each request on its way."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from openoms.core.ids import uuid7
from openoms.domains.approvals import labels
from openoms.domains.orders.labels import choices


class ApprovalRule(models.Model):
    """A rule as it is edited; `conditions` and `steps` are the documents of rules.py's values."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(unique=True, max_length=40)
    name = models.CharField(max_length=120, default="", blank=True)
    name_zh = models.CharField(max_length=120, default="", blank=True)
    priority = models.IntegerField(default=0)
    conditions = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-priority", "code")

    def __str__(self) -> str:
        return self.code


class ApprovalPolicy(models.Model):
    """How the rules work together, one row (pk 1): the first that matches, or all that do."""

    matching = models.CharField(max_length=5, choices=choices(labels.MATCHING), default="all")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="approval_policy_once")]

    def __str__(self) -> str:
        return self.matching


class ExchangeRate(models.Model):
    """What one unit of a currency is worth in the firm's own: for comparing amounts with limits, never for prices."""

    currency = models.CharField(max_length=3, primary_key=True)
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("currency",)
        constraints = [models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_positive")]

    def __str__(self) -> str:
        return f"{self.currency} {self.rate}"


class Authority(models.Model):
    """What a role or a person may approve. An empty currency is any, and then there are no bounds of amount."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    role = models.ForeignKey(
        "identity.Role", models.CASCADE, null=True, blank=True, related_name="authorities"
    )
    user = models.ForeignKey(
        "identity.User", models.CASCADE, null=True, blank=True, related_name="authorities"
    )
    currency = models.CharField(max_length=3, default="", blank=True)
    least = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    most = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    order_types = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    categories = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(role__isnull=False, user=None) | Q(role=None, user__isnull=False),
                name="authority_of_one",
            ),
            models.CheckConstraint(
                condition=~Q(currency="") | Q(least=None, most=None), name="authority_amount_has_currency"
            ),
            models.CheckConstraint(
                condition=Q(least=None) | Q(most=None) | Q(least__lte=models.F("most")),
                name="authority_bounds_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_id or self.user_id} {self.least or 0}–{self.most or '∞'} {self.currency}"


class ApprovalRequest(models.Model):
    """A revision of an order that waits for its steps. `facts` and `reasons` say what it looked like and why it was asked.

    `requester` asked for it and is given it back when it is rejected; nobody where a program placed the order.
    """

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="approvals", db_index=False)
    revision = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=choices(labels.REQUEST_STATE))
    requester = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    note = models.CharField(max_length=1000, default="")
    facts = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="pending"), name="approval_pending_once"
            )
        ]
        indexes = [
            models.Index(fields=["order", "id"], name="approval_order"),
            models.Index(fields=["id"], name="approval_pending", condition=Q(state="pending")),
            models.Index(
                fields=["requester", "id"], name="approval_requester", condition=Q(requester__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} r{self.revision} {self.state}"


class ApprovalStep(models.Model):
    """One step of a request; `rule` is its StepRule's document, `rules` the codes of the rules that ask for it.

    `next_at` is when the monitor looks at it: a reminder or its deadline; null when there is nothing to look at.
    """

    id = models.UUIDField(primary_key=True)
    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="steps", db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    rule = models.JSONField()
    rules = ArrayField(models.CharField(max_length=40), default=list)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=choices(labels.STEP_STATE))
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    escalated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="approval_step_once"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(state="open"), name="approval_one_open_step"
            ),
        ]
        indexes = [models.Index(fields=["next_at"], name="approval_step_due", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class Seat(models.Model):
    """Somebody who may decide a step: asked by its rule, handed it by one who was (`whose`), or the next authority.

    `is_open` while the step waits for them: what an inbox lists.
    """

    id = models.UUIDField(primary_key=True)
    step = models.ForeignKey(ApprovalStep, models.CASCADE, related_name="seats", db_index=False)
    user = models.ForeignKey("identity.User", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=choices(labels.SEAT_KIND))
    whose = models.ForeignKey("identity.User", models.PROTECT, related_name="+", db_index=False)
    is_open = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "user", "whose"], name="approval_seat_once")]
        indexes = [
            models.Index(fields=["user", "step"], name="approval_seat_open", condition=Q(is_open=True))
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class Decision(models.Model):
    """What `by` said at a step in the name of `whose`."""

    id = models.UUIDField(primary_key=True)
    step = models.ForeignKey(ApprovalStep, models.CASCADE, related_name="decisions", db_index=False)
    by = models.ForeignKey("identity.User", models.PROTECT, related_name="+", db_index=False)
    whose = models.ForeignKey("identity.User", models.PROTECT, related_name="+", db_index=False)
    verdict = models.CharField(max_length=10, choices=choices(labels.VERDICT))
    comment = models.CharField(max_length=1000, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints = [models.UniqueConstraint(fields=["step", "whose"], name="approval_decision_once")]
        indexes = [models.Index(fields=["by", "id"], name="approval_decision_by")]

    def __str__(self) -> str:
        return f"{self.by_id} {self.verdict}"


class Delegation(models.Model):
    """That `to` decides for `whose` in absence, from one instant up to another (null: until it is ended)."""

    id = models.UUIDField(primary_key=True)
    whose = models.ForeignKey("identity.User", models.CASCADE, related_name="+")
    to = models.ForeignKey("identity.User", models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-since",)
        constraints = [
            models.CheckConstraint(condition=~Q(whose=models.F("to")), name="delegation_to_another"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=models.F("since")), name="delegation_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whose_id} → {self.to_id}"


class Question(models.Model):
    """What somebody asks before deciding, and the answer."""

    id = models.UUIDField(primary_key=True)
    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="questions")
    asked_by = models.ForeignKey("identity.User", models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    text = models.CharField(max_length=1000)
    answered_by = models.ForeignKey(
        "identity.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, default="")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:60]
