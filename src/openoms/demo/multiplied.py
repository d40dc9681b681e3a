"""Orders of the past made by the database from orders that are there: a chunk at a time, one statement a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from openoms.domains.events.models import Event
from openoms.domains.orders.models import Adjustment, Line, LineComponent, Order, Pricing

_DAYS = 730


@dataclass(frozen=True, slots=True)
class Plan:
    """How many orders there are to be, made from how many originals, up to which instant, looked after by whom."""

    count: int
    originals: int
    until: datetime
    seed: int
    owners: tuple[UUID, ...]

    @property
    def since(self) -> datetime:
        """When the firm began."""
        return self.until - timedelta(days=_DAYS)


def reference(ordinal: int) -> str:
    """The external reference of a generated order."""
    return f"GEN-{ordinal}"


def chunk(plan: Plan, begin: int, end: int) -> int:
    """Make the orders `begin` … `end` - 1 that are missing, in one transaction; returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Lost with the machine a second ago, it is made again: nobody was promised anything.
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(
            "SELECT count(*) FROM orders_order WHERE external_id = ANY(%s)",
            [[reference(n) for n in range(begin, end)]],
        )
        first = begin + int(cursor.fetchone()[0])
        if first >= end:
            return 0
        cursor.execute("SELECT setval('orders_number', nextval('orders_number') + %s)", [end - first])
        numbers = cursor.fetchone()[0] - (end - first)
        cursor.execute(_COPIES, _copies(plan, first, end, numbers))
        cursor.execute(
            "INSERT INTO orders_tag (name) VALUES ('加急'), ('礼品'), ('大客户'), ('待回访') ON CONFLICT DO NOTHING"
        )
        cursor.execute("CREATE INDEX ON gen (origin)")
        cursor.execute("ANALYZE gen")
        for statement in _statements():
            cursor.execute(statement)
        cursor.execute("DROP TABLE gen")
        return end - first


def _copies(plan: Plan, first: int, end: int, numbers: int) -> dict[str, Any]:
    return {
        "first": first, "last": end - 1, "originals": plan.originals, "count": plan.count, "seed": plan.seed,
        "numbers": numbers - first, "since": plan.since, "until": plan.until, "days": _DAYS, "owners": list(plan.owners),
    }  # fmt: skip


