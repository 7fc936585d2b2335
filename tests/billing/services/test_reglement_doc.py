"""The table of docs/algorithms/reglement.md, run against the simulated PayFiP."""

import re
from datetime import timedelta

import pytest
from django.conf import settings

from billing.enums import Trigger
from billing.models import Payment
from billing.providers.base import ProviderError
from billing.services.settlement import settle
from infra.sandbox.payfip.simulator import Behaviour
from tests.factories.billing import a_payment

UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "j": timedelta(days=1)}


def rows() -> list[list[str]]:
    page = (settings.ROOT / "docs" / "algorithms" / "reglement.md").read_text()
    table = page.partition("| Réponse de PayFiP |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def duration(words: str) -> timedelta:
    number, unit = re.fullmatch(r"(\d+) (min|h|j)", words).groups()
    return int(number) * UNITS[unit]


@pytest.mark.parametrize(
    ("answer", "age", "state", "money", "again"), rows(), ids=[f"{row[0]} à {row[1]}" for row in rows()]
)
def test_each_line_of_the_table(regie, payfip, now, answer, age, state, money, again):
    payment = a_payment(regie, now=now)
    at = now + duration(age)
    if answer == "panne":
        payfip.simulator.behaviour = Behaviour(down=True)
        with pytest.raises(ProviderError):
            settle(payment_id=payment.pk, trigger=Trigger.POLL, now=at)
    else:
        if answer == "P1":
            payfip.simulator.purge()
        elif answer != "P5":
            payfip.simulator.decide(payment.provider_ref, answer)
        settle(payment_id=payment.pk, trigger=Trigger.POLL, now=at)

    payment = Payment.objects.get()
    assert (payment.state, payment.is_settled) == (state, money == "oui")
    assert payment.next_check_at == (None if again == "jamais" else at + duration(again))
