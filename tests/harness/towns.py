"""The two towns every test database holds: migrated, ready, and without any content."""

from django.core.management import call_command
from django.db import connection

from tenants.enums import CommuneStatus
from tenants.models import Commune, Domain, schema_name_for

TOWNS = {"bellegarde": "Bellegarde", "balaruc": "Balaruc-les-Bains"}


def build_towns() -> None:
    call_command("migrate_schemas", shared=True, verbosity=0)
    for slug, name in TOWNS.items():
        commune = Commune.objects.create(
            schema_name=schema_name_for(slug), slug=slug, name=name, status=CommuneStatus.READY
        )
        Domain.objects.create(domain=f"{slug}.localhost", tenant=commune, is_primary=True)
        commune.create_schema(check_if_exists=True, verbosity=0)
    connection.set_schema_to_public()
