"""The facts that made the price of a booked day, frozen with it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0010_absences"), ("billing", "0010_price_facts")]

    operations = [
        migrations.AddField(
            model_name="reservationline",
            name="price_facts",
            field=models.JSONField(default=dict, verbose_name="faits du prix"),
        ),
        migrations.AddField(
            model_name="reservationline",
            name="tariff",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="billing.tariff",
                verbose_name="tarif",
            ),
        ),
        migrations.AddField(
            model_name="reservationline",
            name="rated_later",
            field=models.BooleanField(default=False, verbose_name="prix connu plus tard"),
        ),
    ]
