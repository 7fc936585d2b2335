"""Families that ask for a file by themselves: asked, proved by mail, then accepted, joined to a file or refused."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.audit_acts import AuditAct
from core.enums import RegistrationMode, RegistrationState
from core.errors import DomainError
from core.guardian_roles import GuardianRole, stronger
from core.locks import lock_rows, locking_transaction
from core.models import (
    Child,
    CommuneSettings,
    FamilyRegistration,
    Guardian,
    Household,
    RegisteredChild,
    User,
)
from core.queries.families import next_number
from core.queries.plain_text import plain
from core.queries.registrations import possible_duplicates, registration_mode
from core.services.accounts import create_family_account
from core.services.audit import record
from core.services.families import NewGuardian, register_family
from core.services.outbox import write_mail
from tenants.context import town_url

log = structlog.get_logger(__name__)

# How long the link that proves an address works.
PROOF_LIFE = timedelta(days=3)
# What was never proved, or was refused, is kept no longer.
UNPROVED_KEPT = timedelta(days=7)
REFUSED_KEPT = timedelta(days=180)


class RegistrationError(DomainError):
    code = "registration"


@transaction.atomic
def ask_registration(
    *, registration: FamilyRegistration, children: Sequence[RegisteredChild], now: datetime
) -> None:
    """Keep what a visitor told and send the link that proves the address. Takes validated, unsaved rows.

    An address that has an account gets a mail that says so, and nothing is kept: the page says the same in both
    cases, so that nobody learns who is known here.
    """
    if User.objects.families().filter(email__iexact=registration.email).exists():
        write_mail(
            to=registration.email,
            template="registration_known",
            context={"registration": registration, "link": town_url(reverse("password_reset"))},
            language=registration.language,
            now=now,
        )
        return
    registration.asked_at = now
    registration.save()
    for child in children:
        child.registration = registration
    RegisteredChild.objects.bulk_create(children)
    write_mail(
        to=registration.email,
        template="registration_proof",
        context={
            "registration": registration,
            "link": town_url(reverse("registration_confirm", args=[registration.token])),
        },
        language=registration.language,
        now=now,
    )


def prove_address(*, registration: FamilyRegistration, now: datetime) -> FamilyRegistration:
    """The link came back: the request is now to be answered, or is answered at once where the town wants it so.

    Clicked twice, nothing more happens. Raises RegistrationError for a link that is too old.
    """
    with locking_transaction():
        # Requests that open a file take its number one after the other.
        lock_rows(CommuneSettings.objects.all())
        locked = lock_rows(FamilyRegistration.objects.filter(pk=registration.pk))[0]
        if locked.state != RegistrationState.UNPROVED:
            return locked
        if locked.asked_at < now - PROOF_LIFE:
            raise RegistrationError(_("Ce lien a plus de trois jours : refaites votre demande."))
        locked.state, locked.proved_at = RegistrationState.WAITING, now
        locked.save()
        opens_alone = registration_mode() == RegistrationMode.AUTOMATIC
        if opens_alone and not possible_duplicates(locked):
            _open_file(locked, number=next_number(), is_resident=_lives_here(locked), by=None, now=now)
    return locked


def accept_registration(
    *, registration: FamilyRegistration, number: str, is_resident: bool, by: User, now: datetime
) -> Household:
    """Open a file with what was told, and send the activation link.

    Raises RegistrationError, EmailTakenError or NumberTakenError.
    """
    with locking_transaction():
        locked = _to_decide(registration)
        return _open_file(locked, number=number, is_resident=is_resident, by=by, now=now)


def join_registration(
    *,
    registration: FamilyRegistration,
    household: Household,
    children: Collection[int],
    by: User,
    now: datetime,
) -> None:
    """The family has a file already: its guardian gets an account there, and the ``children`` that are new join it.

    A guardian of the file who has the same address, or the same name, is taken for the person who asks; who only came for
    the children may look from now on. Raises RegistrationError when that guardian has an account already.
    """
    with locking_transaction():
        locked = _to_decide(registration)
        guardian = _same_person(locked, household) or _guardian(locked)
        if guardian.user_id:
            raise RegistrationError(
                f"{guardian} a déjà un compte dans ce dossier : refusez la demande en le lui rappelant."
            )
        guardian.household = household
        guardian.role = stronger(
            GuardianRole(guardian.role), GuardianRole.CONTACT
        )  # nobody else has an account
        guardian.phone = guardian.phone or locked.phone
        guardian.email = locked.email
        guardian.save()
        create_family_account(guardian=guardian, email=locked.email, language=locked.language, by=by, now=now)
        for child in locked.children.filter(pk__in=children):
            _child(child, household).save()
        _decide(locked, RegistrationState.JOINED, household=household, by=by, now=now)


def refuse_registration(*, registration: FamilyRegistration, reason: str, by: User, now: datetime) -> None:
    """Refuse, and tell the family why. Raises RegistrationError."""
    with locking_transaction():
        locked = _to_decide(registration)
        locked.reason = reason.strip()
        if not locked.reason:
            raise RegistrationError("Donnez le motif du refus : la famille le lira.")
        _decide(locked, RegistrationState.REFUSED, household=None, by=by, now=now)
        write_mail(
            to=locked.email,
            template="registration_refused",
            context={"registration": locked},
            language=locked.language,
            now=now,
        )


@transaction.atomic
def set_registration_mode(*, mode: RegistrationMode, by: User, now: datetime) -> None:
    before = registration_mode()
    CommuneSettings.objects.update(registration=mode)
    sides = [{"Demandes d’accès des familles": str(one.label)} for one in (before, mode)]
    record(act=AuditAct.SETTINGS_SAVED, by=by, now=now, before=sides[0], after=sides[1])


def forget_registrations(*, now: datetime) -> int:
    """Delete what was never proved, and what was refused long ago. Returns how many."""
    unproved = FamilyRegistration.objects.filter(
        state=RegistrationState.UNPROVED, asked_at__lt=now - UNPROVED_KEPT
    )
    refused = FamilyRegistration.objects.filter(
        state=RegistrationState.REFUSED, decided_at__lt=now - REFUSED_KEPT
    )
    gone = unproved | refused
    count = gone.count()
    gone.delete()
    return count


def _to_decide(registration: FamilyRegistration) -> FamilyRegistration:
    locked = lock_rows(FamilyRegistration.objects.filter(pk=registration.pk))[0]
    if locked.state != RegistrationState.WAITING:
        raise RegistrationError("Cette demande est déjà décidée.")
    return locked


def _open_file(
    registration: FamilyRegistration, *, number: str, is_resident: bool, by: User | None, now: datetime
) -> Household:
    household = Household(
        number=number,
        name=registration.last_name,
        address=registration.address,
        postcode=registration.postcode,
        city=registration.city,
        is_resident=is_resident,
    )
    register_family(
        household=household,
        guardians=[
            NewGuardian(guardian=_guardian(registration), opens_account=True, language=registration.language)
        ],
        children=[_child(child, household) for child in registration.children.all()],
        by=by,
        now=now,
    )
    _decide(registration, RegistrationState.ACCEPTED, household=household, by=by, now=now)
    return household


def _decide(
    registration: FamilyRegistration,
    state: RegistrationState,
    *,
    household: Household | None,
    by: User | None,
    now: datetime,
) -> None:
    registration.state, registration.household = state, household
    registration.decided_at, registration.decided_by = now, by
    registration.save()
    if by:  # a town that opens files by itself has nobody to name
        note = registration.get_state_display()
        record(act=AuditAct.REGISTRATION, by=by, now=now, on=registration, note=note)
    log.info("registration_decided", registration=registration.pk, state=state, by=by and by.pk)


def _guardian(registration: FamilyRegistration) -> Guardian:
    return Guardian(
        first_name=registration.first_name,
        last_name=registration.last_name,
        email=registration.email,
        phone=registration.phone,
    )


def _child(told: RegisteredChild, household: Household) -> Child:
    return Child(
        household=household,
        first_name=told.first_name,
        last_name=told.last_name,
        birth_date=told.birth_date,
        school_id=told.school_id,
        level=told.level,
    )


def _same_person(registration: FamilyRegistration, household: Household) -> Guardian | None:
    guardians = list(household.guardians.all())
    by_address = (one for one in guardians if one.email.lower() == registration.email.lower())
    by_name = (one for one in guardians if plain(str(one)) == plain(str(registration)))
    return next(by_address, None) or next(by_name, None)


def _lives_here(registration: FamilyRegistration) -> bool:
    return CommuneSettings.objects.filter(postcode=registration.postcode).exists()
