"""The language of a family: chosen once, kept with its account, in its pages and its mails; what is kept stays French."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from core import abouts, clock, words
from core.abouts import About
from core.enums import RegistrationMode
from core.languages import in_french, speaking
from core.models import FamilyRegistration, Guardian, OutgoingMail, User
from core.money import format_euros
from core.services.accounts import send_way_back
from core.services.conversations import ask_the_office
from core.services.languages import choose_language
from core.services.registrations import accept_registration, prove_address
from tests.core.test_registrations import told
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings
from tests.harness.queries import count_queries

MARCH = date(2023, 3, 10)


@pytest.fixture
def family(commune):
    return a_family(school=None)


def test_a_page_is_french_until_somebody_chooses(commune, client_for):
    visitor = client_for(commune)
    usual = visitor.get("/", headers={"Accept-Language": "ar,en;q=0.8"}).content.decode()
    assert '<html lang="fr" dir="ltr">' in usual
    assert '<button name="langue" value="ar" lang="ar"><bdi>العربية</bdi></button>' in usual
    answer = visitor.post("/langue/", {"langue": "ar", "next": "/contact/"})
    assert answer["Location"] == "/contact/"
    page = visitor.get("/contact/").content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "اتصلوا بنا" in page


def test_the_switch_knows_its_languages_and_stays_on_this_host(commune, client_for):
    visitor = client_for(commune)
    for page in ("https://ailleurs.example/", "//ailleurs.example/", "nulle-part"):
        assert visitor.post("/langue/", {"langue": "en", "next": page})["Location"] == "/"
    assert visitor.post("/langue/", {"langue": "xx", "next": "/"}).status_code == 400


def test_the_account_keeps_it_for_no_query_more(commune, client_for, family):
    parent = client_for(commune, family.user)
    parent.get("/mon-compte/donnees/")
    french = count_queries(lambda: parent.get("/mon-compte/donnees/"))
    parent.post("/langue/", {"langue": "en", "next": "/"})
    family.user.refresh_from_db()
    assert family.user.language == "en"
    elsewhere = client_for(commune, family.user)
    elsewhere.get("/mon-compte/donnees/")
    assert "My data" in elsewhere.get("/mon-compte/donnees/").content.decode()
    assert count_queries(lambda: elsewhere.get("/mon-compte/donnees/")) == french


def test_the_first_time_somebody_signs_in_the_account_takes_the_language_of_the_door(
    commune, client_for, family
):
    family.user.set_password("une-phrase-a-moi")
    family.user.save()
    visitor = client_for(commune)
    for language in ("en", "ar"):  # the second time, the account has one already
        visitor.post("/langue/", {"langue": language, "next": "/connexion/"})
        visitor.post("/connexion/", {"username": family.user.email, "password": "une-phrase-a-moi"})
        visitor.post("/deconnexion/")
        family.user.refresh_from_db()
        visitor.cookies.pop("portail_session", None)
    assert family.user.language == "en"


def test_the_office_stays_french(commune, client_for):
    desk = client_for(commune, an_agent())
    desk.post("/langue/", {"langue": "en", "next": "/"})
    assert desk.get("/agent/")["Content-Language"] == "fr"
    assert desk.get("/")["Content-Language"] == "fr"


def test_a_mail_speaks_as_its_reader_and_the_office_reads_french(commune, family):
    choose_language(user=family.user, language="en")
    User.objects.filter(pk=family.user.pk).update(activated_at=clock.now())
    with speaking("ar"):
        send_way_back(email=family.user.email.upper(), now=clock.now())
        send_way_back(email="inconnue@exemple.fr", now=clock.now())
    known, unknown = OutgoingMail.objects.order_by("pk")
    assert '<html lang="en"' in known.html
    assert '<html lang="fr"' in unknown.html


def test_a_link_of_a_mail_opens_in_the_language_of_the_mail(commune, client_for, family):
    choose_language(user=family.user, language="en")
    User.objects.filter(pk=family.user.pk).update(activated_at=clock.now())
    send_way_back(email=family.user.email, now=clock.now())
    link = re.search(r"https?://[^/]+(\S+langue=en)", OutgoingMail.objects.get().text)[1]
    visitor = client_for(commune)
    page = visitor.get(link, follow=True).content.decode()
    assert '<html lang="en"' in page
    path = link.partition("?")[0]
    assert f'name="next" value="{path}"' in page  # what is chosen on the page comes after the link
    assert '<html lang="en"' in visitor.get("/contact/").content.decode()
    visitor.post("/langue/", {"langue": "ar", "next": "/contact/"})
    assert '<html lang="ar"' in visitor.get("/contact/?langue=xx").content.decode()
    choose_language(user=family.user, language="ar")  # whoever is signed in reads the language of the account
    assert (
        '<html lang="ar"'
        in client_for(commune, family.user).get("/mon-compte/donnees/?langue=en").content.decode()
    )


def test_a_registration_gives_its_language_to_the_account(commune, client_for):
    town_settings(registration=RegistrationMode.CHECKED)
    visitor = client_for(commune)
    visitor.post("/langue/", {"langue": "en", "next": "/"})
    visitor.post("/inscription/", told())
    registration = FamilyRegistration.objects.get()
    assert '<html lang="en"' in OutgoingMail.objects.get().html
    prove_address(registration=registration, now=clock.now())
    accept_registration(
        registration=registration, number="00001", is_resident=True, by=an_agent(), now=clock.now()
    )
    assert Guardian.objects.get(email="sacha@exemple.fr").user.language == "en"


def test_what_is_kept_is_french_whoever_writes(commune, family, monkeypatch):
    def find(number: int, household: object) -> About:
        return About(key=f"facture:{number}", label=f"Facture du {words.long_date(MARCH)}")

    monkeypatch.setitem(abouts._finders, "facture", find)
    with speaking("en"):
        about = find(12, family.household)
        assert about.label == "Facture du Friday 10 March 2023"
        opened = ask_the_office(
            household=family.household,
            subject=None,
            child=None,
            about=about,
            body="Hello",
            by=family.user,
            nonce=uuid4(),
            now=clock.now(),
        )
    assert opened.title == "Facture du vendredi 10 mars 2023"


def test_days_and_sums_follow_the_language():
    at = datetime(2023, 3, 1, 23, 55, tzinfo=UTC)
    said = {}
    for language in ("fr", "en", "ar"):
        with speaking(language):
            said[language] = (
                words.moment(at),
                words.short_date(MARCH),
                words.and_list(["a", "b", "c"]),
                format_euros(Decimal("-1234.50")),
            )
    assert said == {
        "fr": ("mercredi 1er mars 2023 à 23:55", "ven. 10/03/2023", "a, b et c", "−1\u202f234,50\u00a0€"),
        "en": ("Wednesday 1 March 2023 at 23:55", "Fri 10/03/2023", "a, b and c", "−€1,234.50"),
        "ar": (
            "الأربعاء 1 مارس 2023 على الساعة 23:55",
            "الجمعة 10/03/2023",
            "a، b وc",
            "\u2066−1\u202f234,50\u00a0€\u2069",
        ),
    }
    with speaking("ar"), in_french():
        assert words.weekday_name(MARCH) == "vendredi"
