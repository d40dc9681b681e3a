"""When suppliers and purchase orders were last changed, so that a stale save is refused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("supply", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="purchaseorder",
            name="updated_at",
            field=models.DateTimeField(auto_now=True),
        ),
        migrations.AddField(
            model_name="supplier",
            name="updated_at",
            field=models.DateTimeField(auto_now=True),
        ),
    ]
