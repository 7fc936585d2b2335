import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.child_file


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_task_regie"),
    ]

    operations = [
        migrations.CreateModel(
            name="PickupPhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=core.models.child_file.photo_token,
                        editable=False,
                        max_length=32,
                        unique=True,
                        verbose_name="repère",
                    ),
                ),
                ("file", models.FileField(upload_to=core.models.child_file.photo_path, verbose_name="photo")),
                ("at", models.DateTimeField(verbose_name="reçue le")),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pickup_photos",
                        to="core.child",
                        verbose_name="enfant",
                    ),
                ),
            ],
            options={
                "verbose_name": "photo d’une personne autorisée",
                "verbose_name_plural": "photos des personnes autorisées",
            },
        ),
    ]
