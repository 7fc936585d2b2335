"""One message to many families: who reads it, who is left alone, and what became of each mail."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.services.requests import submit_request
from core.audit_acts import AuditAct
from core.clock import frozen
from core.enums import MailingNature, MailingState, MailState, NotificationKind
from core.models import (
    AuditEntry,
    CommuneSettings,
    Guardian,
    Mailing,
    NewsItem,
    NotificationChoice,
    OutgoingMail,
    OutgoingSms,
    User,
)
from core.queries.mailings import readership
from core.services.mailings import schedule_mailing, send_mailing, send_scheduled
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family, a_school, town_settings
from tests.harness.queries import count_queries

NOW = datetime(2026, 11, 18, 20, 0, tzinfo=ZoneInfo("Europe/Paris"))
DAY = date(2026, 11, 23)


@pytest.fixture
def school(commune):
    town_settings()
    return a_school()


@pytest.fixture
def desk(commune, client_for, school):
    return client_for(commune, an_agent())


def audience(source: str, code: str, day: str = "") -> dict[str, str]:
    return {"source": source, "code": code, "day": day, "label": code}


def a_mailing(*audiences, nature=MailingNature.SERVICE) -> Mailing:
    return Mailing.objects.create(
        subject="Fermeture jeudi",
        body="La cantine est **fermée** jeudi.",
        nature=nature,
        audiences=list(audiences),
        written_by=an_agent(),
        written_at=NOW,
    )


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def emails(*audiences, nature=MailingNature.SERVICE) -> set[str]:
    return {reader.email for reader in readership(list(audiences), nature, on=DAY).readers}


def test_both_guardians_read_it_once_and_other_schools_do_not(school):
    family = a_family(school=school)
    a_family(school=a_school(code="autre", name="Autre école"), name="Lavandier")
    Guardian.objects.create(
        household=family.household, first_name="Sam", last_name="X", email="sam@exemple.fr", is_payer=False
    )
    Guardian.objects.create(
        household=family.household, first_name="Sam", last_name="Y", email="SAM@exemple.fr", is_payer=False
    )
    assert emails(audience("ecole", school.code)) == {family.user.email, "sam@exemple.fr"}


def test_a_class_and_those_expected_on_a_day(commune):
    town_settings()
    with frozen(NOW):
        canteen = a_canteen(start=DAY, days=3)
        here, away = a_family(school=canteen.school), a_family(school=canteen.school, name="Lavandier")
        here.child.class_name = "CE2 A"
        here.child.save()
        submit_request(
            child=here.child,
            period=canteen.period,
            wishes=canteen.wishes(first=0, days=1),
            cancellations=[],
            by=here.user,
            now=NOW,
        )
    activity = canteen.period.activity.code
    assert emails(audience("attendus", activity, "2026-11-23")) == {here.user.email}
    assert emails(audience("attendus", activity, "2026-11-24")) == set()
    assert emails(audience("classe", f"{canteen.school.code}|CE2 A")) == {here.user.email}
    assert emails(audience("periode", canteen.period.code)) == {here.user.email}
    assert emails(audience("activite", activity)) == {here.user.email}
    assert emails(audience("tous", "toutes")) == {here.user.email, away.user.email}


def test_information_obeys_the_family_and_can_be_stopped_without_signing_in(commune, client_for, school):
    reader, other = a_family(school=school), a_family(school=school, name="Lavandier")
    NotificationChoice.objects.create(
        user=other.user, kind=NotificationKind.NEWS, wanted=False, chosen_at=NOW
    )
    everyone = audience("tous", "toutes")
    assert emails(everyone) == {reader.user.email, other.user.email}
    send_mailing(mailing=a_mailing(everyone, nature=MailingNature.NEWS), now=NOW)
    mail = OutgoingMail.objects.get()
    assert (mail.to, "<strong>fermée</strong>" in mail.html) == (reader.user.email, True)
    path = mail.unsubscribe_url.partition("localhost")[2]
    path = path[path.index("/") :]
    assert client_for(commune).post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert emails(everyone, nature=MailingNature.NEWS) == set()
    assert emails(everyone) == {reader.user.email, other.user.email}


def test_who_asked_for_short_messages_gets_those_of_the_service(desk, school, settings):
    settings.SMS_DRIVER = "log"
    CommuneSettings.objects.update(sms_sender="BELLEGARDE")
    asked, _other = a_family(school=school), a_family(school=school, name="Lavandier")
    asked.household.guardians.update(phone="06 12 34 56 78")
    User.objects.filter(pk=asked.user.pk).update(sms_reminders=True)
    everyone = audience("tous", "toutes")
    news = a_mailing(everyone, nature=MailingNature.NEWS)
    assert readership(news.audiences, MailingNature.NEWS, on=DAY).texted == 0
    service = a_mailing(everyone)
    assert "partent aussi par SMS" in body(desk.get(f"/agent/messages/groupes/{service.pk}/"))
    send_mailing(mailing=service, now=NOW)
    sms = OutgoingSms.objects.get()
    assert (sms.to, f"{service.subject} http" in sms.text) == ("+33612345678", True)


def test_an_agent_writes_looks_then_sends_and_sees_each_mail(desk, school):
    family = a_family(school=school)
    sent = {
        "subject": "Grève",
        "body": "Pas de garderie.",
        "nature": "service",
        "audiences": [f"ecole:{school.code}"],
    }
    page = body(desk.post("/agent/messages/groupes/nouveau/", sent | {"audiences": []}))
    assert "Choisissez au moins un groupe" in page
    assert "Pas de garderie." in page
    answer = desk.post("/agent/messages/groupes/nouveau/", sent, follow=True)
    assert family.user.email in body(answer)
    assert not OutgoingMail.objects.exists()
    path = answer.redirect_chain[-1][0]
    desk.post(f"{path}geste/", {"act": "send"})
    desk.post(f"{path}geste/", {"act": "send"})  # a second click sends nothing more
    assert AuditEntry.objects.get(act=AuditAct.MAILING_SENT).note == "1 adresse"
    OutgoingMail.objects.update(state=MailState.FAILED, attempts=8, last_error="adresse inconnue")
    assert "1 courriel n’est pas arrivé" in body(desk.get(path))
    desk.post(f"{path}geste/", {"act": "retry"})
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.attempts) == (MailState.PENDING, 0)
    assert "Grève" in body(desk.get("/agent/messages/groupes/"))


def test_a_scheduled_message_goes_at_its_time_once(desk, school):
    a_family(school=school)
    mailing = a_mailing(audience("ecole", school.code))
    path = f"/agent/messages/groupes/{mailing.pk}/geste/"
    with frozen(NOW):
        desk.post(path, {"act": "schedule", "day": "2026-11-17", "time": "08:00"})
        mailing.refresh_from_db()
        assert mailing.state == MailingState.DRAFT
        desk.post(path, {"act": "schedule", "day": "2026-11-19", "time": "08:00"})
    send_scheduled(now=NOW)
    assert not OutgoingMail.objects.exists()
    for _ in range(2):
        send_scheduled(now=NOW + timedelta(hours=12))
    assert OutgoingMail.objects.count() == 1
    mailing.refresh_from_db()
    assert mailing.state == MailingState.SENT


def test_a_scheduled_message_that_is_removed_is_written_down(desk, school):
    mailing = a_mailing(audience("ecole", school.code))
    schedule_mailing(mailing=mailing, send_at=NOW + timedelta(hours=12), now=NOW)
    desk.post(f"/agent/messages/groupes/{mailing.pk}/geste/", {"act": "remove"})
    written = AuditEntry.objects.get(act=AuditAct.MAILING_REMOVED)
    assert (written.subject_name, written.note[:8]) == (str(mailing), "Prévu le")


def test_sending_costs_the_same_for_one_and_for_three_families(school):
    def send() -> int:
        mailing = a_mailing(audience("ecole", school.code))
        return count_queries(lambda: send_mailing(mailing=mailing, now=NOW))

    a_family(school=school)
    send()  # fills the caches that are allowed to be cold
    one = send()
    for name in ("Lavandier", "Aubépine"):
        a_family(school=school, name=name)
    assert one == send()


def test_targeted_news_is_read_by_its_families_alone(commune, client_for, desk, school):
    family, other = a_family(school=school), a_family(school=None, name="Lavandier")
    NewsItem.objects.create(
        code="a", title="Sortie", body="x", published_on=DAY, audiences=[audience("ecole", school.code)]
    )
    with frozen(NOW + timedelta(days=10)):
        assert "Sortie" in body(client_for(commune, family.user).get("/"))
        assert "Sortie" in body(client_for(commune, family.user).get("/actualites/"))
        for client in (client_for(commune, other.user), client_for(commune)):
            assert "Sortie" not in body(client.get("/"))
