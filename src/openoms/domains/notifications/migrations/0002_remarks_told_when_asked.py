from django.db import migrations

TOPICS = ("customer.remark_done", "customer.remark_refused")


def silence(apps, schema_editor):
    silent = apps.get_model("notifications", "SilentTopic")
    silent.objects.bulk_create([silent(topic=topic) for topic in TOPICS], ignore_conflicts=True)


class Migration(migrations.Migration):
    """Customers hear what became of remarks only once the firm wants it."""

    dependencies = [("notifications", "0001_initial")]
    operations = [migrations.RunPython(silence, migrations.RunPython.noop)]
