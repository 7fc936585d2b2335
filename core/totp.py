"""Codes of a telephone (TOTP, RFC 6238) and codes kept on paper. Values only: who holds them is kept elsewhere."""

import hashlib
import secrets
from datetime import datetime

import pyotp
from django.utils.crypto import constant_time_compare

STEP = 30  # seconds, as every authenticator expects
RECOVERY_CODES = 10
# Without the letters and digits that are read one for another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_key() -> str:
    return pyotp.random_base32()


def address_of_key(*, login: str, key: str, issuer: str) -> str:
    """What the QR code holds: an authenticator names the entry by who issues it and the person's login."""
    return pyotp.TOTP(key, interval=STEP).provisioning_uri(name=login, issuer_name=issuer)


def step_of(key: str, code: str, *, after: int, now: datetime) -> int | None:
    """The step, present or next to it (clocks differ), whose code this is; never one at or before ``after``."""
    totp, present = pyotp.TOTP(key, interval=STEP), int(now.timestamp()) // STEP
    for step in (present - 1, present, present + 1):
        if step > after and constant_time_compare(totp.generate_otp(step), code.replace(" ", "")):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """As they are typed; ``as_printed`` makes them easier to copy."""
    return ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]


def as_printed(code: str) -> str:
    return f"{code[:5]} {code[5:]}"


def digest_of(word: str) -> str:
    """Enough for words drawn at random, which cannot be guessed from a list."""
    return hashlib.sha256(word.encode()).hexdigest()
