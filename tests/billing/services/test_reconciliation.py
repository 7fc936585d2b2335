"""A provider's statement against the portal."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.enums import Trigger
from billing.errors import StatementError
from billing.models import ProviderStatement, StatementLine
from billing.queries.reconciliation import Gap, compare
from billing.services.reconciliation import read_statement, settle_difference
from billing.services.settlement import settle
from tests.factories.billing import a_payment
from tests.factories.counter import a_quittance, cash
from tests.factories.people import an_agent

HEAD = "date;reference;montant;autorisation"


@pytest.fixture
def agent(commune):
    return an_agent()


@pytest.fixture
def read(regie, agent, now):
    def act(*lines: str, head: str = HEAD) -> ProviderStatement:
        day = now.date()
        return read_statement(
            regie=regie, first_day=day.replace(day=1), last_day=day, filename="releve.csv",
            content="\r\n".join([head, *lines]).encode(), by=agent, now=now,
        )  # fmt: skip

    return act


@pytest.fixture
def paid(regie, payfip, now):
    def act(amount: str):
        payment = a_payment(regie, now=now, amount=amount)
        payfip.simulator.decide(payment.provider_ref, "P")
        return settle(payment_id=payment.pk, trigger=Trigger.POLL, now=now)

    return act


def gaps(statement) -> list[tuple[Gap, str]]:
    return [(one.gap, one.reference) for one in compare(statement).differences]


def test_what_agrees_is_only_counted(read, paid, regie, now):
    payment = paid("26.40")
    a_quittance(regie, payment.household, cash("10.00"), now=now)  # no provider knows of it
    comparison = compare(read(f"18/11/2026;{payment.reference};26,40 €;A1"))
    assert (comparison.differences, comparison.agreed) == ([], 1)
    assert comparison.total_ours == comparison.total_theirs == Decimal("26.40")


def test_each_kind_of_difference_is_listed(read, paid, regie, now):
    missing, wrong, unpaid = paid("10.00"), paid("20.00"), a_payment(regie, now=now, amount="30.00")
    statement = read(
        f"2026-11-18;{wrong.reference};19.00;",
        f"2026-11-18;{unpaid.reference};30.00;",
        "2026-11-18;INCONNU1;5.00;",
    )

    assert set(gaps(statement)) == {
        (Gap.MISSING_THERE, missing.reference),
        (Gap.AMOUNT, wrong.reference),
        (Gap.MISSING_HERE, unpaid.reference),
        (Gap.MISSING_HERE, "INCONNU1"),
    }


def test_a_payment_and_its_refund_are_summed(read, paid):
    payment = paid("20.00")
    statement = read(f"18/11/2026;{payment.reference};20,00;", f"19/11/2026;{payment.reference};-20,00;")
    assert gaps(statement) == [(Gap.AMOUNT, payment.reference)]


def test_a_payment_of_the_day_before_agrees_when_the_statement_names_it(read, paid, regie, agent, now):
    payment = paid("20.00")
    later = now.date() + timedelta(days=1)
    content = f"{HEAD}\n19/11/2026;{payment.reference};20,00;".encode()
    statement = read_statement(
        regie=regie, first_day=later, last_day=later, filename="r.csv", content=content, by=agent, now=now
    )
    assert gaps(statement) == []


def test_an_explained_difference_is_settled(read, paid, agent, now):
    payment = paid("20.00")
    statement = read("18/11/2026;INCONNU1;5,00;")
    assert compare(statement).open_count == 2

    settle_difference(statement=statement, reference="INCONNU1", note="Autre logiciel", by=agent, now=now)

    comparison = compare(statement)
    assert comparison.open_count == 1
    assert {one.reference: one.settled and one.settled.note for one in comparison.differences} == {
        "INCONNU1": "Autre logiciel",
        payment.reference: None,
    }


@pytest.mark.parametrize(
    ("lines", "head", "sentence"),
    [
        (
            ["18/11/2026;A;1,00"],
            "jour;ref;euros",
            "Il manque des colonnes en première ligne : date, reference, montant",
        ),
        ([], HEAD, "aucune ligne"),
        (["hier;A;1,00;"], HEAD, "Ligne 2 : « hier » n’est pas une date"),
        (["18/11/2026;A;1,005;"], HEAD, "Ligne 2 : « 1,005 » n’est pas un montant"),
        (["18/11/2026;;1,00;"], HEAD, "Ligne 2 : il manque la référence"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(read, lines, head, sentence):
    with pytest.raises(StatementError, match=sentence):
        read(*lines, head=head)
    assert not StatementLine.objects.exists()
    assert not ProviderStatement.objects.exists()


def test_each_wrong_line_is_told_at_once(read):
    with pytest.raises(StatementError, match=r"Ligne 2 .* Ligne 4 "):
        read("hier;A;1,00", "18/11/2026;B;2,00", "18/11/2026;C;deux")
    assert not StatementLine.objects.exists()
