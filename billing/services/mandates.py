"""Mandates: prepared, signed, moved to another account, revoked. Each act keeps who, when and what was read."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from billing.debits.mandate_text import VERSION, mandate_text
from billing.debits.states import LIVE_DEBITS, MANDATE_MOVES, DebitState, MandateAct, MandateState
from billing.errors_debits import MandateStateError, NoDebitAccountError
from billing.models import Debit, DebitAccount, Mandate, MandateEvent, Regie
from billing.queries.mandates import unused_mandates
from billing.services.payments import new_reference
from core.audit_acts import AuditAct
from core.languages import in_french
from core.locks import lock_rows, locking_transaction
from core.models import Household, User
from core.retold import gettext_noop
from core.services.audit import record
from core.services.outbox import write_mail
from core.states import check_move
from core.words import plural
from tenants.context import town_timezone, town_url


def prepare_mandate(
    *, regie: Regie, household: Household, holder: str, iban: str, bic: str, by: User, now: datetime
) -> Mandate:
    """Keep what the family typed, to be read again and signed; a draft that was there is replaced.

    Raises NoDebitAccountError, and MandateStateError when a mandate is already in force.
    """
    _open_account(regie)
    with locking_transaction():
        known = {mandate.state: mandate for mandate in lock_rows(_of(regie, household))}
        if MandateState.ACTIVE in known:
            raise MandateStateError
        draft = known.get(MandateState.DRAFT) or Mandate(
            regie=regie, household=household, rum=new_reference(regie, now)
        )
        draft.holder, draft.iban, draft.bic = holder, iban, bic
        draft.signer, draft.created_at = by, now
        draft.save()
    return draft


@in_french()
def text_to_sign(mandate: Mandate) -> str:
    """The words of a draft, as they will be kept. Raises NoDebitAccountError."""
    account = _open_account(mandate.regie)
    return mandate_text(
        rum=mandate.rum,
        creditor=account.creditor_name,
        ics=account.ics,
        notice=plural(account.notice_days, "jour"),
        holder=mandate.holder,
        account=mandate.masked_iban,
    )


def sign_mandate(*, mandate: Mandate, text: str, by: User, now: datetime) -> Mandate:
    """Make a draft binding. ``text`` is what the person read: other words than today's are refused.

    Raises MandateStateError, NoDebitAccountError.
    """
    with locking_transaction():
        (locked,) = lock_rows(Mandate.objects.filter(pk=mandate.pk).select_related("regie", "household"))
        if locked.state != MandateState.DRAFT or text != text_to_sign(locked):
            raise MandateStateError
        _move(locked, MandateState.ACTIVE)
        locked.text, locked.text_version = text, VERSION
        locked.signer, locked.signer_name, locked.signed_at = by, by.name, now
        locked.digest = _digest(text, locked.iban)
        locked.save()
        _log(
            locked, MandateAct.SIGNED, by, now, note=f"Signé par {by.name} ({by.email})", digest=locked.digest
        )
        _tell(locked, "mandate_signed", now)
    return locked


def change_account(*, mandate: Mandate, holder: str, iban: str, bic: str, by: User, now: datetime) -> Mandate:
    """Go on with the same mandate on another account; the bank is told at the next debit. Raises MandateStateError."""
    with locking_transaction():
        (locked,) = lock_rows(Mandate.objects.filter(pk=mandate.pk).select_related("regie", "household"))
        if not locked.is_active or locked.iban == iban:
            raise MandateStateError
        left, left_shown = locked.sealed_iban, locked.masked_iban
        locked.holder, locked.iban, locked.bic = holder, iban, bic
        note = f"De {left_shown} à {locked.masked_iban}, titulaire {holder}, par {by.name} ({by.email})"
        locked.save()
        _log(
            locked, MandateAct.AMENDED, by, now,
            note=note, digest=_digest(locked.text + note, iban), sealed_account=left,
        )  # fmt: skip
        _tell(locked, "mandate_changed", now)
    return locked


def revoke_mandate(*, mandate: Mandate, reason: str, by: User, now: datetime) -> Mandate:
    """End a mandate. What was announced and not yet given to the bank is dropped. Raises MandateStateError."""
    with locking_transaction():
        (locked,) = lock_rows(Mandate.objects.filter(pk=mandate.pk).select_related("regie", "household"))
        if not locked.is_active:
            raise MandateStateError
        end_mandate(locked, act=MandateAct.REVOKED, reason=reason, by=by, now=now)
        record(act=AuditAct.MANDATE, by=by, now=now, on=locked, note=f"Révoqué : {reason}")
    return locked


def expire_mandates(*, now: datetime) -> int:
    """End the mandates with which nothing was collected for 36 months. Returns how many."""
    on = now.astimezone(town_timezone()).date()
    with locking_transaction():
        ended = lock_rows(unused_mandates(on).select_related("regie", "household"))
        for mandate in ended:
            end_mandate(
                mandate,
                act=MandateAct.EXPIRED,
                reason=gettext_noop("Aucun prélèvement depuis 36 mois"),
                by=None,
                now=now,
            )
    return len(ended)


def end_mandate(mandate: Mandate, *, act: MandateAct, reason: str, by: User | None, now: datetime) -> None:
    """For a mandate in force that the caller has locked."""
    _move(mandate, MandateState.EXPIRED if act == MandateAct.EXPIRED else MandateState.REVOKED)
    mandate.ended_at = now
    mandate.save(update_fields=["state", "ended_at"])
    _log(mandate, act, by, now, note=reason[:250])
    planned = lock_rows(mandate.debits.filter(state=DebitState.PLANNED))
    drop_rows(planned, reason="Le mandat a pris fin", by=by, now=now)
    _tell(
        mandate, "mandate_ended", now, reason=reason, still_sent=mandate.debits.filter(state__in=LIVE_DEBITS)
    )


def drop_rows(debits: Iterable[Debit], *, reason: str, by: User | None, now: datetime) -> None:
    """Give up debits that the caller has locked and that are announced, or with the bank."""
    Debit.objects.filter(pk__in=[debit.pk for debit in debits]).update(
        state=DebitState.DROPPED, dropped_at=now, dropped_by=by, drop_reason=reason[:200]
    )


@transaction.atomic
def record_reading(*, mandate: Mandate, by: User, now: datetime) -> None:
    """An agent opens the signed document, with its whole account number."""
    _log(mandate, MandateAct.READ, by, now)
    record(
        act=AuditAct.DATA_DOWNLOADED, by=by, now=now, on=mandate, note="Mandat signé, numéro de compte entier"
    )


def _of(regie: Regie, household: Household) -> QuerySet[Mandate]:
    return Mandate.objects.filter(
        regie=regie, household=household, state__in=[MandateState.DRAFT, MandateState.ACTIVE]
    )


def _open_account(regie: Regie) -> DebitAccount:
    account = DebitAccount.objects.filter(regie=regie, is_open=True).first()
    if account is None:
        raise NoDebitAccountError
    return account


def _move(mandate: Mandate, to_state: MandateState) -> None:
    check_move(MANDATE_MOVES, MandateState(mandate.state), to_state)
    mandate.state = to_state


def _digest(text: str, iban: str) -> str:
    return sha256(f"{text}\n{iban}".encode()).hexdigest()


def _log(mandate: Mandate, act: MandateAct, by: User | None, now: datetime, **details: str) -> None:
    MandateEvent.objects.create(mandate=mandate, act=act, at=now, by=by, **details)


def _tell(mandate: Mandate, template: str, now: datetime, **context: object) -> None:
    """Write to whoever signed, at the address of their account. The office hears of it by the mandate's page."""
    if mandate.signer is None:
        return
    write_mail(
        to=mandate.signer.email,
        template=template,
        context={
            "mandate": mandate,
            "link": town_url(reverse("debit_mandate", args=[mandate.regie.code])),
            **context,
        },
        now=now,
    )
