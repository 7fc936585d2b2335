from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0005_notifications")]

    operations = [
        migrations.AddField(
            model_name="communesettings",
            name="office_hold_hours",
            field=models.IntegerField(
                default=72, verbose_name="délai de paiement de ce que le guichet réserve (heures)"
            ),
        ),
        migrations.AddConstraint(
            model_name="communesettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("office_hold_hours__gte", 1), ("office_hold_hours__lte", 720)),
                name="communesettings_office_hold_hours",
            ),
        ),
    ]
