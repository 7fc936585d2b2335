"""Each page by which an agent changes something writes to the journal, or says here where its trace is.

The code is read, not run: from the view, through whatever it names, to the one function that writes the journal. A new
page that ends nowhere fails: call ``core.services.audit.record`` in its service, or give a reason below.
"""

import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType

from core.commune_file.services import apply_text
from core.services.audit import record
from tests.tenancy.test_every_url import AGENT, addresses

# A file of the town that is applied is kept whole, with who did it: the journal shows it.
WRITES = {record, apply_text}
OURS = ("billing.", "booking.", "core.", "portail.", "tenants.")

HAS_ITS_OWN_TRACE = {
    "la réservation garde l’historique de chaque jour : qui, quand, pourquoi": {
        "agent_absence_decide", "agent_absence_new", "agent_booking_planning", "agent_requests_decide",
        "agent_requests_undo", "agent_waiting_act", "agent_waiting_enlist",
    },
    "la feuille garde chaque pointage, la sortie et la commande leur auteur": {
        "agent_attendance_close", "agent_attendance_cost", "agent_attendance_cost_cancel", "agent_attendance_sheet",
        "agent_attendance_sync", "agent_attendance_unbooked", "agent_meals_order",
    },
    "le journal de la régie écrit chaque mouvement d’argent : qui, quand, pourquoi": {
        "agent_counter", "agent_credit_refund", "agent_payment_refund",
        "agent_payment_refund_keep", "agent_payment_refunds_done", "agent_payment_reject", "agent_quittance_undo",
        "agent_quittance_unpaid",
    },
    "le relevé garde qui l’a lu et qui a expliqué chaque écart": {
        "agent_books_statement_settle", "agent_books_statements",
    },
    "la fiche garde la valeur d’avant, celle d’après et qui l’a écrite": {
        "agent_child_health",
    },
    "la pièce garde qui l’a reçue, acceptée ou refusée": {"agent_document", "agent_document_add"},
    "le fil dit qui a écrit, et qui le suit": {
        "agent_conversation_follow", "agent_conversation_new",
    },
    "la note et la tâche gardent qui les a écrites ; une note retirée est écrite": {
        "agent_family_notes", "agent_family_task",
    },
    "la tâche garde qui l’a faite, le courriel son envoi": {"agent_task_done", "agent_mail_again"},
}  # fmt: skip
ENGAGES_NOTHING = {
    "un brouillon de facturation : l’émission et l’abandon sont écrits": {
        "agent_campaign_line", "agent_campaign_lines", "agent_campaign_new",
    },
    "un réglage en préparation dit qui l’a changé, et sa publication est écrite": {
        "agent_settings_act", "agent_settings_copy", "agent_settings_examples", "agent_settings_new",
        "agent_settings_object", "agent_settings_rule", "agent_settings_undo",
    },
    "un fichier lu, une liste proposée : l’import lancé, le passage appliqué sont écrits": {
        "agent_import", "agent_imports", "agent_year", "agent_year_line",
    },
    "un message qui n’est pas parti : son envoi est écrit": {"agent_mailing_edit", "agent_mailing_new"},
    "ne change rien : un aperçu, une question au prestataire, un document": {
        "agent_books_check", "agent_invoice_pdf", "agent_payment_check", "agent_portal_preview",
        "agent_provider_check",
    },
}  # fmt: skip
UNWRITTEN = {
    name for reasons in (HAS_ITS_OWN_TRACE, ENGAGES_NOTHING) for names in reasons.values() for name in names
}


def test_every_act_of_an_agent_is_written_or_says_why_not():
    acting = {pattern.name: pattern.callback for pattern in addresses() if pattern.name in AGENT}
    acting = {name: view for name, view in acting.items() if takes_a_form(view)}
    silent = {name for name, view in acting.items() if not writes(inspect.unwrap(view), set())}
    assert silent - UNWRITTEN == set(), "écrivez l’acte au journal (core.services.audit.record)"
    assert UNWRITTEN - silent == set(), "ceux-là écrivent au journal, ou n’existent plus"


def takes_a_form(view: FunctionType) -> bool:
    """Unless one of its decorators only lets readings through."""
    while view is not None:
        allowed = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if allowed is not None:
            return "POST" in allowed
        view = getattr(view, "__wrapped__", None)
    return True


def writes(code: object, seen: set[object]) -> bool:
    if code in WRITES:
        return True
    if code in seen:
        return False
    seen.add(code)
    if isinstance(code, type):
        methods = (one for one in vars(code).values() if isinstance(one, FunctionType))
        return any(writes(method, seen) for method in methods)
    function = inspect.unwrap(code)
    return any(writes(one, seen) for one in called_by(function) if is_ours(one))


def called_by(function: FunctionType) -> Iterator[object]:
    """What a function names among the globals of its module: functions, classes, those of a table or of a module."""
    names = set(names_in(function.__code__))
    for name in names:
        found = function.__globals__.get(name)
        if isinstance(found, dict):
            yield from found.values()
        elif isinstance(found, ModuleType):
            yield from (getattr(found, one) for one in names if hasattr(found, one))
        else:
            yield found


def names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from names_in(inner)


def is_ours(found: object) -> bool:
    return isinstance(found, FunctionType | type) and f"{found.__module__}.".startswith(OURS)
