"""Documents, règlements and their versions: in the file, in the town, in the conditions of a period."""

import datetime as dt

import pytest

from booking.models import Period
from core.commune_file.report import CommuneFileError
from core.commune_file.services import apply_text, check_text, diff_text
from core.models import Agreement, DocumentKind, RegulationVersion
from core.services.regulations import answer_regulation
from tests.commune_file.small import TOWN, altered
from tests.factories.town_files import written_anew
from tests.factories.world import a_family

N = "\u00a0"
NOW = dt.datetime(2023, 3, 1, 12, tzinfo=dt.UTC)
PAPERS = '''
[[documents]]
code = "assurance"
nom = "Assurance scolaire"
aide = "L’attestation de l’année, au nom de l’enfant."
validite = "annee_scolaire"
compte_des_reception = true

[[documents]]
code = "domicile"
nom = "Justificatif de domicile"
concerne = "famille"
validite = "mois"
mois = 12
age_max_jours = 92

[[reglements]]
code = "cantine"
nom = "Règlement de la cantine"

[[reglements.versions]]
numero = 1
publiee_le = 2022-09-01
texte = """
Les repas se réservent le dimanche.
"""

[[exemples]]
nom = "Sans assurance, rien ne se réserve"
periode = "cantine"
accueil = "repas"
date = 2023-03-20
reserve_le = 2023-03-01T12:00:00
documents = ["domicile"]
attendu = "ferme"
motif = "Document à fournir : Assurance scolaire"

[[exemples]]
nom = "Le règlement doit être accepté"
periode = "cantine"
accueil = "repas"
date = 2023-03-20
reserve_le = 2023-03-01T12:00:00
accords = []
attendu = "ferme"
motif = "Accord à donner : Règlement de la cantine"

[[exemples]]
nom = "Le dossier complet"
periode = "cantine"
accueil = "repas"
quotient = 600
date = 2023-03-20
reserve_le = 2023-03-01T12:00:00
attendu = "ouvert"
'''.replace("fournir :", f"fournir{N}:").replace("donner :", f"donner{N}:")
ASKED = (
    'annulation = { type = "never" }\n',
    (
        'annulation = { type = "never" }\n'
        'dossier = { documents = ["assurance", "domicile"], consents = ["cantine"], quotient_known = true }\n'
    ),
)
WHOLE = altered(ASKED) + PAPERS
V2 = """
[[reglements.versions]]
numero = 2
publiee_le = 2023-03-10
texte = "Les repas se réservent le vendredi."
"""


def complaints(text: str) -> list[str]:
    return [line.replace(N, " ") for line in check_text(text, "t.toml").complaints()]


def test_papers_come_back_as_they_were_written(commune) -> None:
    assert complaints(WHOLE) == []
    apply_text(commune, WHOLE)
    assert list(
        DocumentKind.objects.values_list("code", "subject", "validity", "months", "max_age_days")
    ) == [
        ("assurance", "child", "school_year", None, None),
        ("domicile", "household", "months", 12, 92),
    ]
    assert Period.objects.get().file_conditions == {
        "documents": ["assurance", "domicile"],
        "consents": ["cantine"],
        "quotient_known": True,
    }
    assert apply_text(commune, WHOLE).changes == ()
    exported = written_anew(commune)
    assert complaints(exported) == []
    assert diff_text(commune, exported).changes == ()


def test_what_the_file_no_longer_holds_goes(commune) -> None:
    apply_text(commune, WHOLE)
    apply_text(
        commune,
        TOWN
        + '\n[[documents]]\ncode = "domicile"\nnom = "Domicile"\n\n[[reglements]]\ncode = "autre"\nnom = "Autre"\n'
        + V2.replace("numero = 2", "numero = 1"),
    )
    assert list(DocumentKind.objects.values_list("code", "name", "subject")) == [
        ("domicile", "Domicile", "child")
    ]
    assert [str(version) for version in RegulationVersion.objects.all()] == ["Autre, version 1"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"assurance", "domicile"]',
            '"asurance"]',
            "activites[1].periodes[1].dossier.documents : document inconnu : « asurance » ; vouliez-vous dire « assurance » ?",
        ),
        (
            'consents = ["cantine"]',
            'consents = ["garderie"]',
            "activites[1].periodes[1].dossier.consents : règlement inconnu : « garderie » ; seul choix : cantine",
        ),
        (
            "quotient_known = true",
            "member = true",
            "activites[1].periodes[1].dossier : le portail ne connaît pas encore les adhésions (member)",
        ),
        ("mois = 12\n", "", 'documents[2].mois : « mois » va avec validite = "mois", et seulement avec elle'),
        ("numero = 1", "numero = 0", "reglements[1].versions[1].numero : « 0 » est inférieur à 1"),
    ],
)
def test_a_wrong_paper_is_told_on_its_line(old, new, expected) -> None:
    told = complaints(altered((old, new), text=WHOLE))
    assert expected in [one.split(" : ", 1)[1] for one in told]


def test_an_answered_version_does_not_change(commune) -> None:
    apply_text(commune, WHOLE)
    family = a_family(school=None)
    (version,) = RegulationVersion.objects.all()
    answer_regulation(
        version=version, household=family.household, child=None, agrees=True, by=family.user, now=NOW
    )
    with pytest.raises(CommuneFileError) as refusal:
        apply_text(commune, altered(("le dimanche", "le samedi"), text=WHOLE))
    (sentence,) = refusal.value.report.refusals
    assert sentence.replace(N, " ") == (
        "« Règlement de la cantine, version 1 » a 1 réponse de familles : elle ne change plus. Ajoutez une version."
    )
    whole = altered(('\n[[exemples]]\nnom = "Sans', V2 + '\n[[exemples]]\nnom = "Sans'), text=WHOLE)
    apply_text(commune, whole)
    assert RegulationVersion.objects.count() == 2
    assert Agreement.objects.get().version == version
    with pytest.raises(CommuneFileError):
        apply_text(
            commune,
            whole.replace('nom = "Règlement de la cantine"', 'nom = "Règlement"\nconcerne = "enfant"'),
        )
