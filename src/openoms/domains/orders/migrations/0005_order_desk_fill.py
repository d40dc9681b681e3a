"""Orders that are there already: phone tails, the inbox's order, and holds of what blocks them."""

from typing import Any

from django.db import migrations

from openoms.core.ids import uuid7

TAILS = """
    UPDATE orders_order SET ship_phone_tail = right(regexp_replace(ship_to->>'phone', '[^0-9]', '', 'g'), 4)
    WHERE ship_to->>'phone' <> ''
"""
QUEUE = """
    UPDATE orders_instruction SET queue_key = coalesce(due::text, '9999-12-31') || ' ' || orders_instruction.id,
    state = CASE WHEN o.status IN ('completed', 'cancelled') THEN 'done' ELSE 'open' END
    FROM orders_order o WHERE o.id = order_id
"""


def hold(apps: Any, schema_editor: Any) -> None:
    """One hold for each blocking remark and each doubtful address of an order that is under way."""
    order_model, hold_model = apps.get_model("orders", "Order"), apps.get_model("orders", "Hold")
    remarks = apps.get_model("orders", "Instruction").objects.filter(
        blocking=True, state="open", order__historical=False
    )
    holds = [
        hold_model(
            id=uuid7(), order_id=remark.order_id, kind="instruction", stage=remark.stage, reason=remark.text[:500],
            cause=f"instruction:{remark.id}", placed_at=remark.created_at, placed_by_id=remark.created_by_id,
        )
        for remark in remarks
    ]  # fmt: skip
    doubtful = order_model.objects.filter(historical=False, ship_to__problems__0__isnull=False)
    holds += [
        hold_model(
            id=uuid7(), order_id=order.id, kind="address", stage="allocation",
            reason=", ".join(order.ship_to["problems"])[:500], cause="address:ship_to", placed_at=order.placed_at,
        )
        for order in doubtful.exclude(status__in=("completed", "cancelled"))
    ]  # fmt: skip
    hold_model.objects.bulk_create(holds, batch_size=1000)
    counts: dict[Any, int] = {}
    for made in holds:
        counts[made.order_id] = counts.get(made.order_id, 0) + 1
    for order_id, count in counts.items():
        order_model.objects.filter(pk=order_id).update(open_holds=count)


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_order_desk")]
    operations = [
        migrations.RunSQL(TAILS, migrations.RunSQL.noop),
        migrations.RunSQL(QUEUE, migrations.RunSQL.noop),
        migrations.RunPython(hold, migrations.RunPython.noop),
    ]
