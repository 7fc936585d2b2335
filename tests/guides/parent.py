"""A parent who has the guide in hand: knows the words it prints, and nothing of the pages behind them."""

import re

from playwright.sync_api import Locator, Page, expect

from infra.sandbox.payfip.checks import EXAMPLE_CARD
from tests.factories.world import PASSWORD, Family
from tests.guides.town import Portal
from tests.harness.accessibility import check

NEW_BOOKING = "+ NOUVELLE RESERVATION et/ou Modification Périscolaire"


class Parent:
    def __init__(self, page: Page, portal: Portal | None = None, family: Family | None = None) -> None:
        self.page, self.portal, self.family = page, portal, family

    # Going somewhere

    def opens(self, path: str = "/") -> None:
        self.page.goto(self.portal.url(path))

    def comes_in(self) -> None:
        """To « Mon compte », with a session already open."""
        self.portal.open_session(self.page.context, self.family.user)
        self.opens("/mon-compte/")

    def signs_in(self, email: str, password: str = PASSWORD) -> None:
        self.fills("Identifiant", email)
        self.fills("Mot de passe", password)
        self.presses("Connexion", role="button")

    # What a finger does

    def presses(self, words: str, *, role: str = "", inside: Locator | None = None) -> None:
        where = inside or self.page
        if role:
            where.get_by_role(role, name=words, exact=True).click()
            return
        link = where.get_by_role("link", name=words, exact=True)
        fold = where.locator("summary").get_by_text(words, exact=True)
        where.get_by_role("button", name=words, exact=True).or_(link).or_(fold).click()

    def fills(self, label: str, value: str, *, inside: Locator | None = None) -> None:
        """``label`` as it is heard: the star of a required field is only to be seen."""
        (inside or self.page).get_by_label(re.compile(rf"^{re.escape(label)}( \*)?$")).fill(value)

    def box(self, day: str, column: str) -> Locator:
        """The case of a day (« ven. 10 ») under a head (« REPAS ENFANT 3.30 ») of the planning."""
        heads = self.page.get_by_role("columnheader").filter(has_text=re.compile(r"\d\d:\d\d - \d\d:\d\d"))
        expect(heads.filter(has_text=column).first).to_be_attached()
        self.page.wait_for_load_state()
        number = [head.split("(")[0].strip() for head in heads.all_text_contents()].index(column)
        row = self.page.get_by_role("row").filter(has=self.page.get_by_text(day, exact=True))
        return row.get_by_role("cell").nth(number)

    def ticks(self, *days: str, under: str) -> None:
        for day in days:
            self.box(day, under).get_by_role("checkbox").check()

    def unticks(self, day: str, *, under: str) -> None:
        self.box(day, under).get_by_role("checkbox").uncheck()

    # What an eye does

    def reads(self, *sentences: str, inside: Locator | None = None) -> None:
        for sentence in sentences:
            expect(inside or self.page.locator("body")).to_contain_text(sentence, use_inner_text=True)

    def does_not_read(self, sentence: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(sentence, use_inner_text=True)

    def is_on(self, title: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)

    def finds_nothing_in_the_way(self) -> None:
        check(self.page)

    def may_tick(self, days: str) -> None:
        """The days with a box, as « lun. 06, mar. 07 »."""
        rows = self.page.get_by_role("row").filter(has=self.page.get_by_role("checkbox"))
        expect(rows.get_by_role("rowheader")).to_have_text(days.split(", "), use_inner_text=True)

    def explains(self, day: str, column: str, why: str) -> None:
        """A closed case says why when it is pressed."""
        self.box(day, column).get_by_role("button").click()
        expect(self.page.get_by_text(why)).to_be_visible()

    def is_given_a_pdf(self, words: str) -> None:
        """The browser itself fetches what the link gives: opening it would start a download."""
        address = self.page.get_by_role("link", name=words).first.get_attribute("href")
        kind = self.page.evaluate(
            "address => fetch(address).then(answer => answer.headers.get('Content-Type'))", address
        )
        assert kind == "application/pdf"

    def reads_bookings_created_on(self, days: list[str]) -> None:
        """The days (« 28/02/2023 ») of the listed bookings, as the table orders them."""
        rows = self.page.get_by_role("row").filter(has_text="Rivière")
        expect(rows).to_have_text([re.compile(re.escape(day) + r"\s+à") for day in days], use_inner_text=True)

    # Whole steps of the guide

    def chooses(self, child: str, period: str) -> None:
        """From « Mon compte » or any page with a new booking button to the grid."""
        self.page.get_by_role("link", name=re.compile(re.escape(child))).click()
        self.is_on("Choix de l'établissement et de la période")
        self.page.get_by_role("link", name=re.compile(re.escape(period))).click()
        self.reads("Votre sélection")
        self.presses("Continuer")

    def books(self, *days: str, child: str, period: str, under: str) -> None:
        """From « Mon compte » to « Votre demande de réservation est enregistrée »."""
        self.presses(NEW_BOOKING)
        self.chooses(child, period)
        self.ticks(*days, under=under)
        self.presses("Valider le planning")
        self.presses("Confirmer la réservation")
        self.is_on("Demande de réservation enregistrée")

    def goes_to_payfip(self) -> None:
        """From « Accéder à mon panier » to the DGFiP's page."""
        self.presses("Accéder à mon panier")
        self.presses("Valider et payer")
        self.presses("Accéder au paiement")
        self.is_on("Bienvenue sur la solution de paiement de la DGFIP")

    def pays_by_card(self) -> None:
        """Up to « DETTE PAYEE »; PayFiP tells the portal at the same time."""
        self.presses("Payer par carte bancaire")
        self.gives_the_card()

    def gives_the_card(self) -> None:
        self.fills("Numéro de carte", EXAMPLE_CARD)
        self.page.get_by_label("Mois").select_option("12")
        self.page.get_by_label("Année").select_option(index=3)
        self.fills("Cryptogramme visuel", "123")
        self.presses("VALIDER")
        self.is_on("Votre dette est PAYEE")
        self.portal.wait_until_told()
