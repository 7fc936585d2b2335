"""The signature of the payment form and of everything the platform sends back."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

PREFIX = "vads_"


def sign(fields: Mapping[str, str], key: str) -> str:
    """HMAC-SHA-256, in base64, of the ``vads_`` values sorted by name, the key at their end; empty values count."""
    values = [fields[name] for name in sorted(fields) if name.startswith(PREFIX)]
    text = "+".join([*values, key])
    return b64encode(hmac.digest(key.encode(), text.encode(), sha256)).decode()


def is_signed(fields: Mapping[str, str], key: str) -> bool:
    """Whether ``signature`` is right; never with an empty key."""
    given = fields.get("signature", "")
    return bool(key) and hmac.compare_digest(sign(fields, key).encode(), given.encode())
