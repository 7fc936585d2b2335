"""The form's fields as the platform checks them, and the signature as it computes it."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

CLOCK_TOLERANCE = timedelta(hours=24)
# field → pattern of the whole value; those not listed are taken as they come
REQUIRED = {
    "vads_version": "V2",
    "vads_page_action": "PAYMENT",
    "vads_action_mode": "INTERACTIVE",
    "vads_payment_config": "SINGLE",
    "vads_site_id": r"[0-9]{8}",
    "vads_ctx_mode": "TEST|PRODUCTION",
    "vads_trans_id": r"[0-8a-zA-Z][0-9a-zA-Z]{5}",
    "vads_trans_date": r"[0-9]{14}",
    "vads_amount": r"[1-9][0-9]{0,11}",
    "vads_currency": r"[0-9]{3}",
}
OPTIONAL = {
    "vads_order_id": r"[0-9A-Za-z-]{1,64}",
    "vads_return_mode": "GET|POST|NONE",
    "vads_capture_delay": r"[0-9]{1,3}",
    "vads_validation_mode": "[01]",
    "vads_cust_email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "vads_url_return": r"https?://\S{1,1000}",
}


class RefusedFormError(Exception):
    """The form is wrong: the platform shows the field to blame, and no payment exists."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


def signature(fields: Mapping[str, str], key: str) -> str:
    signed = sorted((name, value) for name, value in fields.items() if name.startswith("vads_"))
    text = "".join(f"{value}+" for _name, value in signed) + key
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def check_form(fields: Mapping[str, str], *, now: datetime) -> None:
    """Raises RefusedFormError for the first field that is missing, malformed or out of time."""
    for name, pattern in (REQUIRED | OPTIONAL).items():
        value = fields.get(name, "")
        if (value or name in REQUIRED) and not re.fullmatch(pattern, value):
            raise RefusedFormError(name)
    try:
        at = datetime.strptime(fields["vads_trans_date"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise RefusedFormError("vads_trans_date") from None
    if abs(now - at) > CLOCK_TOLERANCE:
        raise RefusedFormError("vads_trans_date")
