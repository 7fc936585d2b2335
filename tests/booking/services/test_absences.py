"""An absence that a family reports: what is given back, what remains due, and what an agent decides."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from billing.models import Charge
from billing.services.invoices import issue_invoice
from booking.enums import AbsenceState, LineState, PaymentMode, PlaceState
from booking.errors import AbsenceError
from booking.models import AbsenceReport, Opening, Place, ReservationEvent, RetakeClaim
from booking.rules.absence import AbsenceReason, Proof
from booking.services.absences import decide_proof, hand_in_proof, report_absence
from booking.services.no_shows import settle_no_shows
from booking.services.requests import submit_request
from core import clock
from core.models import OutgoingMail
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import count_queries

PARIS = ZoneInfo("Europe/Paris")
TUESDAY = datetime(2027, 3, 2, 7, 30, tzinfo=PARIS)  # before the meal, after the deadline
CERTIFICATE = {
    "reasons": ["illness"],
    "proofs": ["certificate"],
    "proof_within": {"hours": 48},
}
POLICY = {"waivers": [CERTIFICATE]}


@pytest.fixture
def invoiced(commune, now):
    canteen = a_canteen(start=date(2027, 3, 1), payment=PaymentMode.INVOICED)
    canteen.period.absences = POLICY
    canteen.period.save()
    return canteen


@pytest.fixture
def pupil(invoiced, now):
    """Booked from Monday 1 to Friday 5 March."""
    family = a_family(school=invoiced.school)
    submit_request(
        child=family.child,
        period=invoiced.period,
        wishes=invoiced.wishes(days=4),
        cancellations=[],
        by=family.user,
        now=now,
    )
    OutgoingMail.objects.all().delete()
    return family


def report(offer, family, *, first=2, last=2, reason=AbsenceReason.ILLNESS, file=None, now=TUESDAY):
    return report_absence(
        child=family.child,
        period=offer.period,
        first=date(2027, 3, first),
        last=date(2027, 3, last),
        reason=reason,
        note="",
        file=file,
        by=family.user,
        now=now,
    )


def paper(name="certificat.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 certificat")


def owed() -> dict[int, Decimal]:
    """Euros owed by day of March, corrections included."""
    found: dict[int, Decimal] = {}
    for charge in Charge.objects.filter(voided_at=None):
        found[charge.service_date.day] = found.get(charge.service_date.day, Decimal(0)) + charge.amount
    return {day: amount for day, amount in found.items() if amount}


def test_a_reported_absence_gives_the_place_back_and_waits_for_the_certificate(invoiced, pupil):
    absence = report(invoiced, pupil)
    assert absence.state == AbsenceState.AWAITING
    assert absence.proof_until == datetime(2027, 3, 4, 11, 30, tzinfo=PARIS)
    (day,) = absence.days.all()
    assert (day.price, day.due) == (Decimal("3.30"), Decimal("3.30"))
    assert "un certificat médical est demandé" in day.explanation
    assert Opening.objects.get(date=date(2027, 3, 2)).taken == 0
    assert day.line.place.state == PlaceState.RELEASED
    day.line.refresh_from_db()
    assert (day.line.state, day.line.reason) == (LineState.CANCELLED, "Absence : maladie")
    act = ReservationEvent.objects.order_by("pk").last().act
    assert act == "Absence signalée (Absence : maladie)\u00a0: Ma 02"
    assert owed()[2] == Decimal("3.30")  # nothing is given back before the paper is read
    mail = OutgoingMail.objects.get()
    assert mail.subject == "Absence de Jade signalée"
    assert "remettez-le avant le jeudi 4 mars 2027 à 11:30" in mail.text


def test_the_days_still_in_time_are_not_due(invoiced, pupil, now):
    absence = report(invoiced, pupil, first=1, last=5, now=now)  # the Friday before
    assert absence.state == AbsenceState.SETTLED
    assert {day.explanation for day in absence.days.all()} == {"Annulé à temps"}
    assert owed() == {}


def test_an_accepted_certificate_voids_what_is_not_invoiced(invoiced, pupil):
    absence = report(invoiced, pupil, file=paper())
    name = absence.proof_file.name
    assert default_storage.exists(name)
    decided = decide_proof(
        report=absence,
        accept=True,
        proof=Proof.CERTIFICATE,
        received=absence.proof_at,
        reason="",
        by=an_agent(),
        now=TUESDAY + timedelta(days=1),
    )
    assert decided.state == AbsenceState.ACCEPTED
    assert decided.days.get().explanation == "Maladie\u00a0: non facturé"
    assert owed() == {1: Decimal("3.30"), 4: Decimal("3.30"), 5: Decimal("3.30")}
    assert not decided.proof_file  # only the decision is kept
    assert "justificatif accepté" in OutgoingMail.objects.order_by("pk").last().subject


def test_an_invoiced_day_is_given_back_by_an_opposite_line(invoiced, pupil, now):
    charges = list(Charge.objects.order_by("service_date"))
    issue_invoice(regie=invoiced.regie, household=pupil.household, charges=charges, on=now.date(), now=now)
    absence = report(invoiced, pupil)
    decide_proof(
        report=absence,
        accept=True,
        proof=Proof.CERTIFICATE,
        received=TUESDAY,
        reason="",
        by=an_agent(),
        now=TUESDAY,
    )
    credit = Charge.objects.get(invoice_line=None)
    assert (credit.amount, credit.reasons) == (Decimal("-3.30"), ["Maladie\u00a0: non facturé"])
    assert not Charge.objects.filter(voided_at__isnull=False).exists()
    assert owed().get(2) is None


def test_a_certificate_that_came_too_late_changes_nothing(invoiced, pupil):
    absence = report(invoiced, pupil)
    received = datetime(2027, 3, 4, 11, 31, tzinfo=PARIS)
    decided = decide_proof(
        report=absence,
        accept=True,
        proof=Proof.CERTIFICATE,
        received=received,
        reason="",
        by=an_agent(),
        now=received,
    )
    assert "était attendu avant le jeudi 4 mars 2027 à 11:30" in decided.days.get().explanation
    assert owed()[2] == Decimal("3.30")


def test_a_refusal_has_its_reason_and_is_final(invoiced, pupil):
    absence = report(invoiced, pupil)

    def decide(reason):
        return decide_proof(
            report=absence,
            accept=False,
            proof=Proof.CERTIFICATE,
            received=TUESDAY,
            reason=reason,
            by=an_agent(),
            now=TUESDAY,
        )

    with pytest.raises(AbsenceError):
        decide(" ")
    assert decide("Illisible").state == AbsenceState.REFUSED
    with pytest.raises(AbsenceError, match="déjà décidée"):
        decide("Encore")
    assert owed()[2] == Decimal("3.30")


def test_the_first_days_may_stay_due(invoiced, pupil):
    invoiced.period.absences = {"waivers": [CERTIFICATE | {"carence": {"days": 1}}]}
    invoiced.period.save()
    absence = report(invoiced, pupil, first=1, last=2, now=datetime(2027, 3, 1, 7, 30, tzinfo=PARIS))
    decide_proof(
        report=absence,
        accept=True,
        proof=Proof.CERTIFICATE,
        received=absence.told_at,
        reason="",
        by=an_agent(),
        now=TUESDAY,
    )
    assert (owed().get(1), owed().get(2)) == (Decimal("3.30"), None)


def test_without_a_reason_that_the_town_knows_the_price_of_a_no_show_is_due_at_once(invoiced, pupil):
    invoiced.period.absences = POLICY | {"no_show": {"type": "percent", "percent": "50"}}
    invoiced.period.save()
    absence = report(invoiced, pupil, reason=None)
    assert absence.state == AbsenceState.SETTLED
    assert owed()[2] == Decimal("1.65")


def test_a_paper_can_come_later_and_only_while_it_is_awaited(invoiced, pupil):
    absence = report(invoiced, pupil)
    hand_in_proof(report=absence, file=paper(), now=TUESDAY + timedelta(hours=5))
    absence.refresh_from_db()
    assert absence.proof_at == TUESDAY + timedelta(hours=5)
    settled = report(invoiced, pupil, first=4, last=4, reason=None)
    with pytest.raises(AbsenceError, match="Aucun justificatif"):
        hand_in_proof(report=settled, file=paper(), now=TUESDAY)


def test_nothing_is_reported_twice_nor_without_a_booking(invoiced, pupil):
    report(invoiced, pupil)
    with pytest.raises(AbsenceError, match="Aucune présence réservée"):
        report(invoiced, pupil)
    with pytest.raises(AbsenceError, match="trop anciens"):
        report(invoiced, pupil, first=1, last=1, now=TUESDAY + timedelta(days=40))
    invoiced.period.absences = None
    invoiced.period.save()
    with pytest.raises(AbsenceError, match="ne se signale pas ici"):
        report(invoiced, pupil, first=4, last=4)
    assert AbsenceReport.objects.count() == 1


def test_a_place_given_back_too_late_may_be_claimed_if_it_is_taken_again(invoiced, pupil):
    invoiced.period.absences = {"refund_if_taken_again": True}
    invoiced.period.save()
    report(invoiced, pupil, reason=None)
    assert RetakeClaim.objects.get().opening.date == date(2027, 3, 2)


def test_a_no_show_costs_what_the_policy_says_until_the_mark_is_corrected(invoiced, pupil, now):
    invoiced.period.absences = {"no_show": {"type": "surcharge", "amount": "1.00"}}
    invoiced.period.save()
    opening = Opening.objects.select_related(
        "slot__period__activity__establishment", "slot__period__activity__regie"
    ).get(date=date(2027, 3, 2))
    settle_no_shows(opening=opening, absent={pupil.child.pk}, now=TUESDAY)
    settle_no_shows(opening=opening, absent={pupil.child.pk}, now=TUESDAY)
    assert owed()[2] == Decimal("4.30")
    for _ in range(6):  # marks are corrected again and again
        settle_no_shows(opening=opening, absent=set(), now=TUESDAY)
        assert owed()[2] == Decimal("3.30")
        settle_no_shows(opening=opening, absent={pupil.child.pk}, now=TUESDAY)
    assert owed()[2] == Decimal("4.30")
    standing = Charge.objects.get(service_date=date(2027, 3, 2), voided_at=None)
    assert standing.corrects == Charge.objects.get(service_date=date(2027, 3, 2), corrects=None)


def test_a_child_who_came_owes_nothing_more_than_was_charged(invoiced, pupil):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM billing_charge")  # an agent booked it free
    opening = Opening.objects.select_related(
        "slot__period__activity__establishment", "slot__period__activity__regie"
    ).get(date=date(2027, 3, 2))
    settle_no_shows(opening=opening, absent=set(), now=TUESDAY)
    assert not Charge.objects.exists()


def test_the_cost_does_not_grow_with_the_days(invoiced, pupil):
    one = count_queries(lambda: report(invoiced, pupil, first=2, last=2))
    two = count_queries(lambda: report(invoiced, pupil, first=4, last=5))
    assert two <= one


# --- Pages --------------------------------------------------------------------------------------------


def test_a_family_reports_an_absence_and_an_agent_reads_its_paper(invoiced, pupil, client_for, commune):
    with clock.frozen(TUESDAY):
        family, desk = client_for(commune, pupil.user), client_for(commune, an_agent())
        url = f"/reservation/{pupil.child.pk}/{invoiced.period.code}/absence/"
        page = family.get(url).content.decode()
        assert "sur un certificat médical remis dans les 48" in page
        wrong = family.post(url, {"du": "2027-03-02", "au": "2027-03-01", "motif": "illness"})
        assert "La fin précède le début." in wrong.content.decode()
        script = SimpleUploadedFile("certificat.pdf", b"<script>")
        refused = family.post(
            url, {"du": "2027-03-02", "au": "2027-03-02", "motif": "illness", "justificatif": script}
        )
        assert "Envoyez un PDF, ou une photo JPEG ou PNG." in refused.content.decode()
        told = family.post(
            url, {"du": "2027-03-02", "au": "2027-03-02", "motif": "illness"}, follow=True
        ).content.decode()
        assert "Un justificatif changerait ce qui reste dû" in told
        absence = AbsenceReport.objects.get()
        family.post(f"/mes-absences/{absence.pk}/justificatif/", {"justificatif": paper()})
        assert "Jade" in family.get("/mes-absences/").content.decode()
        inbox = desk.get("/agent/absences/").content.decode()
        assert f'href="/agent/absences/{absence.pk}/"' in inbox
        read = desk.get(f"/agent/absences/{absence.pk}/justificatif/")
        assert b"".join(read.streaming_content).startswith(b"%PDF")
        desk.get(f"/agent/absences/{absence.pk}/")
        answer = desk.post(
            f"/agent/absences/{absence.pk}/decider/",
            {"decision": "accepter", "nature": "certificate", "recu": "2027-03-02T08:00"},
        )
        assert answer.status_code == 302
        assert "Aucun justificatif à lire." in desk.get("/agent/absences/").content.decode()
        assert "Justificatif accepté" in family.get(f"/mes-absences/{absence.pk}/").content.decode()
    assert owed().get(2) is None


def test_another_family_never_sees_it(invoiced, pupil, client_for, commune):
    with clock.frozen(TUESDAY):
        absence = report(invoiced, pupil)
        stranger = client_for(commune, a_family(school=invoiced.school, name="Autre").user)
        assert stranger.get(f"/mes-absences/{absence.pk}/").status_code == 404
        assert stranger.get(f"/reservation/{pupil.child.pk}/cantine/absence/").status_code == 404
        assert stranger.post(f"/mes-absences/{absence.pk}/justificatif/").status_code == 404
        assert stranger.get(f"/agent/absences/{absence.pk}/").status_code == 403
    assert Place.objects.filter(state=PlaceState.RELEASED).count() == 1
