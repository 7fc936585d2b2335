"""The desk's search box finds what is printed on a family's mails and papers."""

from core.clock import now
from tests.factories.billing import a_payment, a_regie, an_invoice
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings
from tests.harness.queries import assert_constant_queries

SEARCH = "/agent/recherche/"


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_payment_is_found_by_the_reference_of_the_familys_mail(commune, client_for):
    town_settings()
    regie = a_regie()
    payment = a_payment(regie, now=now(), started=False)
    a_payment(regie, now=now(), started=False)
    desk = client_for(commune, an_agent())
    for typed in (payment.reference, payment.reference.lower(), f" {payment.reference} "):
        assert desk.get(SEARCH, {"q": typed})["Location"] == f"/agent/paiements/{payment.pk}/"


def test_an_invoice_is_found_by_its_number_whatever_its_zeros(commune, client_for):
    town_settings()
    regie = a_regie()
    family = a_family(school=None, name="Rivière")
    invoice = an_invoice(regie, family.household, now=now())
    an_invoice(regie, a_family(school=None, name="Lavandier").household, now=now())
    desk = client_for(commune, an_agent())
    for typed in (invoice.reference, f"{invoice.year}-{invoice.number}"):
        page = body(desk.get(SEARCH, {"q": typed}))
        assert invoice.reference in page
        assert f"/agent/familles/{family.household.pk}/" in page
        assert "Lavandier" not in page
    assert "Rien ne correspond" in body(desk.get(SEARCH, {"q": f"{invoice.year}-99"}))


def test_a_number_that_each_regie_has_costs_the_same_for_any_number_of_them(commune, client_for):
    town_settings()
    desk = client_for(commune, an_agent())
    regies = iter([a_regie(code=f"r{letter}", prefix=f"REG{letter.upper()}") for letter in "abc"])
    households = iter([a_family(school=None).household for _ in range(3)])
    number = f"{now().year}-1"
    assert_constant_queries(
        act=lambda: desk.get(SEARCH, {"q": number}),
        add_row=lambda: an_invoice(next(regies), next(households), now=now()),
    )


def test_a_telephone_and_a_name_written_wrong_lead_to_the_family(commune, client_for):
    town_settings()
    family = a_family(school=None, name="Lavandier")
    family.household.guardians.update(phone="06 12 34 56 78")
    a_family(school=None, name="Rivière")
    desk = client_for(commune, an_agent())
    for typed in ("06 12 34 56 78", "0612345678", "+33 6 12 34 56 78"):
        assert desk.get(SEARCH, {"q": typed})["Location"] == f"/agent/familles/{family.household.pk}/"
    page = body(desk.get(SEARCH, {"q": "lavendié"}))
    assert '<a href="?q=Lavandier">Lavandier</a>' in page
    assert "Rivière" not in page
