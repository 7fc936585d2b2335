"""Roles of agents. Whoever was an agent before could do everything, and still can: an administrator shares it out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

ROLES = [
    ("admin", "Administrateur"),
    ("desk", "Guichet"),
    ("treasurer", "Régisseur"),
    ("leader", "Animateur"),
    ("head", "Directeur d’école"),
    ("editor", "Communication"),
    ("reader", "Lecture seule"),
]
KINDS = [
    ("town", "Toute la commune"),
    ("establishment", "Établissement"),
    ("activity", "Activité"),
    ("regie", "Régie"),
]


def make_administrators(apps, schema_editor):
    grants = apps.get_model("core", "RoleGrant")
    agents = apps.get_model("core", "User").objects.filter(kind="agent")
    grants.objects.bulk_create(grants(agent=agent, role="admin", scope_kind="town") for agent in agents)


class Migration(migrations.Migration):
    dependencies = [("core", "0014_registrations")]

    operations = [
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(choices=ROLES, max_length=12, verbose_name="rôle")),
                (
                    "scope_kind",
                    models.CharField(choices=KINDS, default="town", max_length=13, verbose_name="sur"),
                ),
                ("scope_code", models.CharField(blank=True, max_length=80, verbose_name="code du lieu")),
                ("given_at", models.DateTimeField(auto_now_add=True, verbose_name="donné le")),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="agent",
                    ),
                ),
            ],
            options={
                "verbose_name": "rôle d’un agent",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agent", "role", "scope_kind", "scope_code"), name="rolegrant_unique"
                    ),
                    models.CheckConstraint(
                        condition=Q(role__in=[code for code, _ in ROLES]), name="rolegrant_role_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(scope_kind__in=[code for code, _ in KINDS]), name="rolegrant_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(scope_code="", scope_kind="town")
                        | (~Q(scope_kind="town") & ~Q(scope_code="")),
                        name="rolegrant_place_named",
                    ),
                ],
            },
        ),
        migrations.RunPython(make_administrators, migrations.RunPython.noop, elidable=True),
    ]