# One row for each order to be made. Business grows, works from eight to nine, and is nearly done with what is old.
# h1 … h4 are as good as random and always the same.
_COPIES = """
CREATE TEMP TABLE gen AS
WITH chosen AS (
  SELECT i, %(seed)s + i AS n,
    abs(hashint8(%(seed)s * 7 + i)) %% %(originals)s AS origin_number,
    abs(hashint8(%(seed)s * 11 + i)) %% 1000 AS h1, abs(hashint8(%(seed)s * 13 + i)) %% 1000 AS h2,
    abs(hashint8(%(seed)s * 17 + i)) %% 46800 AS second,
    floor(%(days)s * power((i - %(originals)s + 0.5) / (%(count)s - %(originals)s), 0.7)) AS day
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) i
), dated AS (
  SELECT c.*, o.id AS origin, o.placed_at AS origin_at,
    least(date_trunc('day', %(since)s::timestamptz) + make_interval(days => day::int, secs => second), %(until)s::timestamptz)
      AS instant
  FROM chosen c JOIN orders_order o ON o.external_id = 'GEN-' || origin_number
), staged AS (
  SELECT d.*, %(until)s::timestamptz - instant AS age FROM dated d
), settled AS (
  SELECT s.*, CASE
    WHEN age < interval '1 day' THEN CASE WHEN h1 < 150 THEN 'draft' WHEN h1 < 750 THEN 'submitted' ELSE 'approved' END
    WHEN age < interval '14 days' THEN CASE WHEN h1 < 10 THEN 'submitted' WHEN h1 < 50 THEN 'cancelled'
      WHEN h1 < 550 THEN 'approved' ELSE 'completed' END
    ELSE CASE WHEN h1 < 40 THEN 'cancelled' WHEN h1 < 43 THEN 'approved' ELSE 'completed' END END AS status
  FROM staged s
)
SELECT i, origin, instant, origin_at, instant - origin_at AS shift, h1, h2, age, status,
  'GEN-' || i AS external_id,
  'SO' || CASE WHEN %(numbers)s + i < 1000000 THEN lpad((%(numbers)s + i)::text, 6, '0') ELSE (%(numbers)s + i)::text END AS number,
  CASE status WHEN 'completed' THEN CASE WHEN h2 < 970 THEN 'paid' ELSE 'unpaid' END
    WHEN 'cancelled' THEN CASE WHEN h2 < 300 THEN 'refunded' ELSE 'unpaid' END
    WHEN 'approved' THEN CASE WHEN h2 < 700 THEN 'paid' WHEN h2 < 740 THEN 'partially_paid' ELSE 'unpaid' END
    ELSE 'unpaid' END AS payment_state,
  CASE status WHEN 'completed' THEN CASE WHEN h2 %% 50 = 0 THEN 'returned' ELSE 'delivered' END
    WHEN 'approved' THEN (ARRAY['unallocated', 'allocated', 'backordered', 'in_production', 'picking', 'packed',
      'partially_shipped', 'shipped'])[1 + h2 %% 8]
    ELSE 'unallocated' END AS fulfilment_state,
  status IN ('submitted', 'approved') AND h2 %% 9 = 0 AS held,
  CASE WHEN status IN ('draft', 'submitted', 'approved') OR h1 %% 20 = 0
    THEN (%(owners)s::uuid[])[1 + h2 %% array_length(%(owners)s::uuid[], 1)] END AS owner,
  (lpad(to_hex((extract(epoch FROM instant) * 1000)::bigint), 12, '0') || '7' || substr(md5('o' || n), 1, 3) || '8'
    || substr(md5('o' || n), 4, 15))::uuid AS id
FROM settled
"""

# A key for a row that belongs to an order, of the order's instant.
_CHILD = "(substr(gen.id::text, 1, 14) || '7' || substr(md5({what} || gen.i), 1, 3) || '-8' || substr(md5({what} || gen.i), 4, 3) || '-' || substr(md5({what} || gen.i), 7, 12))::uuid"


def _keyed(text: str, what: str) -> str:
    """The statement with the key of a row made for an order."""
    return text.replace("@key@", _CHILD.format(what=what))


_HOLDS = _keyed(
    """
INSERT INTO orders_hold (id, order_id, line_id, kind, stage, reason, cause, placed_at, placed_by_id, released_at, released_by_id,
  release_reason)
SELECT @key@, id, NULL, (ARRAY['manual', 'risk', 'address', 'manual'])[1 + h1 % 4],
  (ARRAY['allocation', 'allocation', 'packing', 'allocation'])[1 + h1 % 4], '等客户回复 Waiting for the customer',
  'generated', instant, owner, NULL, NULL, ''
FROM gen WHERE held ORDER BY i
""",
    "'hold'",
)
_FOLLOWERS = _keyed(
    "INSERT INTO orders_follower (id, order_id, user_id) SELECT @key@, id, owner FROM gen WHERE owner IS NOT NULL ORDER BY i",
    "'follower'",
)
_TAGGINGS = _keyed(
    "INSERT INTO orders_tagging (id, order_id, tag_id) SELECT @key@, id, "
    "(ARRAY['加急', '礼品', '大客户', '待回访'])[1 + h2 % 4] FROM gen WHERE h1 % 25 = 0 ORDER BY i",
    "'tag'",
)
_REMARKS = _keyed(
    """
INSERT INTO orders_instruction (id, order_id, text, audience, stage, blocking, due, queue_key, state, answer, created_at,
  created_by_id, acknowledged_at, acknowledged_by_id, closed_at, closed_by_id)
SELECT key, id, '送货前请电话联系。 Call before delivery.', (ARRAY['warehouse', 'logistics', 'production'])[1 + h2 % 3], 'shipping',
  false, NULL, '9999-12-31 ' || key, CASE WHEN status IN ('completed', 'cancelled') THEN 'done' ELSE 'open' END, '', instant,
  NULL, NULL, NULL, CASE WHEN status IN ('completed', 'cancelled') THEN instant END, NULL
FROM (SELECT *, @key@ AS key FROM gen WHERE h1 % 15 = 0) remarked ORDER BY i
""",
    "'remark'",
)


