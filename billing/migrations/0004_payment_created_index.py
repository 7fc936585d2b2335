from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_invoice_payments")]

    operations = [
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["created_at", "id"], name="payment_created"),
        ),
    ]
