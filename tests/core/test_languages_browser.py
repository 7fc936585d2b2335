"""On a phone, from right to left: a parent finds their language, signs in, changes it; no barrier on the way."""

from playwright.sync_api import expect

from tests.factories.world import PASSWORD, a_family, town_settings
from tests.harness.accessibility import check, fits
from tests.harness.live import ON_A_PHONE


@ON_A_PHONE
def test_a_parent_reads_arabic_and_comes_back_to_english(page, live_towns, commune):
    town_settings()
    family = a_family(school=None)
    page.goto(live_towns.url(commune, "/connexion/"))
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    check(page)
    page.locator("[name=username]").fill(family.user.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form.stack button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("حسابي")
    fits(page)
    page.goto(live_towns.url(commune, "/mon-compte/informations/"))
    fits(page)
    page.get_by_role("main").get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="View family information")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
