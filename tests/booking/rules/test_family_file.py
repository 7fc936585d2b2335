from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    asked = CONDITIONS | {
        "child_file": True,
        "quotient_known": True,
        "member": True,
        "used_this_year": True,
    }
    papers = [
        "Document à fournir : assurance",
        "Document à fournir : justificatif de domicile",
        "Accord à donner : règlement intérieur",
    ]
    empty = FileFacts(documents=NOTHING.documents, consents=NOTHING.consents, overdue=Decimal("50.01"))
    assert lacks(asked, empty) == [
        *papers,
        "50,01 € restent à régler avant toute réservation",
        "Le dossier de l’enfant (santé, repas, personnes autorisées) est à compléter",
        "Les informations de la famille (adresse, téléphone) sont à compléter",
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


FLAGS = ("quotient_known", "member", "used_this_year", "child_file")
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "documents": st.lists(st.sampled_from(["assurance", "domicile"]), unique=True),
        "consents": st.just(["reglement"]),
        "max_overdue": st.integers(0, 80),
    }
    | dict.fromkeys(FLAGS, st.booleans()),
)
KNOWN = st.builds(
    FileFacts,
    documents=st.sampled_from([GOOD.documents, NOTHING.documents]),
    consents=st.sampled_from([GOOD.consents, NOTHING.consents]),
    overdue=st.decimals(0, 100, places=2),
    **dict.fromkeys([*FLAGS, "family_file"], st.booleans()),
)


@settings(derandomize=True, max_examples=60)
@given(ASKED, KNOWN)
def test_a_lack_is_told_for_what_is_asked_and_asking_less_lacks_less(asked, facts):
    found = lacks(asked, facts)
    assert len(set(found)) == len(found)
    complete = FileFacts(
        documents=GOOD.documents, consents=GOOD.consents, **dict.fromkeys([*FLAGS, "family_file"], True)
    )
    assert lacks(asked, complete) == []
    for key in asked:
        fewer = {name: value for name, value in asked.items() if name != key}
        assert set(lacks(fewer, facts)) <= set(found)
