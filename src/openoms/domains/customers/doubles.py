"""Finding customers that are likely the same: those like one being typed, and those who share something."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from openoms.domains.customers.models import SharedKey
from openoms.domains.customers.rules import name_key

# Of those that share one phone or e-mail address; who is meant shows among so many, or the name has to tell.
_MOST_EXACT = 20
_BY_PHONE = (
    "SELECT customer_id, 'phone', 1, 1::real FROM customers_contact WHERE phone = %s AND phone <> '' LIMIT %s"
)
_BY_EMAIL = (
    "SELECT customer_id, 'email', 2, 1::real "
    "FROM customers_contact WHERE UPPER(email) = UPPER(%s) AND email <> '' LIMIT %s"
)
# Two letters have no likeness but themselves.
_BY_KEY = (
    "SELECT id, 'name', 3, 1::real FROM customers_customer "
    "WHERE name_key = %s AND merged_into_id IS NULL ORDER BY id LIMIT %s"
)
_BY_LIKENESS = (
    "SELECT id, 'name', 3, similarity(name_key, %s) FROM customers_customer "
    "WHERE name_key %% %s AND merged_into_id IS NULL ORDER BY 4 DESC, id LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """A customer that may be the one meant; `why` is phone, email or name. `phone` is its first contact's, in full."""

    id: UUID
    code: str
    name: str
    is_active: bool
    phone: str
    region: str
    city: str
    why: str


def similar(
    name: str, phone: str = "", email: str = "", *, but: UUID | None = None, most: int = 5
) -> list[Likeness]:
    """Customers with that phone (E.164) or e-mail address, or a name much like it, the surest first. One statement."""
    ways, values = _ways(name, phone, email, most + (but is not None))
    if not ways:
        return []
    found = " UNION ALL ".join(f"({way})" for way in ways)
    sql = (
        # Constant texts; what is looked for are parameters.
        f"WITH found (id, why, rank, alike) AS ({found}), best AS (SELECT DISTINCT ON (id) id, why, rank, alike FROM found ORDER BY id, rank) "  # nosec B608
        "SELECT c.id, c.code, c.name, c.is_active, COALESCE(p.phone, ''), COALESCE(a.region, ''), COALESCE(a.city, ''), why "
        "FROM best JOIN customers_customer c ON c.id = best.id AND c.merged_into_id IS NULL "
        "LEFT JOIN customers_address a ON a.customer_id = c.id AND a.is_default "
        "LEFT JOIN LATERAL (SELECT phone FROM customers_contact WHERE customer_id = c.id AND phone <> '' "
        "ORDER BY is_primary DESC, id LIMIT 1) p ON true "
        "WHERE c.id IS DISTINCT FROM %s ORDER BY rank, alike DESC, c.id LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, but, most])
        return [Likeness(*row) for row in cursor.fetchall()]


# Of each key; whoever merges these sees the next.
_MOST_SHARING = 10
_SHARING = (
    "SELECT s.id, c.code, c.name, c.is_active, COALESCE(a.region, ''), COALESCE(a.city, '') "
    "FROM customers_sharedkey s CROSS JOIN LATERAL ("
    "(SELECT DISTINCT customer_id AS id FROM customers_contact "
    "WHERE s.why = 'phone' AND phone = s.key AND phone <> '' ORDER BY 1 LIMIT %s) "
    "UNION ALL (SELECT DISTINCT customer_id FROM customers_contact "
    "WHERE s.why = 'email' AND UPPER(email) = s.key AND email <> '' ORDER BY 1 LIMIT %s) "
    "UNION ALL (SELECT id FROM customers_customer "
    "WHERE s.why = 'name' AND name_key = s.key AND merged_into_id IS NULL ORDER BY 1 LIMIT %s)) found "
    "JOIN customers_customer c ON c.id = found.id LEFT JOIN customers_address a ON a.customer_id = c.id AND a.is_default "
    "WHERE s.id = ANY(%s) ORDER BY s.id DESC, c.id"
)


@dataclass(frozen=True, slots=True)
class Sharing:
    """A customer that shares something with others."""

    code: str
    name: str
    is_active: bool
    region: str
    city: str


def sharing(keys: Collection[SharedKey]) -> dict[int, Sequence[Sharing]]:
    """Who shares each of the keys, the oldest first, at most ten of each. One statement."""
    found: dict[int, list[Sharing]] = {row.pk: [] for row in keys}
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, [*[_MOST_SHARING] * 3, list(found)])
        for key, *facts in cursor.fetchall():
            found[key].append(Sharing(*facts))
    return dict(found)


def _ways(name: str, phone: str, email: str, most: int) -> tuple[list[str], list[str | int]]:
    """The searches that what is given allows, and their values."""
    ways: list[str] = []
    values: list[str | int] = []
    key = name_key(name)
    if phone:
        ways.append(_BY_PHONE)
        values += [phone, _MOST_EXACT]
    if email:
        ways.append(_BY_EMAIL)
        values += [email, _MOST_EXACT]
    if len(key) > 1:
        ways.append(_BY_KEY if len(key) == 2 else _BY_LIKENESS)
        values += [key, most] if len(key) == 2 else [key, key, most]
    return ways, values
