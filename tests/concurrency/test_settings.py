"""Two administrators at the town's settings at the same instant: one conflict is said, nothing is lost."""

from datetime import UTC, datetime
from time import sleep

import pytest

from core.commune_file import services
from core.commune_file.report import Report
from core.commune_file.services import apply_text
from core.models import AppliedFile, Establishment, SettingsChange
from core.queries.settings_draft import load_draft
from core.services import settings_draft
from core.services.settings_draft import (
    StaleDraftError,
    StaleTownError,
    apply_seen,
    publish_draft,
    save_object,
)
from tenants.context import use_commune
from tests.commune_file.small import TOWN, altered
from tests.factories.people import an_agent
from tests.harness.threads import run_together

pytestmark = pytest.mark.concurrency

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PLACE = ("etablissements", "ecole")


@pytest.fixture
def town(transactional_db, commune):
    apply_text(commune, TOWN)
    with use_commune(commune):
        yield commune


def prepare(town, by, **values) -> None:
    save_object(commune=town, names=PLACE, values=values, by=by, now=NOW)


def seen() -> list[int]:
    return list(SettingsChange.objects.values_list("pk", flat=True))


def both_publish(town) -> list[Report | Exception]:
    one, other = an_agent(), an_agent()
    prepare(town, one, nom="École Lamour")
    read = seen()
    return run_together([lambda by=by: publish_draft(commune=town, seen=read, by=by) for by in (one, other)])


def test_two_who_publish_the_same_draft_publish_it_once(town):
    published = AppliedFile.objects.count()
    outcomes = both_publish(town)
    assert [type(outcome) for outcome in outcomes if not isinstance(outcome, Report)] == [StaleDraftError]
    assert AppliedFile.objects.count() == published + 1
    assert Establishment.objects.get().name == "École Lamour"
    assert not seen()


def test_without_the_lock_both_would_publish(town, monkeypatch):
    monkeypatch.setattr(settings_draft, "hold_settings", lambda: None)
    load = settings_draft.load_draft

    def slowly(commune):
        draft = load(commune)
        sleep(0.3)
        return draft

    monkeypatch.setattr(settings_draft, "load_draft", slowly)
    assert [type(outcome) for outcome in both_publish(town)] == [Report, Report]


def test_a_file_brought_while_a_draft_is_published_is_refused_or_kept(town):
    one, other = an_agent(), an_agent()
    prepare(town, one, nom="École Lamour")
    read, last = seen(), AppliedFile.objects.last().pk
    moved = altered(('ville = "BELLEGARDE"', 'ville = "BEAUCAIRE"'), text=services.export_text(town))
    published, brought = run_together(
        [
            lambda: publish_draft(commune=town, seen=read, by=one),
            lambda: apply_seen(commune=town, text=moved, since=last, by=other),
        ]
    )
    assert isinstance(published, Report)
    assert isinstance(brought, Report | StaleTownError)
    assert Establishment.objects.get().name == "École Lamour", "ce qui est publié n’est pas défait"
    city = load_draft(town).base["accueil"]["ville"]
    assert city == ("BEAUCAIRE" if isinstance(brought, Report) else "BELLEGARDE")


def test_what_is_prepared_while_another_publishes_stays_prepared(town):
    one, other = an_agent(), an_agent()
    prepare(town, one, nom="École Lamour")
    read = seen()
    published, prepared = run_together(
        [
            lambda: publish_draft(commune=town, seen=read, by=one),
            lambda: prepare(town, other, adresse="1 rue du Stade"),
        ]
    )
    assert prepared is None
    place = next(one for one in load_draft(town).data["etablissements"] if one["code"] == "ecole")
    assert (place["nom"], place["adresse"]) == ("École Lamour", "1 rue du Stade")
    # Prepared before: what was read is no longer what would be published, and the agent is told.
    assert isinstance(published, Report | StaleDraftError)
