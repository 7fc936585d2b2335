"""Applying a file: all or nothing, and never against what families booked."""

import tomllib
from datetime import date
from decimal import Decimal

import pytest

from billing.models import ProviderAccount, Regie, TariffVersion
from booking.enums import PlaceState
from booking.models import Activity, BookingDraft, Enrolment, Opening, Period
from core.clock import now
from core.commune_file.report import CommuneFileError
from core.commune_file.services import apply_text, diff_text, export_text
from core.models import CommuneSettings, ContactSubject, Conversation, Establishment, MenuLink, Question
from tenants.models import Commune
from tests.commune_file.small import TOWN, a_booking, altered, without
from tests.harness.queries import count_queries

N = "\u00a0"
DAY = date(2023, 3, 13)


@pytest.fixture
def town(commune: Commune) -> Commune:
    apply_text(commune, TOWN)
    return commune


def refusals(town: Commune, text: str) -> list[str]:
    with pytest.raises(CommuneFileError) as refused:
        apply_text(town, text)
    assert diff_text(town, TOWN).changes == ()  # nothing was changed
    return [sentence.replace(N, " ") for sentence in refused.value.report.refusals]


def changes(town: Commune, text: str) -> list[str]:
    return [str(change).replace(N, " ") for change in apply_text(town, text).changes]


def test_a_new_town_gets_its_configuration_and_its_days(town: Commune) -> None:
    assert CommuneSettings.objects.get().heading == "MAIRIE"
    period = Period.objects.get()
    assert (period.payment, period.weekdays, period.levels) == ("prepaid", [1, 2, 4, 5], [])
    days = Opening.objects.values_list("date", "capacity")
    assert (len(days), days[0]) == (16, (date(2023, 3, 6), 10))


def test_a_dry_run_shows_the_changes_and_writes_nothing(commune: Commune) -> None:
    report = apply_text(commune, altered(('nom = "Bellegarde"', 'nom = "Autre"')), dry_run=True)
    assert f"Ajout{N}: activité RESTAURATION (École) › période Cantine" in map(str, report.changes)
    assert (report.applied, Establishment.objects.count(), Opening.objects.count()) == (False, 0, 0)
    assert commune.name == Commune.objects.get(pk=commune.pk).name == "Bellegarde"


WRONG_EXAMPLE = """
[[exemples]]
nom = "Lundi"
periode = "cantine"
accueil = "repas"
date = 2023-03-13
reserve_le = 2023-03-12T23:55:00
attendu = "ouvert"
prix = 4
"""


def test_a_file_whose_example_does_not_hold_is_not_applied(town: Commune) -> None:
    with pytest.raises(CommuneFileError, match=r"exemple «.Lundi.».: prix attendu"):
        apply_text(town, altered(("amount = 3.30", "amount = 3.40")) + WRONG_EXAMPLE)
    assert diff_text(town, TOWN).changes == ()


def test_changes_are_told_in_french_lines(town: Commune) -> None:
    text = altered(("amount = 3.30", "amount = 3.40"), ('nom = "Cantine"', 'nom = "Cantine 2023"'))
    text += '\n[[etablissements]]\ncode = "mdj"\nnom = "Maison des Jeunes"\ntype = "mdj"\n'
    assert changes(town, text) == [
        "Ajout : établissement Maison des Jeunes",
        "Tarif Repas › prix à partir du 01/09/2022 – Règle de prix : 3,30 € → 3,40 €",
        "Activité RESTAURATION (École) › période Cantine 2023 – Nom : Cantine → Cantine 2023",
    ]
    assert changes(town, TOWN)[0] == "Retrait : établissement Maison des Jeunes"


def test_a_new_price_leaves_frozen_prices_alone(town: Commune) -> None:
    place = a_booking(DAY)
    apply_text(town, altered(("amount = 3.30", "amount = 3.40")))
    place.line.refresh_from_db()
    assert place.line.price == Decimal("3.30")
    assert TariffVersion.objects.get().rule == {"type": "flat", "amount": "3.40"}


