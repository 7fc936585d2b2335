"""The simulator's pages in a real browser, at both widths: the guide's steps, and nothing for axe to find."""

from infra.sandbox.payfip.checks import EXAMPLE_CARD
from tests.harness.accessibility import check
from tests.providers.test_payfip_sandbox import RETURN_URL, create, result


def test_a_family_pays_and_closes_the_window(payfip, page):
    idop = create(payfip)
    page.goto(f"{payfip.page_url}?idop={idop}")
    check(page)
    page.get_by_role("button", name="Payer par carte bancaire").click()
    page.get_by_role("button", name="VALIDER").click()
    check(page)
    page.get_by_label("Numéro de carte").fill(EXAMPLE_CARD)
    page.get_by_label("Mois").select_option("12")
    page.get_by_label("Année").select_option(index=2)
    page.get_by_label("Cryptogramme visuel").fill("123")
    page.get_by_role("button", name="VALIDER").click()
    page.get_by_role("heading", name="Votre dette est PAYEE").wait_for()
    assert result(payfip, idop) == "P"
    check(page)
    # A window that no page opened goes back to the portal.
    page.route(lambda url: url.startswith(RETURN_URL), lambda route: route.fulfill(body="Le portail"))
    page.get_by_role("link", name="Fermer la fenêtre").click()
    page.get_by_text("Le portail").wait_for()


def test_a_window_opened_by_the_portal_closes_itself(payfip, desktop):
    idop = create(payfip)
    payfip.simulator.open_page(idop)
    payfip.simulator.decide(idop, "P")
    session = payfip.simulator.store.get(idop).session
    desktop.goto(f"{payfip.url}/")
    with desktop.expect_popup() as popup:
        desktop.evaluate(
            "address => { window.open(address) }", f"{payfip.url}/tpa/resultat.web?session={session}"
        )
    window = popup.value
    with window.expect_event("close"):
        window.get_by_role("link", name="Fermer la fenêtre").click()
    assert window.is_closed()
    check(desktop)


def test_other_outcomes_are_one_fold_away(payfip, page):
    idop = create(payfip)
    page.goto(f"{payfip.page_url}?idop={idop}")
    page.get_by_text("Simuler une autre issue").click()
    check(page)
    page.get_by_role("button", name="Prélèvement refusé").click()
    page.get_by_role("heading", name="Votre paiement est refusé").wait_for()
    assert result(payfip, idop) == "Z"
    check(page)
    page.goto(f"{payfip.page_url}?idop={idop}")
    page.get_by_role("heading", name="Paiement impossible").wait_for()
    check(page)
