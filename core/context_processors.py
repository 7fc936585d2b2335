from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from core.queries.face import face
from tenants.context import in_public_schema

# Address, label, icon, and how the names of the pages under it begin.
AGENT_MENU = (
    ("agent_home", "Accueil", "home", "agent_home"),
    ("agent_families", "Familles", "family", "agent_famil"),
    ("agent_children", "Enfants", "child", "agent_child"),
    ("agent_requests", "Demandes", "question", "agent_request"),
    ("agent_waiting", "Listes d’attente", "clock", "agent_waiting"),
    ("agent_reservations", "Réservations", "calendar", "agent_reservation"),
    ("agent_absences", "Absences", "stop", "agent_absence"),
    ("agent_attendance", "Pointage", "check", "agent_attendance"),
    ("agent_meals", "Repas", "document", "agent_meals"),
    ("agent_changes", "Annulations", "stop", "agent_change"),
    ("agent_campaigns", "Facturation", "document", ("agent_campaign", "agent_unpaid", "agent_credit")),
    (
        "agent_books",
        "Régie",
        "bank",
        ("agent_books", "agent_counter", "agent_quittance", "agent_deposit", "agent_closing"),
    ),
    ("agent_payments", "Paiements", "euro", "agent_payment"),
    ("agent_tariffs", "Tarifs", "card", ("agent_tariff", "agent_quotient")),
    (
        "agent_organise",
        "Organisation",
        "settings",
        (
            "agent_organise",
            "agent_places",
            "agent_enrolment",
            "agent_year",
            "agent_priorit",
            "agent_simulator",
            "agent_colleague",
            "agent_provider",
        ),
    ),
    ("agent_tasks", "Tâches", "bell", "agent_task"),
)


def town(request: HttpRequest) -> dict[str, Any]:
    """What layouts need of the active town; nothing on the vendor's host."""
    if in_public_schema():
        return {}
    shown = face()
    return {
        "town": shown.town,
        "branding": {"logo_url": shown.logo_url, "favicon_url": ""},
        "menu_links": shown.menu_links,
        "agent_menu": _agent_menu(request),
    }


def _agent_menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The desk's menu, on the desk's own pages once somebody has signed in."""
    name = (request.resolver_match and request.resolver_match.url_name) or ""
    if not name.startswith("agent_") or name == "agent_login":
        return []
    return [
        {"url": reverse(entry), "label": label, "icon": icon, "current": name.startswith(start)}
        for entry, label, icon, start in AGENT_MENU
    ]
