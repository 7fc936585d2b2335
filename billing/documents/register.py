"""Papers of the régie's books: facts, then tables."""

from collections.abc import Iterable, Sequence
from typing import Any

from billing.documents.lines import letterhead
from billing.documents.render import render_pdf
from billing.enums import ClosingKind, Means
from billing.models import Closing, DepositSlip, JournalEntry
from billing.queries.books import MeansTotal, account_balance, find_entries, in_till, totals_by_means
from core.money import ZERO, format_euros
from core.words import short_moment
from tenants.context import town_timezone

ENTRY_COLUMNS = ("Jour", "Nature", "Moyen", "Pièce", "Dossier", "Montant")


def journal_pdf(
    *, title: str, scope: str, entries: Iterable[JournalEntry], totals: Sequence[MeansTotal]
) -> bytes:
    data = _register(title, [["Champ", scope]], [_totals_table(totals), _entries_table(entries)], [])
    return render_pdf("register", data)


def slip_pdf(slip: DepositSlip) -> bytes:
    facts = [
        ["Régie", slip.regie.name],
        ["Moyen", slip.get_means_display()],
        ["Établi le", f"{_at(slip.at)}, par {slip.by.name}"],
        ["Total", format_euros(slip.total)],
        *([["ANNULÉ", f"{_at(slip.cancelled_at)} : {slip.cancel_reason}"]] if slip.cancelled_at else []),
    ]
    items = slip.items.select_related("payment__household", "payment__tender", "payment__quittance")
    tables = [
        {
            "title": "Coupures",
            "columns": ["Valeur", "Nombre", "Montant"],
            "rows": [
                [format_euros(one.value), str(one.count), format_euros(one.value * one.count)]
                for one in slip.cash.all()
            ],
        }
        if slip.means == Means.CASH
        else None,
        {
            "title": "Règlements versés",
            "columns": ["Paiement", "Dossier", "Valeur", "Montant"],
            "rows": [
                [
                    item.payment.receipt_reference,
                    item.payment.household.name,
                    str(item.payment.tender) if hasattr(item.payment, "tender") else "–",
                    format_euros(item.payment.amount),
                ]
                for item in items
            ],
        },
    ]
    data = _register(str(slip), facts, [table for table in tables if table], ["Le régisseur", "Le déposant"])
    return render_pdf("register", data)


def closing_pdf(closing: Closing) -> bytes:
    """The statement of a closed day or month: totals by means, what the till held, each entry."""
    entries = find_entries(regie=closing.regie_id, first=closing.first_day, last=closing.last_day)
    till = in_till(closing.regie, on=closing.last_day)
    facts = [
        ["Régie", closing.regie.name],
        ["Jours", f"du {closing.first_day:%d/%m/%Y} au {closing.last_day:%d/%m/%Y}"],
        ["Arrêté", f"{_at(closing.at)}, par {closing.by.name}"],
        ["Écritures", str(closing.entries)],
        ["Total des mouvements", format_euros(closing.total)],
    ]
    if closing.kind == ClosingKind.DAY:
        facts.append(
            [
                "Espèces comptées",
                f"{format_euros(closing.cash_counted)} pour {format_euros(closing.cash_expected)} attendus",
            ]
        )
    if closing.explanation:
        facts.append(["Écart", f"{format_euros(closing.difference)} : {closing.explanation}"])
    held = {
        "title": f"Situation au {closing.last_day:%d/%m/%Y}",
        "columns": ["Où", "Montant"],
        "rows": [
            *([f"En caisse, {means.label.lower()}", format_euros(amount)] for means, amount in till.items()),
            ["Sur le compte de la régie", format_euros(account_balance(closing.regie, on=closing.last_day))],
        ],
    }
    tables = [_totals_table(totals_by_means(entries)), held, _entries_table(entries)]
    return render_pdf("register", _register(str(closing), facts, tables, ["Le régisseur"]))


def entry_cells(entry: JournalEntry) -> list[str]:
    """A line of the journal but for its amount: what prints and what exports."""
    return [
        f"{entry.on:%d/%m/%Y}",
        entry.get_kind_display(),
        entry.payment.by_means if entry.payment else entry.get_means_display(),
        entry.piece,
        f"{entry.household.name} ({entry.household.number})",
    ]


def _totals_table(totals: Sequence[MeansTotal]) -> dict[str, Any]:
    rows = [
        [
            one.means.label,
            str(one.count),
            *map(format_euros, (one.received, one.taken_back, one.refunded, one.total)),
        ]
        for one in totals
    ]
    whole = sum((one.total for one in totals), ZERO)
    return {
        "title": "Totaux par moyen",
        "columns": ["Moyen", "Écritures", "Encaissé", "Annulé", "Remboursé", "Total"],
        "rows": [*rows, ["Total", "", "", "", "", format_euros(whole)]],
    }


def _entries_table(entries: Iterable[JournalEntry]) -> dict[str, Any]:
    return {
        "title": "Écritures",
        "columns": list(ENTRY_COLUMNS),
        "rows": [[*entry_cells(entry), format_euros(entry.amount)] for entry in entries],
    }


def _register(
    title: str, facts: list[list[str]], tables: list[dict[str, Any]], signatures: list[str]
) -> dict[str, Any]:
    return letterhead() | {"title": title, "facts": facts, "tables": tables, "signatures": signatures}


def _at(at: Any) -> str:
    return short_moment(at.astimezone(town_timezone()))
