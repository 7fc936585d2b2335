"""The desk's pages of direct debit."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing.models import Debit, DebitAccount, DebitBatch, DebitReject, Mandate
from core.clock import frozen
from tests.billing.debits.test_files import PAIN_002, PAIN_002_LINE
from tests.factories.debits import (
    ICS,
    OTHER_IBAN,
    a_batch,
    a_debit_account,
    a_mandate,
    a_sent_batch,
    an_announced_debit,
)
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family
from tests.harness.queries import assert_constant_queries

DAY = timedelta(days=1)


@pytest.fixture
def agent(commune):
    return an_agent()


@pytest.fixture
def family(regie, now) -> Family:
    """It has signed a mandate."""
    a_debit_account(regie)
    family = a_family(school=None)
    a_mandate(regie, family, now=now)
    return family


@pytest.fixture
def browse(commune, client_for, agent, now):
    client = client_for(commune, agent)

    def go(name, *args, data=None, at=now):
        with frozen(at):
            address = reverse(name, args=args)
            return client.post(address, data, follow=True) if data is not None else client.get(address)

    return go


def text(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def test_without_a_regie_that_collects_the_page_says_what_is_needed(regie, browse):
    assert "Il faut un identifiant créancier (ICS)" in text(browse("agent_debits"))


def test_from_what_is_announced_to_the_money(regie, family, browse, now):
    _, debit = an_announced_debit(regie, family, now=now)
    assert "26,40 €" in text(browse("agent_debits"))

    shown = browse("agent_debits", data={"regie": regie.pk, "date": debit.debit_on.isoformat()})
    batch = DebitBatch.objects.get()
    assert debit.mandate.rum in text(shown)
    assert "FR•• •••• 0189" in text(shown)

    browse("agent_debit_batch_act", batch.pk, data={"action": "remettre"})
    given = browse("agent_debit_batch_file", batch.pk, data={})
    assert given["Content-Type"] == "application/xml"
    assert debit.reference.encode() in given.content
    assert "Téléchargé" in text(browse("agent_debit_batch", batch.pk))

    early = browse("agent_debit_batch_act", batch.pk, data={"action": "encaisser"})
    assert "L’argent n’est pas là avant" in text(early)
    done = browse("agent_debit_batch_act", batch.pk, data={"action": "encaisser"}, at=now + 20 * DAY)
    assert "La remise est encaissée" in text(done)
    assert Debit.objects.get().state == "paid"


def test_a_day_that_the_bank_cannot_do_is_explained(regie, family, browse, now):
    an_announced_debit(regie, family, now=now)
    shown = browse("agent_debits", data={"regie": regie.pk, "date": now.date().isoformat()})
    assert "Première date possible" in text(shown)


def test_lines_are_excluded_with_a_reason_and_the_batch_is_given_up(regie, family, browse, agent, now):
    _, debit = an_announced_debit(regie, family, now=now)
    batch = a_batch(regie, agent, now=now)
    act = ("agent_debit_batch_act", batch.pk)

    assert "Dites pourquoi" in text(browse(*act, data={"action": "ecarter", "prelevement": debit.pk}))
    browse(*act, data={"action": "ecarter", "prelevement": debit.pk, "motif": "Contestation"})
    debit.refresh_from_db()
    assert debit.drop_reason == "Contestation"
    assert "Dites pourquoi" in text(browse(*act, data={"action": "abandonner"}))
    browse(*act, data={"action": "abandonner", "motif": "Vide"})
    assert DebitBatch.objects.get().state == "cancelled"
    assert "pas complète" in text(browse(*act, data={"action": "autre"}))


def test_a_reject_is_typed_in(regie, family, browse, agent, now):
    _, debit = an_announced_debit(regie, family, now=now)
    batch = a_sent_batch(regie, agent, now=now)
    assert "AC04 – Compte clos" in text(browse("agent_debit_reject", debit.pk))

    shown = browse("agent_debit_reject", debit.pk, data={"motif": "AC04", "date": now.date().isoformat()})

    assert "Le rejet est enregistré" in text(shown)
    assert "AC04 – Compte clos" in text(browse("agent_debit_batch", batch.pk))
    assert Mandate.objects.get().state == "revoked"
    again = browse("agent_debit_reject", debit.pk, data={"motif": "AC04", "date": now.date().isoformat()})
    assert "l’a déjà rejeté" in text(again)


def test_a_banks_file_is_imported(regie, family, browse, agent, now):
    _, debit = an_announced_debit(regie, family, now=now)
    a_sent_batch(regie, agent, now=now)
    lines = PAIN_002_LINE.format(ref=debit.reference, code="AM04")
    content = PAIN_002.format(version="10", group="", lines=lines).encode()

    shown = browse("agent_debit_import", data={"fichier": SimpleUploadedFile("r.xml", content)})
    assert "Rien n’est encore enregistré" in text(shown)
    assert family.household.name in text(shown)
    assert not DebitReject.objects.exists()
    kept = shown.context["kept"]
    assert "1 rejet enregistré" in text(browse("agent_debit_import", data={"lu": kept}))
    assert DebitReject.objects.get().source == "Fichier r.xml"
    assert "a trop attendu" in text(browse("agent_debit_import", data={"lu": kept[:-1]}))
    bad = browse("agent_debit_import", data={"fichier": SimpleUploadedFile("r.xml", b"non")})
    assert "n’est pas du XML lisible" in text(bad)
    assert "Choisissez le fichier" in text(browse("agent_debit_import", data={}))


def test_mandates_are_found_read_with_a_trace_and_ended(regie, family, browse, agent):
    mandate = Mandate.objects.get()
    assert mandate.rum in text(browse("agent_debit_mandates"))
    assert family.household.name in text(browse("agent_debit_mandate", mandate.pk))

    assert browse("agent_debit_mandate_pdf", mandate.pk, data={})["Content-Type"] == "application/pdf"
    assert mandate.events.get(act="read").by == agent
    assert "Dites pourquoi" in text(browse("agent_debit_mandate_end", mandate.pk, data={}))
    browse("agent_debit_mandate_end", mandate.pk, data={"motif": "Demande écrite"})
    mandate.refresh_from_db()
    assert mandate.state == "revoked"


def test_how_a_regie_collects_is_set_on_a_page(regie, browse):
    assert "Identifiant créancier SEPA" in text(browse("agent_debit_settings", regie.code))
    data = {
        "is_open": "on", "creditor_name": "Régie", "ics": "FR00ZZZ123456", "iban": OTHER_IBAN, "bic": "",
        "schema": "pain.008.001.08", "notice_days": "14", "remit_days": "2", "reject_fee": "2,50",
    }  # fmt: skip
    assert "Cet ICS n’est pas exact" in text(browse("agent_debit_settings", regie.code, data=data))

    browse("agent_debit_settings", regie.code, data=data | {"ics": ICS})

    account = DebitAccount.objects.get()
    assert (account.ics, str(account.reject_fee), account.retries) == (ICS, "2.50", False)


@pytest.mark.parametrize("name", ["agent_debits", "agent_debit_mandates"])
def test_lists_cost_the_same_for_many_rows(regie, browse, agent, now, name):
    a_debit_account(regie)

    def add_row() -> None:
        family = a_family(school=None)
        a_mandate(regie, family, now=now)
        an_announced_debit(regie, family, now=now)
        a_batch(regie, agent, now=now)

    assert_constant_queries(act=lambda: browse(name), add_row=add_row)


def test_a_batch_costs_the_same_for_many_rows(regie, family, browse, agent, now):
    an_announced_debit(regie, family, now=now)
    batch = a_batch(regie, agent, now=now)

    def add_row() -> None:
        another = a_family(school=None)
        a_mandate(regie, another, now=now)
        _, debit = an_announced_debit(regie, another, now=now)
        Debit.objects.filter(pk=debit.pk).update(batch=batch)

    assert_constant_queries(act=lambda: browse("agent_debit_batch", batch.pk), add_row=add_row)
