"""« Prélèvement automatique »: what a family does, and never sees of another."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from billing.models import Mandate
from core.clock import frozen
from core.models import OutgoingMail
from tests.factories.debits import IBAN, OTHER_IBAN, a_debit_account, a_mandate, an_announced_debit
from tests.factories.world import Family, a_family


@pytest.fixture
def family(regie) -> Family:
    a_debit_account(regie)
    return a_family(school=None)


@pytest.fixture
def browse(commune, client_for, now):
    """``browse(family, name, code, data)``: GET, or POST when there is data; follows what it is sent to."""

    def go(family, name, code, data=None):
        with frozen(now):
            client = client_for(commune, family.user)
            address = reverse(name, args=[code])
            return (
                client.post(address, data, follow=True)
                if data is not None
                else client.get(address, follow=True)
            )

    return go


def text(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def test_a_family_signs_a_mandate_in_two_steps(regie, family, browse):
    assert reverse("debit_mandate", args=[regie.code]) in text(browse(family, "regie_block", regie.code))

    read = browse(
        family, "debit_mandate", regie.code, {"titulaire": "Camille Rivière", "iban": IBAN, "bic": ""}
    )
    assert "Mandat de prélèvement SEPA" in text(read)
    assert IBAN not in text(read)
    assert Mandate.objects.get().state == "draft"

    unticked = browse(family, "debit_mandate_sign", regie.code, {"lu": read.context["form"].initial["lu"]})
    assert "Cochez la case pour signer le mandat." in text(unticked)

    done = browse(
        family, "debit_mandate_sign", regie.code, {"lu": read.context["form"].initial["lu"], "accord": "on"}
    )
    mandate = Mandate.objects.get()
    assert mandate.is_active
    assert mandate.rum in text(done)
    assert "FR•• •••• 0189" in text(done)
    assert "Vos factures sont prélevées automatiquement" in text(browse(family, "regie_block", regie.code))


def test_another_text_than_the_one_that_was_read_is_shown_again(regie, family, browse):
    browse(family, "debit_mandate", regie.code, {"titulaire": "Camille", "iban": IBAN, "bic": ""})

    shown = browse(family, "debit_mandate_sign", regie.code, {"lu": "autre", "accord": "on"})

    assert "relisez-le" in text(shown)
    assert Mandate.objects.get().state == "draft"


@pytest.mark.parametrize("iban", ["", "FR76 0000", "BR1800360305000010009795493C1"])
def test_a_wrong_account_is_refused_with_a_sentence(regie, family, browse, iban):
    shown = browse(family, "debit_mandate", regie.code, {"titulaire": "Camille", "iban": iban, "bic": "X"})

    assert "field-error" in text(shown)
    assert "Ce BIC n’est pas exact" in text(shown)
    assert not Mandate.objects.exists()


def test_a_family_changes_its_account_then_revokes(regie, family, browse, now):
    a_mandate(regie, family, now=now)
    data = {"titulaire": "Camille", "iban": OTHER_IBAN, "bic": ""}
    assert "Sans votre accord" in text(browse(family, "debit_mandate_account", regie.code, data))

    changed = browse(family, "debit_mandate_account", regie.code, data | {"accord": "on"})
    assert "FR•• •••• 0185" in text(changed)

    ended = browse(family, "debit_mandate_revoke", regie.code, {})
    assert "Votre mandat est révoqué" in text(ended)
    assert [mail.subject.split(" – ")[0] for mail in OutgoingMail.objects.order_by("pk")] == [
        "Votre mandat de prélèvement",
        "Nouveau compte pour vos prélèvements",
        "Fin de votre prélèvement automatique",
    ]


def test_the_signed_document_is_the_familys_own(regie, family, browse, now):
    mandate = a_mandate(regie, family, now=now)
    document = browse(family, "debit_mandate_pdf", regie.code)

    words = " ".join(PdfReader(BytesIO(b"".join(document.streaming_content))).pages[0].extract_text().split())
    assert mandate.rum in words
    assert "FR76 3000 6000 0112 3456 7890 189" in words
    other = a_family(school=None, name="Lavandier")
    assert browse(other, "debit_mandate_pdf", regie.code).status_code == 404
    assert mandate.rum not in text(browse(other, "debit_mandate", regie.code))


def test_what_is_going_to_be_debited_is_written_on_the_invoice_and_on_the_list(regie, family, browse, now):
    mandate = a_mandate(regie, family, now=now)
    invoice, debit = an_announced_debit(regie, family, now=now)

    assert f"Sera prélevée le {debit.debit_on:%d/%m/%Y}" in text(browse(family, "regie_block", regie.code))
    assert invoice.reference in text(browse(family, "debit_mandate", regie.code))
    document = browse(family, "invoice_pdf", invoice.pk)
    words = PdfReader(BytesIO(b"".join(document.streaming_content))).pages[0].extract_text()
    assert f"{debit.debit_on:%d/%m/%Y}" in words
    assert mandate.rum in words


def test_a_regie_that_does_not_collect_has_no_such_page(regie, commune, browse):
    family = a_family(school=None)
    assert browse(family, "debit_mandate", regie.code).status_code == 404
    assert "prélèvement automatique" not in text(browse(family, "regie_block", regie.code))


def test_a_closed_offer_keeps_what_was_signed_and_takes_nothing_new(regie, family, browse, now):
    mandate = a_mandate(regie, family, now=now)
    regie.debit_account.is_open = False
    regie.debit_account.save()
    assert mandate.rum in text(browse(family, "debit_mandate", regie.code))

    browse(family, "debit_mandate_revoke", regie.code, {})
    assert "ne propose plus de nouveau mandat" in text(browse(family, "debit_mandate", regie.code))
