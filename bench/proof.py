"""What must hold of the database after any number of faults: each acknowledged order is there once, whole and told of."""

from collections.abc import Iterator, Mapping

# What is asked → rows that must not exist.
NEVER = {
    "an external id has two orders": (
        "SELECT channel_id, external_id FROM orders_order WHERE external_id <> '' GROUP BY 1, 2 HAVING count(*) > 1"
    ),
    "a number was given twice": "SELECT number FROM orders_order GROUP BY 1 HAVING count(*) > 1",
    "an order's lines do not add up": (
        "SELECT o.number FROM orders_order o LEFT JOIN orders_line l ON l.order_id = o.id GROUP BY o.id "
        "HAVING count(l.id) <> %(lines)s OR sum(l.net) <> o.items_total OR sum(l.tax) + o.shipping_tax <> o.tax_total"
    ),
    "an order does not know how it was priced": (
        "SELECT o.number FROM orders_order o LEFT JOIN orders_pricing p ON p.order_id = o.id "
        "LEFT JOIN pricing_rulessnapshot r ON r.digest = p.rules_digest "
        "GROUP BY o.id HAVING count(p.id) <> 1 OR count(r.digest) <> 1"
    ),
    "an order is not told of exactly once": (
        "SELECT o.number FROM orders_order o LEFT JOIN events_event e ON e.subject_id = o.id GROUP BY o.id "
        "HAVING count(*) FILTER (WHERE e.kind = 'order.placed') <> 1 "
        "OR count(*) FILTER (WHERE e.kind = 'order.submitted') <> 1"
    ),
    "an event tells of an order that is not there": (
        "SELECT e.id FROM events_event e LEFT JOIN orders_order o ON o.id = e.subject_id "
        "WHERE e.subject_type = 'order' AND o.id IS NULL"
    ),
    "an order has no remembered answer": (
        "SELECT 1 WHERE (SELECT count(*) FROM orders_order) <> (SELECT count(*) FROM identity_idempotencykey)"
    ),
    "an event waits in the outbox": "SELECT id FROM events_outbox",
    "an event was never handed to a consumer": (
        "SELECT e.id FROM events_event e LEFT JOIN events_delivery d ON d.event_id = e.id WHERE d.id IS NULL"
    ),
    "a delivery was not made": "SELECT event_id, error FROM events_delivery WHERE done_at IS NULL",
}


def violations(acknowledged: Mapping[str, str], lines: int) -> Iterator[str]:
    """One sentence for each thing that is wrong. `acknowledged` maps external ids to the numbers that were answered."""
    from django.db import connection

    with connection.cursor() as cursor:
        for sentence, question in NEVER.items():
            cursor.execute(question, {"lines": lines})
            found = cursor.fetchall()
            if found:
                yield f"{sentence}: {len(found)} of them, such as {found[0]}"
        cursor.execute("SELECT external_id, number FROM orders_order")
        kept = dict(cursor.fetchall())
    for external_id, number in acknowledged.items():
        if kept.get(external_id) != number:
            yield f"{external_id} was answered as {number}, the database has {kept.get(external_id)}"
    unknown = kept.keys() - acknowledged.keys()
    if unknown:
        yield f"{len(unknown)} orders nobody was answered, such as {min(unknown)}"
    yield from _chain()


def _chain() -> Iterator[str]:
    from openoms.domains.events.queries import verify_chain

    report = verify_chain()
    if report.broken_at is not None:
        yield f"the chain over events is broken at {report.broken_at}"
    if report.unsealed:
        yield f"{report.unsealed} events are not sealed"
