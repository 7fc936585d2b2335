"""The second factor of the vendor's people, and the devices where they are signed in: as for agents, in ``public``.

``tenants`` keeps the rows and knows nothing of keys; what seals them and counts their codes is ``core``'s.
"""

from datetime import datetime, timedelta

import structlog
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from core.locks import lock_rows, locking_transaction
from core.queries.sessions import Device, device_label
from core.secrets import seal, unseal
from core.services.second_factor import FactorKnownError, TooManyCodesError, WrongCodeError
from core.totp import as_printed, digest_of, new_recovery_codes, step_of
from tenants.models import VendorFactor, VendorRecoveryCode, VendorSession, VendorUser

log = structlog.get_logger(__name__)

TRIES, WITHIN = 6, timedelta(minutes=15)


def has_factor(user: VendorUser) -> bool:
    return VendorFactor.objects.filter(user=user).exists()


def set_factor(*, user: VendorUser, key: str, code: str, now: datetime) -> list[str]:
    """Turn it on once the telephone has shown a code of the key. Returns the recovery codes, shown this once.

    Raises WrongCodeError, FactorKnownError.
    """
    step = step_of(key, code, after=0, now=now)
    if step is None:
        raise WrongCodeError
    try:
        with transaction.atomic():
            VendorFactor.objects.create(
                user=user, sealed=seal({"key": key}), confirmed_at=now, last_step=step
            )
            codes = _write_recovery_codes(user)
    except IntegrityError as error:
        raise FactorKnownError from error
    log.info("vendor_factor_set", vendor=user.pk)
    return codes


def check_code(*, user: VendorUser, code: str, now: datetime) -> None:
    """Accept a code of the telephone or a recovery code, once each. Raises WrongCodeError, TooManyCodesError."""
    with locking_transaction():
        factor = next(iter(lock_rows(VendorFactor.objects.filter(user=user))), None)
        if factor is None:
            raise WrongCodeError
        lately = factor.wrong_at is not None and factor.wrong_at > now - WITHIN
        if lately and factor.wrong >= TRIES:
            raise TooManyCodesError
        taken = _take_code(factor, code.replace(" ", "").lower(), now=now)
        factor.wrong, factor.wrong_at = (0, None) if taken else ((factor.wrong if lately else 0) + 1, now)
        factor.save(update_fields=["last_step", "wrong", "wrong_at"])
    if not taken:
        raise WrongCodeError


def renew_recovery_codes(*, user: VendorUser, code: str, now: datetime) -> list[str]:
    """Ten new codes; the former ones are worth nothing. Raises WrongCodeError, TooManyCodesError."""
    check_code(user=user, code=code, now=now)
    with transaction.atomic():
        return _write_recovery_codes(user)


def reset_factor(*, user: VendorUser) -> bool:
    """Take it away, with its recovery codes: a lost telephone. Returns whether there was one."""
    with transaction.atomic():
        VendorRecoveryCode.objects.filter(user=user).delete()
        deleted, _ = VendorFactor.objects.filter(user=user).delete()
    if deleted:
        log.info("vendor_factor_reset", vendor=user.pk)
    return bool(deleted)


def open_session(*, user: VendorUser, key: str, address: str, device: str, now: datetime) -> None:
    values = {"user": user, "opened_at": now, "seen_at": now, "address": address, "device": device[:300]}
    VendorSession.objects.update_or_create(key=key, defaults=values)
    log.info("vendor_signed_in", vendor=user.pk, address=address)


def devices_of(user: VendorUser, *, here: str, now: datetime) -> list[Device]:
    """Those still signed in, the last seen first; ``here`` is the key of the session that asks. One query."""
    alive = Session.objects.filter(session_key=OuterRef("key"), expire_date__gt=now)
    return [
        Device(
            pk=session.pk,
            label=device_label(session.device),
            address=session.address,
            opened_at=session.opened_at,
            seen_at=session.seen_at,
            is_here=session.key == here,
        )
        for session in VendorSession.objects.filter(Exists(alive), user=user)
    ]


def end_sessions(*, user: VendorUser, but: str, only: int | None = None) -> int:
    """End the sessions of an account, or ``only`` one of them (its pk), never the one whose key is ``but``.

    Returns how many ended; a device is out at its next request.
    """
    with transaction.atomic():
        ended = VendorSession.objects.filter(user=user).exclude(key=but)
        if only is not None:
            ended = ended.filter(pk=only)
        keys = list(ended.values_list("key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        ended.delete()
    return len(keys)


def _take_code(factor: VendorFactor, code: str, *, now: datetime) -> bool:
    if step := step_of(unseal(factor.sealed)["key"], code, after=factor.last_step, now=now):
        factor.last_step = step
        return True
    unused = VendorRecoveryCode.objects.filter(user=factor.user_id, digest=digest_of(code), used_at=None)
    return bool(unused.update(used_at=now))


def _write_recovery_codes(user: VendorUser) -> list[str]:
    codes = new_recovery_codes()
    VendorRecoveryCode.objects.filter(user=user).delete()
    VendorRecoveryCode.objects.bulk_create(
        VendorRecoveryCode(user=user, digest=digest_of(code)) for code in codes
    )
    return [as_printed(code) for code in codes]
