"""The settings in preparation: only what is changed is kept, and publishing does not undo what was done meanwhile."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.commune_file.objects import find
from core.commune_file.services import apply_text, export_text, town_data
from core.models import AppliedFile, Establishment, SettingsChange
from core.queries.settings_draft import draft_text, faults_of_draft, load_draft
from core.services.settings_draft import (
    SettingsRefusedError,
    StaleDraftError,
    drop_broken_examples,
    move_object,
    publish_draft,
    remove_object,
    save_object,
    undo_change,
)
from tenants.context import use_commune
from tests.commune_file.small import TOWN, altered
from tests.factories.people import an_agent

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PLACE = ("etablissements", "ecole")
PERIOD = ("activites", "restauration", "periodes", "cantine")
STAGE = (*PERIOD, "accueils", "repas", "stades", "normal")
RETURNS = altered(
    ('code = "cantine"\nnom = "Cantine"\ndebut = 2023-03-06\nfin = 2023-03-31', 'code = "cantine-{annees}"\nnom = "Cantine {annees}"\nannee_scolaire = "courante"\ndebut = "01/09"\nfin = "05/07"'),
)  # fmt: skip


@pytest.fixture
def agent(commune):
    return an_agent()


@pytest.fixture
def town(commune, agent):
    apply_text(commune, TOWN)
    with use_commune(commune):
        yield commune


def change(town, agent, names, **values):
    save_object(commune=town, names=names, values=values, by=agent, now=NOW)


def publish(town, agent):
    seen = SettingsChange.objects.values_list("pk", flat=True)
    return publish_draft(commune=town, seen=seen, by=agent)


def test_only_what_differs_is_kept_and_coming_back_forgets_it(town, agent):
    change(town, agent, PLACE, nom="École Lamour", adresse="1 rue du Stade")
    kept = SettingsChange.objects.get()
    assert (kept.values, kept.title) == (
        'nom = "École Lamour"\nadresse = "1 rue du Stade"\n',
        "Établissement École Lamour",
    )
    draft = load_draft(town)
    assert draft.state_of(PLACE) == "modifié"
    assert find(draft.base, PLACE)["nom"] == "École"
    change(town, agent, PLACE, nom="École", adresse=None)
    assert not SettingsChange.objects.exists()


def test_publishing_makes_the_town_so_and_tells_who_did_it(town, agent):
    change(town, agent, PLACE, nom="École Lamour")
    change(town, agent, STAGE, delai={"type": "days_before", "days": 2, "time": "12:00"})
    report = publish(town, agent)
    assert report.applied
    assert Establishment.objects.get().name == "École Lamour"
    applied = AppliedFile.objects.last()
    assert applied.by == agent
    assert any("École → École Lamour" in line for line in applied.changes)
    assert any("2 jours avant" in line for line in applied.changes)
    assert not SettingsChange.objects.exists()
    assert town_data(town) == load_draft(town).data
    assert apply_text(town, export_text(town)).changes == ()


def test_what_changed_on_another_screen_is_not_undone(town, agent):
    change(town, agent, PLACE, nom="École Lamour")
    Establishment.objects.update(phone="04 66 00 00 00")
    publish(town, agent)
    place = Establishment.objects.get()
    assert (place.name, place.phone) == ("École Lamour", "04 66 00 00 00")


def test_a_new_activity_is_made_piece_by_piece(town, agent):
    centre, period = ("etablissements", "centre"), ("activites", "loisirs", "periodes", "ete")
    change(town, agent, centre, code="centre", nom="Centre", type="centre")
    change(town, agent, ("activites", "loisirs"), code="loisirs", nom="LOISIRS", etablissement="centre")
    days = {"debut": date(2027, 7, 5), "fin": date(2027, 7, 30), "jours": ["lun"], "vacances": "ouvert"}
    change(town, agent, period, code="ete", nom="Été", annulation={"type": "never"}, **days)
    assert [fault.path[4:] for fault in faults_of_draft(load_draft(town))] == [("accueils",)]
    slot = (*period, "accueils", "jour")
    change(town, agent, slot, code="jour", libelle="JOURNÉE", debut="09:00", fin="17:00")
    change(town, agent, (*slot, "stades", "un"), code="un", libelle="JOURNÉE", delai={"type": "same_day"})
    assert faults_of_draft(load_draft(town)) == ()
    lines = [str(one) for one in publish(town, agent).changes]
    assert "Ajout\u00a0: activité LOISIRS (Centre) › période Été › accueil JOURNÉE › stade JOURNÉE" in lines


def test_what_an_object_cannot_be_is_refused_with_the_key_concerned(town, agent):
    with pytest.raises(SettingsRefusedError) as refused:
        change(town, agent, PERIOD, fin=date(2022, 1, 1))
    assert [(fault.path, fault.message) for fault in refused.value.faults] == [
        (("fin",), "la fin précède le début")
    ]
    with pytest.raises(SettingsRefusedError):
        change(town, agent, ("activites", "restauration"), etablissement="ailleurs")
    assert not SettingsChange.objects.exists()


def test_removing_moving_and_giving_up(town, agent):
    change(town, agent, ("etablissements", "b"), code="b", nom="B", type="centre")
    move_object(commune=town, names=("etablissements", "b"), places=-1, by=agent, now=NOW)
    assert [one["code"] for one in load_draft(town).data["etablissements"]] == ["b", "ecole"]
    remove_object(commune=town, names=("etablissements", "b"), by=agent, now=NOW)
    assert SettingsChange.objects.get().act == "order"
    remove_object(commune=town, names=PERIOD, by=agent, now=NOW)
    assert load_draft(town).state_of(PERIOD) == "retiré"
    undo_change(change=SettingsChange.objects.get(act="remove"))
    assert load_draft(town).state_of(PERIOD) == ""


def test_a_draft_that_somebody_changed_meanwhile_is_not_published(town, agent):
    change(town, agent, PLACE, nom="École Lamour")
    with pytest.raises(StaleDraftError):
        publish_draft(commune=town, seen=[], by=agent)
    assert Establishment.objects.get().name == "École"


def test_a_period_that_returns_every_year_still_does_after_another_screen(commune, agent):
    apply_text(commune, RETURNS)
    with use_commune(commune):
        Establishment.objects.update(phone="04 66 00 00 00")
        (activity,) = town_data(commune)["activites"]
        assert [one["code"] for one in activity["periodes"]] == ["cantine-{annees}"]
        names = ("activites", "restauration", "periodes", "cantine-{annees}")
        change(commune, agent, names, fin="30/06")
        assert any("30/06" in str(one) for one in publish(commune, agent).changes)
        assert town_data(commune)["activites"][0]["periodes"][0]["fin"] == "30/06"


EXAMPLE = """
[[exemples]]
nom = "Le dimanche soir, le repas du lundi est ouvert"
periode = "cantine"
accueil = "repas"
date = 2023-03-13
reserve_le = 2023-03-12T23:55:00
attendu = "ouvert"
prix = 3.30
"""


def test_examples_prove_the_draft_and_leave_when_they_no_longer_hold(town, agent):
    apply_text(town, TOWN + EXAMPLE)
    change(town, agent, STAGE, delai={"type": "days_before", "days": 3})
    assert drop_broken_examples(commune=town, by=agent, now=NOW) == 1
    assert publish(town, agent).applied
    assert "exemples" not in town_data(town)


def test_amounts_and_dates_come_back_as_they_were(town, agent):
    change(
        town, agent, PERIOD, dossier={"max_overdue": Decimal("50.00")}, ouverture=datetime(2023, 2, 1, 8, 30)
    )
    period = find(load_draft(town).data, PERIOD)
    assert period["dossier"] == {"max_overdue": Decimal("50.00")}
    assert period["ouverture"] == datetime(2023, 2, 1, 8, 30)
    assert "max_overdue = 50.00" in draft_text(load_draft(town))
