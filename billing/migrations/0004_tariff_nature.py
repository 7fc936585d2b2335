from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_block_title_optional")]

    operations = [
        migrations.AddField(
            model_name="tariff",
            name="nature",
            field=models.CharField(
                blank=True,
                choices=[("care", "Garde"), ("meal", "Repas"), ("both", "Garde et repas, sur une même ligne")],
                default="",
                max_length=4,
                verbose_name="ce qu’il paie",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="tariff",
            constraint=models.CheckConstraint(
                condition=models.Q(("nature__in", ["", "care", "meal", "both"])), name="tariff_nature_known"
            ),
        ),
    ]
