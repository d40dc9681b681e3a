"""Lots that expire, and what of a row of stock has expired: blocked, no longer to be reserved."""

from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

# As in 0002, and what is blocked is not there to be reserved.
RESERVE = """
CREATE OR REPLACE FUNCTION inventory_reserve(wanted json) RETURNS void LANGUAGE plpgsql AS $$
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
    WHERE s.id = w.id AND s.on_hand - s.reserved - s.safety{blocked} >= w.quantity;
  GET DIAGNOSTICS done = ROW_COUNT;
  IF done <> asked THEN
    RAISE EXCEPTION 'stock moved while it was being reserved' USING ERRCODE = '40001';
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_lots"),
        ("inventory", "0005_on_short"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("expires_on", models.DateField(null=True)),
                ("received_at", models.DateTimeField()),
                ("on_hand", models.DecimalField(decimal_places=6, default=Decimal("0"), max_digits=18)),
                ("is_blocked", models.BooleanField(default=False)),
            ],
            options={
                "ordering": (models.OrderBy(models.F("expires_on"), nulls_last=True), "received_at", "code"),
            },
        ),
        migrations.AddField(
            model_name="stock",
            name="blocked",
            field=models.DecimalField(decimal_places=6, default=Decimal("0"), max_digits=18),
        ),
        migrations.AddConstraint(
            model_name="stock",
            constraint=models.CheckConstraint(
                condition=models.Q(("blocked__gte", 0), ("blocked__lte", models.F("on_hand"))),
                name="stock_blocked_is_there",
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="stock",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lots",
                to="inventory.stock",
            ),
        ),
        migrations.AddField(
            model_name="movement",
            name="lot",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="movements",
                to="inventory.lot",
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("on_hand__gt", 0)), fields=["expires_on", "id"], name="lot_expiry"
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("on_hand__gt", 0)), fields=["received_at", "id"], name="lot_age"
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.UniqueConstraint(fields=("stock", "code"), name="lot_once"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(("on_hand__gte", 0)), name="lot_not_negative"
            ),
        ),
        migrations.RunSQL(RESERVE.replace("{blocked}", " - s.blocked"), RESERVE.replace("{blocked}", "")),
    ]
