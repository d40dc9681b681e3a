"""What cancelling, splitting and merging orders added to what the built-in roles may do, for roles that exist already."""

from typing import Any

from django.db import migrations

_DEEDS = ["order.cancel", "order.split"]
ADDED = dict.fromkeys(("sales", "sales_manager", "customer_service", "integrator"), _DEEDS)


def grant(apps: Any, schema_editor: Any) -> None:
    for role in apps.get_model("identity", "Role").objects.filter(code__in=ADDED):
        role.grants = sorted({*role.grants, *ADDED[role.code]})
        role.save(update_fields=["grants"])


def withdraw(apps: Any, schema_editor: Any) -> None:
    for role in apps.get_model("identity", "Role").objects.filter(code__in=ADDED):
        role.grants = sorted({*role.grants} - {*ADDED[role.code]})
        role.save(update_fields=["grants"])


class Migration(migrations.Migration):
    dependencies = [("identity", "0008_goods_grants")]
    operations = [migrations.RunPython(grant, withdraw)]
