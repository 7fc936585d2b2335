"""Numbers of documents: gapless per régie, kind and year. Last in the lock order (core.locks)."""

from billing.enums import DocumentKind
from billing.models import DocumentSequence, Regie


def take_number(*, regie: Regie, kind: DocumentKind, year: int) -> int:
    """The next number. Call it inside a transaction, as late as possible: the sequence stays locked until the
    commit, and a rollback gives the number back."""
    DocumentSequence.objects.bulk_create(
        [DocumentSequence(regie=regie, kind=kind, year=year)], ignore_conflicts=True
    )
    sequence = DocumentSequence.objects.select_for_update(no_key=True).get(regie=regie, kind=kind, year=year)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    return sequence.last
