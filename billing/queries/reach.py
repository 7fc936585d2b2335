"""Which régies an agent's rights reach (core.rights.Reach): a régisseur may hold one of several."""

from django.db.models import Q

from billing.models import Regie
from core.rights import Reach, ScopeKind
from core.scope_places import Place


def within(reach: Reach, regie: str = "") -> Q:
    """The rows whose régie, at the end of the path ``regie``, is reached; every row when reach is everywhere."""
    if reach.everywhere:
        return Q()
    return Q(**{f"{regie}__code__in" if regie else "code__in": reach.regies})


def places_of_regies() -> list[Place]:
    return [
        Place(kind=ScopeKind.REGIE, code=regie.code, label=_label(regie.name))
        for regie in Regie.objects.order_by("position", "name")
    ]


def _label(name: str) -> str:
    """Beside schools and activities: most towns call it « Régie … » already."""
    return name if name.casefold().startswith("régie") else f"Régie {name}"
