"""The harness itself: a test that trusted a wrong one would prove nothing."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.db import connection
from django.template import Context, Template
from django.utils import timezone
from django.utils.text import slugify

from core import clock
from core.enums import EstablishmentKind
from core.models import Establishment
from tenants import middleware
from tenants.context import current_commune, use_commune
from tenants.models import Commune
from tests.harness.queries import assert_constant_queries
from tests.harness.threads import run_together


def add_school(name: str = "École Jean Jaurès") -> Establishment:
    return Establishment.objects.create(name=name, code=slugify(name), kind=EstablishmentKind.PRIMARY_SCHOOL)


@pytest.mark.parametrize("attempt", [1, 2])
def test_what_a_test_writes_is_gone_in_the_next(commune, attempt):
    assert Establishment.objects.count() == 0
    add_school()


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_committing_test_has_its_own_database(commune, transactional_db, attempt):
    assert "_own_" in connection.settings_dict["NAME"]
    assert Establishment.objects.count() == 0
    add_school()


def test_towns_are_separate(commune, other_commune):
    add_school()
    with use_commune(other_commune):
        assert Establishment.objects.count() == 0
    assert Establishment.objects.count() == 1
    assert current_commune() == commune


def test_public_holds_the_towns_and_no_business_table(public):
    assert set(Commune.objects.values_list("slug", flat=True)) == {"bellegarde", "balaruc"}
    assert not {
        table for table in connection.introspection.table_names() if table.startswith(("core_", "booking_"))
    }


def test_threads_have_their_own_connection_the_town_and_the_frozen_clock(commune, transactional_db):
    def backend() -> tuple[int, str, datetime]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return cursor.fetchone()[0], current_commune().slug, clock.now()

    def fail() -> None:
        raise LookupError

    moment = datetime(2022, 9, 1, 6, tzinfo=UTC)
    with clock.frozen(moment):
        first, second, failed = run_together([backend, backend, fail])
    assert first[0] != second[0]
    assert first[1:] == second[1:] == ("bellegarde", moment)
    assert isinstance(failed, LookupError)


def test_the_town_brings_its_time_zone(commune):
    assert timezone.get_current_timezone_name() == "Europe/Paris"


def test_growing_query_counts_are_refused(commune):
    with pytest.raises(AssertionError, match="requêtes SQL pour 1 ligne"):
        assert_constant_queries(
            act=lambda: [
                Establishment.objects.get(pk=pk) for pk in Establishment.objects.values_list("pk", flat=True)
            ],
            add_row=lambda: add_school(f"École {Establishment.objects.count()}"),
        )
    assert_constant_queries(
        act=lambda: list(Establishment.objects.all()),
        add_row=lambda: add_school(f"Autre {Establishment.objects.count()}"),
    )


def test_an_unknown_template_variable_fails():
    with pytest.raises(pytest.fail.Exception, match="fmaille"):
        Template("{{ fmaille }}").render(Context())


def test_clients_speak_to_their_own_town_and_leave_the_active_one_alone(commune, other_commune, client_for):
    assert client_for(other_commune).get("/").wsgi_request.tenant == other_commune
    assert client_for(commune).get("/").wsgi_request.tenant == commune
    assert current_commune() == commune


def test_a_browser_sees_each_town_on_its_own_host(commune, other_commune, live_towns, phone):
    for town in (commune, other_commune):
        answer = phone.goto(live_towns.url(town))
        assert answer.status == 200
        assert town.name.upper() in phone.content().upper()
    assert phone.goto(live_towns.url("inconnue")).status == 404


def test_the_live_clock_can_be_stopped(commune, live_towns, monkeypatch):
    moment = datetime(2022, 9, 1, 6, tzinfo=UTC)
    seen: list[datetime] = []
    monkeypatch.setattr(middleware, "_town_for", lambda host: seen.append(clock.now()))

    for frozen_at in (moment, None):
        live_towns.freeze(frozen_at)
        assert httpx.get(f"http://127.0.0.1:{live_towns.port}/").status_code == 404
    assert seen[0] == moment
    assert datetime.now(UTC) - seen[1] < timedelta(minutes=1)
