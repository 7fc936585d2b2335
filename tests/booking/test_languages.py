"""A family that reads English or Arabic: its pages and refusals are in its language, what is kept is French."""

import html
import re
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from booking.errors import NothingAskedError, RequestRefusedError
from booking.models import AbsentDay, Place, ReservationEvent, ReservationLine
from booking.queries.feeds import feed_text
from booking.queries.planning import load_planning
from booking.queries.terms import booking_terms
from booking.rules.absence import AbsenceReason
from booking.services.absences import report_absence
from booking.services.requests import submit_request
from core.abouts import find_about
from core.calendars import HolidayRegion, SchoolZone, build_calendar
from core.retold import retold
from core.services.conversations import ask_the_office
from core.words import counted_forms
from tests.booking.views.pages import planning_url, text_of
from tests.factories.booking import booked
from tests.factories.world import a_canteen, a_family

CERTIFICATE = {"reasons": ["illness"], "proofs": ["certificate"], "proof_within": {"hours": 48}}


def submit(offer, family, *, now, wishes):
    return submit_request(
        child=family.child, period=offer.period, wishes=wishes, cancellations=(), by=family.user, now=now
    )


def test_what_is_kept_of_a_booking_and_of_an_absence_is_french_whoever_asks(commune, now):
    canteen = a_canteen(start=date(2027, 3, 1), payment="invoiced")
    canteen.period.absences = {"waivers": [CERTIFICATE]}
    canteen.period.save()
    kept = {}
    for language in ("fr", "en", "ar"):
        family = a_family(school=canteen.school)
        with translation.override(language):
            reservation = submit(canteen, family, now=now, wishes=canteen.wishes(days=2))
            report_absence(
                child=family.child,
                period=canteen.period,
                first=date(2027, 3, 2),
                last=date(2027, 3, 2),
                reason=AbsenceReason.ILLNESS,
                note="",
                file=None,
                by=family.user,
                now=datetime(2027, 3, 2, 7, 30, tzinfo=ZoneInfo("Europe/Paris")),
            )
        lines = ReservationLine.objects.filter(reservation=reservation).order_by("opening__date")
        kept[language] = (
            list(lines.values_list("tariff_label", "price_reasons", "reason")),
            list(ReservationEvent.objects.filter(reservation=reservation).values_list("act", flat=True)),
            list(AbsentDay.objects.filter(line__in=lines).values_list("explanation", flat=True)),
        )
    assert "Tarif unique" in str(kept["fr"])
    assert "Maladie" in str(kept["fr"])
    assert kept["en"] == kept["fr"]
    assert kept["ar"] == kept["fr"]


def test_a_refusal_is_in_the_language_of_who_asks(canteen, family, now):
    booked(canteen, family, now=now, days=1)
    with translation.override("en"):
        with pytest.raises(RequestRefusedError) as refused:
            submit(canteen, family, now=now, wishes=canteen.wishes(days=1))
        with pytest.raises(NothingAskedError) as nothing:
            submit(canteen, family, now=now, wishes={})
        assert "In your basket: remove the booking" in refused.value.message
        assert str(nothing.value.message).startswith("You have not ticked anything new")
    assert not Place.objects.exclude(line__reservation__child=family.child).exists()


@pytest.mark.parametrize(
    ("language", "said", "deadline"),
    [
        ("en", "You must book before the Sunday of the week before the date you want", "Time limit: 23:55"),
        ("ar", "يجب أن تحجزوا قبل يوم الأحد من الأسبوع السابق للتاريخ المطلوب", "آخر ساعة: 23:55"),
    ],
)
def test_the_rules_of_a_period_are_told_in_the_language_of_the_family(
    canteen, family, now, language, said, deadline
):
    with translation.override(language):
        terms = booking_terms(load_planning(child=family.child, period=canteen.period, now=now))
        assert (terms.stages[0].rule.sentence, terms.stages[0].rule.limit) == (said, deadline)
        assert counted_forms("présence", "présences").startswith(
            {"en": "one=# session|other=# sessions", "ar": "zero=# حصة|one=حصة واحدة|two=حصتان|few=# حصص"}[
                language
            ]
        )
        booked(canteen, family, now=now, days=1)
        note = {"en": "(to be paid)", "ar": "(بانتظار الدفع)"}[language]
        assert note in feed_text(family.child.household, now=now).decode().replace("\r\n ", "")


