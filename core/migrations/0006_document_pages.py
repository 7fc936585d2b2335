import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.documents


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_pickup_photos"),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.IntegerField(verbose_name="page")),
                (
                    "file",
                    models.FileField(upload_to=core.models.documents.random_path, verbose_name="fichier"),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pages",
                        to="core.familydocument",
                        verbose_name="document",
                    ),
                ),
            ],
            options={
                "verbose_name": "page d’un document",
                "verbose_name_plural": "pages des documents",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "position"), name="documentpage_one_a_position"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DraftPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.FileField(upload_to=core.models.documents.random_path, verbose_name="fichier"),
                ),
                ("at", models.DateTimeField(verbose_name="donnée le")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="donnée par",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.child",
                        verbose_name="enfant",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.household",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.documentkind",
                        verbose_name="nature",
                    ),
                ),
            ],
            options={
                "verbose_name": "page à envoyer",
                "verbose_name_plural": "pages à envoyer",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["household", "kind"], name="draftpage_of_household")],
            },
        ),
        # A paper had one file: its first page. What it inserts must be checked before its table changes.
        migrations.RunSQL(
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "INSERT INTO core_documentpage (document_id, position, file)"
            " SELECT id, 1, file FROM core_familydocument WHERE file <> '';"
            "SET CONSTRAINTS ALL DEFERRED;",
            "UPDATE core_familydocument SET file = page.file FROM core_documentpage page"
            " WHERE page.document_id = core_familydocument.id AND page.position = 1;",
        ),
        migrations.RemoveField(
            model_name="familydocument",
            name="file",
        ),
    ]
