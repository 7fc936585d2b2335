"""The guide of Balaruc-le-Vieux, chapter 4, as printed: a demand, its recap, and what becomes of it."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from playwright.sync_api import expect

from booking.enums import LineState
from booking.models import Opening, Period, Reservation
from booking.services.decisions import decide_lines
from booking.services.requests import submit_request
from core import clock
from core.models import Child
from tests.guides.balaruc import BOOKING_DAY, agent, balaruc, changes_seat, reader, valentina
from tests.guides.town import PARIS, subjects_to
from tests.harness.live import ON_A_PHONE

__all__ = ["agent", "balaruc", "reader", "valentina"]

SUMMER = "ale-primaire-ete-2015"
PRESENCE_WORDS = (
    "Nouvelle demande de réservation ou demande modifiée",
    "Demande d’annulation",
    "Présence en attente de traitement",
    "Présence acceptée",
    "Aucune place disponible",
)
RESERVATION_WORDS = (
    "Réservation en attente de traitement",
    "Réservation acceptée",
    "Réservation refusée",
    "Réservation annulée",
    "Des présences acceptées et d'autres refusées ou annulées",
)


def ask(child: Child, user, *days: str, code: str = SUMMER, at: datetime = BOOKING_DAY) -> Reservation:
    """A morning each day, asked for without the pages."""
    period = Period.objects.select_related("activity__establishment", "activity__regie").get(code=code)
    openings = Opening.objects.filter(slot__period=period, slot__code="matin", date__in=days)
    stage = openings[0].slot.stages.get()
    with clock.frozen(at):
        return submit_request(
            child=child,
            period=period,
            wishes={opening.pk: stage.pk for opening in openings},
            cancellations=[],
            by=user,
            now=at,
        )


@pytest.fixture
def asked_before(valentina) -> None:
    """N° 00047 for Roméo and n° 00048 for Valentina, both waiting, as the guide's list begins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('booking_reservation', 'id'), 46)")
    romeo = valentina.household.children.get(first_name="Roméo")
    island = "ile-aux-enfants-ete-2015"
    ask(romeo, valentina.user, "2015-07-01", code=island, at=datetime(2015, 5, 22, 16, 17, tzinfo=PARIS))
    days = ("2015-07-01", "2015-07-02")
    ask(valentina.child, valentina.user, *days, code=island, at=datetime(2015, 5, 22, 16, 37, tzinfo=PARIS))


def opens_the_summer(reader) -> None:
    """« + Nouvelle réservation », the child, the establishment and the period, « Continuer »."""
    reader.presses("+ Nouvelle réservation")
    reader.page.get_by_role("link", name="Valentina").click()
    reader.is_on("Choix de l'établissement et de la période")
    establishment = reader.page.get_by_role("listitem").filter(
        has=reader.page.get_by_role("heading", name="ALE Primaire", exact=True)
    )
    establishment.get_by_role("link", name=re.compile("Ete 2015")).click()
    reader.reads("Votre sélection", "Du 01/08/2012 au 31/08/2015", "Jours d'ouverture :")
    reader.reads("Vous avez jusqu'au 31/08/2016 pour valider vos réservations")
    reader.finds_nothing_in_the_way()
    reader.presses("Continuer")


def turns_to(reader, week: int) -> None:
    shown = reader.page.get_by_role("heading", name=re.compile("^Semaine n°"))
    while (now := int(shown.inner_text().removeprefix("Semaine n°"))) != week:
        step = now + 1 if now < week else now - 1
        reader.presses(f"Semaine n°{step}")
        expect(shown).to_have_text(f"Semaine n°{step}")


def picks(reader, *weekdays: str, column: str, reach: str, act: str = "Cocher") -> None:
    """« Sélection automatique des jours » of one column."""
    head = reader.page.get_by_role("columnheader").filter(has_text=re.compile(rf"^{column} ?\("))
    head.get_by_role("button", name="Sélection automatique des jours").click()
    window = reader.page.get_by_role("dialog", name="Sélection automatique des jours")
    for weekday in weekdays:
        window.get_by_label(f"tous les {weekday}").check()
    window.get_by_label(reach).check()
    window.get_by_role("button", name=act, exact=True).click()
    expect(window).to_be_hidden()


def shows_a_question(box) -> bool:
    look = box.evaluate("one => getComputedStyle(one, '::before').maskImage")
    return "mark-question" in look