def _statements() -> list[str]:
    line_id = _child("t.line_id::text")
    return [
        _insert(
            Order,
            {
                "id": "gen.id", "number": "gen.number", "external_id": "gen.external_id", "status": "gen.status",
                "payment_state": "gen.payment_state", "fulfilment_state": "gen.fulfilment_state",
                "placed_at": "gen.instant",
                "open_holds": "gen.held::int", "owner_id": "gen.owner",
                "submitted_at": "CASE WHEN gen.status <> 'draft' THEN gen.instant END",
                "requested_date": "t.requested_date + (gen.instant::date - gen.origin_at::date)",
            },
            "t.id = gen.origin",
        ),
        _insert(Line, {"id": _child("t.id::text"), "order_id": "gen.id"}, "t.order_id = gen.origin"),
        _insert(
            Adjustment,
            {"id": _child("t.id::text"), "order_id": "gen.id", "line_id": line_id},
            "t.order_id = gen.origin",
        ),
        _insert(
            LineComponent,
            {"id": _child("t.id::text"), "line_id": line_id},
            "t.line_id IN (SELECT id FROM orders_line WHERE order_id = gen.origin)",
        ),
        _insert(
            Pricing,
            {"id": _child("t.id::text"), "order_id": "gen.id", "priced_at": "gen.instant"},
            # What is over and done is not priced again, as with orders imported from elsewhere.
            "t.order_id = gen.origin AND gen.status IN ('draft', 'submitted', 'approved')",
        ),
        _insert(
            Event,
            {
                "id": _event_id(), "at": "t.at + gen.shift", "subject_id": "gen.id",
                "data": "t.data || jsonb_build_object('number', gen.number)",
            },
            "t.subject_id = gen.origin AND (t.kind = 'order.placed' OR t.kind = 'order.submitted' AND "
            "gen.status <> 'draft' OR t.kind IN ('order.shipped', 'order.completed') AND gen.status = 'completed')",
        ),
        _HOLDS,
        _FOLLOWERS,
        _TAGGINGS,
        _REMARKS,
    ]  # fmt: skip


def _child(what: str) -> str:
    return _CHILD.format(what=what)


def _event_id() -> str:
    """An event's key is of the instant it tells of; what happened at one instant stays in its order."""
    order = "CASE t.kind WHEN 'order.placed' THEN '000' WHEN 'order.submitted' THEN '001' ELSE '002' END"
    digest = "md5(t.id::text || gen.i)"
    moment = "lpad(to_hex((extract(epoch FROM t.at + gen.shift) * 1000)::bigint), 12, '0')"
    return f"({moment} || '7' || {order} || '8' || substr({digest}, 4, 15))::uuid"


def _insert(model: type[models.Model], overrides: Mapping[str, str], joined: str) -> str:
    """The statement that copies a table's rows of the originals; columns without an override stay as they are."""
    columns = [str(field.column) for field in model._meta.concrete_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(overrides.get(column, f't."{column}"') for column in columns)
    table = model._meta.db_table
    return f'INSERT INTO "{table}" ({names}) SELECT {values} FROM gen JOIN "{table}" t ON {joined} ORDER BY gen.i'  # noqa: S608 # nosec B608 - own names
