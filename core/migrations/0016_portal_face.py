import core.models.conversations
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0015_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="CannedAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("label", models.CharField(max_length=120, verbose_name="titre")),
                ("body", models.TextField(verbose_name="texte")),
                ("is_draft", models.BooleanField(default=False, verbose_name="brouillon")),
                ("position", models.IntegerField(default=0, verbose_name="ordre")),
            ],
            options={
                "verbose_name": "réponse type",
                "verbose_name_plural": "réponses types",
                "ordering": ["position", "label"],
            },
        ),
        migrations.CreateModel(
            name="ContactSubject",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("label", models.CharField(max_length=120, verbose_name="sujet")),
                ("service", models.CharField(blank=True, max_length=120, verbose_name="service qui répond")),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="adresse électronique du service"
                    ),
                ),
                ("is_draft", models.BooleanField(default=False, verbose_name="brouillon")),
                ("position", models.IntegerField(default=0, verbose_name="ordre")),
            ],
            options={
                "verbose_name": "sujet de message",
                "verbose_name_plural": "sujets de message",
                "ordering": ["position", "label"],
            },
        ),
        migrations.CreateModel(
            name="Conversation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=250, verbose_name="objet")),
                ("about", models.CharField(blank=True, max_length=60, verbose_name="à propos de")),
                (
                    "visitor_name",
                    models.CharField(blank=True, max_length=120, verbose_name="nom du visiteur"),
                ),
                (
                    "visitor_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="adresse du visiteur"),
                ),
                (
                    "visitor_phone",
                    models.CharField(blank=True, max_length=20, verbose_name="téléphone du visiteur"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Nouveau"),
                            ("open", "En cours"),
                            ("waiting", "En attente de la famille"),
                            ("closed", "Clos"),
                        ],
                        default="new",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="ouverte le")),
                ("last_message_at", models.DateTimeField(verbose_name="dernier message le")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="dernière réponse le"),
                ),
                (
                    "family_read_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="lue par la famille le"),
                ),
            ],
            options={
                "verbose_name": "conversation",
                "ordering": ["-last_message_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ConversationMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("family", "Famille"), ("office", "Service"), ("note", "Note interne")],
                        max_length=6,
                        verbose_name="de",
                    ),
                ),
                ("author_name", models.CharField(max_length=120, verbose_name="nom de l’auteur")),
                ("body", models.TextField(verbose_name="texte")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        upload_to=core.models.conversations.attachment_path,
                        verbose_name="pièce jointe",
                    ),
                ),
                (
                    "file_name",
                    models.CharField(blank=True, max_length=120, verbose_name="nom de la pièce jointe"),
                ),
                ("at", models.DateTimeField(verbose_name="écrit le")),
                ("nonce", models.UUIDField(unique=True, verbose_name="identifiant")),
            ],
            options={
                "verbose_name": "message",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Mailing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=150, verbose_name="objet")),
                ("body", models.TextField(verbose_name="texte")),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            (
                                "service",
                                "Message de service (fermeture, grève, changement d’horaire) : toujours envoyé",
                            ),
                            ("news", "Information : seulement à qui veut en recevoir"),
                        ],
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                ("audiences", models.JSONField(default=list, verbose_name="destinataires")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Brouillon"), ("scheduled", "Programmé"), ("sent", "Envoyé")],
                        default="draft",
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                ("send_at", models.DateTimeField(blank=True, null=True, verbose_name="envoi prévu le")),
                ("written_at", models.DateTimeField(verbose_name="écrit le")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="parti le")),
            ],
            options={
                "verbose_name": "message groupé",
                "verbose_name_plural": "messages groupés",
                "ordering": ["-written_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="MailingRecipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=170, verbose_name="nom")),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
            ],
            options={
                "verbose_name": "destinataire",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="MenuDish",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField(verbose_name="jour")),
                (
                    "course",
                    models.CharField(
                        choices=[
                            ("occasion", "Occasion"),
                            ("starter", "Entrée"),
                            ("main", "Plat"),
                            ("other", "Autre plat"),
                            ("side", "Accompagnement"),
                            ("dairy", "Produit laitier"),
                            ("dessert", "Dessert"),
                            ("snack", "Goûter"),
                        ],
                        max_length=8,
                        verbose_name="plat",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="nom")),
                ("allergens", models.JSONField(blank=True, default=list, verbose_name="allergènes")),
                ("labels", models.JSONField(blank=True, default=list, verbose_name="labels")),
            ],
            options={
                "verbose_name": "plat du menu",
                "verbose_name_plural": "plats du menu",
                "ordering": ["date", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("label", models.CharField(max_length=200, verbose_name="question")),
                ("theme", models.CharField(blank=True, max_length=80, verbose_name="thème")),
                ("body", models.TextField(verbose_name="réponse")),
                ("is_draft", models.BooleanField(default=False, verbose_name="brouillon")),
                ("position", models.IntegerField(default=0, verbose_name="ordre")),
            ],
            options={
                "verbose_name": "question fréquente",
                "verbose_name_plural": "questions fréquentes",
                "ordering": ["position", "label"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="notificationchoice",
            name="notificationchoice_kind_known",
        ),
        migrations.AddField(
            model_name="branding",
            name="theme",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Classique : bandeau de couleur, cartes arrondies"),
                    ("gazette", "Gazette : papier clair, titres à empattements, filets droits"),
                ],
                default="",
                max_length=12,
                verbose_name="thème",
            ),
        ),
        migrations.AddField(
            model_name="communesettings",
            name="accessibility",
            field=models.CharField(
                choices=[
                    ("none", "non conforme"),
                    ("partial", "partiellement conforme"),
                    ("full", "totalement conforme"),
                ],
                default="none",
                max_length=8,
                verbose_name="accessibilité déclarée",
            ),
        ),
        migrations.AddField(
            model_name="communesettings",
            name="audit_rate",
            field=models.IntegerField(blank=True, null=True, verbose_name="taux de conformité (%)"),
        ),
        migrations.AddField(
            model_name="communesettings",
            name="audited_by",
            field=models.CharField(blank=True, max_length=120, verbose_name="auteur de l’audit"),
        ),
        migrations.AddField(
            model_name="communesettings",
            name="audited_on",
            field=models.DateField(blank=True, null=True, verbose_name="date de l’audit"),
        ),
        migrations.AddField(
            model_name="newsitem",
            name="audiences",
            field=models.JSONField(blank=True, default=list, verbose_name="pour"),
        ),
        migrations.AlterField(
            model_name="notificationchoice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("cutoff", "Avant une date limite, si je réserve d’habitude et que je ne l’ai pas fait"),
                    ("draft", "Quand des jours cochés ne sont pas confirmés avant leur date limite"),
                    ("basket", "Quand mon panier va bientôt expirer"),
                    (
                        "document",
                        "Quand un document de mon dossier est accepté, ou qu’il va falloir le renouveler",
                    ),
                    ("news", "Les informations de la commune (ce qui n’est pas un message de service)"),
                ],
                max_length=16,
                verbose_name="rappel",
            ),
        ),
        migrations.AddConstraint(
            model_name="branding",
            constraint=models.CheckConstraint(
                condition=models.Q(("theme__in", ["", "gazette"])), name="branding_theme_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="communesettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("accessibility", "none"), ("audited_on__isnull", False), _connector="OR"),
                name="communesettings_accessibility_audited",
                violation_error_message="Sans audit, le portail est déclaré non conforme : donnez la date de l’audit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="communesettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("audit_rate__isnull", True),
                    models.Q(("audit_rate__gte", 0), ("audit_rate__lte", 100)),
                    _connector="OR",
                ),
                name="communesettings_audit_rate",
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["cutoff", "draft", "basket", "document", "news"])),
                name="notificationchoice_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="assignee",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="suivie par",
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="child",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="conversations",
                to="core.child",
                verbose_name="enfant",
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="household",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conversations",
                to="core.household",
                verbose_name="dossier",
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="subject",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="conversations",
                to="core.contactsubject",
                verbose_name="sujet",
            ),
        ),
        migrations.AddField(
            model_name="conversationmessage",
            name="author",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="auteur",
            ),
        ),
        migrations.AddField(
            model_name="conversationmessage",
            name="conversation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="core.conversation",
                verbose_name="conversation",
            ),
        ),
        migrations.AddField(
            model_name="mailing",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="écrit par",
            ),
        ),
        migrations.AddField(
            model_name="mailingrecipient",
            name="household",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="core.household",
                verbose_name="dossier",
            ),
        ),
        migrations.AddField(
            model_name="mailingrecipient",
            name="mail",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="core.outgoingmail",
                verbose_name="courriel",
            ),
        ),
        migrations.AddField(
            model_name="mailingrecipient",
            name="mailing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="recipients",
                to="core.mailing",
                verbose_name="message",
            ),
        ),
        migrations.AddField(
            model_name="menudish",
            name="establishment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="menu_dishes",
                to="core.establishment",
                verbose_name="établissement",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["state", "-last_message_at"], name="conversation_inbox"),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["new", "open", "waiting", "closed"])),
                name="conversation_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("household__isnull", False), ("visitor_email", "")),
                    models.Q(("visitor_email", ""), _negated=True),
                    _connector="OR",
                ),
                name="conversation_has_a_reader",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversationmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["family", "office", "note"])),
                name="conversationmessage_side_known",
            ),
        ),
        migrations.AddIndex(
            model_name="mailing",
            index=models.Index(
                condition=models.Q(("state", "scheduled")), fields=["send_at"], name="mailing_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "scheduled", "sent"])), name="mailing_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(("nature__in", ["service", "news"])), name="mailing_nature_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "scheduled"), _negated=True),
                    ("send_at__isnull", False),
                    _connector="OR",
                ),
                name="mailing_scheduled_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                ),
                name="mailing_sent_has_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailingrecipient",
            constraint=models.UniqueConstraint(fields=("mailing", "email"), name="mailingrecipient_once"),
        ),
        migrations.AddIndex(
            model_name="menudish",
            index=models.Index(fields=["date"], name="menudish_date"),
        ),
        migrations.AddConstraint(
            model_name="menudish",
            constraint=models.UniqueConstraint(
                fields=("establishment", "date", "course"), name="menudish_unique", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="menudish",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "course__in",
                        ["occasion", "starter", "main", "other", "side", "dairy", "dessert", "snack"],
                    )
                ),
                name="menudish_course_known",
            ),
        ),
    ]
