"""Which customers have one name: an index of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_fill_search")]
    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into", None)), fields=["name_key"], name="customer_same_name"
            ),
        ),
    ]
