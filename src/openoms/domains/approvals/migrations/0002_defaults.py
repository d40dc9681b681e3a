"""What a firm starts with: no rules, all that match count, and managers who may approve without bounds."""

from typing import Any

from django.db import migrations

from openoms.core.ids import uuid7

ROLES = ("sales_manager", "finance", "production", "manager", "administrator")


def fill(apps: Any, schema_editor: Any) -> None:
    apps.get_model("approvals", "ApprovalPolicy").objects.get_or_create(pk=1)
    authority = apps.get_model("approvals", "Authority")
    known = apps.get_model("identity", "Role").objects.filter(code__in=ROLES).values_list("code", flat=True)
    authority.objects.bulk_create([authority(id=uuid7(), role_id=code) for code in sorted(known)])


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial"), ("identity", "0007_approval_grants")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
