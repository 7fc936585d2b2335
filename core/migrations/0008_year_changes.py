
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0007_applied_file"),
    ]

    operations = [
        migrations.CreateModel(
            name="YearChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.IntegerField(verbose_name="rentrée")),
                ("prepared_at", models.DateTimeField(verbose_name="préparé le")),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="appliqué le")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="repris le")),
                (
                    "applied_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="appliqué par",
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="préparé par",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="repris par",
                    ),
                ),
            ],
            options={
                "verbose_name": "passage d’année",
                "ordering": ["-year", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="YearChangeLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("up", "Monte"),
                            ("stays", "Maintenu"),
                            ("school", "Change d’école"),
                            ("leaves", "Quitte l’école"),
                        ],
                        max_length=8,
                        verbose_name="passage",
                    ),
                ),
                (
                    "level_before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("TPS", "Toute petite section"),
                            ("PS", "Petite section"),
                            ("MS", "Moyenne section"),
                            ("GS", "Grande section"),
                            ("CP", "CP"),
                            ("CE1", "CE1"),
                            ("CE2", "CE2"),
                            ("CM1", "CM1"),
                            ("CM2", "CM2"),
                            ("6E", "6e"),
                            ("5E", "5e"),
                            ("4E", "4e"),
                            ("3E", "3e"),
                            ("2DE", "2de"),
                            ("1RE", "1re"),
                            ("TLE", "Terminale"),
                        ],
                        max_length=12,
                        verbose_name="niveau avant",
                    ),
                ),
                ("class_before", models.CharField(blank=True, max_length=60, verbose_name="classe avant")),
                (
                    "level_after",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("TPS", "Toute petite section"),
                            ("PS", "Petite section"),
                            ("MS", "Moyenne section"),
                            ("GS", "Grande section"),
                            ("CP", "CP"),
                            ("CE1", "CE1"),
                            ("CE2", "CE2"),
                            ("CM1", "CM1"),
                            ("CM2", "CM2"),
                            ("6E", "6e"),
                            ("5E", "5e"),
                            ("4E", "4e"),
                            ("3E", "3e"),
                            ("2DE", "2de"),
                            ("1RE", "1re"),
                            ("TLE", "Terminale"),
                        ],
                        max_length=12,
                        verbose_name="niveau après",
                    ),
                ),
                ("class_after", models.CharField(blank=True, max_length=60, verbose_name="classe après")),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="core.yearchange",
                        verbose_name="passage",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.child",
                        verbose_name="enfant",
                    ),
                ),
                (
                    "school_after",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.establishment",
                        verbose_name="école après",
                    ),
                ),
                (
                    "school_before",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.establishment",
                        verbose_name="école avant",
                    ),
                ),
            ],
            options={
                "verbose_name": "enfant d’un passage d’année",
            },
        ),
        migrations.AddConstraint(
            model_name="yearchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("year",),
                name="yearchange_once_a_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="yearchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("applied_at__isnull", True), ("applied_by__isnull", False), _connector="OR"
                ),
                name="yearchange_applied_has_author",
            ),
        ),
        migrations.AddConstraint(
            model_name="yearchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("undone_at__isnull", True),
                    models.Q(("applied_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="yearchange_undone_was_applied",
            ),
        ),
        migrations.AddConstraint(
            model_name="yearchangeline",
            constraint=models.UniqueConstraint(fields=("change", "child"), name="yearchangeline_unique"),
        ),
        migrations.AddConstraint(
            model_name="yearchangeline",
            constraint=models.CheckConstraint(
                condition=models.Q(("move__in", ["up", "stays", "school", "leaves"])),
                name="yearchangeline_move_known",
            ),
        ),
    ]
