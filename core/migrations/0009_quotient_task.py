"""An agent reads what a family declares of its quotient."""

from django.db import migrations, models

KINDS = {
    "unplaced_payment": "Payé mais plus de place",
    "payment_mismatch": "Paiement incohérent",
    "double_payment": "Payé deux fois",
    "cancelled_paid": "Facturé puis annulé",
    "contact": "Message d’un visiteur",
    "quotient": "Quotient familial à vérifier",
}


class Migration(migrations.Migration):
    dependencies = [("core", "0008_year_changes")]

    operations = [
        migrations.RemoveConstraint(model_name="stafftask", name="stafftask_kind_known"),
        migrations.AlterField(
            model_name="stafftask",
            name="kind",
            field=models.CharField("nature", max_length=20, choices=list(KINDS.items())),
        ),
        migrations.AddConstraint(
            model_name="stafftask",
            constraint=models.CheckConstraint(
                name="stafftask_kind_known", condition=models.Q(kind__in=list(KINDS))
            ),
        ),
    ]
