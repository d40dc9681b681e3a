"""The order types and channels every firm starts with."""

from typing import Any

from django.db import migrations

ORDER_TYPES = [
    ("standard", "Standard", "标准订单"),
    ("custom", "Custom made", "定制订单"),
    ("wholesale", "Wholesale", "批发订单"),
    ("strategic", "Strategic", "战略订单"),
    ("sample", "Sample", "样品订单"),
]
CHANNELS = [
    ("desk", "Order desk", "订单台"),
    ("web", "Web shop", "网店"),
    ("phone", "Phone", "电话"),
    ("marketplace", "Marketplace", "电商平台"),
    ("api", "Integration", "接口"),
]


def fill(apps: Any, schema_editor: Any) -> None:
    for model, rows in (("OrderType", ORDER_TYPES), ("Channel", CHANNELS)):
        table = apps.get_model("orders", model)
        table.objects.bulk_create(
            [table(code=code, name=name, name_zh=name_zh) for code, name, name_zh in rows],
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
