"""On a phone, in a town of the second theme: a parent asks, an agent answers, the parent reads; no barrier on the way."""

from django.conf import settings
from playwright.sync_api import expect

from core.clock import now, today
from core.enums import Course
from core.menus import school_week
from core.models import Branding, CannedAnswer, ContactSubject, Question, User
from core.services.menus import Dish, write_menus
from tenants.context import town_timezone
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings
from tests.harness.accessibility import check
from tests.harness.clients import TownClient
from tests.harness.live import ON_A_PHONE


@ON_A_PHONE
def test_a_parent_asks_and_an_agent_answers(page, live_towns, commune):
    town_settings()
    Branding.objects.update_or_create(pk=1, defaults={"theme": "gazette", "accent": "#f2c200"})
    ContactSubject.objects.create(code="cantine", label="Cantine")
    CannedAnswer.objects.create(code="recu", label="Bien reçu", body="Bonjour {famille}, c’est noté.")
    Question.objects.create(code="q", theme="Cantine", label="Comment annuler ?", body="Ainsi.")
    days = school_week(today(town_timezone()))
    write_menus(
        days=days,
        establishment=None,
        dishes=[Dish(date=days[0], course=Course.MAIN, name="Gratin", allergens=["lait"], labels=["bio"])],
        by=None,
        now=now(),
    )
    family, agent = a_family(school=None), an_agent()

    def enter(user: User) -> None:
        page.context.clear_cookies()
        cookie = TownClient(commune, user).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_towns.url(commune)}]
        )

    for path in ("/", "/menus/", "/questions/"):
        page.goto(live_towns.url(commune, path))
        check(page)
    enter(family.user)
    page.goto(live_towns.url(commune, "/mes-messages/"))
    page.get_by_role("link", name="Écrire au service").click()
    page.get_by_label("Sujet").select_option(label="Cantine")
    page.get_by_label("Votre message").fill("Reste-t-il une place ?")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Votre message est envoyé.")).to_be_visible()
    check(page)

    enter(agent)
    page.goto(live_towns.url(commune, "/agent/messages/"))
    page.get_by_role("link", name="Cantine").click()
    page.get_by_text("Réponses types").click()
    page.get_by_role("button", name="Bien reçu").click()
    expect(page.get_by_label("Message")).to_have_value(f"Bonjour {family.household.name}, c’est noté.")
    check(page)
    page.get_by_role("button", name="Répondre", exact=True).click()
    expect(page.get_by_text("La réponse part par courriel.")).to_be_visible()

    enter(family.user)
    page.goto(live_towns.url(commune, "/mes-messages/"))
    expect(page.get_by_role("link", name="Messages 1 à lire")).to_be_visible()
    page.get_by_role("link", name="Nouvelle réponse").click()
    expect(page.get_by_text("c’est noté.")).to_be_visible()
    check(page)
