"""« Mes Factures & Paiements »: one block a régie, sorted and paged by the address."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from billing.models import Regie
from billing.queries.ledger import Entry, RegieSummary, regie_summaries
from core.clock import today
from core.models import Household
from core.money import ZERO
from core.views.access import family_required
from core.words import ltr
from tenants.context import town_timezone

PAGE_SIZES = (5, 10, 25, 50)
SORTS = {
    "date": lambda entry: entry.on,
    "detail": lambda entry: entry.detail,
    "facture": lambda entry: _amount(entry.invoiced),
    "paiement": lambda entry: _amount(entry.paid),
    "etat": lambda entry: entry.state,
}
DEFAULT_SORT = "-date"


@dataclass(frozen=True, kw_only=True)
class RegieBlock:
    """What billing/regie_block.html shows. ``prefix`` begins the block's own names in the query string."""

    summary: RegieSummary
    page: Page
    prefix: str
    opened: bool

    @property
    def title(self) -> str:
        return " - ".join(
            filter(None, [gettext("Mes Factures & Paiements"), ltr(self.summary.regie.block_title)])
        )

    @property
    def anchor(self) -> str:
        return f"factures-{self.summary.regie.code}"


def regie_blocks(household: Household, query: QueryDict) -> list[RegieBlock]:
    """The blocks of « Mon compte », in 5 queries. A block that the address sorts or pages is unfolded."""
    return [_block(summary, query) for summary in regie_summaries(household, on=today(town_timezone()))]


@family_required
def regie_block(request: HttpRequest, code: str) -> HttpResponse:
    regie = get_object_or_404(Regie, code=code)
    summaries = regie_summaries(request.user.guardian.household, on=today(town_timezone()))
    (summary,) = [found for found in summaries if found.regie == regie]
    return render(request, "billing/regie.html", {"regie_block": _block(summary, request.GET, opened=True)})


def _block(summary: RegieSummary, query: QueryDict, *, opened: bool = False) -> RegieBlock:
    prefix = f"r{summary.regie.pk}-"
    size = query.get(f"{prefix}par", "")
    paginator = Paginator(
        _sorted(summary.entries, query.get(f"{prefix}tri", DEFAULT_SORT)),
        int(size) if size in map(str, PAGE_SIZES) else PAGE_SIZES[0],
    )
    return RegieBlock(
        summary=summary,
        page=paginator.get_page(query.get(f"{prefix}page")),
        prefix=prefix,
        opened=opened or any(name.startswith(prefix) for name in query),
    )


def _sorted(entries: list[Entry], wanted: str) -> list[Entry]:
    key = SORTS.get(wanted.removeprefix("-"))
    if key is None or wanted == DEFAULT_SORT:
        return entries
    return sorted(entries, key=key, reverse=wanted.startswith("-"))


def _amount(amount: Decimal | None) -> Decimal:
    return ZERO if amount is None else amount
