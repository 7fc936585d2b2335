"""What a family types on payfip.gouv.fr to pay an invoice that the Trésor collects."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0019_refunds_and_guards")]

    operations = [
        migrations.AddField(
            "treasurycodes",
            "payfip_id",
            models.CharField(
                blank=True,
                default="",
                help_text="6 chiffres, imprimés sur les avis ; les familles le saisissent sur payfip.gouv.fr.",
                max_length=6,
                validators=[
                    django.core.validators.RegexValidator(r"^\d{6}$", "Cet identifiant a 6 chiffres.")
                ],
                verbose_name="identifiant de la collectivité sur payfip.gouv.fr",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "handoveritem",
            "title_reference",
            models.CharField(blank=True, default="", max_length=30, verbose_name="référence de l’avis"),
            preserve_default=False,
        ),
    ]
