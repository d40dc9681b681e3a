"""Who calls the API: keys, remembered for seconds, and how often each may call."""

import math
import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from openoms.core.clock import now
from openoms.core.errors import DomainError
from openoms.core.types import Actor
from openoms.domains.identity.errors import BadKey
from openoms.domains.identity.queries import actor_by_key, digest_of

# A revoked key, or a role's changed grants, take effect everywhere within this time.
REMEMBERED_SECONDS = 10.0
MOST_REMEMBERED = 10_000


class TooManyRequests(DomainError):
    """The key's allowance for this moment is used up."""

    code, status, title = "too_many_requests", 429, "Too many requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            "Slow down and send the request again after Retry-After seconds.", retry_after=retry_after
        )


@dataclass(slots=True)
class _Caller:
    """A key's actor, until when it is believed, and its bucket of allowed requests."""

    actor: Actor
    until: float
    tokens: float
    filled_at: float


_callers: dict[str, _Caller] = {}
_lock = threading.Lock()


def actor_for(secret: str) -> Actor:
    """The actor of a key; raises BadKey, TooManyRequests."""
    digest, instant = digest_of(secret), time.monotonic()
    caller = _callers.get(digest)
    if caller is None or caller.until < instant:
        actor = actor_by_key(secret, now())
        tokens = caller.tokens if caller else float(_burst())
        caller = _Caller(actor, instant + REMEMBERED_SECONDS, tokens, caller.filled_at if caller else instant)
        with _lock:
            if len(_callers) >= MOST_REMEMBERED:
                _callers.clear()
            _callers[digest] = caller
    _spend(caller, instant)
    return caller.actor


def _burst() -> int:
    return max(settings.OPENOMS.api_rate_per_minute // 6, 10)


def _spend(caller: _Caller, instant: float) -> None:
    """Take one request from the bucket, which fills evenly and holds ten seconds' worth."""
    per_second = settings.OPENOMS.api_rate_per_minute / 60
    with _lock:
        caller.tokens = min(caller.tokens + (instant - caller.filled_at) * per_second, float(_burst()))
        caller.filled_at = instant
        if caller.tokens < 1:
            raise TooManyRequests(math.ceil((1 - caller.tokens) / per_second))
        caller.tokens -= 1


def forget() -> None:
    """Ask the database for every key again."""
    _callers.clear()


class KeyAuth(HttpBearer):
    """Ninja's hook: the request's actor is `request.auth`."""

    def __call__(self, request: HttpRequest) -> Actor:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise BadKey
        return actor_for(secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Required by the base class; __call__ does the work and tells one missing header from another."""
        return actor_for(token)
