"""A day paid or invoiced, then cancelled in time: what the period's rule makes of the money."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.models import Charge, Refund
from billing.queries.check import check_ledger
from billing.services.invoices import issue_invoice
from booking.enums import PaymentMode, RefundRule
from booking.services.requests import submit_request
from core.models import StaffTask
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family


@pytest.fixture
def invoiced(commune, now):
    """A canteen whose first two days a family booked and was invoiced."""
    canteen = a_canteen(start=date(2027, 3, 1), payment=PaymentMode.INVOICED)
    family = a_family(school=canteen.school)
    ask(canteen, family, now, wishes=canteen.wishes(days=2))
    charges = list(Charge.objects.order_by("service_date"))
    issue_invoice(regie=canteen.regie, household=family.household, charges=charges, on=now.date(), now=now)
    return canteen, family


def ask(canteen, family, now, *, wishes=None, cancellations=()):
    return submit_request(
        child=family.child,
        period=canteen.period,
        wishes=wishes or {},
        cancellations=cancellations,
        by=family.user,
        now=now,
    )


def cancelled(invoiced, now, rule):
    canteen, family = invoiced
    canteen.period.refund = rule
    canteen.period.save()
    return ask(canteen, family, now, cancellations=[canteen.openings[0].pk])


def test_a_credit_is_an_opposite_line_for_the_next_invoice(invoiced, now):
    reservation = cancelled(invoiced, now, RefundRule.CREDIT)
    first = Charge.objects.order_by("pk").first()
    credit = Charge.objects.get(amount__lt=0)
    assert (credit.amount, credit.household, credit.regie) == (Decimal("-3.30"), first.household, first.regie)
    assert credit.reasons == [f"Annulé à temps : réservation n° {reservation.display_number}"]
    assert first.voided_at is None  # what was invoiced is never touched
    assert not StaffTask.objects.exists()
    canteen, family = invoiced
    rest = Charge.objects.filter(invoice_line=None)
    meal = ask(canteen, family, now, wishes=canteen.wishes(first=4))
    invoice = issue_invoice(
        regie=canteen.regie, household=family.household, charges=list(rest), on=now.date(), now=now
    )
    assert invoice.total == meal.total - Decimal("3.30")
    assert check_ledger() == []


def test_a_refund_waits_on_the_list_of_the_regie(invoiced, now, client_for, commune):
    reservation = cancelled(invoiced, now, RefundRule.LIST)
    refund = Refund.objects.get()
    assert (refund.amount, refund.done_at) == (Decimal("3.30"), None)
    assert not Charge.objects.filter(amount__lt=0).exists()
    desk = client_for(commune, an_agent())
    page = desk.get("/agent/paiements/remboursements/").content.decode()
    assert f"réservation n° {reservation.display_number}" in page
    csv = desk.get("/agent/paiements/remboursements/?format=csv").content.decode()
    assert ";3,30;" in csv
    done = "/agent/paiements/remboursements/faits/"
    late = desk.post(
        done,
        {"remboursement": [refund.pk], "date": f"{now + timedelta(days=1):%Y-%m-%d}", "reference": "V 12"},
    )
    assert "entre la demande de remboursement et aujourd’hui" in late.content.decode()
    desk.post(done, {"remboursement": [refund.pk], "date": f"{now:%Y-%m-%d}", "reference": "V 12"})
    refund.refresh_from_db()
    assert refund.done_by is not None
    assert (refund.paid_on, refund.transfer_ref) == (now.date(), "V 12")
    assert "Rien à rembourser" in desk.get("/agent/paiements/remboursements/").content.decode()
    assert "V 12" in desk.get("/agent/paiements/remboursements/?etat=faits").content.decode()


def test_the_town_may_give_nothing_back(invoiced, now):
    cancelled(invoiced, now, RefundRule.NONE)
    assert not Refund.objects.exists()
    assert not StaffTask.objects.exists()
    assert Charge.objects.count() == 2


def test_by_default_an_agent_decides(invoiced, now):
    cancelled(invoiced, now, RefundRule.AGENT)
    assert StaffTask.objects.get().title.startswith("3,30\u00a0€ à rendre ou à garder en avoir")
