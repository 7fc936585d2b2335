"""Bellegarde’s school insurances in the demo: one family in each state, and only those in order may book."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from booking.queries.family_file import family_folders
from booking.queries.offer import choices_for
from core.clock import frozen
from core.commune_file.services import apply_text
from core.models import Establishment, FamilyDocument
from portail.demo.papers import give_papers
from tenants.context import use_commune
from tenants.models import Commune
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family

TOWN_FILE = Path(__file__).resolve().parents[2] / "infra" / "communes" / "bellegarde.toml"
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
# State of the demo → what the family sees of the insurance, and whether it may book the « périscolaire ».
STATES = {
    "accepted": ("doc_accepted", True),
    "ending": ("doc_ending", True),
    "received": ("doc_received", True),
    "resent": ("doc_received", True),
    "refused": ("doc_refused", False),
    "expired": ("doc_expired", False),
    "missing": ("doc_missing", False),
}


def seen(family: Family) -> tuple[str, bool]:
    folder = next(one for one in family_folders(family.household, now=NOW) if one.child)
    choices = choices_for([family.child], now=NOW)[family.child.pk]
    care = next(one for one in choices if one.period.code.startswith("periscolaire-serment"))
    return folder.documents[0].state, not care.obstacle


def test_one_family_in_each_state(public, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    town = Commune.objects.get(slug="bellegarde")
    with frozen(NOW):
        apply_text(town, TOWN_FILE.read_text())
        with use_commune(town):
            school, agent = Establishment.objects.get(code="ecole-serment"), an_agent()
            families = {state: a_family(school=school) for state in STATES}
            for state, family in families.items():
                give_papers(family.household, state, agent=agent)
            assert {state: seen(family) for state, family in families.items()} == STATES
            sent = FamilyDocument.objects.get(household=families["received"].household)
            with sent.pages.get().file.open() as file:
                assert file.read().startswith(b"%PDF-")
            again = FamilyDocument.objects.filter(household=families["resent"].household).order_by("pk")
            assert [(one.state, one.pages.count()) for one in again] == [("refused", 2), ("received", 2)]
            kept = FamilyDocument.objects.count()
            for state, family in families.items():
                give_papers(family.household, state, agent=agent)
            assert FamilyDocument.objects.count() == kept
