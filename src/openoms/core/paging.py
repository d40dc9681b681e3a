"""Lists paged by key: the cursor is the last row's id, so a page costs the same wherever it lies, and none is counted."""

import base64
import binascii
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from openoms.core.errors import InvalidInput
from openoms.core.types import Page

M = TypeVar("M", bound=Model)
MOST = 200


def page_by_id(rows: QuerySet[M], cursor: str | None, limit: int, *, newest_first: bool = True) -> Page[M]:
    """One page of rows by their UUIDv7 ids. Raises InvalidInput for a cursor this program did not make."""
    after = read_cursor(cursor) if cursor else None
    if after is not None:
        rows = rows.filter(pk__lt=after) if newest_first else rows.filter(pk__gt=after)
    items = list(rows.order_by("-pk" if newest_first else "pk")[: limit + 1])
    more = len(items) > limit
    return Page(items[:limit], make_cursor(items[limit - 1].pk) if more else None)


def make_cursor(key: UUID) -> str:
    """The opaque cursor that continues after `key`."""
    return base64.urlsafe_b64encode(key.bytes).rstrip(b"=").decode()


def read_cursor(cursor: str) -> UUID:
    """The key a cursor stands for; raises InvalidInput."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (ValueError, binascii.Error) as error:
        raise InvalidInput(
            "This cursor is not one of ours: send next_cursor as it was.", field="cursor"
        ) from error
