"""The search text of the customers that are there, a batch at a time."""

from typing import Any

from django.db import migrations

from openoms.core.searching import searchable
from openoms.domains.customers.rules import initials

_BATCH = 2000


def fill(apps: Any, schema_editor: Any) -> None:
    customer = apps.get_model("customers", "Customer")
    rows = customer.objects.order_by("pk").only("pk", "code", "name")
    last = None
    while batch := list((rows.filter(pk__gt=last) if last else rows)[:_BATCH]):
        for row in batch:
            row.search = searchable(row.code, row.name, initials(row.name))
        customer.objects.bulk_update(batch, ["search"], batch_size=500)
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_search_text")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
