"""What stock, supply and warehouse work added to what the built-in roles may do, for roles that exist already."""

from typing import Any

from django.db import migrations

_STOCK = ["stock.view"]
ADDED = {
    "sales": _STOCK,
    "sales_manager": _STOCK,
    "finance": _STOCK,
    "production": [*_STOCK, "supply.view", "supply.manage", "production.report"],
    "purchasing": [*_STOCK, "supply.view", "supply.manage", "stock.adjust"],
    "warehouse": [*_STOCK, "stock.adjust", "fulfilment.work", "supply.view"],
    "logistics": _STOCK,
    "customer_service": _STOCK,
    "manager": [*_STOCK, "supply.view"],
    "integrator": [*_STOCK, "stock.adjust", "supply.view", "fulfilment.work", "production.report"],
}


def grant(apps: Any, schema_editor: Any) -> None:
    for role in apps.get_model("identity", "Role").objects.filter(code__in=ADDED):
        role.grants = sorted({*role.grants, *ADDED[role.code]})
        role.save(update_fields=["grants"])


def withdraw(apps: Any, schema_editor: Any) -> None:
    for role in apps.get_model("identity", "Role").objects.filter(code__in=ADDED):
        role.grants = sorted({*role.grants} - {*ADDED[role.code]})
        role.save(update_fields=["grants"])


class Migration(migrations.Migration):
    dependencies = [("identity", "0007_approval_grants")]
    operations = [migrations.RunPython(grant, withdraw)]
