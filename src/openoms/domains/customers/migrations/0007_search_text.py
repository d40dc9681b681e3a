"""What customers are found by, as one text."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_fill_shared_keys")]
    operations = [
        migrations.AddField(
            model_name="customer", name="search", field=models.TextField(default="", editable=False)
        ),
    ]
