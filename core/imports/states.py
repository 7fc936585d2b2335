"""Where an import stands, and what becomes of each of its lines."""

from django.db.models import TextChoices


class LineOutcome(TextChoices):
    NEW = "new", "Nouveau"
    CHANGED = "changed", "Modifié"
    SAME = "same", "Inchangé"
    REFUSED = "refused", "Refusé"


class ImportState(TextChoices):
    DRAFT = "draft", "À vérifier"
    RUNNING = "running", "En cours"
    DONE = "done", "Terminé"
    FAILED = "failed", "Interrompu, rien n’est écrit"
    UNDONE = "undone", "Annulé"
    DROPPED = "dropped", "Abandonné"


_S = ImportState
IMPORT_MOVES: dict[ImportState, frozenset[ImportState]] = {
    _S.DRAFT: frozenset({_S.RUNNING, _S.DROPPED}),
    _S.RUNNING: frozenset({_S.DONE, _S.FAILED}),
    _S.FAILED: frozenset({_S.RUNNING, _S.DROPPED}),
    _S.DONE: frozenset({_S.UNDONE}),
    _S.UNDONE: frozenset(),
    _S.DROPPED: frozenset(),
}
CHECKABLE_IMPORTS = frozenset({_S.DRAFT, _S.FAILED})  # their columns may still change
