"""The payer's page. Every value is escaped on its way in."""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from string import Template

from infra.sandbox.payfip.checks import EXAMPLE_CARD, REFUSED_CARD, grouped
from infra.sandbox.payfip.pages import CARD_FIELDS, MONTHS, Markup
from infra.sandbox.stripe.simulator import Session

TEMPLATES = {
    path.stem: Template(path.read_text(encoding="utf-8"))
    for path in (Path(__file__).parent / "pages").iterdir()
}
DEBIT = "<button class='quiet' name='choix' value='prelevement'>Payer par prélèvement SEPA</button>"


def home(sessions: Iterable[Session]) -> str:
    rows = "".join(
        f"<tr><td>{escape(found.reference)}</td><td class='amount'>{euros(found.cents)}</td>"
        f"<td>{escape(found.payment_status if found.status == 'complete' else found.status)}</td></tr>"
        for found in sessions
    )
    return _page(
        "home",
        "Simulateur Stripe",
        rows=Markup(rows or "<tr><td colspan='3'>Aucun paiement pour l’instant.</td></tr>"),
        **_cards(),
    )


def card(
    session: Session,
    shop: str,
    *,
    years: Iterable[int],
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    form, errors = form or {}, errors or {}
    words = {f"error_{name}": _error(name, errors.get(name, "")) for name in CARD_FIELDS}
    marks = {f"invalid_{name}": Markup("aria-invalid='true'" * (name in errors)) for name in CARD_FIELDS}
    return _page(
        "card",
        "Erreur – Paiement" if errors else "Paiement",
        shop=shop,
        label=session.label,
        reference=session.reference,
        email=session.fields.get("customer_email", ""),
        amount=euros(session.cents),
        session=session.id,
        back=session.fields.get("cancel_url", "/"),
        debit=Markup(DEBIT if "sepa_debit" in session.methods else ""),
        numero=form.get("numero", ""),
        months=_options(MONTHS, form.get("mois", "")),
        years=_options(map(str, years), form.get("annee", "")),
        **_cards(),
        **words,
        **marks,
    )


def gone(session: Session) -> str:
    sentence = "Cette page de paiement est fermée. Retournez sur le portail de votre commune."
    return _message("Paiement impossible", sentence, f"Référence {session.reference}")


def unavailable() -> str:
    sentence = "Le service de paiement est momentanément indisponible. Réessayez dans quelques minutes."
    return _message("Service indisponible", sentence, "503")


def not_found() -> str:
    return _message("Page introuvable", "Cette adresse n’existe pas.", "404")


def euros(cents: int) -> str:
    """« 1 234,50 € » for 123450 cents."""
    whole, rest = divmod(cents, 100)
    return f"{whole:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") + f",{rest:02}\N{NO-BREAK SPACE}€"


def _cards() -> dict[str, str]:
    return {"example": grouped(EXAMPLE_CARD), "refused": grouped(REFUSED_CARD)}


def _message(title: str, sentence: str, code: str) -> str:
    return _page("message", title, heading=title, sentence=sentence, code=code)


def _page(template: str, title: str, **values: str) -> str:
    return _fill("layout", title=title, content=Markup(_fill(template, **values)))


def _fill(template: str, **values: str) -> str:
    safe = {name: value if isinstance(value, Markup) else escape(value) for name, value in values.items()}
    return TEMPLATES[template].substitute(safe)


def _error(field: str, message: str) -> Markup:
    return Markup(f"<p class='error' id='{field}-erreur'>{escape(message)}</p>" if message else "")


def _options(values: Iterable[str], chosen: str) -> Markup:
    return Markup(
        "".join(
            f"<option{' selected' if value == chosen else ''}>{escape(value)}</option>" for value in values
        )
    )
