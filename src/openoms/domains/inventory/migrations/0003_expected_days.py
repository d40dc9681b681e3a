"""When what lines are short of is there, and what was told of it last."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0002_reserve"),
        ("orders", "0011_approve_submitted"),
    ]

    operations = [
        migrations.CreateModel(
            name="ToldDay",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="told_day",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("told_on", models.DateField(null=True)),
                ("is_unknown", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name="backorder",
            name="expected_from",
            field=models.CharField(default="", max_length=40),
        ),
        migrations.AddField(
            model_name="backorder",
            name="expected_on",
            field=models.DateField(null=True),
        ),
    ]
