from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_language")]

    operations = [
        migrations.RemoveConstraint(model_name="stafftask", name="stafftask_kind_known"),
        migrations.AddField(
            model_name="stafftask",
            name="regie",
            field=models.CharField(blank=True, max_length=60, verbose_name="régie"),
        ),
        migrations.AlterField(
            model_name="stafftask",
            name="kind",
            field=models.CharField(
                choices=[
                    ("unplaced_payment", "Payé mais plus de place"),
                    ("payment_mismatch", "Paiement incohérent"),
                    ("double_payment", "Payé deux fois"),
                    ("cancelled_paid", "Facturé puis annulé"),
                    ("returned_payment", "Paiement rejeté, annulé ou contesté"),
                    ("wrong_books", "Comptes à vérifier"),
                    ("contact", "Message d’un visiteur"),
                    ("quotient", "Quotient familial à vérifier"),
                ],
                max_length=20,
                verbose_name="nature",
            ),
        ),
        migrations.AddConstraint(
            model_name="stafftask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "unplaced_payment",
                            "payment_mismatch",
                            "double_payment",
                            "cancelled_paid",
                            "returned_payment",
                            "wrong_books",
                            "contact",
                            "quotient",
                        ],
                    )
                ),
                name="stafftask_kind_known",
            ),
        ),
    ]
