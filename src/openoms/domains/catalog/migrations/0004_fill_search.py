"""What products and skus that were there before are found by."""

from typing import Any

from django.db import migrations

from openoms.core.searching import searchable


def fill(apps: Any, schema_editor: Any) -> None:
    product, sku = apps.get_model("catalog", "Product"), apps.get_model("catalog", "Sku")
    _write(product, lambda row: searchable(row.code, row.name, row.name_zh), product.objects.all())
    _write(
        sku,
        lambda row: searchable(
            row.code, row.barcode, row.product.name, row.product.name_zh, row.name, row.name_zh
        ),
        sku.objects.select_related("product"),
    )


def _write(model: Any, spell: Any, rows: Any) -> None:
    batch = []
    for row in rows.order_by("pk").iterator(chunk_size=1000):
        row.search = spell(row)
        batch.append(row)
        if len(batch) == 1000:
            model.objects.bulk_update(batch, ["search"])
            batch = []
    if batch:
        model.objects.bulk_update(batch, ["search"])


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_search_and_pictures")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
