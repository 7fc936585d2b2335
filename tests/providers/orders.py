"""What billing asks of a driver: an order as it makes one, and what became of it."""

from datetime import UTC, datetime
from itertools import count

from billing.providers.base import Mode, Outcome, PaymentOrder

_serials = count(1)


def make_order(**changes) -> PaymentOrder:
    serial = next(_serials)
    facts = {
        "reference": f"CANT2026{serial:06}",
        "serial": serial,
        "amount_cents": 2640,
        "email": "famille@example.fr",
        "label": "Cantine – réservation n° 00006",
        "year": 2026,
        "return_url": "http://bellegarde.localhost:8000/paiement/retour",
        "cancel_url": "http://bellegarde.localhost:8000/paiement/retour?abandon=1",
        "notification_url": "http://127.0.0.1:9/notification",
    }
    return PaymentOrder(**facts | changes)


def look(driver, config, provider_ref: str, *, mode: Mode = Mode.TEST) -> Outcome:
    now = datetime.now(UTC)
    return driver.lookup(config, mode, provider_ref, now=now, started_at=now)
