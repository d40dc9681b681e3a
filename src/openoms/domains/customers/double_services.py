"""Keeping what several customers share; called wherever a phone, an e-mail address or a name of theirs changes."""

from collections.abc import Iterable

from openoms.core import db
from openoms.domains.customers.models import Contact, Customer

# (why, key): why is phone, email or name.
Key = tuple[str, str]
# Two who bring the same key at one moment do not see each other: the second waits, and then counts both.
_IN_TURN = (
    "SELECT pg_advisory_xact_lock(hashtextextended(k.why || ' ' || k.key, 0)) "
    "FROM (SELECT why, key FROM unnest($1::text[], $2::text[]) AS a(why, key) ORDER BY why, key) k"
)
_COUNTED = """
WITH asked AS (SELECT why, key FROM unnest($1::text[], $2::text[]) AS a(why, key)),
counted AS (
    SELECT why, key, n FROM asked CROSS JOIN LATERAL (
        SELECT count(DISTINCT customer_id) AS n FROM customers_contact WHERE phone = asked.key AND phone <> ''
    ) t WHERE why = 'phone'
    UNION ALL
    SELECT why, key, n FROM asked CROSS JOIN LATERAL (
        SELECT count(DISTINCT customer_id) AS n FROM customers_contact WHERE UPPER(email) = asked.key AND email <> ''
    ) t WHERE why = 'email'
    UNION ALL
    SELECT why, key, n FROM asked CROSS JOIN LATERAL (
        SELECT count(*) AS n FROM customers_customer WHERE name_key = asked.key AND merged_into_id IS NULL
    ) t WHERE why = 'name'
), gone AS (
    DELETE FROM customers_sharedkey s USING counted c WHERE s.why = c.why AND s.key = c.key AND c.n < 2
)
INSERT INTO customers_sharedkey (why, key, customers) SELECT why, key, n FROM counted WHERE n > 1
ON CONFLICT (why, key) DO UPDATE SET customers = EXCLUDED.customers
"""
_ALL = """
SELECT 'phone' AS why, phone AS key, count(DISTINCT customer_id) AS n FROM customers_contact
WHERE phone <> '' GROUP BY phone HAVING count(DISTINCT customer_id) > 1
UNION ALL
SELECT 'email', UPPER(email), count(DISTINCT customer_id) FROM customers_contact
WHERE email <> '' GROUP BY UPPER(email) HAVING count(DISTINCT customer_id) > 1
UNION ALL
SELECT 'name', name_key, count(*) FROM customers_customer
WHERE name_key <> '' AND merged_into_id IS NULL GROUP BY name_key HAVING count(*) > 1
"""
_AGREE = (
    f"WITH counted AS ({_ALL}), gone AS ("  # nosec B608 - constant texts
    "DELETE FROM customers_sharedkey s WHERE NOT EXISTS (SELECT FROM counted c WHERE c.why = s.why AND c.key = s.key)) "
    "INSERT INTO customers_sharedkey (why, key, customers) SELECT why, key, n FROM counted "
    "ON CONFLICT (why, key) DO UPDATE SET customers = EXCLUDED.customers "
    "WHERE customers_sharedkey.customers <> EXCLUDED.customers RETURNING id"
)


def keys_of(*contacts: Contact) -> set[Key]:
    """What these contacts could share with those of other customers."""
    keys = {("phone", row.phone) for row in contacts} | {("email", row.email.upper()) for row in contacts}
    return {(why, key) for why, key in keys if key}


def name_of(customer: Customer) -> set[Key]:
    """What the customer's name could share with others."""
    return {("name", customer.name_key)} if customer.name_key else set()


def review(keys: Iterable[Key]) -> None:
    """Count anew who has these keys, after the change that brought or took them. Two statements in one flush."""
    db.require_atomic()
    asked = sorted(set(keys))
    if asked:
        sent = [_array(why for why, _key in asked), _array(key for _why, key in asked)]
        db.run_together([(_IN_TURN, sent), (_COUNTED, sent)])


def review_all() -> int:
    """Count everything anew; how many keys were missing or miscounted. For what came in past the services."""
    db.require_atomic()
    return len(db.run_together([(_AGREE, ())])[0])


def _array(texts: Iterable[str]) -> str:
    """Texts as PostgreSQL writes an array of them."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
