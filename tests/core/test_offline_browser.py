"""A phone loses the network: a calm page comes, and nothing that a signed-in person read is kept."""

from django.conf import settings
from playwright.sync_api import expect

from tests.factories.world import a_family, town_settings
from tests.harness.accessibility import check
from tests.harness.clients import TownClient

KEPT = """async () => {
  const paths = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname);
  return paths;
}"""


def test_without_a_network_a_calm_page_comes_and_nothing_signed_in_is_kept(phone, live_towns, commune):
    town_settings()
    cookie = TownClient(commune, a_family(school=None).user).cookies[settings.SESSION_COOKIE_NAME].value
    phone.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_towns.url(commune)}]
    )
    account = live_towns.url(commune, "/mon-compte/")
    phone.goto(account)
    # What the page does by itself once nothing presses.
    phone.evaluate(
        "async () => { await navigator.serviceWorker.register('/hors-ligne.js'); await navigator.serviceWorker.ready; }"
    )
    phone.context.set_offline(True)
    phone.goto(account)
    expect(phone.get_by_role("heading", name="Pas de connexion")).to_be_visible()
    check(phone)
    kept = phone.evaluate(KEPT)
    assert "/hors-ligne/" in kept
    assert [
        one for one in kept if not one.startswith(("/hors-ligne/", "/static/", "/theme.css", "/icone.svg"))
    ] == []
    phone.context.set_offline(False)
    phone.get_by_role("link", name="Réessayer").click()
    expect(phone.get_by_role("heading", name="Pas de connexion")).to_have_count(0)
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
