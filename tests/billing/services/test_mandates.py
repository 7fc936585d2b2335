"""Mandates: what is signed is kept word for word, with who and when; what ends them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from billing.errors_debits import MandateStateError, NoDebitAccountError
from billing.models import Mandate, MandateEvent
from billing.services.mandates import (
    change_account,
    expire_mandates,
    prepare_mandate,
    revoke_mandate,
    sign_mandate,
    text_to_sign,
)
from core.models import OutgoingMail
from tests.factories.debits import IBAN, ICS, OTHER_IBAN, a_debit_account, a_mandate, an_announced_debit
from tests.factories.world import Family, a_family


@pytest.fixture
def family(regie) -> Family:
    a_debit_account(regie)
    return a_family(school=None)


def a_draft(regie, family, now, **changes):
    values = {"holder": "Camille Rivière", "iban": IBAN, "bic": ""}
    return prepare_mandate(
        regie=regie, household=family.household, by=family.user, now=now, **(values | changes)
    )


def test_a_mandate_keeps_what_was_signed_by_whom_and_when(regie, family, now):
    draft = a_draft(regie, family, now)
    text = text_to_sign(draft)

    mandate = sign_mandate(mandate=draft, text=text, by=family.user, now=now)

    assert (mandate.state, mandate.text, mandate.signed_at) == ("active", text, now)
    assert all(
        said in text for said in (mandate.rum, ICS, "Régie Cantine Bellegarde", "8 semaines", "13 mois")
    )
    assert mandate.signer_name == family.user.name
    assert len(mandate.digest) == 64
    assert [event.act for event in mandate.events.all()] == ["signed"]
    mail = OutgoingMail.objects.get()
    assert mandate.rum in mail.text
    assert IBAN not in mail.text


def test_the_account_number_is_encrypted_at_rest_and_only_its_end_is_shown(regie, family, now):
    mandate = a_mandate(regie, family, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM billing_mandate WHERE id = %s", [mandate.pk])
        stored = " ".join(map(str, cursor.fetchone()))

    assert IBAN not in stored
    assert Mandate.objects.get().iban == IBAN
    assert mandate.masked_iban == "FR•• •••• 0189"
    assert IBAN not in mandate.text


def test_other_words_than_those_shown_are_not_signed(regie, family, now):
    draft = a_draft(regie, family, now)
    with pytest.raises(MandateStateError):
        sign_mandate(mandate=draft, text=text_to_sign(draft) + " ", by=family.user, now=now)
    assert Mandate.objects.get().state == "draft"


def test_a_draft_is_replaced_and_a_mandate_in_force_is_not(regie, family, now):
    first = a_draft(regie, family, now)
    again = a_draft(regie, family, now, iban=OTHER_IBAN)
    assert (again.pk, again.rum, again.iban_last4) == (first.pk, first.rum, "0185")

    sign_mandate(mandate=again, text=text_to_sign(again), by=family.user, now=now)
    with pytest.raises(MandateStateError):
        a_draft(regie, family, now)


def test_a_regie_that_does_not_collect_takes_no_mandate(commune, regie, now):
    with pytest.raises(NoDebitAccountError):
        a_draft(regie, a_family(school=None), now)


def test_a_change_of_account_keeps_the_mandate_and_the_account_that_was_left(regie, family, now):
    mandate = a_mandate(regie, family, now=now)

    changed = change_account(
        mandate=mandate, holder="Alix Rivière", iban=OTHER_IBAN, bic="", by=family.user, now=now
    )

    assert (changed.rum, changed.iban, changed.holder) == (mandate.rum, OTHER_IBAN, "Alix Rivière")
    event = changed.events.get(act="amended")
    assert "FR•• •••• 0189 à FR•• •••• 0185" in event.note
    assert event.sealed_account
    with pytest.raises(MandateStateError):
        change_account(mandate=changed, holder="Alix", iban=OTHER_IBAN, bic="", by=family.user, now=now)


def test_a_revoked_mandate_drops_what_was_announced(regie, family, now):
    mandate = a_mandate(regie, family, now=now)
    _, debit = an_announced_debit(regie, family, now=now)

    revoke_mandate(mandate=mandate, reason="À la demande de la famille", by=family.user, now=now)

    debit.refresh_from_db()
    assert (debit.state, debit.drop_reason) == ("dropped", "Le mandat a pris fin")
    assert Mandate.objects.get().state == "revoked"
    with pytest.raises(MandateStateError):
        revoke_mandate(mandate=mandate, reason="encore", by=family.user, now=now)
    assert a_mandate(regie, family, now=now).rum != mandate.rum


def test_36_months_without_a_debit_end_a_mandate(regie, family, now):
    mandate = a_mandate(regie, family, now=now)

    assert expire_mandates(now=now + timedelta(days=3 * 365)) == 0
    assert expire_mandates(now=now + timedelta(days=3 * 365 + 2)) == 1
    assert expire_mandates(now=now + timedelta(days=3 * 365 + 3)) == 0

    mandate.refresh_from_db()
    assert mandate.state == "expired"
    assert mandate.events.get(act="expired").by is None


def test_the_database_keeps_one_mandate_in_force_and_refuses_to_change_its_history(regie, family, now):
    mandate = a_mandate(regie, family, now=now)
    with pytest.raises(IntegrityError, match="mandate_one_active"), transaction.atomic():
        mandate.pk, mandate.rum = None, "AUTRE"
        mandate.save(force_insert=True)
    with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
        MandateEvent.objects.update(note="réécrit")
