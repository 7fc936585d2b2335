from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="waitingentry",
            name="office_price",
            field=models.CharField(
                blank=True,
                choices=[("normal", "Prix normal"), ("late", "Prix du retard"), ("free", "Gratuit")],
                default="",
                max_length=6,
                verbose_name="prix décidé par le service",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("office_price__in", ["", "normal", "late", "free"])),
                name="waitingentry_office_price_known",
            ),
        ),
    ]
