"""The facts of a price, kept with it; which charge corrects which."""

import django.db.models.deletion
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("billing", "0009_books_frozen")]

    operations = [
        migrations.AddField(
            model_name="charge",
            name="facts",
            field=models.JSONField(default=dict, verbose_name="faits du prix"),
        ),
        migrations.AddField(
            model_name="charge",
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
            model_name="charge",
            name="rated_later",
            field=models.BooleanField(default=False, verbose_name="prix connu plus tard"),
        ),
        migrations.AddField(
            model_name="charge",
            name="corrects",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="billing.charge",
                verbose_name="corrige",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="rated_until",
            field=models.IntegerField(default=0, verbose_name="prix revus jusqu’au dossier"),
        ),
        migrations.AddIndex(
            model_name="charge",
            index=models.Index(
                condition=models.Q(rated_later=True, voided_at__isnull=True),
                fields=["regie", "household", "service_date"],
                name="charge_rated_later",
            ),
        ),
    ]