def test_the_planning_is_read_from_right_to_left_in_arabic(browser_of, canteen, family):
    family.user.language = "ar"
    family.user.save()
    answer = browser_of(family).get(planning_url(family.child, canteen.period))
    page = answer.content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert "few=# حصص" in page  # what the script counts with
    text = text_of(answer)
    for french in ("Réservable", "Semaine", "Cochez", "réserver", "Ouvert après", "présence", "Légende"):
        assert french not in text


def test_every_holiday_of_the_calendars_has_its_name_in_each_language():
    years = {"start": date(2024, 1, 1), "end": date(2031, 12, 31)}
    calendars = [build_calendar(zone=SchoolZone.A, region=region, **years) for region in HolidayRegion]
    names = {name for one in calendars for name in one.public_holidays.values()}
    names |= {period.label for period in calendars[0].school_holidays}
    assert {"Jour de l’an", "Vendredi saint", "Abolition de l’esclavage", "Vacances de Noël"} <= names
    with translation.override("ar"):
        assert not {name for name in names if retold(name) == name}


PAGES = (
    "/mon-compte/",
    "/mon-compte/informations/",
    "/mon-compte/donnees/",
    "/mon-compte/notifications/",
    "/mon-compte/appareils/",
    "/mon-compte/quotient/",
    "/mon-compte/releves/",
    "/mon-compte/agenda/",
    "/mon-compte/mot-de-passe/",
    "/reservation/",
    "/reservation/ensemble/",
    "/mes-reservations/",
    "/panier/",
    "/liste-attente/",
    "/mes-absences/",
    "/mes-documents/",
    "/mes-messages/",
    "/mes-messages/nouveau/",
    "/menus/",
    "/questions/",
    "/nulle-part/",
)
# Words of the interface, none of which is an English word; what the town names stands in capitals.
TELLTALES = re.compile(
    r"\b(?:vous|vos|votre|nous|réserv\w*|aucune?|enfants?|jours?|semaines?|payer|factures?|panier|retour|envoyer"
    r"|annul\w*|enregistr\w*|connexion|compte|dossier|demande|délai|mairie|du|au|les|des|pour|par)\b",
    re.IGNORECASE,
)
# What the town wrote says that it is French; a button of the switch says its own language; the script counts in « data- ».
FRENCH_PARTS = re.compile(
    r'<(?!html)(\w+)[^>]*\blang="fr"[^>]*>.*?</\1>|<head>.*?</head>|<script.*?</script>', re.DOTALL
)
SAID = re.compile(r'(?:aria-label|title|placeholder|alt|data-label)="([^"]*)"')


def french_of(page: str) -> list[str]:
    own = FRENCH_PARTS.sub(" ", page)
    texts = [*SAID.findall(own), re.sub(r"<[^>]+>", " ", own)]
    return [word for text in texts for word in TELLTALES.findall(html.unescape(text)) if not word.isupper()]


def test_the_pages_of_a_family_that_reads_english_hold_no_french(browser_of, canteen, family, now):
    booked(canteen, family, now=now, days=1)
    assert french_of(browser_of(family).get("/panier/").content.decode()), "le filet prend bien du français"
    family.user.language = "en"
    family.user.save()
    browser = browser_of(family)
    paths = [*PAGES, planning_url(family.child, canteen.period)]
    assert not {path: found for path in paths if (found := french_of(browser.get(path).content.decode()))}


def test_a_message_about_a_booking_names_it_in_the_language_of_its_reader(commune, now):
    canteen = a_canteen(start=date(2027, 3, 1), payment="invoiced")
    family = a_family(school=canteen.school)
    reservation = submit(canteen, family, now=now, wishes=canteen.wishes(days=1))
    with translation.override("en"):
        about = find_about(f"reservation:{reservation.pk}", family.household)
        assert about is not None
        assert about.label == f"Booking no. {reservation.display_number}"
        asked = ask_the_office(
            household=family.household,
            subject=None,
            child=None,
            about=about,
            body="Une question",
            by=family.user,
            nonce=uuid4(),
            now=now,
        )
    assert asked.title == f"Réservation n° {reservation.display_number}"
