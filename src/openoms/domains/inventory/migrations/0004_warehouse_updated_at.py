"""When a warehouse was last changed, so that a stale save is refused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0003_expected_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="warehouse",
            name="updated_at",
            field=models.DateTimeField(auto_now=True),
        ),
    ]
