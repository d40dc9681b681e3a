"""What the customers that are there share."""

from django.db import migrations

_FILL = """
INSERT INTO customers_sharedkey (why, key, customers)
SELECT 'phone', phone, count(DISTINCT customer_id) FROM customers_contact
WHERE phone <> '' GROUP BY phone HAVING count(DISTINCT customer_id) > 1
UNION ALL
SELECT 'email', UPPER(email), count(DISTINCT customer_id) FROM customers_contact
WHERE email <> '' GROUP BY UPPER(email) HAVING count(DISTINCT customer_id) > 1
UNION ALL
SELECT 'name', name_key, count(*) FROM customers_customer
WHERE name_key <> '' AND merged_into_id IS NULL GROUP BY name_key HAVING count(*) > 1
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_shared_keys")]
    operations = [migrations.RunSQL(_FILL, migrations.RunSQL.noop)]
