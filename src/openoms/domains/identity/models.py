"""People, their roles, and the keys by which programs act as them."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from openoms.core.ids import uuid7
from openoms.domains.identity.permissions import ADMINISTRATOR, Perm


class Role(models.Model):
    """A kind of work and what it may do; `grants` holds codes of Perm and is edited in the console."""

    code = models.SlugField(primary_key=True, max_length=30)
    name = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60, default="")
    grants = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def permissions(self) -> frozenset[str]:
        """What the role may do; the administrator everything, also what later versions add."""
        return frozenset(Perm) if self.code == ADMINISTRATOR else frozenset(self.grants)


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address; emails are kept lower-cased."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in. `language` and `timezone` are empty until chosen: the browser's and the firm's hold.

    `manager` is whom approvals mean by the requester's manager, and who is asked next when a decision is late.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="", blank=True)
    timezone = models.CharField(max_length=40, default="", blank=True)
    theme = models.CharField(max_length=5, default="", blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    manager = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    roles = models.ManyToManyField(Role, related_name="users", blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """A key a program sends as `Bearer <key>`; only its digest is kept. It acts as `user`, within `scopes` if any."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class IdempotencyKey(models.Model):
    """The answer given to a request that carried an Idempotency-Key, written with what the request did.

    `id` is made from the user, the endpoint and the key, so its uniqueness is theirs.
    """

    id = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.TextField()
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)
