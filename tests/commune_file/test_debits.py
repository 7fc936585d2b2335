"""`[regies.prelevement]`: read, written, and closed without losing what families signed."""

import pytest

from billing.commune_file_debits import DebitTable, load_debit_tables, save_debit_table
from billing.models import DebitAccount
from core.clock import now
from tests.factories.billing import a_regie
from tests.factories.debits import ICS, OTHER_IBAN, a_mandate
from tests.factories.world import a_family

TABLE = {"creancier": "Régie Cantine", "ics": ICS, "iban": OTHER_IBAN, "preavis": 7, "representation": True}


@pytest.fixture
def regie(commune):
    return a_regie()


def test_what_is_written_is_read_again(regie):
    wanted = DebitTable.model_validate(TABLE)

    save_debit_table(regie, wanted)

    account = DebitAccount.objects.get()
    assert (account.ics, account.notice_days, account.retries, account.remit_days) == (ICS, 7, True, 2)
    assert load_debit_tables() == {regie.pk: wanted}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [("iban", "FR00", "IBAN n’est pas exact"), ("ics", "FR1", "ICS n’est pas exact"), ("bic", "A", "BIC")],
)
def test_a_wrong_number_is_refused_with_a_sentence(key, value, said):
    with pytest.raises(ValueError, match=said):
        DebitTable.model_validate(TABLE | {key: value})


def test_without_its_table_a_regie_stops_offering_and_keeps_what_was_signed(regie):
    save_debit_table(regie, DebitTable.model_validate(TABLE))
    a_mandate(regie, a_family(school=None), now=now())

    save_debit_table(regie, None)

    assert not DebitAccount.objects.get().is_open
    assert load_debit_tables() == {}


def test_without_its_table_a_regie_that_nobody_signed_with_forgets_it(regie):
    save_debit_table(regie, DebitTable.model_validate(TABLE))
    save_debit_table(regie, None)
    assert not DebitAccount.objects.exists()
