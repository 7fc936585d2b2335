import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0006_document_pages"),
    ]

    operations = [
        migrations.CreateModel(
            name="FamilyNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="note")),
                ("is_pinned", models.BooleanField(default=False, verbose_name="épinglée")),
                ("at", models.DateTimeField(verbose_name="écrite le")),
            ],
            options={
                "verbose_name": "note du service",
                "verbose_name_plural": "notes du service",
                "ordering": ["-is_pinned", "-at", "-pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="stafftask",
            name="stafftask_kind_known",
        ),
        migrations.AddField(
            model_name="stafftask",
            name="assignee",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="confiée à",
            ),
        ),
        migrations.AddField(
            model_name="stafftask",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="écrite par",
            ),
        ),
        migrations.AddField(
            model_name="stafftask",
            name="due_on",
            field=models.DateField(blank=True, null=True, verbose_name="pour le"),
        ),
        migrations.AddField(
            model_name="stafftask",
            name="household",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tasks",
                to="core.household",
                verbose_name="dossier",
            ),
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
                    ("family", "Pour une famille"),
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
                            "family",
                        ],
                    )
                ),
                name="stafftask_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="familynote",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="par",
            ),
        ),
        migrations.AddField(
            model_name="familynote",
            name="household",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="core.household",
                verbose_name="dossier",
            ),
        ),
        migrations.AddIndex(
            model_name="familynote",
            index=models.Index(fields=["household", "-at"], name="familynote_of_household"),
        ),
    ]
