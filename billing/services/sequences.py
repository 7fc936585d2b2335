"""Numbers of documents: gapless per régie, kind and year. Last in the lock order (core.locks)."""

from billing.enums import DocumentKind
from billing.models import DocumentSequence, Regie


def take_number(*, regie: Regie, kind: DocumentKind, year: int) -> int:
    """The next number. Call it inside a transaction, as late as possible: the sequence stays locked until the
    commit, and a rollback gives the number back."""
    return take_numbers(regie=regie, kind=kind, year=year, count=1)


def take_numbers(*, regie: Regie, kind: DocumentKind, year: int, count: int) -> int:
    """The first of ``count`` numbers in a row, as ``take_number``."""
    DocumentSequence.objects.bulk_create(
        [DocumentSequence(regie=regie, kind=kind, year=year)], ignore_conflicts=True
    )
    sequence = DocumentSequence.objects.select_for_update(no_key=True).get(regie=regie, kind=kind, year=year)
    first = sequence.last + 1
    sequence.last += count
    sequence.save(update_fields=["last"])
    return first
