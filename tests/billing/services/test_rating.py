"""Prices that only the end of a month tells: rated again by the campaign that invoices it, never on an invoice."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billing.models import Charge, Invoice, Tariff, TariffVersion
from billing.queries.check import check_ledger
from billing.queries.invoice_lines import explained_lines
from billing.services.campaigns import recompute
from billing.services.charges import reinstate_charges, void_charges
from billing.services.corrections import Owed, set_owed
from billing.services.credits import credit_charges, list_refunds
from billing.services.invoices import issue_invoice
from tests.factories.campaigns import a_campaign, a_charge, issue, run
from tests.factories.world import Family, a_family
from tests.harness.queries import count_queries

FORFAIT = {"type": "forfait", "per": "month", "base": {"type": "flat", "amount": 45}}
VOLUME = {
    "type": "volume_discount",
    "per": "month",
    "base": {"type": "flat", "amount": 3},
    "steps": [{"start": 3, "percent": 10}],
}


@pytest.fixture
def family(regie) -> Family:
    return a_family(school=None)


def tariff(rule: dict[str, object]) -> Tariff:
    made = Tariff.objects.create(code="mercredi", label="Mercredi")
    TariffVersion.objects.create(tariff=made, valid_from=date(2026, 9, 1), rule=rule)
    return made


def day(number: int, *, regie, family, by, now, amount: str, month: int = 11) -> Charge:
    """One unit, at the price announced when it was booked."""
    return a_charge(
        regie, family.household, now=now, amount=amount, on=date(2026, month, number),
        tariff=by, rated_later=True, facts={"resident": True},
    )  # fmt: skip


def owed() -> list[tuple[int, Decimal]]:
    standing = Charge.objects.filter(voided_at=None).order_by("service_date", "pk")
    return [(charge.service_date.day, charge.amount) for charge in standing]


def test_a_month_forfait_is_due_once(regie, family, now):
    by = tariff(FORFAIT)
    for number in (4, 11, 18):
        day(number, regie=regie, family=family, by=by, now=now, amount="45.00")
    campaign = issue(a_campaign(regie, now=now), now=now)

    assert owed() == [(4, Decimal(45)), (11, Decimal(0)), (18, Decimal(0))]
    invoice = Invoice.objects.get(draft__campaign=campaign)
    assert invoice.total == Decimal(45)
    free = Charge.objects.get(service_date=date(2026, 11, 11), voided_at=None)
    assert free.reasons == [
        "Prix définitif\u00a0: 0,00\u00a0€ au lieu de 45,00\u00a0€",
        "Compris dans le forfait du mois",
    ]
    assert free.corrects.voided_at
    assert check_ledger() == []


def test_the_invoice_of_a_campaign_announces_no_estimate(regie, family, now):
    notice = "Estimation\u00a0: le prix définitif sera connu à la fin du mois."
    a_charge(regie, family.household, now=now, rated_later=True, reasons=("Forfait du mois", notice))
    campaign = issue(a_campaign(regie, now=now), now=now)
    (line,) = explained_lines(Invoice.objects.get(draft__campaign=campaign))
    assert line.reasons == ("Forfait du mois",)


def test_what_is_right_already_is_not_written_again(regie, family, now):
    by = tariff(VOLUME)
    for number in (4, 11, 18):
        day(number, regie=regie, family=family, by=by, now=now, amount="3.00")
    campaign = a_campaign(regie, now=now)
    assert owed() == [(4, Decimal("2.70")), (11, Decimal("2.70")), (18, Decimal("2.70"))]

    recompute(campaign=campaign)
    run(campaign, now=now)
    assert Charge.objects.count() == 6
    assert campaign.drafts.get().total == Decimal("8.10")


def test_what_was_invoiced_is_corrected_by_one_line(regie, family, now):
    by = tariff(VOLUME)
    early = [day(number, regie=regie, family=family, by=by, now=now, amount="3.00") for number in (4, 11)]
    with transaction.atomic():
        issue_invoice(regie=regie, household=family.household, charges=early, on=now.date(), now=now)
    day(18, regie=regie, family=family, by=by, now=now, amount="3.00")

    campaign = issue(a_campaign(regie, now=now), now=now)
    lines = Invoice.objects.get(draft__campaign=campaign).lines.order_by("service_date")
    assert [(line.service_date.day, line.amount) for line in lines] == [
        (11, Decimal("-0.60")),
        (18, Decimal("2.70")),
    ]
    (correction,) = Charge.objects.filter(amount=Decimal("-0.60"))
    assert (
        correction.reasons[0] == "Prix définitif de 2 jours du mois\u00a0: 5,40\u00a0€ au lieu de 6,00\u00a0€"
    )
    assert check_ledger() == []


def test_days_that_only_changed_places_need_no_line(regie, family, now):
    """The forfait was paid with the 11th, the 4th was booked later and cost nothing."""
    by = tariff(FORFAIT)
    paid = [
        day(11, regie=regie, family=family, by=by, now=now, amount="45.00"),
        day(4, regie=regie, family=family, by=by, now=now, amount="0.00"),
    ]
    with transaction.atomic():
        issue_invoice(regie=regie, household=family.household, charges=paid, on=now.date(), now=now)
    a_campaign(regie, now=now)
    assert Charge.objects.count() == 2


def test_a_day_given_back_is_counted_no_more(regie, family, now):
    by = tariff(VOLUME)
    days = [day(number, regie=regie, family=family, by=by, now=now, amount="3.00") for number in (4, 11, 18)]
    void_charges(sources=[days[0].source], reason="Annulée", now=now)
    a_campaign(regie, now=now)
    assert owed() == [(11, Decimal(3)), (18, Decimal(3))]


def test_the_cost_does_not_grow_with_families(regie, family, now):
    by = tariff(VOLUME)

    def a_month() -> int:
        home = a_family(school=None)
        for number in (4, 11, 18):
            day(number, regie=regie, family=home, by=by, now=now, amount="3.00")
        with transaction.atomic():
            counted = count_queries(lambda: a_campaign(regie, now=now))
            transaction.set_rollback(True)
        return counted

    first = a_month()
    a_month()
    assert a_month() == first


def test_cancelling_takes_the_final_price_too(regie, family, now):
    by = tariff(VOLUME)
    days = [day(number, regie=regie, family=family, by=by, now=now, amount="3.00") for number in (4, 11, 18)]
    a_campaign(regie, now=now)
    assert void_charges(sources=[days[1].source], reason="Annulée", now=now) == 1
    assert owed() == [(4, Decimal("2.70")), (18, Decimal("2.70"))]


def test_asking_for_the_plain_price_again_leaves_the_final_one(regie, family, now):
    by = tariff(VOLUME)
    days = [day(number, regie=regie, family=family, by=by, now=now, amount="3.00") for number in (4, 11, 18)]
    a_campaign(regie, now=now)
    set_owed([Owed(charge=days[0], amount=Decimal(3), reason="Présence pointée")], now=now)
    assert owed()[0] == (4, Decimal("2.70"))
    set_owed([Owed(charge=days[0], amount=Decimal(0), reason="Malade")], now=now)
    assert owed() == [(11, Decimal("2.70")), (18, Decimal("2.70"))]


def test_what_is_owed_again_is_a_new_line_and_the_old_one_stays(regie, family, now):
    charge = a_charge(regie, family.household, now=now)
    void_charges(sources=[charge.source], reason="Annulée", now=now)
    assert reinstate_charges(sources=[charge.source], now=now) == 1
    assert reinstate_charges(sources=[charge.source], now=now) == 0
    assert [one.amount for one in Charge.objects.filter(voided_at=None)] == [charge.amount]
    assert Charge.objects.get(pk=charge.pk).void_reason == "Annulée"


@pytest.mark.parametrize("change", [{"amount": 5, "unit_price": 5}, {"household_id": 0}, {"facts": {}}])
def test_the_database_refuses_to_edit_a_charge(regie, family, now, change):
    a_charge(regie, family.household, now=now, facts={"quotient": "642"})
    with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
        Charge.objects.update(**change)


def test_a_refund_counts_what_a_correction_took_off(regie, family, now):
    charge = a_charge(regie, family.household, now=now, amount="10.00")
    with transaction.atomic():
        issue_invoice(regie=regie, household=family.household, charges=[charge], on=now.date(), now=now)
    set_owed([Owed(charge=charge, amount=Decimal(6), reason="Malade")], now=now)
    (less,) = Charge.objects.filter(corrects=charge)
    list_refunds(charges=[charge, less], reason="Déménagement", now=now)
    assert [refund.amount for refund in family.household.refunds.all()] == [Decimal(6)]


def test_a_corrective_campaign_takes_every_correction(regie, family, now):
    charge = a_charge(regie, family.household, now=now, amount="10.00")
    with transaction.atomic():
        issue_invoice(regie=regie, household=family.household, charges=[charge], on=now.date(), now=now)
    a_charge(regie, family.household, now=now, amount="7.00")
    set_owed([Owed(charge=charge, amount=Decimal(12), reason="Erreur de tarif")], now=now)
    campaign = a_campaign(regie, now=now, corrective=True)
    assert campaign.drafts.get().total == Decimal(2)
    credit_charges(charges=[charge], reason="Annulé", now=now)
    assert Charge.objects.get(source=f"{charge.source}:credit").amount == Decimal(-10)
