from datetime import date
from decimal import Decimal

import pytest

from booking.rules.family_file import FileConditions, FileFacts, file_obstacles, paper_obstacles
from core.papers import Agreed, Paper, Standing

CONDITIONS = {
    "documents": ["assurance", "domicile"],
    "consents": ["reglement"],
    "max_overdue": 50,
}
GOOD = FileFacts(
    documents={
        "assurance": Paper(label="assurance", standing=Standing.ACCEPTED, until=date(2023, 8, 31)),
        "domicile": Paper(label="justificatif de domicile", standing=Standing.ACCEPTED),
    },
    consents={"reglement": Agreed(label="règlement intérieur", version=2, agreed=2)},
    overdue=Decimal(50),
)
NOTHING = FileFacts(
    documents={"assurance": Paper(label="assurance"), "domicile": Paper(label="justificatif de domicile")},
    consents={"reglement": Agreed(label="règlement intérieur", version=2)},
)


def plain(sentences):
    return [one.replace("\u00a0", " ") for one in sentences]


def lacks(conditions, facts):
    rules = FileConditions.model_validate(conditions)
    assert FileConditions.model_validate(rules.model_dump(mode="json", exclude_unset=True)) == rules
    return plain(file_obstacles(rules, facts))


def test_nothing_is_asked_by_default():
    assert lacks({}, FileFacts(overdue=Decimal(1000))) == []


def test_a_complete_file():
    assert lacks(CONDITIONS, GOOD) == []


def test_everything_missing_is_told_at_once():
    asked = CONDITIONS | {"quotient_known": True, "member": True, "used_this_year": True}
    papers = [
        "Document à fournir : assurance",
        "Document à fournir : justificatif de domicile",
        "Accord à donner : règlement intérieur",
    ]
    empty = FileFacts(documents=NOTHING.documents, consents=NOTHING.consents, overdue=Decimal("50.01"))
    assert lacks(asked, empty) == [
        *papers,
        "50,01 € restent à régler avant toute réservation",
        "Le quotient familial doit d’abord être calculé",
        "La famille doit d’abord adhérer",
        "Réservé aux enfants qui ont déjà fréquenté le service cette année",
    ]
    assert plain(paper_obstacles(FileConditions.model_validate(asked), empty)) == papers


@pytest.mark.parametrize(
    ("paper", "sentences"),
    [
        (Paper(label="assurance"), ["Document à fournir : assurance"]),
        (
            Paper(label="assurance", standing=Standing.RECEIVED),
            ["Document en cours de vérification par le service : assurance"],
        ),
        (Paper(label="assurance", standing=Standing.RECEIVED, counts_on_receipt=True), []),
        (
            Paper(label="assurance", standing=Standing.REFUSED, counts_on_receipt=True),
            ["Document refusé, à renvoyer : assurance"],
        ),
        (
            Paper(label="assurance", standing=Standing.EXPIRED, until=date(2022, 8, 31)),
            ["Document périmé, à renouveler : assurance"],
        ),
        (Paper(label="assurance", standing=Standing.ACCEPTED), []),
    ],
)
def test_a_document_by_what_the_town_has_of_it(paper, sentences):
    facts = FileFacts(documents={"assurance": paper})
    assert lacks({"documents": ["assurance"]}, facts) == sentences


@pytest.mark.parametrize(
    ("answer", "sentences"),
    [
        ({"version": 2}, ["Accord à donner : règlement"]),
        ({"version": 2, "agreed": 1}, ["Accord à donner à la nouvelle version : règlement"]),
        ({"version": 2, "agreed": 2}, []),
        ({"version": 2, "agreed": 2, "refused": True}, ["Accord à donner : règlement"]),
        ({"version": 0}, []),  # not published yet
    ],
)
def test_an_agreement_to_the_version_in_force(answer, sentences):
    facts = FileFacts(consents={"reglement": Agreed(label="règlement", **answer)})
    assert lacks({"consents": ["reglement"]}, facts) == sentences
