"""The one row of pricing settings."""

from typing import Any

from django.conf import settings
from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    home = settings.OPENOMS.default_country
    apps.get_model("pricing", "PricingPolicy").objects.get_or_create(pk=1, defaults={"home_country": home})


class Migration(migrations.Migration):
    dependencies = [("pricing", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
