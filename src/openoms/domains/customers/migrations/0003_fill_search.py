"""Search columns of the customers that are there, a batch at a time."""

from typing import Any

from django.db import migrations

from openoms.domains.customers.rules import initials, name_key

_BATCH = 2000


def fill(apps: Any, schema_editor: Any) -> None:
    customer = apps.get_model("customers", "Customer")
    rows = customer.objects.order_by("pk").only("pk", "name")
    last = None
    while batch := list((rows.filter(pk__gt=last) if last else rows)[:_BATCH]):
        for row in batch:
            row.initials, row.name_key = initials(row.name), name_key(row.name)
        customer.objects.bulk_update(batch, ["initials", "name_key"], batch_size=500)
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_details")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
