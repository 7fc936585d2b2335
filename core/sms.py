"""Sending a short message: a small door, and what stands behind it on this installation (settings.SMS_DRIVER).

Drivers know nothing of towns, families or the database: a number and a text in, the provider's reference out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import httpx
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

TIMEOUT = 10.0  # seconds
LONGEST = 306  # characters: two messages that a phone shows as one


class SmsDownError(Exception):
    """The provider did not answer: to be tried again."""


class SmsRefusedError(Exception):
    """The provider will never send this message: a wrong number, an account without credit."""


@dataclass(frozen=True, kw_only=True)
class Sms:
    """``to``: international (« +33612345678 »). ``key`` is the same however often this message is tried."""

    to: str
    sender: str
    text: str
    key: str


Driver = Callable[[Sms], str]


def send_sms(message: Sms) -> str:
    """Hand a message over and return the provider's reference. Raises SmsDownError or SmsRefusedError."""
    return DRIVERS[settings.SMS_DRIVER](message)


def is_configured() -> bool:
    return settings.SMS_DRIVER in DRIVERS


def international(phone: str) -> str | None:
    """« 06 12 34 56 78 » → « +33612345678 ». None for a number that takes no short message."""
    digits = "".join(c for c in phone if c.isdigit() or c == "+")
    if digits.startswith("+"):
        return digits
    return f"+33{digits[1:]}" if len(digits) == 10 and digits[:2] in {"06", "07"} else None


def _log(message: Sms) -> str:
    """For a demonstration or a trial: nothing leaves."""
    log.info("sms", to=message.to, sender=message.sender, text=message.text)
    return f"log-{uuid4()}"


def _http(message: Sms) -> str:
    """The form most providers share: one JSON POST with a bearer token (settings.SMS_URL, SMS_TOKEN). A 4xx answer is
    a refusal, but 408 and 429, which ask to try again."""
    body = {"to": message.to, "from": message.sender, "text": message.text, "reference": message.key}
    headers = {"Authorization": f"Bearer {settings.SMS_TOKEN}", "Idempotency-Key": message.key}
    try:
        answer = httpx.post(settings.SMS_URL, json=body, headers=headers, timeout=TIMEOUT)
    except httpx.HTTPError as error:
        raise SmsDownError(str(error)) from error
    if answer.status_code in {408, 429} or answer.is_server_error:
        raise SmsDownError(f"HTTP {answer.status_code}")
    if not answer.is_success:
        raise SmsRefusedError(f"HTTP {answer.status_code} {answer.text[:200]}")
    try:
        return str(answer.json()["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise SmsRefusedError(f"réponse illisible : {answer.text[:200]}") from error


DRIVERS: dict[str, Driver] = {"log": _log, "http": _http}
