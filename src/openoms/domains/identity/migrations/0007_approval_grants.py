"""What approvals and payments added to what the built-in roles may do, for roles that exist already."""

from typing import Any

from django.db import migrations

ADDED = {
    "sales": ["payment.view"],
    "sales_manager": ["approval.view", "payment.view"],
    "finance": ["approval.view", "payment.view", "payment.record"],
    "logistics": ["payment.view"],
    "customer_service": ["payment.view"],
    "manager": ["approval.view", "payment.view"],
    "integrator": ["approval.view", "payment.view", "payment.record"],
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
    dependencies = [("identity", "0006_manager")]
    operations = [migrations.RunPython(grant, withdraw)]
