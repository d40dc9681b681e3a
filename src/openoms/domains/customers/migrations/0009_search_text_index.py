"""One index for all that a customer is found by, in place of two."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_fill_search_text")]
    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("search", name="gin_trgm_ops"), name="customer_search"
            ),
        ),
        migrations.RemoveIndex(model_name="customer", name="customer_name_trgm"),
        migrations.RemoveIndex(model_name="customer", name="customer_initials"),
        migrations.RemoveField(model_name="customer", name="initials"),
    ]
