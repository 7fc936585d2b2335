"""What outings cost, shared among those who were there."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0013_absence_taken_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutingCost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=80, verbose_name="désignation")),
                ("total", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="coût total")),
                ("present", models.IntegerField(verbose_name="enfants présents")),
                ("by_tariff", models.BooleanField(default=False, verbose_name="selon le tarif")),
                ("recorded_at", models.DateTimeField(verbose_name="saisi le")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="annulé le")),
                ("cancel_reason", models.CharField(blank=True, max_length=150, verbose_name="motif")),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="annulé par",
                    ),
                ),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outing_costs",
                        to="booking.opening",
                        verbose_name="ouverture",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="saisi par",
                    ),
                ),
            ],
            options={
                "verbose_name": "coût de sortie",
                "verbose_name_plural": "coûts de sortie",
                "ordering": ["-recorded_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at__isnull", True)),
                        fields=("opening",),
                        name="outingcost_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("total__gt", 0)), name="outingcost_total_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("present__gt", 0)), name="outingcost_somebody_came"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cancelled_at__isnull", True),
                            models.Q(
                                ("cancelled_by__isnull", False),
                                models.Q(("cancel_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="outingcost_cancelled_says_why",
                    ),
                ],
            },
        ),
    ]
