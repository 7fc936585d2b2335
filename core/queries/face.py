"""What every page of a town shows of it. Read at most once a minute: it changes a few times a year."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast
from zlib import crc32

from django.core.cache import cache
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.clock import now
from core.enums import AccessibilityState
from core.models import Branding, CommuneSettings, MenuDish, MenuLink, Question
from tenants.context import current_commune

_KEY = "face"  # the cache adds the town
_SECONDS = 60
MENUS_SHOWN = timedelta(days=14)  # after the last dish, the link goes


@dataclass(frozen=True, kw_only=True)
class Town:
    """The town as pages and mails name it; ``phone_link`` is a ``tel:`` address, empty without a telephone."""

    slug: str
    name: str
    tagline: str
    service_name: str
    address_lines: tuple[str, ...]
    phone: str
    phone_link: str
    email: str
    welcome_title: str
    welcome_text: str
    opening_hours: str
    accessibility: str | Promise
    """What the town declares, « non conforme »; the audit that says so, with its rate in percent."""
    audited_on: date | None
    audited_by: str
    audit_rate: int | None


@dataclass(frozen=True, kw_only=True)
class Link:
    # The portal’s own pages wait to know the language of who reads: this is kept for everybody.
    label: str | Promise
    url: str


@dataclass(frozen=True, kw_only=True)
class Face:
    town: Town
    accent: str
    theme: str  # a value of core.enums.Theme
    logo_url: str
    favicon_url: str
    banner_url: str
    menu_links: tuple[Link, ...]


def face() -> Face:
    """The face of the active town, at most a minute old (``forget_face`` after a change)."""
    return cast(Face, cache.get_or_set(_KEY, _read, _SECONDS))


def forget_face() -> None:
    """Call it when the town's settings, branding or menu change, after the commit."""
    cache.delete(_KEY)


def _read() -> Face:
    branding = Branding.objects.first() or Branding()
    return Face(
        town=_town(),
        accent=branding.accent,
        theme=branding.theme,
        logo_url=_picture_url(branding, "logo"),
        favicon_url=_picture_url(branding, "favicon"),
        banner_url=_picture_url(branding, "banner"),
        menu_links=tuple(
            Link(label=link.label, url=link.url or reverse("page", args=[link.code]))
            for link in MenuLink.objects.filter(is_draft=False)
        )
        + _own_pages(),
    )


def _own_pages() -> tuple[Link, ...]:
    """Pages that the portal makes by itself, once there is something to read on them."""
    recent = now().date() - MENUS_SHOWN
    pages = []
    if MenuDish.objects.filter(date__gte=recent).exists():
        pages.append(Link(label=_("Menus de la cantine"), url=reverse("menus")))
    if Question.objects.filter(is_draft=False).exists():
        pages.append(Link(label=_("Questions fréquentes"), url=reverse("questions")))
    return tuple(pages)


def _picture_url(branding: Branding, which: str) -> str:
    """Address of a picture, empty without one. It changes with the file: browsers keep pictures a long time."""
    name = getattr(branding, which).name
    return f"{reverse('branding_picture', args=[which])}?{crc32(name.encode()):x}" if name else ""


def _town() -> Town:
    commune = current_commune()
    # A town opened without a file has no settings yet: its name is all that is known.
    known = CommuneSettings.objects.first() or CommuneSettings(heading=commune.name)
    return Town(
        slug=commune.slug,
        name=known.heading,
        tagline=known.tagline,
        service_name=known.service_name,
        address_lines=tuple(line for line in known.address_lines if line.strip()),
        phone=known.phone,
        phone_link=known.phone_link if known.phone else "",
        email=known.email,
        welcome_title=known.welcome_title,
        welcome_text=known.welcome_text,
        opening_hours=known.opening_hours,
        accessibility=AccessibilityState(known.accessibility).label,
        audited_on=known.audited_on,
        audited_by=known.audited_by,
        audit_rate=known.audit_rate,
    )
