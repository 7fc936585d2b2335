"""« Pourquoi ces prix ? »: an invoice line by line, for its own family."""

from datetime import UTC, datetime

from tests.factories.billing import a_regie, an_invoice
from tests.factories.world import a_family
from tests.harness.queries import assert_constant_queries

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def test_each_line_says_why_and_days_of_one_price_stand_together(commune, client_for):
    family = a_family(school=None)
    invoice = an_invoice(
        a_regie(), family.household, now=NOW, days=2, reasons=("Quotient familial 642, tranche « 700 »",)
    )
    page = client_for(commune, family.user).get(f"/mon-compte/factures/{invoice.pk}/lignes/").content.decode()
    assert page.count("Quotient familial 642") == 1
    assert "13,20\u00a0€" in page and "26,40\u00a0€" in page
    assert "ne se paie pas en CESU" in page


def test_another_family_s_invoice_does_not_exist(commune, client_for):
    invoice = an_invoice(a_regie(), a_family(school=None).household, now=NOW)
    client = client_for(commune, a_family(school=None).user)
    assert client.get(f"/mon-compte/factures/{invoice.pk}/lignes/").status_code == 404


def test_the_page_costs_the_same_for_any_number_of_lines(commune, client_for):
    family, regie = a_family(school=None), a_regie()
    client = client_for(commune, family.user)
    numbers = iter(range(1, 100))
    invoices = []
    assert_constant_queries(
        act=lambda: client.get(f"/mon-compte/factures/{invoices[-1].pk}/lignes/"),
        add_row=lambda: invoices.append(an_invoice(regie, family.household, now=NOW, days=next(numbers))),
    )
