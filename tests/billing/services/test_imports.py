"""Quotients and opening balances by file."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from billing.models import Charge, Quotient
from billing.queries.check import check_ledger
from billing.quotients import QuotientSource
from billing.services.invoices import issue_invoice
from billing.services.quotients import Proof, set_quotient
from core.clock import frozen, now
from core.imports.base import UndoRefusedError
from core.models import FileImport
from core.services.imports import undo_import
from tests.factories.billing import a_regie
from tests.factories.imports import imported, opened
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(autouse=True)
def _october(commune):
    town_settings()
    with frozen(NOW):
        yield


def standing() -> list[tuple[Decimal, date, date]]:
    return list(Quotient.objects.standing().order_by("pk").values_list("value", "valid_from", "valid_until"))


def test_quotients_replace_those_before_and_come_back():
    family, other = a_family(school=None), a_family(school=None, name="Durand")
    proof = Proof(value=Decimal(900), received_on=date(2026, 9, 1), source=QuotientSource.DOCUMENT)
    set_quotient(household=family.household, proof=proof, by=None, now=now())
    before = standing()
    columns = ("Dossier", "Courriel", "QF", "Du", "Au", "Organisme")
    lines = (
        columns,
        (family.household.number, "", "742,50", "01/10/2026", "31/08/2027", "CAF"),
        ("", other.user.email, "310", "", "", ""),
        (family.household.number, "", "800", "", "", ""),
        ("inconnu", "", "100", "", "", "banque"),
    )
    one = imported("quotients", *lines)
    assert one.counts == {"changed": 1, "new": 1, "refused": 2}
    assert standing() == [
        (Decimal(900), date(2026, 9, 1), date(2026, 9, 30)),
        (Decimal("742.50"), date(2026, 10, 1), date(2027, 8, 31)),
        (Decimal(310), date(2026, 10, 5), date(2027, 8, 31)),
    ]
    assert opened("quotients", columns, lines[1]).counts == {"same": 1}
    undo_import(file=one, by=an_agent(), now=now())
    assert standing() == before
    assert Quotient.objects.filter(withdrawn_reason="Import annulé").count() == 2


def test_a_quotient_looked_at_since_keeps_its_import():
    family = a_family(school=None)
    one = imported("quotients", ("Dossier", "Quotient"), (family.household.number, "500"))
    proof = Proof(value=Decimal(450), received_on=date(2026, 10, 6), source=QuotientSource.AGENT)
    set_quotient(household=family.household, proof=proof, by=None, now=now())
    with pytest.raises(UndoRefusedError):
        undo_import(file=one, by=an_agent(), now=now())
    assert standing()[-1][0] == Decimal(450)


def test_balances_are_lines_to_invoice_once_and_go_while_no_invoice_has_them(commune, client_for):
    regie = a_regie()
    owes, ahead = a_family(school=None, name="Doit"), a_family(school=None, name="Avance")
    columns = ("Dossier", "Solde", "Date", "Libellé")
    lines = (
        columns,
        (owes.household.number, "26,40 €", "31/08/2026", "Cantine juin"),
        (ahead.household.number, "-12,00", "31/08/2026", ""),
        ("inconnu", "5", "", ""),
    )
    one = imported("soldes", *lines)
    assert one.counts == {"new": 2, "refused": 1}
    assert list(Charge.objects.order_by("pk").values_list("regie", "label", "amount", "service_date")) == [
        (regie.pk, "Cantine juin", Decimal("26.40"), date(2026, 8, 31)),
        (regie.pk, "Solde au 31/08/2026", Decimal("-12.00"), date(2026, 8, 31)),
    ]
    assert opened("soldes", *lines).counts == {"refused": 3}
    assert check_ledger() == []
    page = client_for(commune, an_agent()).get(reverse("agent_family", args=[owes.household.pk])).text
    assert "À facturer</dt><dd>26,40" in page
    undo_import(file=one, by=an_agent(), now=now())
    assert not Charge.objects.filter(voided_at=None).exists()
    again = imported("soldes", *lines)
    assert again.counts == {"new": 2, "refused": 1}
    issue_invoice(
        regie=regie,
        household=owes.household,
        charges=list(Charge.objects.filter(household=owes.household, voided_at=None)),
        on=now().date(),
        now=now(),
    )
    with pytest.raises(UndoRefusedError) as refused:
        undo_import(file=again, by=an_agent(), now=now())
    assert "déjà sur une facture" in str(refused.value)
    FileImport.objects.filter(pk=again.pk).update(state="failed", done_at=None)
    assert len(check_ledger()) == 2
