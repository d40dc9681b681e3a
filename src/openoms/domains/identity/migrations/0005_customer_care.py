"""What came with the care of customers, for roles already there; new databases get it by 0002."""

from typing import Any

from django.db import migrations

_GRANTS = {
    "sales_manager": ["credit.edit", "customer.merge"],
    "finance": ["credit.edit"],
    "customer_service": ["customer.merge"],
    "manager": ["contact.reveal_logged", "credit.edit"],
    "integrator": ["customer.merge"],
}


def grant(apps: Any, schema_editor: Any) -> None:
    for role in apps.get_model("identity", "Role").objects.filter(code__in=_GRANTS):
        role.grants = sorted({*role.grants, *_GRANTS[role.code]})
        role.save(update_fields=["grants"])


def revoke(apps: Any, schema_editor: Any) -> None:
    for role in apps.get_model("identity", "Role").objects.filter(code__in=_GRANTS):
        role.grants = sorted({*role.grants} - {*_GRANTS[role.code]})
        role.save(update_fields=["grants"])


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_order_desk_grants")]
    operations = [migrations.RunPython(grant, revoke)]
