"""The payer's pages. Every value is escaped on its way in."""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from string import Template

from infra.sandbox.payfip.checks import EXAMPLE_CARD, REFUSED_CARD, grouped
from infra.sandbox.payfip.pages import CARD_FIELDS, MONTHS, Markup
from infra.sandbox.systempay.simulator import Transaction

CHALLENGED_CARD = "4000000000003220"
TEMPLATES = {
    path.stem: Template(path.read_text(encoding="utf-8"))
    for path in (Path(__file__).parent / "pages").iterdir()
}
# status → tone, heading, sentence
RESULTS = {
    "AUTHORISED": ("success", "Votre paiement est accepté", "Votre paiement par carte bancaire est accepté."),
    "REFUSED": ("failure", "Votre paiement est refusé", "Votre banque a refusé : rien n’a été débité."),
    "ABANDONED": ("failure", "Votre paiement est abandonné", "Rien n’a été débité."),
    "": ("success", "Votre paiement est enregistré", "Il attend encore une vérification."),
}


def home(transactions: Iterable[Transaction]) -> str:
    rows = "".join(
        f"<tr><td>{escape(found.order)}</td><td class='amount'>{euros(found.cents)}</td>"
        f"<td>{escape(found.status or 'en cours')}</td></tr>"
        for found in transactions
    )
    return _page(
        "home",
        "Simulateur Systempay",
        rows=Markup(rows or "<tr><td colspan='3'>Aucun paiement pour l’instant.</td></tr>"),
        **_cards(),
    )


def card(
    transaction: Transaction,
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
        "Erreur – Paiement par carte bancaire" if errors else "Paiement par carte bancaire",
        shop=shop,
        order=transaction.order,
        email=transaction.fields.get("vads_cust_email", ""),
        amount=euros(transaction.cents),
        session=transaction.session,
        numero=form.get("numero", ""),
        months=_options(MONTHS, form.get("mois", "")),
        years=_options(map(str, years), form.get("annee", "")),
        **_cards(),
        **words,
        **marks,
    )


def challenge(transaction: Transaction) -> str:
    return _page(
        "challenge",
        "Authentification forte",
        amount=euros(transaction.cents),
        session=transaction.session,
    )


def result(transaction: Transaction, shop: str, message: Mapping[str, str]) -> str:
    """What became of the payment, and the way back with the signed message, by the mode the form asked for."""
    tone, heading, sentence = RESULTS.get(transaction.status, RESULTS[""])
    mode = transaction.fields.get("vads_return_mode", "GET")
    fields = "" if mode == "NONE" else "".join(_hidden(name, value) for name, value in message.items())
    return _page(
        "result",
        heading,
        tone=tone,
        heading=heading,
        sentence=sentence,
        shop=shop,
        order=transaction.order,
        amount=euros(transaction.cents),
        action=transaction.fields.get("vads_url_return", "/"),
        method="post" if mode == "POST" else "get",
        fields=Markup(fields),
    )


def refused(field: str) -> str:
    sentence = "Le formulaire de paiement n’est pas valable. Retournez sur le portail de votre commune."
    return _message("Erreur technique", sentence, f"Champ en cause : {field}")


def gone() -> str:
    sentence = (
        "Cette page de paiement n’existe plus. Retournez sur le portail de votre commune pour recommencer."
    )
    return _message("Paiement impossible", sentence, "410")


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
    numbers = {"example": EXAMPLE_CARD, "refused": REFUSED_CARD, "challenged": CHALLENGED_CARD}
    return {name: grouped(number) for name, number in numbers.items()}


def _message(title: str, sentence: str, code: str) -> str:
    return _page("message", title, heading=title, sentence=sentence, code=code)


def _page(template: str, title: str, **values: str) -> str:
    return _fill("layout", title=title, content=Markup(_fill(template, **values)))


def _fill(template: str, **values: str) -> str:
    safe = {name: value if isinstance(value, Markup) else escape(value) for name, value in values.items()}
    return TEMPLATES[template].substitute(safe)


def _hidden(name: str, value: str) -> str:
    return f"<input type='hidden' name='{escape(name)}' value='{escape(value)}'>"


def _error(field: str, message: str) -> Markup:
    return Markup(f"<p class='error' id='{field}-erreur'>{escape(message)}</p>" if message else "")


def _options(values: Iterable[str], chosen: str) -> Markup:
    return Markup(
        "".join(
            f"<option{' selected' if value == chosen else ''}>{escape(value)}</option>" for value in values
        )
    )