def test_days_with_places_cannot_fall_out_of_a_period(town: Commune) -> None:
    a_booking(DAY)
    assert refusals(town, altered(("fin = 2023-03-31", "fin = 2023-03-10"))) == [
        "« Cantine » ne peut pas fermer Lu 13 : 1 place y est réservée. Annulez d’abord ces réservations."
    ]


def test_a_closed_day_that_was_given_back_stays_for_the_history(town: Commune) -> None:
    a_booking(DAY, state=PlaceState.RELEASED)
    closing = '\n[[calendrier]]\ndu = 2023-03-13\nau = 2023-03-14\neffet = "ferme"\nmotif = "Travaux"\n'
    assert changes(town, TOWN + closing) == [
        "Ajout : jours particuliers « Travaux » du 13/03/2023 au 14/03/2023",
        "Retrait : 2 ouvertures (École / RESTAURATION / Cantine)",
    ]
    assert Opening.objects.get(date=DAY).closed_reason == "Fermé ce jour-là"
    assert not Opening.objects.filter(date=date(2023, 3, 14)).exists()
    assert changes(town, TOWN)[1] == "Ajout : 2 ouvertures (École / RESTAURATION / Cantine)"
    assert Opening.objects.get(date=DAY).closed_reason == ""


def test_capacity_never_goes_under_what_is_taken(town: Commune) -> None:
    a_booking(DAY)
    assert refusals(town, altered(("places = 10", "places = 0"))) == [
        "« REPAS » (Cantine) ne peut pas passer à 0 place : il y a jusqu’à 1 place prise (Lu 13)."
    ]
    apply_text(town, altered(("places = 10", "places = 1")))
    assert set(Opening.objects.values_list("capacity", flat=True)) == {1}


def test_a_capacity_set_for_one_day_is_kept(town: Commune) -> None:
    Opening.objects.filter(date=DAY).update(capacity=3)
    apply_text(town, altered(("places = 10", "places = 20")))
    assert Opening.objects.get(date=DAY).capacity == 3
    assert Opening.objects.exclude(date=DAY).first().capacity == 20


def test_what_families_use_is_not_deleted(town: Commune) -> None:
    a_booking(DAY)
    text = without(
        "[[activites]]",
        "[[activites.periodes]]",
        "[[activites.periodes.accueils]]",
        "[[activites.periodes.accueils.stades]]",
    )
    found = refusals(town, text)
    assert (
        found[0]
        == "Suppression refusée : période « Cantine » sert encore à 1 ligne de réservation, 1 présence et 1 réservation. Laissez-la dans le fichier."
    )
    found = refusals(town, text.replace('code = "ecole"', 'code = "autre"'))
    assert found[-1] == (
        "Suppression refusée : établissement « École » sert encore à 1 activité et 1 enfant. "
        "Déplacez d’abord ce qui s’y rattache, puis appliquez de nouveau le fichier."
    )


def test_a_stage_that_was_booked_is_not_deleted(town: Commune) -> None:
    a_booking(DAY)
    assert refusals(town, altered(('code = "normal"', 'code = "autre"'))) == [
        "Suppression refusée : stade « REPAS » sert encore à 1 ligne de réservation."
    ]


def test_enrolments_and_drafts_keep_what_they_are_about(town: Commune) -> None:
    place = a_booking(DAY, state=PlaceState.RELEASED)
    place.delete()
    place.line.delete()
    place.line.reservation.delete()
    Enrolment.objects.create(child=place.child, activity=Activity.objects.get(), valid_from=DAY)
    BookingDraft.objects.create(
        child=place.child, household=place.child.household, period=Period.objects.get(), updated_at=now()
    )
    text = without(
        "[[activites]]",
        "[[activites.periodes]]",
        "[[activites.periodes.accueils]]",
        "[[activites.periodes.accueils.stades]]",
    )
    found = refusals(town, text)
    assert (
        "Suppression refusée : période « Cantine » sert encore à 1 brouillon. Laissez-la dans le fichier."
        in found
    )
    assert (Enrolment.objects.count(), BookingDraft.objects.count()) == (1, 1)


