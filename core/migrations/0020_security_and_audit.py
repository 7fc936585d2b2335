"""The journal of acts, open sessions and the second factor of agents."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What was written stays as it was; only age takes it away (core.services.housekeeping).
FREEZE = """
CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '180 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'le journal ne se modifie pas' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER core_auditentry_frozen BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION keep_audit();
"""
THAW = "DROP TRIGGER core_auditentry_frozen ON core_auditentry; DROP FUNCTION keep_audit();"


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0019_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
                ("act", models.CharField(max_length=16, verbose_name="acte")),
                ("actor_id", models.BigIntegerField(blank=True, null=True, verbose_name="compte")),
                ("actor_name", models.CharField(max_length=200, verbose_name="par")),
                (
                    "subject_kind",
                    models.CharField(blank=True, max_length=60, verbose_name="nature de l’objet"),
                ),
                (
                    "subject_id",
                    models.BigIntegerField(blank=True, null=True, verbose_name="numéro de l’objet"),
                ),
                ("subject_name", models.CharField(blank=True, max_length=200, verbose_name="objet")),
                ("note", models.CharField(blank=True, max_length=400, verbose_name="précision")),
                ("before", models.JSONField(blank=True, null=True, verbose_name="avant")),
                ("after", models.JSONField(blank=True, null=True, verbose_name="après")),
                ("address", models.CharField(blank=True, max_length=45, verbose_name="adresse réseau")),
            ],
            options={
                "verbose_name": "ligne du journal",
                "verbose_name_plural": "journal",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="OpenSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40, unique=True, verbose_name="session")),
                ("opened_at", models.DateTimeField(verbose_name="ouverte le")),
                ("seen_at", models.DateTimeField(verbose_name="vue le")),
                ("address", models.CharField(blank=True, max_length=45, verbose_name="adresse réseau")),
                ("device", models.CharField(blank=True, max_length=300, verbose_name="appareil")),
            ],
            options={
                "verbose_name": "session ouverte",
                "verbose_name_plural": "sessions ouvertes",
                "ordering": ["-seen_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="utilisé le")),
            ],
            options={
                "verbose_name": "code de secours",
                "verbose_name_plural": "codes de secours",
            },
        ),
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.TextField(editable=False, verbose_name="clé chiffrée")),
                ("confirmed_at", models.DateTimeField(verbose_name="activée le")),
                ("last_step", models.BigIntegerField(default=0, verbose_name="dernier pas accepté")),
            ],
            options={
                "verbose_name": "double vérification",
            },
        ),
        migrations.CreateModel(
            name="SecuritySettings",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                (
                    "factor",
                    models.CharField(
                        choices=[
                            ("free", "Facultative"),
                            ("powerful", "Obligatoire pour les administrateurs et les régisseurs"),
                            ("all", "Obligatoire pour tous les agents"),
                        ],
                        default="free",
                        max_length=8,
                        verbose_name="double vérification",
                    ),
                ),
                (
                    "trust_days",
                    models.IntegerField(
                        default=30, verbose_name="ne pas la redemander sur un appareil pendant (jours)"
                    ),
                ),
            ],
            options={
                "verbose_name": "sécurité du guichet",
            },
        ),
        migrations.CreateModel(
            name="TrustedDevice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="empreinte")),
                ("until", models.DateTimeField(verbose_name="jusqu’au")),
            ],
            options={
                "verbose_name": "appareil de confiance",
                "verbose_name_plural": "appareils de confiance",
            },
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["-at", "-id"], name="auditentry_latest"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["actor_id", "-at"], name="auditentry_by_actor"),
        ),
        migrations.AddField(
            model_name="opensession",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sessions",
                to=settings.AUTH_USER_MODEL,
                verbose_name="compte",
            ),
        ),
        migrations.AddField(
            model_name="recoverycode",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="recovery_codes",
                to=settings.AUTH_USER_MODEL,
                verbose_name="compte",
            ),
        ),
        migrations.AddField(
            model_name="secondfactor",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="second_factor",
                to=settings.AUTH_USER_MODEL,
                verbose_name="compte",
            ),
        ),
        migrations.AddConstraint(
            model_name="securitysettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", 1)), name="securitysettings_single_row"
            ),
        ),
        migrations.AddConstraint(
            model_name="securitysettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("factor__in", ["free", "powerful", "all"])),
                name="securitysettings_factor_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="securitysettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("trust_days__gte", 0), ("trust_days__lte", 90)),
                name="securitysettings_trust_days",
            ),
        ),
        migrations.AddField(
            model_name="trusteddevice",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="trusted_devices",
                to=settings.AUTH_USER_MODEL,
                verbose_name="compte",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverycode",
            constraint=models.UniqueConstraint(fields=("user", "digest"), name="recoverycode_unique"),
        ),
        migrations.RunSQL(FREEZE, THAW),
    ]
