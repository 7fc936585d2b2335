"""A town is born whole or not at all, and its copied schema is the migrated one, object by object."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import RequestFactory
from django_tenants.utils import schema_exists

from core.models import OutgoingMail
from tenants.context import use_commune
from tenants.enums import CommuneStatus
from tenants.middleware import TownMiddleware
from tenants.models import OPENING_TAKES_AT_MOST, Commune, schema_name_for
from tenants.services.opening import discard_failed_commune, open_commune, resume_commune, suspend_commune
from tenants.services.template import TEMPLATE_SCHEMA, migrate_template

CATALOGUES = {
    "colonnes": """SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity
                     FROM information_schema.columns WHERE table_schema = %(schema)s""",
    "contraintes": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
                        FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace""",
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %(schema)s",
    "déclencheurs": """SELECT event_object_table, trigger_name, action_statement, event_manipulation
                         FROM information_schema.triggers WHERE trigger_schema = %(schema)s""",
    "séquences": "SELECT sequencename, start_value, increment_by FROM pg_sequences WHERE schemaname = %(schema)s",
}


@pytest.fixture
def template(transactional_db, public) -> None:
    migrate_template()


def describe(schema: str) -> dict[str, set[tuple[str, ...]]]:
    described = {}
    with connection.cursor() as cursor:
        for name, sql in CATALOGUES.items():
            cursor.execute(sql, {"schema": schema})
            described[name] = {
                tuple(str(value).replace(schema, "X") for value in row) for row in cursor.fetchall()
            }
    return described


def applied_migrations(schema: str) -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT app, name FROM "{schema}".django_migrations')
        return set(cursor.fetchall())


def test_a_copied_town_is_the_same_as_a_migrated_one(template):
    commune = open_commune(slug="uzes", name="Uzès")

    migrated, copied = describe(schema_name_for("bellegarde")), describe(commune.schema_name)
    for name, objects in migrated.items():
        assert objects, name
        assert copied[name] == objects, name
    assert applied_migrations(commune.schema_name) == applied_migrations(TEMPLATE_SCHEMA)


def test_an_opened_town_answers_and_its_connection_is_clean(template):
    commune = open_commune(slug="uzes", name="Uzès")

    assert (commune.status, commune.domains.get().domain) == (CommuneStatus.READY, "uzes.localhost")
    with use_commune(commune):
        assert OutgoingMail.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SHOW row_security")
        assert cursor.fetchone() == ("on",)
        cursor.execute("SHOW search_path")
        assert cursor.fetchone() == ("public",)


@pytest.mark.parametrize("slug", ["Uzes", "1uzes", "uzes_", "_template", "uzès", "a", "x" * 42])
def test_bad_names_are_refused(public, slug):
    with pytest.raises(ValidationError):
        open_commune(slug=slug, name="Uzès")
    assert not Commune.objects.filter(name="Uzès").exists()


@pytest.mark.parametrize("host", ["console.localhost", "paiement.localhost", "bellegarde.localhost"])
def test_reserved_or_taken_hosts_are_refused(public, host):
    with pytest.raises(ValidationError):
        open_commune(slug="uzes", name="Uzès", host=host)


def test_an_opening_that_fails_is_not_routed_to_and_can_be_discarded(template, settings):
    settings.COMMUNE_FILE_APPLY = "tests.tenancy.test_opening.refuse_file"

    with pytest.raises(ValidationError):
        open_commune(slug="uzes", name="Uzès", file_text="x = 1")

    commune = Commune.objects.get(slug="uzes")
    assert commune.status == CommuneStatus.FAILED
    assert "ligne 1" in commune.status_reason
    assert visit("uzes.localhost") == 404
    discard_failed_commune(commune)
    assert not schema_exists(commune.schema_name)
    assert open_commune(slug="uzes", name="Uzès").is_ready


def refuse_file(commune: Commune, text: str) -> None:
    raise ValidationError("ligne 1 : clé inconnue")


def test_an_opening_that_was_killed_can_be_discarded_once_it_cannot_be_running(template):
    killed = open_commune(slug="uzes", name="Uzès")
    Commune.objects.filter(pk=killed.pk).update(status=CommuneStatus.OPENING)
    killed.refresh_from_db()
    with pytest.raises(ValidationError):
        discard_failed_commune(killed)  # perhaps at work in another process

    killed.created_at -= OPENING_TAKES_AT_MOST + timedelta(seconds=1)
    discard_failed_commune(killed)

    assert not schema_exists(killed.schema_name)
    assert open_commune(slug="uzes", name="Uzès").is_ready


def test_a_town_that_is_open_cannot_be_discarded(commune):
    with pytest.raises(ValidationError):
        discard_failed_commune(commune)
    assert schema_exists(commune.schema_name)


def test_a_suspended_town_says_so_and_comes_back(public):
    commune = Commune.objects.get(slug="balaruc")
    suspend_commune(commune, reason="Impayé")
    assert visit("balaruc.localhost") == 503
    resume_commune(commune)
    assert visit("balaruc.localhost") == 200


@pytest.mark.parametrize(
    "host",
    ["localhost", "inconnue.localhost", "127.0.0.1", "evil.example", "bellegarde.localhost.evil.example"],
)
def test_an_unknown_host_is_a_404(public, host):
    assert visit(host) == 404


@pytest.mark.parametrize(
    "host",
    ["bellegarde.localhost", "BELLEGARDE.localhost", "bellegarde.localhost:8000", "bellegarde.localhost."],
)
def test_a_town_is_found_however_its_host_is_written(public, host):
    assert visit(host) == 200


def visit(host: str) -> int:
    from django.http import HttpResponse

    request = RequestFactory().get("/", headers={"host": host})
    return TownMiddleware(lambda _: HttpResponse("page"))(request).status_code
