"""SEPA direct debits: mandates, debits, batches. What was done to a mandate and rejects are never edited."""

import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


FROZEN_TABLES = ("billing_mandateevent", "billing_debitreject", "billing_debitdownload")


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0015_shared_charges"),
        ("core", "0011_family_documents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DebitBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("collect_on", models.DateField(verbose_name="date du prélèvement")),
                (
                    "message_id",
                    models.CharField(max_length=30, unique=True, verbose_name="identifiant de la remise"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "En préparation"),
                            ("sent", "Remis à la banque"),
                            ("settled", "Encaissé"),
                            ("cancelled", "Abandonné"),
                        ],
                        default="draft",
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="préparée le")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="établie le")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="encaissée le")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="abandonnée le")),
                ("cancel_reason", models.CharField(blank=True, max_length=200, verbose_name="motif")),
                ("sealed_file", models.TextField(blank=True, editable=False, verbose_name="fichier chiffré")),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="empreinte du fichier")),
                ("count", models.IntegerField(default=0, verbose_name="prélèvements")),
                (
                    "total",
                    models.DecimalField(decimal_places=2, default=0, max_digits=10, verbose_name="total"),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="abandonnée par",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="préparée par",
                    ),
                ),
                (
                    "regie",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debit_batches",
                        to="billing.regie",
                        verbose_name="régie",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="établie par",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="encaissée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "remise de prélèvements",
                "verbose_name_plural": "remises de prélèvements",
                "ordering": ["-collect_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Debit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=30, unique=True, verbose_name="référence")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="montant")),
                ("debit_on", models.DateField(verbose_name="prélèvement annoncé le")),
                ("notified_at", models.DateTimeField(verbose_name="annoncé par courriel le")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Annoncé"),
                            ("dropped", "Écarté"),
                            ("sent", "Remis à la banque"),
                            ("paid", "Encaissé"),
                            ("rejected", "Rejeté"),
                        ],
                        default="planned",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                (
                    "sequence",
                    models.CharField(
                        blank=True,
                        choices=[("FRST", "Premier"), ("RCUR", "Récurrent")],
                        max_length=4,
                        verbose_name="séquence",
                    ),
                ),
                ("dropped_at", models.DateTimeField(blank=True, null=True, verbose_name="écarté le")),
                ("drop_reason", models.CharField(blank=True, max_length=200, verbose_name="motif")),
                (
                    "again_of",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="again",
                        to="billing.debit",
                        verbose_name="représente",
                    ),
                ),
                (
                    "dropped_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écarté par",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debits",
                        to="billing.invoice",
                        verbose_name="facture",
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debit",
                        to="billing.payment",
                        verbose_name="paiement",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debits",
                        to="billing.debitbatch",
                        verbose_name="remise",
                    ),
                ),
            ],
            options={
                "verbose_name": "prélèvement",
                "ordering": ["debit_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DebitDownload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="downloads",
                        to="billing.debitbatch",
                        verbose_name="remise",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
            ],
            options={
                "verbose_name": "téléchargement d’une remise",
                "verbose_name_plural": "téléchargements de remises",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DebitReject",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=4, verbose_name="code")),
                ("on", models.DateField(verbose_name="date du rejet")),
                ("at", models.DateTimeField(verbose_name="enregistré le")),
                ("source", models.CharField(max_length=120, verbose_name="origine")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="enregistré par",
                    ),
                ),
                (
                    "debit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reject",
                        to="billing.debit",
                        verbose_name="prélèvement",
                    ),
                ),
            ],
            options={
                "verbose_name": "rejet de prélèvement",
                "verbose_name_plural": "rejets de prélèvement",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rum", models.CharField(max_length=35, unique=True, verbose_name="RUM")),
                ("holder", models.CharField(max_length=70, verbose_name="titulaire du compte")),
                ("sealed_iban", models.TextField(editable=False, verbose_name="IBAN chiffré")),
                ("iban_country", models.CharField(max_length=2, verbose_name="pays du compte")),
                ("iban_last4", models.CharField(max_length=4, verbose_name="fin de l’IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "À signer"),
                            ("active", "En vigueur"),
                            ("revoked", "Révoqué"),
                            ("expired", "Caduc"),
                        ],
                        default="draft",
                        max_length=7,
                        verbose_name="état",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="préparé le")),
                ("signer_name", models.CharField(blank=True, max_length=160, verbose_name="signé par")),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="signé le")),
                ("text", models.TextField(blank=True, verbose_name="texte signé")),
                (
                    "text_version",
                    models.CharField(blank=True, max_length=10, verbose_name="version du texte"),
                ),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="empreinte")),
                ("last_used_on", models.DateField(blank=True, null=True, verbose_name="dernier prélèvement")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="terminé le")),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="core.household",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "regie",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="billing.regie",
                        verbose_name="régie",
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="compte",
                    ),
                ),
            ],
            options={
                "verbose_name": "mandat de prélèvement",
                "verbose_name_plural": "mandats de prélèvement",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="debit",
            name="mandate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="debits",
                to="billing.mandate",
                verbose_name="mandat",
            ),
        ),
        migrations.CreateModel(
            name="MandateEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("signed", "Signature"),
                            ("amended", "Changement de compte"),
                            ("revoked", "Révocation"),
                            ("expired", "Caducité"),
                            ("read", "Lecture du mandat par un agent"),
                        ],
                        max_length=7,
                        verbose_name="acte",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
                ("note", models.CharField(blank=True, max_length=250, verbose_name="détail")),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="empreinte")),
                (
                    "sealed_account",
                    models.TextField(blank=True, editable=False, verbose_name="ancien compte chiffré"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="billing.mandate",
                        verbose_name="mandat",
                    ),
                ),
            ],
            options={
                "verbose_name": "acte sur un mandat",
                "verbose_name_plural": "actes sur les mandats",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.AddField(
            model_name="debit",
            name="change",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="told_by",
                to="billing.mandateevent",
                verbose_name="changement de compte signalé",
            ),
        ),
        migrations.CreateModel(
            name="DebitAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_open", models.BooleanField(default=True, verbose_name="proposé aux familles")),
                ("creditor_name", models.CharField(max_length=70, verbose_name="créancier")),
                ("ics", models.CharField(max_length=35, verbose_name="ICS")),
                ("iban", models.CharField(max_length=34, verbose_name="IBAN de la régie")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC de la régie")),
                (
                    "schema",
                    models.CharField(
                        choices=[
                            ("pain.008.001.02", "pain.008.001.02"),
                            ("pain.008.001.08", "pain.008.001.08"),
                        ],
                        default="pain.008.001.08",
                        max_length=20,
                        verbose_name="version du fichier",
                    ),
                ),
                ("notice_days", models.IntegerField(default=14, verbose_name="préavis (jours)")),
                (
                    "remit_days",
                    models.IntegerField(default=2, verbose_name="délai de remise (jours de banque)"),
                ),
                (
                    "retries",
                    models.BooleanField(
                        default=False, verbose_name="représenter une fois un prélèvement rejeté"
                    ),
                ),
                (
                    "reject_fee",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=6, verbose_name="frais de rejet"
                    ),
                ),
                (
                    "regie",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debit_account",
                        to="billing.regie",
                        verbose_name="régie",
                    ),
                ),
            ],
            options={
                "verbose_name": "compte de prélèvement",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("notice_days__gte", 1), ("notice_days__lte", 60)),
                        name="debitaccount_notice_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("remit_days__gte", 1), ("remit_days__lte", 15)),
                        name="debitaccount_remit_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reject_fee__gte", 0)), name="debitaccount_fee_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("schema__in", ["pain.008.001.02", "pain.008.001.08"])),
                        name="debitaccount_schema_known",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="debitbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "sent", "settled", "cancelled"])),
                name="debitbatch_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="debitbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["sent", "settled"]), _negated=True),
                    models.Q(
                        ("sent_at__isnull", False),
                        ("sent_by__isnull", False),
                        models.Q(("sealed_file", ""), _negated=True),
                        models.Q(("digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="debitbatch_sent_has_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="debitbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "settled"), _negated=True),
                    models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                    _connector="OR",
                ),
                name="debitbatch_settled_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="debitbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "cancelled"), _negated=True),
                    models.Q(
                        ("cancelled_at__isnull", False),
                        ("cancelled_by__isnull", False),
                        models.Q(("cancel_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="debitbatch_cancelled_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="debitreject",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z0-9]{4}$")), name="debitreject_code_shape"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "active", "revoked", "expired"])),
                name="mandate_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    models.Q(
                        ("signed_at__isnull", False),
                        models.Q(("text", ""), _negated=True),
                        models.Q(("digest", ""), _negated=True),
                        models.Q(("signer_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="mandate_signed_is_proven",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state__in", ["draft", "active"])),
                    models.Q(("ended_at__isnull", False), ("state__in", ["revoked", "expired"])),
                    _connector="OR",
                ),
                name="mandate_ended_has_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "active")),
                fields=("regie", "household"),
                name="mandate_one_active",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")),
                fields=("regie", "household"),
                name="mandate_one_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandateevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", ["signed", "amended", "revoked", "expired", "read"])),
                name="mandateevent_act_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandateevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "amended"), _negated=True),
                    models.Q(("sealed_account", ""), _negated=True),
                    _connector="OR",
                ),
                name="mandateevent_change_keeps_account",
            ),
        ),
        migrations.AddIndex(
            model_name="debit",
            index=models.Index(
                condition=models.Q(("batch__isnull", True), ("state", "planned")),
                fields=["debit_on", "id"],
                name="debit_to_gather",
            ),
        ),
        migrations.AddConstraint(
            model_name="debit",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["planned", "dropped", "sent", "paid", "rejected"])),
                name="debit_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="debit",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="debit_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="debit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["planned", "dropped"]),
                    models.Q(("batch__isnull", False), models.Q(("sequence", ""), _negated=True)),
                    _connector="OR",
                ),
                name="debit_sent_is_in_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="debit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("payment__isnull", False), ("state", "paid")),
                    ("state", "rejected"),
                    models.Q(
                        models.Q(("state__in", ["paid", "rejected"]), _negated=True),
                        ("payment__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="debit_paid_has_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="debit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dropped_at__isnull", True), models.Q(("state", "dropped"), _negated=True)),
                    models.Q(
                        ("dropped_at__isnull", False),
                        ("state", "dropped"),
                        models.Q(("drop_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="debit_dropped_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="debit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["planned", "sent"])),
                fields=("invoice",),
                name="debit_one_live",
            ),
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change();",
                f"DROP TRIGGER {table}_frozen ON {table};",
            )
            for table in FROZEN_TABLES
        ),
    ]
