"""The payer's pages, in the words of the towns' guides. Every value is escaped on its way in."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template

from infra.sandbox.payfip.checks import EXAMPLE_CARD, REFUSED_CARD, grouped
from infra.sandbox.payfip.faults import Fault
from infra.sandbox.payfip.operations import Operation
from infra.sandbox.payfip.simulator import PARIS

TEMPLATES = {
    path.stem: Template(path.read_text(encoding="utf-8"))
    for path in (Path(__file__).parent / "pages").iterdir()
}

RESULT_WORDS = {
    "": "En cours",
    "P": "P – payé par carte",
    "V": "V – prélèvement accepté",
    "A": "A – abandonné",
    "R": "R – carte refusée",
    "Z": "Z – prélèvement refusé",
}
MONTHS = tuple(f"{month:02}" for month in range(1, 13))
CARD_FIELDS = ("numero", "expire", "cryptogramme")


class Markup(str):
    """HTML made here, not to be escaped again."""

    __slots__ = ()


def home(operations: list[Operation]) -> str:
    rows = Markup(
        "".join(
            _fill(
                "home_row",
                refdet=operation.refdet,
                amount=euros(operation),
                result=RESULT_WORDS[operation.result],
            )
            for operation in operations
        )
        or "<tr><td colspan='3'>Aucun paiement pour l’instant.</td></tr>"
    )
    return _page(
        "home", "Simulateur PayFiP", rows=rows, example=grouped(EXAMPLE_CARD), refused=grouped(REFUSED_CARD)
    )


def choice(operation: Operation) -> str:
    return _page(
        "choice",
        "Informations sur la dette",
        refdet=operation.refdet,
        objet=_optional("Objet", operation.objet),
        amount=f"{euros(operation)} €",
        email=operation.mel,
        session=operation.session,
    )


def card(
    operation: Operation,
    labels: tuple[str, ...],
    *,
    years: Iterable[int],
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    form, errors = form or {}, errors or {}
    marks = {f"error_{name}": _error(name, errors.get(name, "")) for name in CARD_FIELDS}
    states = {
        f"invalid_{name}": Markup("aria-invalid='true'" if name in errors else "") for name in CARD_FIELDS
    }
    return _page(
        "card",
        "Erreur – Paiement par carte bancaire" if errors else "Paiement par carte bancaire",
        creditor=_creditor(labels),
        refdet=operation.refdet,
        email=operation.mel,
        amount=f"{euros(operation)} EUR",
        session=operation.session,
        summary=_error_summary(errors),
        numero=form.get("numero", ""),
        months=_options(MONTHS, form.get("mois", "")),
        years=_options(map(str, years), form.get("annee", "")),
        example=grouped(EXAMPLE_CARD),
        refused=grouped(REFUSED_CARD),
        **marks,
        **states,
    )


def result(operation: Operation, labels: tuple[str, ...], *, back: str) -> str:
    """What became of a payment: paid, direct debit accepted, or refused."""
    titles = {
        "P": ("success", "Votre dette est PAYEE", "Votre paiement par carte bancaire est accepté."),
        "V": (
            "success",
            "Votre prélèvement est accepté",
            "Votre banque sera débitée dans les prochains jours.",
        ),
        "R": (
            "failure",
            "Votre paiement est refusé",
            "La carte bancaire a été refusée : rien n’a été débité.",
        ),
        "Z": ("failure", "Votre paiement est refusé", "Le prélèvement a été refusé : rien ne sera débité."),
        "A": ("failure", "Votre paiement est abandonné", "Rien n’a été débité."),
    }
    tone, title, sentence = titles[operation.result]
    at = datetime.fromtimestamp(operation.decided_at, tz=PARIS)
    return _page(
        "result",
        title,
        tone=tone,
        heading=title,
        sentence=sentence,
        creditor=_creditor(labels),
        refdet=operation.refdet,
        amount=f"{euros(operation)} €",
        email=operation.mel,
        at=at.strftime("%d/%m/%Y à %H:%M"),
        numauto=_optional("Numéro d’autorisation", operation.numauto),
        back=back,
    )


def refused(fault: Fault) -> str:
    sentences = {
        "P1": "Ce paiement n’existe pas ou n’existe plus. Retournez sur le portail de votre commune pour recommencer.",
        "P3": "Cette page de paiement a déjà été ouverte. Retournez sur le portail de votre commune pour recommencer.",
        "P4": "Le délai de 15 minutes pour payer est dépassé. Retournez sur le portail de votre commune pour recommencer.",
        "P5": "Ce paiement n’est pas terminé.",
    }
    return _message("Paiement impossible", sentences[fault.code], fault.code)


def unavailable() -> str:
    sentence = "Le service de paiement est momentanément indisponible. Réessayez dans quelques minutes."
    return _message("Service indisponible", sentence, "503")


def not_found() -> str:
    return _message("Page introuvable", "Cette adresse n’existe pas.", "404")


def euros(operation: Operation) -> str:
    """« 1 234,50 » for 123450 cents."""
    whole, cents = divmod(int(operation.montant), 100)
    return f"{whole:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") + f",{cents:02}"


def _message(title: str, sentence: str, code: str) -> str:
    return _page("message", title, heading=title, sentence=sentence, code=f"Code {code}")


def _page(template: str, title: str, **values: str) -> str:
    return _fill("layout", title=title, content=Markup(_fill(template, **values)))


def _fill(template: str, **values: str) -> str:
    safe = {name: value if isinstance(value, Markup) else escape(value) for name, value in values.items()}
    return TEMPLATES[template].substitute(safe)


def _creditor(labels: tuple[str, ...]) -> Markup:
    names = ("Collectivité", "Comptable", "Service")
    return Markup("".join(_optional(name, label) for name, label in zip(names, labels, strict=False)))


def _optional(name: str, value: str) -> Markup:
    return Markup(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" if value else "")


def _error(field: str, message: str) -> Markup:
    return Markup(f"<p class='error' id='{field}-erreur'>{escape(message)}</p>" if message else "")


def _error_summary(errors: Mapping[str, str]) -> Markup:
    links = "".join(f"<li><a href='#{field}'>{escape(message)}</a></li>" for field, message in errors.items())
    return Markup(
        f"<div class='notice failure' role='alert'><p>À corriger :</p><ul>{links}</ul></div>" if links else ""
    )


def _options(values: Iterable[str], chosen: str) -> Markup:
    return Markup(
        "".join(
            f"<option{' selected' if value == chosen else ''}>{escape(value)}</option>" for value in values
        )
    )
