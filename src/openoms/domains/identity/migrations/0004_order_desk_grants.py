"""What the order desk added to what the built-in roles may do, for roles that exist already."""

from typing import Any

from django.db import migrations

_WORK = ["order.comment", "instruction.add", "hold.place"]
_LOOK = [*_WORK, "order.export"]
_SELL = [*_LOOK, "order.correct", "order.assign", "hold.release", "service.perform"]
ADDED = {
    "sales": _SELL,
    "sales_manager": [*_SELL, "instruction.manage"],
    "finance": [*_LOOK, "hold.release"],
    "production": [*_WORK, "service.perform"],
    "purchasing": _WORK,
    "warehouse": [*_WORK, "service.perform"],
    "logistics": [*_LOOK, "order.correct"],
    "customer_service": _SELL,
    "manager": _LOOK,
    "integrator": _SELL,
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
    dependencies = [("identity", "0003_cost_grants")]
    operations = [migrations.RunPython(grant, withdraw)]
