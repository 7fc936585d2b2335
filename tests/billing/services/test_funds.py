"""The family's fund asked over HTTP: each answer of the service has its words, and the consent is always kept."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import pytest

from billing.api_particulier import FRANCE, FundError, FundOutcome, Identity, fetch_quotient
from billing.errors import FundUnansweredError
from billing.models import FundConsent, Quotient, QuotientSettings
from billing.services.funds import CONSENT, ask_fund
from core.clock import frozen
from core.models import StaffTask
from infra.sandbox.api_particulier.server import ApiParticulierServer
from infra.sandbox.api_particulier.simulator import TOKENS, Behaviour
from tests.factories.world import a_family, town_settings

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
SIRET = "00000000000000"
HUGO = Identity(
    last_name="Berger",
    first_names=["Hugo", "Louis"],
    born=date(1985, 9, 3),
    sex="M",
    town="Nîmes",
    department="30",
)
FORM = {
    "nom": "Berger",
    "prenoms": "Hugo Louis",
    "naissance": "1985-09-03",
    "sexe": "M",
    "pays": FRANCE,
    "commune": "Nîmes",
    "departement": "30",
    "accord": "on",
}


@pytest.fixture
def api(settings) -> Iterator[ApiParticulierServer]:
    with ApiParticulierServer() as server:
        settings.API_PARTICULIER_URL = server.url
        yield server


@pytest.fixture
def town(commune):
    town_settings()
    chosen = QuotientSettings(siret=SIRET)
    chosen.token = TOKENS[0]
    chosen.save()
    with frozen(NOW):
        yield commune


def ask(family, identity: Identity = HUGO) -> Quotient:
    return ask_fund(household=family.household, identity=identity, by=family.user, now=NOW)


def fetch(api, identity: Identity = HUGO, *, token: str = TOKENS[0], siret: str = SIRET):
    return fetch_quotient(identity, url=api.url, token=token, siret=siret, timeout_seconds=5)


def test_the_service_answers_with_the_quotient_its_month_and_its_fund(api):
    found = fetch(api)
    assert (found.value, found.fund, found.as_of) == (Decimal(1130), "msa", date(2026, 10, 1))


@pytest.mark.parametrize(
    ("behaviour", "call", "outcome", "wait"),
    [
        (Behaviour(), {"token": "faux"}, FundOutcome.REFUSED, None),
        (Behaviour(), {"siret": "123"}, FundOutcome.INVALID, None),
        (Behaviour(busy_seconds=90), {}, FundOutcome.BUSY, 90),
        (Behaviour(down=True), {}, FundOutcome.DOWN, None),
        (Behaviour(broken=True), {}, FundOutcome.DOWN, None),
    ],
)
def test_each_refusal_has_its_outcome(api, behaviour, call, outcome, wait):
    api.simulator.behaviour = behaviour
    with pytest.raises(FundError) as refused:
        fetch(api, **call)
    assert (refused.value.outcome, refused.value.retry_after) == (outcome, wait)


def test_an_unknown_person_and_a_dead_service_are_told_apart(api):
    stranger = Identity(
        last_name="Personne", first_names=["Nulle"], born=date(1980, 1, 1), sex="F", country="99139"
    )
    with pytest.raises(FundError) as refused:
        fetch(api, stranger)
    assert refused.value.outcome is FundOutcome.UNKNOWN
    with pytest.raises(FundError) as silent:
        fetch_quotient(HUGO, url="http://127.0.0.1:9", token="x", siret=SIRET)
    assert silent.value.outcome is FundOutcome.DOWN
    assert "Berger" not in str(silent.value)  # an identity never reaches a log


def test_the_simulator_is_driven_from_outside(api):
    httpx.post(f"{api.url}/_control/", json={"busy_seconds": 30}).raise_for_status()
    assert httpx.get(f"{api.url}/_control/").json()["behaviour"]["busy_seconds"] == 30
    with pytest.raises(FundError):
        fetch(api)


def test_a_family_gets_its_quotient_with_its_consent(town, api, client_for):
    family = a_family(school=None)  # one child, born on 4 May 2017
    client = client_for(town, family.user)
    assert "Récupérer mon quotient" in client.get("/mon-compte/quotient/").content.decode()
    client.post("/mon-compte/quotient/caisse/", FORM)
    quotient = Quotient.objects.get()
    assert (quotient.value, quotient.source, quotient.fund, quotient.as_of, quotient.children) == (
        Decimal(1130),
        "api",
        "msa",
        date(2026, 10, 1),
        1,
    )
    consent = FundConsent.objects.get()
    assert (consent.by, consent.text, consent.outcome, consent.quotient) == (
        family.user,
        CONSENT,
        "found",
        quotient,
    )
    page = client.get("/mon-compte/quotient/").content.decode()
    assert "1130,00" in page and "Calculé pour 10/2026" in page


def test_without_consent_nothing_is_asked(town, api, client_for):
    family = a_family(school=None)
    answer = client_for(town, family.user).post("/mon-compte/quotient/caisse/", FORM | {"accord": ""})
    assert answer.status_code == 200
    assert (api.simulator.calls, FundConsent.objects.count()) == (0, 0)


def test_nobody_learns_the_quotient_of_another_family(town, api):
    family = a_family(school=None)
    family.household.children.update(birth_date=date(2016, 1, 1))
    with pytest.raises(FundUnansweredError, match="aucun enfant de votre foyer"):
        ask(family)
    assert not Quotient.objects.exists()
    assert FundConsent.objects.get().outcome == "others"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (Behaviour(down=True), "ne répond pas"),
        (Behaviour(busy_seconds=90), "réessayez dans 2 minutes"),
    ],
)
def test_a_failure_says_what_to_do_and_leaves_the_other_way(town, api, client_for, behaviour, words):
    api.simulator.behaviour = behaviour
    client = client_for(town, a_family(school=None).user)
    page = client.post("/mon-compte/quotient/caisse/", FORM, follow=True).content.decode()
    assert words in page and "joindre votre attestation" in page and "Envoyer ma déclaration" in page


def test_a_refused_token_is_one_task_for_the_office(town, api):
    api.simulator.tokens.clear()
    for _ in range(2):
        with pytest.raises(FundUnansweredError, match="Le service en est averti"):
            ask(a_family(school=None))
    assert StaffTask.objects.get().title == "API Particulier refuse le jeton de la commune"


def test_a_family_cannot_try_identities_without_end(town, api):
    family = a_family(school=None)
    for _ in range(5):
        ask(family)
    with pytest.raises(FundUnansweredError, match="Cinq demandes"):
        ask(family)
    assert api.simulator.calls == 5


def test_a_town_without_token_does_not_offer_it(commune, client_for):
    town_settings()
    client = client_for(commune, a_family(school=None).user)
    assert client.get("/mon-compte/quotient/caisse/").status_code == 404
    assert "Récupérer mon quotient" not in client.get("/mon-compte/quotient/").content.decode()
