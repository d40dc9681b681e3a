"""Roles that were there before may see costs where new ones may."""

from typing import Any

from django.db import migrations

ROLES = ("sales_manager", "finance", "purchasing", "manager")
GRANT = "cost.view"


def grant(apps: Any, schema_editor: Any) -> None:
    for role in apps.get_model("identity", "Role").objects.filter(code__in=ROLES):
        role.grants = sorted({*role.grants, GRANT})
        role.save(update_fields=["grants"])


def take_back(apps: Any, schema_editor: Any) -> None:
    for role in apps.get_model("identity", "Role").objects.filter(code__in=ROLES):
        role.grants = [code for code in role.grants if code != GRANT]
        role.save(update_fields=["grants"])


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_roles")]
    operations = [migrations.RunPython(grant, take_back)]
