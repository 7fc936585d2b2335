"""Devices on which an account is signed in, as its owner reads them."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from core.models import OpenSession, User

_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"))
_MACHINES = (("Macintosh", "Mac"), ("Linux", "Linux"))
# The first that is found: every browser also claims to be the ones after it.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"))
_ENGINES = (("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"))


@dataclass(frozen=True, kw_only=True)
class Device:
    pk: int
    label: str
    address: str
    opened_at: datetime
    seen_at: datetime
    is_here: bool


def devices_of(user: User, *, here: str, now: datetime) -> list[Device]:
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
        for session in OpenSession.objects.filter(Exists(alive), user=user)
    ]


def device_label(agent: str) -> str:
    """« Firefox, Windows » of what a browser says of itself."""
    browser = next((name for mark, name in (*_BROWSERS, *_ENGINES) if re.search(rf"\b{mark}/", agent)), "")
    system = next((name for mark, name in (*_SYSTEMS, *_MACHINES) if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part) or gettext("Appareil inconnu")
