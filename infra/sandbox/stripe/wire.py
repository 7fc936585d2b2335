"""Stripe's wire format: nested form fields in, JSON out, errors in its own shape, signed events."""

import hmac
import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

MIN_CENTS = 50
MAX_CENTS = 999_999_99
REQUIRED = ("mode", "success_url")


class StripeFault(Exception):  # noqa: N818 - Stripe's answer, not a failure of ours
    """An error as Stripe answers it."""

    def __init__(self, status: int, kind: str, message: str, *, code: str = "", param: str = "") -> None:
        super().__init__(message)
        self.status = status
        facts = {"type": kind, "message": message, "code": code, "param": param}
        self.body = {"error": {name: value for name, value in facts.items() if value}}


def missing(thing: str, name: str) -> StripeFault:
    return StripeFault(
        404, "invalid_request_error", f"No such {thing}: '{name}'", code="resource_missing", param="id"
    )


def read_form(text: str) -> dict[str, Any]:
    """``a[b][0][c]=1`` as nested dictionaries; the indexes of lists stay keys."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *path, last = re.findall(r"[^\[\]]+", name) or [name]
        place = found
        for step in path:
            place = place.setdefault(step, {})
        place[last] = value
    return found


def listed(value: Any) -> list[Any]:
    """A list as ``read_form`` keeps it, in its order."""
    return [value[key] for key in sorted(value, key=int)] if isinstance(value, dict) else []


def check_session(fields: Mapping[str, Any], *, now: float) -> int:
    """The amount in cents of a new session. Raises StripeFault for the first wrong field."""
    for name in REQUIRED:
        if not fields.get(name):
            raise _wrong(name, f"Missing required param: {name}.", code="parameter_missing")
    if fields["mode"] != "payment":
        raise _wrong("mode", "This simulator only knows the payment mode.")
    items = listed(fields.get("line_items"))
    if not items:
        raise _wrong("line_items", "You must provide line items.", code="parameter_missing")
    total = sum(int(item["price_data"]["unit_amount"]) * int(item["quantity"]) for item in items)
    if any(item["price_data"]["currency"] != "eur" for item in items):
        raise _wrong("line_items", "This simulator only takes euros.")
    if not MIN_CENTS <= total <= MAX_CENTS:
        raise _wrong("line_items", "Amount out of bounds.", code="amount_too_small")
    expires_at = int(fields.get("expires_at") or now + 24 * 3600)
    if not now + 1800 <= expires_at <= now + 24 * 3600 + 60:
        raise _wrong("expires_at", "The timestamp must be at least 30 minutes and at most 24 hours away.")
    return total


def as_json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def signature(body: bytes, secret: str, *, at: int) -> str:
    proof = hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
    return f"t={at},v1={proof}"


def _wrong(param: str, message: str, *, code: str = "") -> StripeFault:
    return StripeFault(400, "invalid_request_error", message, code=code, param=param)
