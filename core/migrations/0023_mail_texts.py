from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0022_guardian_roles")]

    operations = [
        migrations.CreateModel(
            name="MailSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sender",
                    models.CharField(blank=True, max_length=80, verbose_name="nom de l’expéditeur"),
                ),
                (
                    "reply_to",
                    models.EmailField(blank=True, max_length=254, verbose_name="adresse de réponse"),
                ),
            ],
            options={
                "verbose_name": "envoi des courriels",
                "verbose_name_plural": "envoi des courriels",
            },
        ),
        migrations.CreateModel(
            name="MailText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="courriel")),
                ("subject", models.CharField(blank=True, max_length=150, verbose_name="objet")),
                ("introduction", models.TextField(blank=True, verbose_name="introduction")),
            ],
            options={
                "verbose_name": "texte de courriel",
                "verbose_name_plural": "textes de courriels",
                "ordering": ["code"],
            },
        ),
    ]
