"""The list of closed customers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_search_text_index")]
    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("is_active", False), ("merged_into", None)),
                fields=["id"],
                name="customer_closed",
            ),
        ),
    ]
