"""Refusals: typed errors with a code, a status and data, mapped once at the edge (core/http.py, interfaces/api)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one input: `loc` is the path to it (`("lines", 0, "sku")`)."""

    loc: tuple[str | int, ...]
    message: str
    code: str = "invalid"


class DomainError(Exception):
    """A refusal the caller can understand and act on; `data` goes into the problem details as extra members.

    `params` fill the translated sentence of the class's code (outermost edge), so screens can say it in any language.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Refused"

    def __init__(self, detail: str, **data: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.data = data

    @property
    def problems(self) -> Sequence[FieldProblem]:
        """The inputs at fault, for forms and 422 answers."""
        return ()


class InvalidInput(DomainError):
    """Input that cannot be accepted; names the field and what would be."""

    code, status, title = "invalid", 422, "Invalid input"

    def __init__(
        self,
        detail: str,
        *,
        field: str | tuple[str | int, ...] = (),
        problems: Sequence[FieldProblem] = (),
        **data: Any,
    ) -> None:
        super().__init__(detail, **data)
        loc = (field,) if isinstance(field, str) else field
        self._problems = tuple(problems) or (FieldProblem(loc, detail, self.code),)

    @property
    def problems(self) -> Sequence[FieldProblem]:
        return self._problems


class BadRequest(DomainError):
    """The request is no request: its body is not JSON, its host or headers are malformed."""

    code, status, title = "bad_request", 400, "Bad request"


class MethodNotAllowed(DomainError):
    """The address knows other methods only."""

    code, status, title = "method_not_allowed", 405, "Method not allowed"


class TooLarge(DomainError):
    """The body is larger than the program reads."""

    code, status, title = "too_large", 413, "Too large"


class UnsupportedMediaType(DomainError):
    """The body is in a form other than JSON."""

    code, status, title = "unsupported_media_type", 415, "Unsupported media type"


class InternalError(DomainError):
    """A fault of the program: what is told in place of a traceback."""

    code, status, title = "internal", 500, "Internal error"


class NotFound(DomainError):
    """Absent, or out of the actor's scope: the two look alike."""

    code, status, title = "not_found", 404, "Not found"


class Forbidden(DomainError):
    """The actor lacks a permission; `permission` in data names it."""

    code, status, title = "forbidden", 403, "Forbidden"


class Unauthenticated(DomainError):
    """No key, or one that is wrong, expired or revoked."""

    code, status, title = "unauthenticated", 401, "Not signed in"


class Conflict(DomainError):
    """The state of things does not allow it."""

    code, status, title = "conflict", 409, "Conflict"


class StaleRevision(Conflict):
    """Somebody changed the order since the caller read it."""

    code = "stale_revision"

    def __init__(self, sent: int, current: int) -> None:
        super().__init__(
            f"The order is at revision {current}, the change was made against revision {sent}. Read it again.",
            sent=sent,
            current_revision=current,
        )


class ChangedMeanwhile(Conflict):
    """Somebody saved the same thing since the caller read it; `at` in data is when."""

    code = "changed_meanwhile"

    def __init__(self, at: str) -> None:
        super().__init__(
            "Somebody changed this since you opened it. Look at what it is now; saving again replaces it.",
            at=at,
        )


def refuse_stale(saved_at: datetime, read_at: datetime | None) -> None:
    """Raise ChangedMeanwhile where what was saved then was read (None: nobody says when) in another state."""
    if read_at is not None and saved_at != read_at:
        raise ChangedMeanwhile(saved_at.isoformat())


class Unavailable(DomainError):
    """The database or a service could not be reached in time; the same request may be sent again."""

    code, status, title = "unavailable", 503, "Unavailable"
