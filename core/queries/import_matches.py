"""The people of the town as files name them: by number, address, or name and birth date. Three queries for all."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.models import Child, Guardian, Household
from core.queries.plain_text import plain

Person = tuple[str, str, date]  # plain last name, plain first name, birth date


@dataclass(kw_only=True)
class Town:
    """Everybody, found as files tell of them. Households carry ``people`` (guardians) and ``pupils`` (children)."""

    by_number: dict[str, Household] = field(default_factory=dict)
    by_email: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_name: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))  # of a guardian
    households: dict[int, Household] = field(default_factory=dict)
    guardians: dict[int, list[Guardian]] = field(default_factory=lambda: defaultdict(list))
    children: dict[int, list[Child]] = field(default_factory=lambda: defaultdict(list))
    by_person: dict[Person, list[Child]] = field(default_factory=lambda: defaultdict(list))

    def household_of(self, values: Mapping[str, Any]) -> Household | str:
        """The household that a line names by ``number``, else ``email``, else ``last`` and ``first`` of a guardian; or
        the sentence that says why none is."""
        if number := values.get("number"):
            found = self.by_number.get(plain(number))
            return found or f"Aucun dossier n’a le numéro «\u00a0{number}\u00a0»."
        if address := values.get("email"):
            return self._only(self.by_email.get(address, set()), f"l’adresse {address}")
        if "last" in values and "first" in values:
            name = full_name(values["last"], values["first"])
            return self._only(
                self.by_name.get(name, set()), f"un responsable nommé {values['first']} {values['last']}"
            )
        return "Il faut le n° de dossier, l’adresse mail, ou le nom et le prénom d’un responsable."

    def _only(self, found: set[int], what: str) -> Household | str:
        if len(found) == 1:
            return self.households[next(iter(found))]
        if not found:
            return f"Aucun dossier n’a {what}."
        numbers = ", ".join(sorted(self.households[pk].number for pk in found))
        return f"Plusieurs dossiers ont {what} ({numbers})\u00a0: indiquez le n° de dossier."


def load_town() -> Town:
    town = Town()
    for household in Household.objects.order_by("pk"):
        town.households[household.pk] = household
        town.by_number[plain(household.number)] = household
    for guardian in Guardian.objects.select_related("user").order_by("pk"):
        town.guardians[guardian.household_id].append(guardian)
        town.by_name[full_name(guardian.last_name, guardian.first_name)].add(guardian.household_id)
        for address in {guardian.email.lower(), guardian.user.email.lower() if guardian.user else ""} - {""}:
            town.by_email[address].add(guardian.household_id)
    for child in Child.objects.select_related("school").order_by("pk"):
        town.children[child.household_id].append(child)
        town.by_person[person(child.last_name, child.first_name, child.birth_date)].append(child)
    return town


def full_name(last: str, first: str) -> str:
    """« DE LA TOUR », « De-La Tour » are one name."""
    return f"{_bare(last)} {_bare(first)}"


def person(last: str, first: str, born: date) -> Person:
    return _bare(last), _bare(first), born


def _bare(name: str) -> str:
    return " ".join(plain(name).replace("-", " ").replace("'", " ").split())
