from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0004_payment_item_lines")]

    operations = [
        migrations.AddIndex(model_name="opening", index=models.Index(fields=["date"], name="opening_date")),
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(fields=["created_at"], name="reservation_created"),
        ),
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(
                fields=["pay_before"],
                condition=models.Q(("state", "awaiting_payment")),
                name="reservation_awaiting",
            ),
        ),
    ]
