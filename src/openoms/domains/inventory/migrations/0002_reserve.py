"""The policy a firm starts with, and the function that reserves: locked in order, all or nothing, in one round trip."""

from typing import Any

from django.db import migrations

# What is wanted comes as JSON: [{"id": stock, "quantity": n}]. Rows are locked in the order of their keys, so that two
# orders never wait for each other in a circle. Where one has less available than wanted the error is that of a
# serialization failure: the flow is run again whole, reads what there is now, and routes anew.
RESERVE = """
CREATE FUNCTION inventory_reserve(wanted json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  asked integer;
  done integer;
BEGIN
  SELECT count(*) INTO asked FROM json_array_elements(wanted);
  PERFORM s.id FROM inventory_stock s
    JOIN json_to_recordset(wanted) AS w(id uuid, quantity numeric) ON w.id = s.id
    ORDER BY s.id FOR UPDATE OF s;
  UPDATE inventory_stock s SET reserved = s.reserved + w.quantity, updated_at = statement_timestamp()
    FROM json_to_recordset(wanted) AS w(id uuid, quantity numeric)
    WHERE s.id = w.id AND s.on_hand - s.reserved - s.safety >= w.quantity;
  GET DIAGNOSTICS done = ROW_COUNT;
  IF done <> asked THEN
    RAISE EXCEPTION 'stock moved while it was being reserved' USING ERRCODE = '40001';
  END IF;
END $$;
"""


def fill(apps: Any, schema_editor: Any) -> None:
    apps.get_model("inventory", "InventoryPolicy").objects.get_or_create(
        pk=1, defaults={"strategies": ["fewest", "nearest", "cheapest"]}
    )


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial"), ("identity", "0008_goods_grants")]
    operations = [
        migrations.RunSQL(RESERVE, "DROP FUNCTION inventory_reserve(json)"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
