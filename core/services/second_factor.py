"""The second factor of agents: a code of their telephone (TOTP, RFC 6238) or one of ten codes kept on paper."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from core.audit_acts import AuditAct
from core.errors import DomainError
from core.locks import lock_rows, locking_transaction
from core.models import AuditEntry, RecoveryCode, SecondFactor, SecuritySettings, TrustedDevice, User
from core.queries.second_factor import security
from core.services.audit import record
from core.totp import as_printed, digest_of, new_recovery_codes, step_of

TRIES, WITHIN = 6, timedelta(minutes=15)


class WrongCodeError(DomainError):
    code = "wrong_code"
    message = "Ce code n’est pas le bon. Il change toutes les trente secondes : prenez celui qui s’affiche."


class TooManyCodesError(DomainError):
    code = "too_many_codes"
    message = "Trop de codes faux. Attendez un quart d’heure, puis réessayez."


class FactorKnownError(DomainError):
    code = "factor_known"
    message = "La double vérification est déjà activée : retirez-la pour changer de téléphone."


def set_factor(*, user: User, key: str, code: str, now: datetime) -> list[str]:
    """Turn it on once the telephone has shown a code of the key. Returns the recovery codes, shown this once.

    Raises WrongCodeError, TooManyCodesError, FactorKnownError.
    """
    step = step_of(key, code, after=0, now=now)
    if step is None:
        _refuse_too_many(user, now=now)
        record(act=AuditAct.CODE_FAILED, by=user, now=now, on=user)
        raise WrongCodeError
    try:
        with transaction.atomic():
            factor = SecondFactor(user=user, confirmed_at=now, last_step=step)
            factor.key = key
            factor.save(force_insert=True)
            codes = _write_recovery_codes(user)
            record(act=AuditAct.FACTOR_SET, by=user, now=now, on=user)
    except IntegrityError as error:
        raise FactorKnownError from error
    return codes


def check_code(*, user: User, code: str, now: datetime) -> None:
    """Accept a code of the telephone or a recovery code, once each. Raises WrongCodeError, TooManyCodesError."""
    with locking_transaction():
        # One try at a time: those that are sent together are counted too.
        (factor,) = lock_rows(SecondFactor.objects.filter(user=user)) or (None,)
        _refuse_too_many(user, now=now)
        taken = factor is not None and _take_code(factor, code.replace(" ", "").lower(), now=now)
        if not taken:
            record(act=AuditAct.CODE_FAILED, by=user, now=now, on=user)
    if not taken:
        raise WrongCodeError


def renew_recovery_codes(*, user: User, code: str, now: datetime) -> list[str]:
    """Ten new codes; the former ones are worth nothing. Raises WrongCodeError, TooManyCodesError."""
    check_code(user=user, code=code, now=now)
    with transaction.atomic():
        codes = _write_recovery_codes(user)
        record(act=AuditAct.FACTOR_SET, by=user, now=now, on=user, note="nouveaux codes de secours")
    return codes


def drop_own_factor(*, user: User, code: str, now: datetime) -> None:
    """To change telephone, or to do without where the town leaves it free. Raises WrongCodeError, TooManyCodesError."""
    check_code(user=user, code=code, now=now)
    reset_factor(user=user, by=user, now=now)


def reset_factor(*, user: User, by: User | None, now: datetime) -> None:
    """Take it away, with its recovery codes and trusted devices: a lost telephone. Nothing when there is none."""
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        TrustedDevice.objects.filter(user=user).delete()
        deleted, _ = SecondFactor.objects.filter(user=user).delete()
        if deleted:
            record(act=AuditAct.FACTOR_RESET, by=by, now=now, on=user)


def demand_factor(*, factor: str, trust_days: int, by: User, now: datetime) -> None:
    """The town's rule. Whoever must have a second factor now and has none sets it up at the next sign-in; a device that
    is trusted already is so no longer than the rule now lets it."""
    latest = now + timedelta(days=trust_days)
    with transaction.atomic():
        before = security()
        # Not ``save()``: with a default on its key, Django would insert the row a second time.
        after, _ = SecuritySettings.objects.update_or_create(
            pk=before.pk, defaults={"factor": factor, "trust_days": trust_days}
        )
        TrustedDevice.objects.filter(until__gt=latest).update(until=latest)
        record(
            act=AuditAct.SETTINGS_SAVED,
            by=by,
            now=now,
            on=after,
            before=_in_words(before),
            after=_in_words(after),
        )


def trust_device(*, user: User, now: datetime) -> tuple[str, datetime] | None:
    """The word that a browser keeps in a cookie, and until when; None where the town trusts no device."""
    days = security().trust_days
    if not days:
        return None
    token, until = secrets.token_urlsafe(32), now + timedelta(days=days)
    TrustedDevice.objects.create(user=user, digest=digest_of(token), until=until)
    return token, until


def _take_code(factor: SecondFactor, code: str, *, now: datetime) -> bool:
    user = factor.user
    if step := step_of(factor.key, code, after=factor.last_step, now=now):
        SecondFactor.objects.filter(pk=factor.pk).update(last_step=step)
        return True
    used = RecoveryCode.objects.filter(user=user, digest=digest_of(code), used_at=None).update(used_at=now)
    if used:
        left = RecoveryCode.objects.filter(user=user, used_at=None).count()
        record(act=AuditAct.RECOVERY_USED, by=user, now=now, on=user, note=f"il en reste {left}")
    return bool(used)


def _write_recovery_codes(user: User) -> list[str]:
    codes = new_recovery_codes()
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=digest_of(code)) for code in codes)
    return [as_printed(code) for code in codes]


def _refuse_too_many(user: User, *, now: datetime) -> None:
    """Counted in the journal: a cache that forgets does not give new tries."""
    wrong = AuditEntry.objects.filter(actor_id=user.pk, act=AuditAct.CODE_FAILED, at__gt=now - WITHIN)
    if wrong.count() >= TRIES:
        raise TooManyCodesError


def _in_words(rule: SecuritySettings) -> dict[str, str]:
    return {
        "double vérification": rule.get_factor_display(),
        "appareil de confiance": f"{rule.trust_days} jours",
    }
