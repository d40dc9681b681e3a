"""Doing a request once: its idempotency key, the answer it got, and what is done when it comes again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from openoms.core import db
from openoms.core.clock import now
from openoms.core.errors import InvalidInput
from openoms.core.wire import Statement
from openoms.domains.identity.models import IdempotencyKey


class IdempotencyKeyReused(InvalidInput):
    """The key came before with another body."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used for another request. Use a new key for a new request.",
            field=("header", "Idempotency-Key"),
        )


class AnsweredBefore(Exception):
    """Not an error: the same request was done already, and this was its answer."""

    def __init__(self, status: int, answer: str) -> None:
        super().__init__("answered before")
        self.status = status
        self.answer = answer


@dataclass(slots=True)
class Once:
    """One request that must be done once. `render` gives (status, body) of the flow's result; `answer` keeps the body."""

    id: UUID
    digest: str
    render: Callable[[Any], tuple[int, str]]
    answer: tuple[int, str] | None = None

    @classmethod
    def key(cls, user_id: UUID | None, endpoint: str, key: str) -> UUID:
        """The row's id: the same key of another user or to another endpoint is another request."""
        return uuid5(NAMESPACE_URL, f"{user_id}\n{endpoint}\n{key}")

    def lookup(self) -> Statement:
        """The statement that reads what came before, for db.run_together."""
        return "SELECT digest, status, answer FROM identity_idempotencykey WHERE id = $1::uuid", (
            str(self.id),
        )

    def check(self, rows: list[tuple[Any, ...]]) -> None:
        """Raise AnsweredBefore or IdempotencyKeyReused by the rows of `lookup`."""
        for digest, status, answer in rows:
            if digest != self.digest:
                raise IdempotencyKeyReused
            raise AnsweredBefore(status, answer)

    def remember(self, result: Any) -> None:
        """Set the answer aside to be written with the flow."""
        self.answer = status, body = self.render(result)
        db.insert(
            IdempotencyKey(id=self.id, digest=self.digest, status=status, answer=body, created_at=now())
        )


def begin(once: Once | None) -> None:
    """First step of a flow that is not on the hot path: raise when the request was done before."""
    if once is not None:
        once.check(db.run_together([once.lookup()])[0])


def finish(once: Once | None, result: Any) -> None:
    """Last step of the same flow."""
    if once is not None:
        once.remember(result)
