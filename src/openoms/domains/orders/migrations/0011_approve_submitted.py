"""Orders submitted before there were approvals wait for nobody: they are approved, as orders without a rule are now."""

from typing import Any

from django.db import migrations
from django.db.models import F


def approve(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("orders", "Order").objects.filter(status="submitted")
    rows.update(status="approved", approved_at=F("submitted_at"))


class Migration(migrations.Migration):
    dependencies = [("orders", "0010_approval_and_payment")]
    operations = [migrations.RunPython(approve, migrations.RunPython.noop)]