def test_a_booked_period_keeps_its_activity(town: Commune) -> None:
    a_booking(DAY)
    found = refusals(town, altered(('code = "restauration"', 'code = "repas"')))
    assert (
        found[0]
        == "La période « Cantine » a 1 réservation : elle ne change plus d’activité ni d’établissement."
    )


def test_the_file_of_another_town_is_refused(town: Commune) -> None:
    assert refusals(town, altered(('identifiant = "bellegarde"', 'identifiant = "balaruc"'))) == [
        "Ce fichier est celui de « balaruc », pas de « bellegarde »."
    ]


def test_secrets_of_an_account_are_kept_and_never_exported(town: Commune) -> None:
    account = ProviderAccount.objects.get()
    account.secrets = {"cle": "tres-secret"}
    account.save()
    assert "tres-secret" not in export_text(town)
    apply_text(town, altered(('"090909"', '"090910"')))
    account = ProviderAccount.objects.get(closed_at=None)
    assert (account.config, account.secrets) == ({"numcli": "090910"}, {"cle": "tres-secret"})


def test_an_unused_account_and_regie_go_with_their_activity(town: Commune) -> None:
    text = altered(
        ('regie = "cantine"\n', ""),
        ('paiement = "panier"', 'paiement = "facture"'),
        ('tarif = "repas"\n', ""),
    )
    apply_text(town, without("[[regies]]", "[regies.paiement]", text=text))
    assert (Regie.objects.count(), ProviderAccount.objects.count()) == (0, 0)


def test_the_queries_do_not_grow_with_the_days(town: Commune) -> None:
    month = altered(("fin = 2023-03-31", "fin = 2023-03-30"))
    year = altered(("fin = 2023-03-31", "fin = 2023-12-31"))
    apply_text(town, month)
    few = count_queries(lambda: apply_text(town, TOWN))
    apply_text(town, month)
    assert count_queries(lambda: apply_text(town, year)) == few
    assert Opening.objects.count() > 100


def test_a_list_that_has_its_own_screens_is_left_when_the_file_is_silent(commune: Commune) -> None:
    apply_text(commune, TOWN)
    MenuLink.objects.create(code="bus", label="Navette", body="Toutes les heures")
    assert apply_text(commune, TOWN).changes == ()
    assert tomllib.loads(export_text(commune))["menus"][0]["code"] == "bus"
    (change,) = apply_text(commune, f"menus = []\n{TOWN}").changes
    assert "Navette" in str(change)
    assert not MenuLink.objects.exists()


def test_questions_subjects_and_answers_travel_with_the_file(commune: Commune) -> None:
    """A subject that families wrote under stays: their conversations would lose it."""
    help_of_the_town = """
[[questions]]
code = "annuler"
libelle = "Comment annuler ?"
theme = "Cantine"
texte = "Depuis le planning."

[[sujets]]
code = "cantine"
libelle = "Cantine"
service = "Restauration"
adresse = "cantine@bellegarde.example"

[[reponses]]
code = "recu"
libelle = "Bien reçu"
texte = "Bonjour {famille}."
"""
    apply_text(commune, TOWN + help_of_the_town)
    exported = tomllib.loads(export_text(commune))
    assert exported["sujets"] == [
        {
            "code": "cantine",
            "libelle": "Cantine",
            "service": "Restauration",
            "adresse": "cantine@bellegarde.example",
        }
    ]
    assert apply_text(commune, export_text(commune)).changes == ()
    assert apply_text(commune, TOWN).changes == (), "un fichier muet laisse ce que les écrans ont écrit"
    assert Question.objects.get().theme == "Cantine"
    Conversation.objects.create(
        subject=ContactSubject.objects.get(),
        title="Cantine",
        visitor_email="a@exemple.fr",
        opened_at=now(),
        last_message_at=now(),
    )
    with pytest.raises(CommuneFileError, match="sert encore à 1 conversation"):
        apply_text(commune, f"sujets = []\n{TOWN}")
