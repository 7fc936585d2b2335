"""The desk's menu: what an agent does every day first, what is set a few times a year last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.urls import resolve, reverse

from core.rights import Door, Reach, Rights


@dataclass(frozen=True, kw_only=True)
class Entry:
    page: str  # URL name
    label: str
    starts: tuple[str, ...]
    """How the URL names of the pages under it begin. The longest beginning wins."""


@dataclass(frozen=True, kw_only=True)
class Section:
    label: str
    icon: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class Link:
    label: str
    url: str
    current: bool
    icon: str = ""
    count: int = 0  # of what waits there
    pages: tuple["Link", ...] = ()  # under it; none when it is itself the only one


@dataclass(frozen=True, kw_only=True)
class Menu:
    sections: tuple[Link, ...]

    @property
    def current(self) -> Link | None:
        """The section one is in; None on a page that has none."""
        return next((section for section in self.sections if section.current), None)


def _entry(page: str, label: str, *starts: str) -> Entry:
    return Entry(page=page, label=label, starts=(page, *starts))


SECTIONS = (
    Section(
        label="Accueil",
        icon="home",
        entries=(_entry("agent_home", "Aujourd’hui", "agent_search", "agent_security"), _entry("agent_conversations", "Messages", "agent_conversation", "agent_mailing"), _entry("agent_tasks", "Tâches", "agent_task"), _entry("agent_statistics", "Statistiques")),
    ),
    Section(
        label="Familles",
        icon="family",
        entries=(
            _entry("agent_families", "Dossiers", "agent_famil", "agent_account", "agent_activation", "agent_provisional", "agent_guardian"),
            _entry("agent_children", "Enfants", "agent_child", "agent_custody"),
            _entry("agent_registrations", "Inscriptions en ligne", "agent_registration"),
            _entry("agent_documents", "Documents", "agent_document"),
            _entry("agent_child_changes", "Changements demandés", "agent_child_change"),
            _entry("agent_quotients", "Quotients", "agent_quotient", "agent_declaration"),
            _entry("agent_mails", "Courriels", "agent_mail_again"),
            _entry("agent_privacy", "Données personnelles"),
            _entry("agent_imports", "Imports", "agent_import"),
        ),
    ),
    Section(
        label="Réservations",
        icon="calendar",
        entries=(
            _entry("agent_requests", "Demandes", "agent_request"),
            _entry("agent_reservations", "Réservations", "agent_reservation", "agent_booking"),
            _entry("agent_waiting", "Listes d’attente"),
            _entry("agent_changes", "Annulations", "agent_change"),
        ),
    ),
    Section(
        label="Présences",
        icon="check",
        entries=(
            _entry("agent_attendance", "Pointage"),
            _entry("agent_meals", "Repas", "agent_meal"),
            _entry("agent_absences", "Absences", "agent_absence"),
        ),
    ),
    Section(
        label="Argent",
        icon="euro",
        entries=(
            _entry("agent_campaigns", "Facturation", "agent_campaign", "agent_unpaid", "agent_credit", "agent_invoice", "agent_debit"),
            _entry("agent_books", "Régie", "agent_counter", "agent_quittance", "agent_deposit", "agent_closing"),
            _entry("agent_payments", "Paiements", "agent_payment", "agent_refund"),
            _entry("agent_tariffs", "Tarifs", "agent_tariff"),
        ),
    ),
    Section(
        label="Réglages",
        icon="settings",
        entries=(
            _entry("agent_organise", "Organisation", "agent_places", "agent_enrolment", "agent_year", "agent_priorit", "agent_simulator", "agent_staffing"),
            _entry("agent_settings", "Réglages"),
            _entry("agent_portal", "Portail"),
            _entry("agent_providers", "Paiement en ligne", "agent_provider"),
            _entry("agent_colleagues", "Agents", "agent_colleague"),
            _entry("agent_journal", "Journal"),
        ),
    ),
)  # fmt: skip


def menu_at(page: str, rights: Rights, counts: Mapping[str, int] | None = None) -> Menu:
    """The menu as it is shown on the page of a URL name: only what these rights open. ``counts``: what waits, by page."""
    waiting = counts or {}
    here = entry_of(page)
    return Menu(
        sections=tuple(
            _section(section, entries, here, waiting)
            for section in SECTIONS
            if (entries := [entry for entry in section.entries if opens(entry.page, rights)])
        )
    )


def _section(
    section: Section, entries: Sequence[Entry], here: Entry | None, waiting: Mapping[str, int]
) -> Link:
    pages = tuple(
        Link(
            label=entry.label,
            url=reverse(entry.page),
            current=entry is here,
            count=waiting.get(entry.page, 0),
        )
        for entry in entries
    )
    return Link(
        label=section.label,
        url=pages[0].url,
        current=here in section.entries,
        icon=section.icon,
        count=sum(page.count for page in pages),
        pages=pages if len(pages) > 1 else (),
    )


def opens(page: str, rights: Rights) -> bool:
    """Whether these rights open a page of the desk, named by its URL name."""
    return _door(page).lets_in(rights)


def reach_at(page: str, rights: Rights) -> Reach:
    """Of what these rights show on a page of the desk, named by its URL name; nowhere when they do not open it."""
    return _door(page).reach(rights)


@cache
def _door(page: str) -> Door:
    return resolve(reverse(page, urlconf=settings.ROOT_URLCONF), urlconf=settings.ROOT_URLCONF).func.door


def entry_of(page: str) -> Entry | None:
    """The entry under which a page is, None for a page that has none."""
    found = [
        (len(start), entry)
        for section in SECTIONS
        for entry in section.entries
        for start in entry.starts
        if page.startswith(start)
    ]
    return max(found, key=lambda one: one[0])[1] if found else None
