"""Diets and the fields of a child's file, in the town's file and back."""

import pytest

from core.child_file import Access, DossierField, MealKind
from core.clock import now
from core.commune_file.report import CommuneFileError
from core.commune_file.services import apply_text, check_text, export_text
from core.models import AppliedFile, FieldPolicy, MealChoice
from core.queries.child_file import field_policies
from tenants.models import Commune
from tests.commune_file.small import TOWN
from tests.factories.child_file import tells
from tests.factories.world import a_family

DIETS = """
[[regimes]]
code = "sans-viande"
nom = "Sans viande"

[[regimes]]
code = "panier"
nom = "Panier repas (PAI)"
nature = "apporte-pai"
propose = false
"""
FIELDS = """
[[dossier_enfant]]
rubrique = "natation"
acces = "masque"

[[dossier_enfant]]
rubrique = "assurance"
acces = "obligatoire"
validation = true
"""


def problems(text: str) -> list[str]:
    return [sentence.replace("\u00a0", " ") for sentence in check_text(TOWN + text).complaints()]


def test_what_the_file_says_is_what_the_town_does_and_comes_back(commune: Commune) -> None:
    apply_text(commune, TOWN + DIETS + FIELDS)
    assert list(MealChoice.objects.values_list("code", "kind", "is_offered")) == [
        ("sans-viande", MealKind.SERVED, True),
        ("panier", MealKind.PAI_OWN, False),
    ]
    policies = field_policies()
    assert (policies[DossierField.SWIMMING].access, policies[DossierField.INSURANCE].is_mandatory) == (
        Access.HIDDEN,
        True,
    )
    AppliedFile.objects.all().delete()  # so that it is written from the database
    assert apply_text(commune, export_text(commune), dry_run=True).changes == ()
    apply_text(commune, TOWN)
    assert (MealChoice.objects.count(), FieldPolicy.objects.count()) == (0, 0)


def test_a_diet_that_a_child_has_is_not_deleted(commune: Commune) -> None:
    apply_text(commune, TOWN + DIETS)
    tells(a_family(school=None).child, {DossierField.MEAL: [{"meal": "sans-viande"}]}, now=now())
    with pytest.raises(CommuneFileError, match="Écrivez `propose = false`"):
        apply_text(commune, TOWN)
    assert MealChoice.objects.count() == 2


def test_what_is_wrong_is_said_with_its_line() -> None:
    [usual] = problems('\n[[regimes]]\ncode = "habituel"\nnom = "Habituel"\n')
    assert usual.endswith("regimes[1].code : « habituel » est le repas de tous, il ne s’écrit pas")
    [twice] = problems(FIELDS + '\n[[dossier_enfant]]\nrubrique = "natation"\n')
    assert twice.endswith("dossier_enfant[3].rubrique : la rubrique « natation » est déjà écrite")
    [unknown] = problems('\n[[dossier_enfant]]\nrubrique = "religion"\n')
    assert "« religion » n’est pas connu" in unknown
    [weighed] = problems('\n[[dossier_enfant]]\nrubrique = "ecole"\n')
    assert "décide des groupes et des prix : un agent la valide toujours" in weighed
    assert problems('\n[[dossier_enfant]]\nrubrique = "ecole"\nacces = "visible"\n') == []
