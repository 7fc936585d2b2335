"""Which tariff serves what: by régie, then by activity, and those that serve nothing."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from billing.models import Tariff, TariffVersion
from billing.pricing.examples import rule_in_words
from billing.pricing.rules import TARIFF_RULE
from booking.models import Stage

UNUSED = "Tarifs qui ne servent à aucune période"
FREE = "Activités sans régie"


@dataclass(frozen=True, kw_only=True)
class UsedTariff:
    """``words`` say what it costs today; ``coming`` is the day of its next version."""

    tariff: Tariff
    words: str
    coming: date | None
    activities: tuple[str, ...]


def tariffs_by_regie(*, today: date) -> dict[str, list[UsedTariff]]:
    """Three queries, whatever the number of tariffs and periods."""
    serves: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    used = Stage.objects.filter(tariff__isnull=False).order_by("slot__period__activity__regie__position")
    names = ("tariff_id", "slot__period__activity__regie__name", "slot__period__activity__name")
    for tariff_id, regie, activity in used.values_list(*names).distinct():
        serves[regie or FREE][tariff_id].add(activity)
    versions = Prefetch("versions", TariffVersion.objects.order_by("valid_from"))
    tariffs = {tariff.pk: tariff for tariff in Tariff.objects.prefetch_related(versions)}
    found = {
        regie: [_used(tariff, served[pk], today) for pk, tariff in tariffs.items() if pk in served]
        for regie, served in serves.items()
    }
    everywhere = {pk for served in serves.values() for pk in served}
    unused = [_used(tariff, set(), today) for pk, tariff in tariffs.items() if pk not in everywhere]
    return found | ({UNUSED: unused} if unused else {})


def _used(tariff: Tariff, activities: set[str], today: date) -> UsedTariff:
    versions = list(tariff.versions.all())
    begun = [version for version in versions if version.valid_from <= today]
    current = begun[-1] if begun else (versions[0] if versions else None)
    return UsedTariff(
        tariff=tariff,
        words=rule_in_words(TARIFF_RULE.validate_python(current.rule)) if current else "aucun prix",
        coming=next((version.valid_from for version in versions if version.valid_from > today), None),
        activities=tuple(sorted(activities)),
    )
