
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0008_waiting_lists"),
        ("core", "0006_office_hold_hours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlacesAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
                ("act", models.CharField(max_length=300, verbose_name="acte")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places_acts",
                        to="booking.period",
                        verbose_name="période",
                    ),
                ),
            ],
            options={
                "verbose_name": "acte sur les places",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="FamilyPriority",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "criterion",
                    models.CharField(
                        choices=[
                            ("resident", "Habite la commune"),
                            ("works_here", "Un parent travaille dans la commune"),
                            ("sibling", "Frère ou sœur déjà accepté dans cette activité"),
                            ("attended", "A déjà fréquenté cette activité"),
                            ("both_work", "Les deux parents travaillent"),
                            ("lone_parent", "Parent seul"),
                            ("other", "Situation reconnue par le service"),
                        ],
                        max_length=16,
                        verbose_name="critère",
                    ),
                ),
                ("ticked_at", models.DateTimeField(verbose_name="reconnu le")),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="priorities",
                        to="core.household",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "ticked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
            ],
            options={
                "verbose_name": "priorité d’une famille",
                "constraints": [
                    models.UniqueConstraint(fields=("household", "criterion"), name="familypriority_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("criterion__in", ["both_work", "lone_parent", "other"])),
                        name="familypriority_told_by_an_agent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriorityRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "criterion",
                    models.CharField(
                        choices=[
                            ("resident", "Habite la commune"),
                            ("works_here", "Un parent travaille dans la commune"),
                            ("sibling", "Frère ou sœur déjà accepté dans cette activité"),
                            ("attended", "A déjà fréquenté cette activité"),
                            ("both_work", "Les deux parents travaillent"),
                            ("lone_parent", "Parent seul"),
                            ("other", "Situation reconnue par le service"),
                        ],
                        max_length=16,
                        verbose_name="critère",
                    ),
                ),
                ("points", models.IntegerField(verbose_name="points")),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="priority_rules",
                        to="booking.period",
                        verbose_name="période",
                    ),
                ),
            ],
            options={
                "verbose_name": "critère de priorité",
                "constraints": [
                    models.UniqueConstraint(fields=("period", "criterion"), name="priorityrule_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "criterion__in",
                                [
                                    "resident",
                                    "works_here",
                                    "sibling",
                                    "attended",
                                    "both_work",
                                    "lone_parent",
                                    "other",
                                ],
                            )
                        ),
                        name="priorityrule_criterion_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 1), ("points__lte", 1000)),
                        name="priorityrule_points",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Staffing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("adults", models.IntegerField(verbose_name="adultes présents")),
                ("under_six", models.IntegerField(verbose_name="enfants de moins de 6 ans par adulte")),
                ("six_and_over", models.IntegerField(verbose_name="enfants de 6 ans et plus par adulte")),
                (
                    "slot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staffing",
                        to="booking.slot",
                        verbose_name="accueil",
                    ),
                ),
            ],
            options={
                "verbose_name": "encadrement",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("adults__gte", 0)), name="staffing_adults"),
                    models.CheckConstraint(
                        condition=models.Q(("six_and_over__gte", 1), ("under_six__gte", 1)),
                        name="staffing_ratios",
                    ),
                ],
            },
        ),
    ]
