import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.conversations


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0007_family_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name="MessageFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.UUIDField(verbose_name="identifiant du message")),
                (
                    "file",
                    models.FileField(
                        upload_to=core.models.conversations.attachment_path, verbose_name="fichier"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("at", models.DateTimeField(verbose_name="joint le")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="joint par",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="core.conversationmessage",
                        verbose_name="message",
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce jointe d’un message",
                "verbose_name_plural": "pièces jointes des messages",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("message__isnull", True)),
                        fields=["nonce"],
                        name="messagefile_unsent",
                    )
                ],
            },
        ),
        # A message had one file at most. What it inserts must be checked before its table changes.
        migrations.RunSQL(
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "INSERT INTO core_messagefile (message_id, nonce, file, name, by_id, at)"
            " SELECT id, nonce, file, file_name, author_id, at FROM core_conversationmessage WHERE file <> '';"
            "SET CONSTRAINTS ALL DEFERRED;",
            "UPDATE core_conversationmessage SET file = first.file, file_name = first.name"
            " FROM (SELECT DISTINCT ON (message_id) message_id, file, name FROM core_messagefile"
            " WHERE message_id IS NOT NULL ORDER BY message_id, id) AS first"
            " WHERE first.message_id = core_conversationmessage.id;",
        ),
        migrations.RemoveField(model_name="conversationmessage", name="file"),
        migrations.RemoveField(model_name="conversationmessage", name="file_name"),
    ]
