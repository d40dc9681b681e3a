"""What several customers have: likely doubles as rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_same_names")]
    operations = [
        migrations.CreateModel(
            name="SharedKey",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("why", models.CharField(max_length=10)),
                ("key", models.CharField(max_length=254)),
                ("customers", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [models.UniqueConstraint(fields=["why", "key"], name="shared_key_once")],
            },
        ),
    ]
