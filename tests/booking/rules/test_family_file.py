from datetime import date
from decimal import Decimal

import pytest

from booking.rules.family_file import Document, FileConditions, FileFacts, file_obstacles

SEPTEMBER = date(2022, 9, 1)
CONDITIONS = {
    "documents": [
        {"code": "assurance", "label": "assurance", "each_school_year": True},
        {"code": "domicile", "label": "justificatif de domicile", "max_age_days": 92},
    ],
    "consents": [{"code": "reglement", "label": "règlement intérieur", "version": 2}],
    "max_overdue": 50,
}
GOOD = FileFacts(
    documents={
        "assurance": Document(received=date(2022, 9, 1)),
        "domicile": Document(received=date(2022, 8, 20), issued=date(2022, 6, 1)),
    },
    consents={"reglement": 2},
    overdue=Decimal(50),
)


def lacks(conditions, facts):
    rules = FileConditions.model_validate(conditions)
    assert FileConditions.model_validate(rules.model_dump(mode="json", exclude_unset=True)) == rules
    found = file_obstacles(rules, facts, school_year_from=SEPTEMBER)
    return [one.replace("\u00a0", " ") for one in found]


def test_nothing_is_asked_by_default():
    assert lacks({}, FileFacts(overdue=Decimal(1000))) == []


def test_a_complete_file():
    assert lacks(CONDITIONS, GOOD) == []


def test_everything_missing_is_told_at_once():
    asked = CONDITIONS | {"quotient_known": True, "member": True, "used_this_year": True}
    assert lacks(asked, FileFacts(overdue=Decimal("50.01"))) == [
        "Document à fournir : assurance",
        "Document à fournir : justificatif de domicile",
        "Accord à donner : règlement intérieur",
        "50,01 € restent à régler avant toute réservation",
        "Le quotient familial doit d’abord être calculé",
        "La famille doit d’abord adhérer",
        "Réservé aux enfants qui ont déjà fréquenté le service cette année",
    ]
    assert lacks(asked, FileFacts(quotient_known=True, member=True, used_this_year=True)) == [
        "Document à fournir : assurance",
        "Document à fournir : justificatif de domicile",
        "Accord à donner : règlement intérieur",
    ]


@pytest.mark.parametrize(
    ("code", "document", "sentence"),
    [
        (
            "assurance",
            Document(received=date(2022, 8, 31)),
            "Document à renouveler pour cette année scolaire : assurance",
        ),
        (
            "domicile",
            Document(received=date(2022, 9, 10), issued=date(2022, 6, 9)),
            "Document trop ancien : justificatif de domicile",
        ),
    ],
)
def test_an_old_document(code, document, sentence):
    facts = FileFacts(
        documents={**GOOD.documents, code: document}, consents=GOOD.consents, overdue=GOOD.overdue
    )
    assert lacks(CONDITIONS, facts) == [sentence]


def test_a_new_version_is_agreed_to_again():
    facts = FileFacts(documents=GOOD.documents, consents={"reglement": 1})
    assert lacks(CONDITIONS, facts) == ["Accord à donner : règlement intérieur"]
