"""What an outing cost: to the cent, corrected before and after the invoice, given up, told to a tariff."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from billing.models import Charge, Regie
from billing.queries.check import check_ledger
from billing.services.invoices import issue_invoice
from booking.enums import Mark, PaymentMode
from booking.errors import OutingCostError
from booking.models import OutingCost
from booking.queries.attendance import openings
from booking.queries.outings import parts_of, present_children
from booking.queries.recorded import recorded_costs
from booking.services.attendance import Marking, close_sheet, record_marks
from booking.services.outings import cancel_cost, record_cost
from booking.sources import outing_prefix
from core.custody import CustodyMode
from core.models import Custody
from core.money import ZERO, split_euros
from tests.factories.booking import booked
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))


class Outing:
    def __init__(self, canteen, now) -> None:
        self.families = [a_family(school=canteen.school, name=name) for name in ("Aubry", "Bosc", "Cazal")]
        for family in self.families:
            booked(canteen, family, now=now, days=1)
        self.children = [family.child for family in self.families]
        self.opening = openings().get(pk=canteen.openings[0].pk)
        self.agent = an_agent()
        self.minutes = 0

    def mark(self, *marks: Mark) -> None:
        self.minutes += 1
        at = NOON + timedelta(minutes=self.minutes)
        acts = [
            Marking(uuid=uuid4(), child_id=child.pk, mark=mark, at=at)
            for child, mark in zip(self.children, marks, strict=True)
        ]
        record_marks(opening=self.opening, markings=acts, device="", by=self.agent, now=at)

    def close(self) -> None:
        close_sheet(opening=self.opening, rest_is_absent=True, by=self.agent, now=NOON + timedelta(hours=1))

    def cost(self, total: str, *, present: int = 3, reason: str = "") -> OutingCost:
        return record_cost(
            opening=self.opening, label="Sortie au zoo", total=Decimal(total), expected=present, reason=reason,
            by=self.agent, now=NOON + timedelta(hours=2),
        )  # fmt: skip

    @property
    def charges(self) -> list[Charge]:
        parts = Charge.objects.filter(source__startswith=outing_prefix(self.opening.pk), voided_at=None)
        return list(parts.order_by("child__last_name", "pk"))

    @property
    def owed(self) -> list[Decimal]:
        """By child, in the order of the names."""
        sums = dict.fromkeys((child.pk for child in self.children), ZERO)
        for charge in self.charges:
            sums[charge.child_id] += charge.amount
        return list(sums.values())


@pytest.fixture
def canteen(commune, now):
    return a_canteen(start=NOON.date(), days=5, payment=PaymentMode.INVOICED)


@pytest.fixture
def outing(canteen, now) -> Outing:
    made = Outing(canteen, now)
    made.mark(Mark.PRESENT, Mark.PRESENT, Mark.PRESENT)
    made.close()
    return made


def euros(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


@pytest.mark.parametrize(("total", "count"), [("100.00", 3), ("0.01", 2), ("7.77", 7)])
def test_parts_add_up_and_differ_by_a_cent_at_most(total, count):
    parts = split_euros(Decimal(total), count)
    assert (sum(parts), len(parts)) == (Decimal(total), count)
    assert max(parts) - min(parts) <= Decimal("0.01")


def test_those_who_were_there_owe_equal_parts(outing):
    outing.cost("100.00")

    assert outing.owed == euros("33.34", "33.33", "33.33")
    first = outing.charges[0]
    assert first.reasons == ["Coût de la sortie\xa0: 100,00\xa0€ pour 3 enfants présents"]
    assert (first.label, first.service_date, first.household) == (
        "Sortie au zoo", outing.opening.date, outing.families[0].household,
    )  # fmt: skip
    assert check_ledger() == []


def test_a_correction_replaces_what_is_open_and_completes_what_is_invoiced(outing, canteen, now):
    outing.cost("90.00")
    issue_invoice(
        regie=Regie.objects.get(), household=outing.families[0].household, charges=outing.charges[:1],
        on=now.date(), now=now,
    )  # fmt: skip
    with pytest.raises(OutingCostError, match="pourquoi"):
        outing.cost("99.00")

    outing.cost("99.00", reason="Facture du car")

    assert outing.owed == euros("33.00", "33.00", "33.00")
    assert [charge.amount for charge in outing.charges] == euros("30.00", "3.00", "33.00", "33.00")
    assert outing.charges[1].reasons[0].endswith("(Facture du car)")
    assert OutingCost.objects.get(cancelled_at=None).total == Decimal("99.00")

    cancel_cost(opening=outing.opening, reason="Offerte par le comité", by=outing.agent, now=now)
    assert outing.owed == euros("0", "0", "0")
    assert [charge.amount for charge in outing.charges] == euros("30.00", "-30.00")
    assert check_ledger() == []


def test_a_child_unmarked_since_owes_nothing_after_the_correction(outing):
    outing.cost("90.00")
    outing.mark(Mark.PRESENT, Mark.PRESENT, Mark.ABSENT)
    shown = parts_of(outing.opening, Decimal("90.00"), present_children(outing.opening))
    assert [(part.amount, part.owed) for part in shown] == [
        (Decimal(45), Decimal(30)), (Decimal(45), Decimal(30)), (ZERO, Decimal(30)),
    ]  # fmt: skip
    with pytest.raises(OutingCostError, match="a changé depuis l’aperçu"):
        outing.cost("90.00", reason="Pointage corrigé")

    outing.cost("90.00", present=2, reason="Pointage corrigé")

    assert outing.owed == euros("45.00", "45.00", "0")


def test_nothing_is_divided_before_the_sheet_is_closed(canteen, now):
    outing = Outing(canteen, now)
    with pytest.raises(OutingCostError, match="Terminez d’abord le pointage"):
        outing.cost("90.00")
    outing.close()  # all absent
    with pytest.raises(OutingCostError, match="Personne n’était présent"):
        outing.cost("90.00", present=0)
    assert not OutingCost.objects.exists()


def test_two_homes_pay_their_shares_of_the_part(outing, now):
    mother, father = outing.families[:2]
    Custody.objects.create(
        child=mother.child, second=father.household, mode=CustodyMode.SHARE, percent=Decimal(50),
        valid_from=now.date(), recorded_at=now,
    )  # fmt: skip

    outing.cost("99.99")
    outing.cost("100.05", reason="Entrées")

    assert outing.owed[0] == Decimal("33.35")
    sums = {home: sum(c.amount for c in outing.charges if c.household_id == home and c.child == mother.child)
            for home in (mother.household.pk, father.household.pk)}  # fmt: skip
    assert sorted(sums.values()) == euros("16.67", "16.68")
    assert check_ledger() == []


def test_a_tariff_that_shares_the_cost_is_told_it_and_nothing_is_owed_twice(outing, canteen):
    canteen.on_time.tariff.versions.update(
        rule={
            "type": "cost_share",
            "expected_cost": 20,
            "shares": [{"up_to": 500, "percent": 20}, {"percent": 60}],
        }
    )

    cost = outing.cost("90.00")

    assert cost.by_tariff
    assert outing.charges == []
    told = recorded_costs(Charge.objects.all())
    assert [facts["cost"] for facts in told.values()] == [Decimal("30.00")] * 3
