"""The proof of the books finds what the database cannot refuse."""

from decimal import Decimal

import pytest
from django.db import connection

from billing.enums import Trigger
from billing.models import Charge, DocumentSequence, Payment
from billing.queries.check import check_ledger
from billing.services.charges import void_charges
from billing.services.invoices import allocate
from billing.services.settlement import settle
from billing.tasks import prove_books
from core.models import Household, StaffTask
from tests.factories.billing import a_payment, an_invoice
from tests.factories.world import a_family


@pytest.fixture
def household(regie) -> Household:
    return a_family(school=None).household


@pytest.fixture
def payment(regie, payfip, now) -> Payment:
    payment = a_payment(regie, now=now)
    payfip.simulator.decide(payment.provider_ref, "P")
    return settle(payment_id=payment.pk, trigger=Trigger.POLL, now=now)


def tamper(statement: str, *values: object) -> None:
    """Change issued documents as only an administrator of the database can."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_right_books_have_no_problem(payment, household, regie, now):
    an_invoice(regie, household, now=now, days=4)
    assert check_ledger() == []


def test_lines_that_do_not_make_the_total(household, regie, now):
    invoice = an_invoice(regie, household, now=now)
    tamper("UPDATE billing_invoice SET total = 30 WHERE id = %s", invoice.pk)

    assert check_ledger() == ["Facture n° 2026-00001 : les lignes font 26,40\xa0€, le total 30,00\xa0€."]


def test_every_night_each_problem_is_an_error_in_the_logs(household, regie, now, caplog):
    invoice = an_invoice(regie, household, now=now)
    prove_books()
    assert not caplog.records
    tamper("UPDATE billing_invoice SET total = 30 WHERE id = %s", invoice.pk)

    prove_books()

    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert f"{invoice} : les lignes font 26,40" in record.getMessage()
    prove_books()
    task = StaffTask.objects.get()  # one, until somebody has done it
    assert task.title == "Comptes à vérifier : 1 anomalie au contrôle de la nuit"
    assert f"{invoice} : les lignes font 26,40" in task.body


def test_more_allocated_than_received(payment, regie, now):
    invoice = an_invoice(regie, payment.household, now=now)
    allocate(payment=payment, invoice=invoice, amount=Decimal("1.00"), now=now)

    assert check_ledger() == [f"Paiement {payment} : 27,40\xa0€ ventilés sur 26,40\xa0€."]


def test_more_allocated_than_invoiced(payment, regie, now):
    invoice = an_invoice(regie, payment.household, now=now, amount=Decimal("2.00"))
    tamper("UPDATE billing_allocation SET invoice_id = %s", invoice.pk)

    assert check_ledger() == ["Facture n° 2026-00002 : 26,40\xa0€ reçus pour 2,00\xa0€."]


def test_allocated_money_that_never_came(regie, now):
    waiting = a_payment(regie, now=now)
    invoice = an_invoice(regie, waiting.household, now=now)
    allocate(payment=waiting, invoice=invoice, amount=Decimal("1.00"), now=now)

    assert check_ledger() == [
        f"Paiement {waiting} : 1,00\xa0€ ventilés sans argent reçu.",
        "Les documents moins l’argent reçu font 26,40\xa0€, les soldes 25,40\xa0€.",
    ]


def test_money_of_one_family_that_pays_for_another(payment, household, regie, now):
    paid = payment.allocations.get().invoice
    invoice = an_invoice(regie, household, now=now)
    tamper("UPDATE billing_allocation SET invoice_id = %s", invoice.pk)

    assert check_ledger() == [
        f"Ventilation {payment} → {invoice} : ce n’est pas le même dossier, ou pas la même régie."
    ]
    assert paid != invoice


def test_documents_that_could_be_changed(household, regie, now):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE billing_allocation DISABLE TRIGGER billing_allocation_frozen")

    assert check_ledger() == ["ventilations : la base n’empêche plus de les modifier."]


def test_a_line_that_is_not_what_was_due(household, regie, now):
    an_invoice(regie, household, now=now)
    tamper("UPDATE billing_charge SET household_id = %s", a_family(school=None).household.pk)

    assert check_ledger() == ["Facture n° 2026-00001 : la ligne 1 ne correspond pas à ce qui était dû."]


def test_an_invoiced_charge_cannot_be_voided_quietly(household, regie, now):
    invoice = an_invoice(regie, household, now=now)
    charge = invoice.lines.get().charge
    assert void_charges(sources=[charge.source], reason="erreur", now=now) == 0

    type(charge).objects.update(voided_at=now, void_reason="erreur")
    assert check_ledger() == ["Ligne Repas Tarif Réduit 23/11/2026 : annulée mais facturée."]


def test_a_hole_in_the_numbers(household, regie, now):
    an_invoice(regie, household, now=now)
    DocumentSequence.objects.update(last=5)
    assert check_ledger() == ["Régie cantine, Facture 2026 : la numérotation a un trou."]

    DocumentSequence.objects.create(regie=regie, kind="invoice", year=2025, last=1)
    assert "Des numéros ont été donnés à des documents qui n’existent pas." in check_ledger()


def test_parts_that_do_not_make_the_whole_and_prices_that_add_up(household, regie, now):
    def charge(source: str, amount: str, **more: object) -> Charge:
        values = {
            "regie": regie,
            "household": household,
            "service_date": now.date(),
            "label": "Repas",
            "created_at": now,
        }
        return Charge.objects.create(
            source=source, unit_price=Decimal(amount), amount=Decimal(amount), **values, **more
        )  # fmt: skip

    charge("a", "6.00", share=Decimal(60))
    charge("a:foyer:2", "4.00", share=Decimal(40), share_of="a")
    assert check_ledger() == []

    charge("b", "6.00", share=Decimal(60))
    charge("c", "5.00", share=Decimal(60))
    charge("c:foyer:2", "5.00", share=Decimal(40), share_of="c")
    first = charge("d", "3.00")
    charge("d:rectif:1", "2.00", corrects=first)
    day = f"{now:%d/%m/%Y}"
    assert check_ledger() == [
        f"Ligne Repas {day} : une part de 60.00 %, sans l’autre.",
        f"Ligne Repas {day} : 5,00\xa0€ n’est pas sa part de 60.00 %.",
        f"Ligne Repas {day} (d) : due plusieurs fois.",
    ]
