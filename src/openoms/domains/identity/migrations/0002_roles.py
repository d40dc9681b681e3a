"""The built-in roles with the grants they start from."""

from typing import Any

from django.db import migrations

from openoms.domains.identity.permissions import DEFAULT_GRANTS


def fill(apps: Any, schema_editor: Any) -> None:
    role = apps.get_model("identity", "Role")
    role.objects.bulk_create(
        [
            role(code=code, name=name, name_zh=name_zh, grants=sorted(grants))
            for code, (name, name_zh, grants) in DEFAULT_GRANTS.items()
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
