"""Files that may be of one and the same family. Never shown to families."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, Q
from django.db.models.functions import Lower

from core.models import Child, Guardian, Household
from core.queries.plain_text import plain


@dataclass(kw_only=True)
class LookAlike:
    """A file that may be the same family's, and what makes one think so."""

    household: Household
    reasons: list[str] = field(default_factory=list)


def look_alikes(
    *,
    emails: Collection[str],
    phones: Collection[str],
    children: Collection[tuple[date, str]],
    but: Household | None = None,
) -> list[LookAlike]:
    """Files with one of the addresses or telephones, or a child of the same name born the same day (``children``:
    birth date and full name), the most alike first. Five queries at most."""
    reasons: dict[int, list[str]] = defaultdict(list)
    emails = {email.lower() for email in emails if email}
    phones = {phone for phone in phones if phone}
    known = Q(mail__in=emails) | Q(phone__in=phones)
    for guardian in Guardian.objects.annotate(mail=Lower("email")).filter(known):
        if guardian.email.lower() in emails:
            reasons[guardian.household_id].append(f"même adresse mail que {guardian}")
        if guardian.phone in phones:
            reasons[guardian.household_id].append(f"même téléphone que {guardian}")
    told = {(day, plain(name)) for day, name in children}
    for child in Child.objects.filter(birth_date__in={day for day, _ in told}):
        if (child.birth_date, plain(str(child))) in told:
            reasons[child.household_id].append(f"{child}, né(e) le {child.birth_date:%d/%m/%Y}")
    households = Household.objects.filter(pk__in=reasons, merged_into=None).prefetch_related(
        Prefetch("guardians", Guardian.objects.select_related("user")),
        Prefetch("children", Child.objects.select_related("school")),
    )
    found = [
        LookAlike(household=one, reasons=reasons[one.pk])
        for one in households
        if but is None or one.pk != but.pk
    ]
    return sorted(found, key=lambda one: (-len(one.reasons), one.household.number))


def look_alikes_of(household: Household) -> list[LookAlike]:
    guardians = list(household.guardians.all())
    return look_alikes(
        emails=[guardian.email for guardian in guardians],
        phones=[guardian.phone for guardian in guardians],
        children=[(child.birth_date, str(child)) for child in household.children.all()],
        but=household,
    )
