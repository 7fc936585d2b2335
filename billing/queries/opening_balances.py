"""What was brought over from the software before, and the proof that it agrees with the imports that did it."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum

from billing.models import Charge
from core.imports.states import ImportState
from core.models import FileImport

_PREFIX = "core.import:"


def opening_source(import_id: int, line: int) -> str:
    return f"{_PREFIX}{import_id}:{line}"


def opening_totals() -> dict[tuple[int, int], Decimal]:
    """Euros brought over and still standing, by household and régie. One query."""
    rows = Charge.objects.filter(source__startswith=_PREFIX, voided_at=None).order_by()
    sums = rows.values_list("household", "regie").annotate(sum=Sum("amount"))
    return {(household, regie): amount for household, regie, amount in sums}


def openings_agree() -> Iterator[str]:
    """A balance brought over comes from an import that was done; once it was undone, none of its lines stands."""
    states = dict(FileImport.objects.filter(kind="soldes").values_list("pk", "state"))
    standing = Charge.objects.filter(source__startswith=_PREFIX, voided_at=None, corrects=None).order_by("pk")
    for source, label in standing.values_list("source", "label"):
        import_id = source.removeprefix(_PREFIX).partition(":")[0]
        if states.get(int(import_id)) != ImportState.DONE:
            yield f"Ligne {label} ({source})\u00a0: son import n’est pas terminé, ou il a été annulé."
