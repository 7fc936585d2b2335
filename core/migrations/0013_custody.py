"""A child in two households: from when, and how they share it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

# One custody a day for a child; see billing/0007 for the range of one number.
ONE_A_DAY = """
ALTER TABLE core_custody ADD CONSTRAINT custody_one_a_day EXCLUDE USING gist (
    int8range(child_id, child_id, '[]') WITH &&,
    daterange(valid_from, valid_until, '[]') WITH &&
)
"""
MODES = [
    ("weeks", "Une semaine sur deux"),
    ("days", "Des jours choisis"),
    ("share", "Un pourcentage de chaque jour"),
]


class Migration(migrations.Migration):
    dependencies = [("core", "0012_public_pages")]

    operations = [
        migrations.CreateModel(
            name="Custody",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mode", models.CharField(choices=MODES, max_length=5, verbose_name="partage")),
                (
                    "even_weeks",
                    models.BooleanField(default=False, verbose_name="semaines paires chez le second"),
                ),
                (
                    "percent",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="part du second"
                    ),
                ),
                (
                    "periods",
                    models.JSONField(blank=True, default=list, verbose_name="jours chez le second"),
                ),
                ("valid_from", models.DateField(verbose_name="à partir du")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                ("proof", models.CharField(blank=True, max_length=200, verbose_name="justificatif")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistrée le")),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="custodies",
                        to="core.child",
                        verbose_name="enfant",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custodies",
                        to="core.household",
                        verbose_name="second dossier",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="enregistrée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "garde partagée",
                "verbose_name_plural": "gardes partagées",
                "ordering": ["child", "-valid_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(mode__in=["weeks", "days", "share"]), name="custody_mode_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(mode="share", percent__gt=0, percent__lte=100)
                        | (~Q(mode="share") & Q(percent__isnull=True)),
                        name="custody_percent_of_share",
                    ),
                    models.CheckConstraint(
                        condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                        name="custody_dates",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ONE_A_DAY, "ALTER TABLE core_custody DROP CONSTRAINT custody_one_a_day"),
    ]