@ON_A_PHONE
def test_a_demand_from_the_planning_to_the_list(reader, balaruc, valentina, asked_before):
    balaruc.at(BOOKING_DAY)
    reader.comes_in()
    reader.reads("Accueil de loisirs / Périscolaire", "00048", "00047", "22/05/2015 à 16:37")
    reader.reads("L ILE AUX ENFANTS / MERCREDIS / VACANCES", "Du 01/07/2015 au 02/07/2015")
    opens_the_summer(reader)

    reader.is_on("Planning - Valentina Test")
    reader.presses("Légende")
    reader.reads(*PRESENCE_WORDS)
    turns_to(reader, 27)
    reader.reads("Matin", "Midi", "Après-midi", "mer. 01 juil. 2015", "dim. 05 juil. 2015")
    reader.finds_nothing_in_the_way()

    reader.ticks("mer. 01", "jeu. 02", under="Matin")
    assert shows_a_question(reader.box("mer. 01", "Matin").get_by_role("checkbox"))
    reader.ticks("ven. 03", under="Midi")
    reader.unticks("ven. 03", under="Midi")
    reader.reads("2 présences")
    for week in (29, 30, 31):
        turns_to(reader, week)
        picks(reader, "lundi", "mardi", column="Matin", reach="Uniquement sur la semaine affichée")
    picks(reader, "samedi", column="Midi", reach="Sur toute la période")
    reader.reads("Semaine n°31")
    reader.reads("21 présences")  # thirteen Saturdays are left, not counting the 15th of August
    picks(reader, "samedi", column="Midi", reach="Sur toute la période", act="Décocher")
    reader.reads("8 présences")
    reader.finds_nothing_in_the_way()

    reader.presses("Valider le planning")
    reader.is_on("Récapitulatif de votre demande")
    reader.presses("Retour au planning")
    reader.reads("Semaine n°31")
    reader.presses("Valider le planning")
    reader.reads("Référent : Valentina Test", "Etat de la réservation : En attente de confirmation")
    reader.reads("ALE Primaire / MERCREDIS / VACANCES / Ete 2015")
    for day in ("mer. 01", "jeu. 02", "lun. 13", "mar. 14", "lun. 20", "mar. 21", "lun. 27", "mar. 28"):
        reader.reads(f"{day}/07/2015")
    reader.reads("Merci de vérifier les informations saisies avant de confirmer votre réservation.")
    reader.finds_nothing_in_the_way()
    reader.presses("Confirmer la réservation")

    reader.is_on("Demande de réservation enregistrée")
    reader.reads("Votre demande de réservation a bien été prise en compte. Merci.")
    reader.reads("N° de la réservation : 00049 ( du 29/05/2015 à 12:34 )")
    reader.finds_nothing_in_the_way()
    reader.presses("Retour au compte")
    reader.reads("00049", "29/05/2015 à 12:34", "Du 01/07/2015 au 28/07/2015", "de 1 à 3 sur 3 éléments")
    reader.presses("? Légende")
    reader.reads(*RESERVATION_WORDS)
    reader.presses("Voir la réservation 00049")
    reader.is_on("Réservation n° 00049")
    reader.reads("Réservation en attente de traitement", "lun. 13/07/2015")
    reader.finds_nothing_in_the_way()


@ON_A_PHONE
def test_the_agent_decides_and_the_family_sees(reader, balaruc, valentina, agent):
    child, user = valentina.child, valentina.user
    week = ("2015-07-06", "2015-07-07", "2015-07-08", "2015-07-09")
    partly = ask(child, user, *week)
    accepted, refused = ask(child, user, "2015-07-13"), ask(child, user, "2015-07-15")
    waiting, taken_back = ask(child, user, "2015-07-20"), ask(child, user, "2015-07-22")
    balaruc.at(BOOKING_DAY + timedelta(hours=3))
    with clock.frozen(balaruc.now):
        yes = [accepted.lines.get().pk, taken_back.lines.get().pk]
        decide_lines(line_ids=yes, accept=True, reason="", by=agent, now=balaruc.now)
        no = [refused.lines.get().pk]
        decide_lines(line_ids=no, accept=False, reason="Dossier incomplet", by=agent, now=balaruc.now)

    changes_seat(reader, agent)
    reader.opens("/agent/demandes/")
    reader.finds_nothing_in_the_way()
    reader.page.get_by_role("link", name=partly.display_number, exact=True).click()
    reader.is_on(f"Demande n° {partly.display_number}")
    reader.finds_nothing_in_the_way()
    reader.page.get_by_role("checkbox", name="jeu. 09/07/2015").uncheck()
    reader.presses("Accepter les jours cochés")
    reader.reads("3 jours acceptés")
    reader.page.get_by_label("Motif du refus").select_option(index=1)
    reader.presses("Refuser les jours cochés")
    reader.reads("1 jour refusé")
    assert sorted(partly.lines.values_list("state", flat=True)) == [LineState.ACCEPTED] * 3 + [
        LineState.REFUSED
    ]

    changes_seat(reader, user)
    balaruc.at(BOOKING_DAY + timedelta(hours=5))
    reader.comes_in()
    opens_the_summer(reader)
    turns_to(reader, 30)
    reader.unticks("mer. 22", under="Matin")
    reader.presses("Valider le planning")
    reader.reads("mer. 22/07/2015", "Demande d’annulation")
    reader.presses("Confirmer la réservation")
    reader.reads("Etat de la réservation : Réservation annulée")
    reader.presses("Retour au compte")
    reader.page.get_by_label("éléments / page").select_option("10")
    reader.presses("Appliquer")
    expected = {
        partly: "Acceptée en partie",
        accepted: "Acceptée",
        refused: "Refusée",
        waiting: "En attente de traitement",
        taken_back: "Annulée",
    }
    for reservation, word in expected.items():
        row = reader.page.get_by_role("row").filter(has_text=reservation.display_number)
        expect(row.locator(".status-word")).to_have_text(word)
    reader.finds_nothing_in_the_way()
    reader.presses(f"Voir la réservation {partly.display_number}")
    reader.reads("jeu. 09/07/2015", "refusée", "acceptée", "Historique")
    reader.finds_nothing_in_the_way()
    assert len(subjects_to(valentina)) >= 5
