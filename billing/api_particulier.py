"""The quotient of the family funds (CNAF, MSA) through API Particulier: values in, values out, no database.

``GET /v3/dss/quotient_familial/identite``, with the town's token in the header and its SIRET as ``recipient``. A person is
found by civil identity only. Of what the answer says of people, only the children's birth dates are read, so that nobody
learns the quotient of a family that is not its own.
"""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from typing import Any

import httpx

PATH = "/v3/dss/quotient_familial/identite"
FRANCE = "99100"
CONNECT_SECONDS = 5.0
DEFAULT_WAIT_SECONDS = 60
_FUNDS = {"CNAF": "caf", "MSA": "msa"}


class FundOutcome(StrEnum):
    FOUND = "found"
    UNKNOWN = "unknown"  # no file under this identity
    OTHERS = "others"  # a file, but of a family without any child of this household
    INVALID = "invalid"  # what was typed is not accepted
    BUSY = "busy"  # too many requests: later
    DOWN = "down"  # nothing can be known now
    REFUSED = "refused"  # the town's own token or rights


class FundError(Exception):
    """Why there is no quotient. ``retry_after`` in seconds, when the service says it; ``detail`` is for the logs."""

    def __init__(self, outcome: FundOutcome, *, detail: str = "", retry_after: int | None = None) -> None:
        super().__init__(detail or outcome.value)
        self.outcome, self.retry_after = outcome, retry_after


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A person as the fund knows them. Born abroad: a country code of the INSEE, and no town."""

    last_name: str
    first_names: Sequence[str]
    born: date
    sex: str  # « F » or « M »
    country: str = FRANCE
    town: str = ""
    department: str = ""

    def parameters(self) -> list[tuple[str, str]]:
        asked = [
            ("nomNaissance", self.last_name),
            *(("prenoms[]", name) for name in self.first_names),
            ("anneeDateNaissance", str(self.born.year)),
            ("moisDateNaissance", str(self.born.month)),
            ("jourDateNaissance", str(self.born.day)),
            ("sexeEtatCivil", self.sex),
            ("codeCogInseePaysNaissance", self.country),
            ("nomCommuneNaissance", self.town),
            ("codeCogInseeDepartementNaissance", self.department),
        ]
        return [(name, value) for name, value in asked if value]


@dataclass(frozen=True, kw_only=True)
class FundQuotient:
    """``as_of``: the first day of the month for which the fund computed it."""

    value: Decimal
    fund: str
    as_of: date
    children_born: tuple[date, ...]


def fetch_quotient(
    identity: Identity, *, url: str, token: str, siret: str, timeout_seconds: float = 15.0
) -> FundQuotient:
    """Ask once. Raises FundError."""
    try:
        answer = httpx.get(
            url + PATH,
            params=[("recipient", siret), *identity.parameters()],
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=httpx.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds)),
            verify=_tls(),
        )
    except httpx.HTTPError as error:
        # The address of the request holds the identity: only the kind of the error may reach a log.
        raise FundError(FundOutcome.DOWN, detail=type(error).__name__) from None
    if answer.status_code != HTTPStatus.OK:
        raise _refusal(answer)
    return _read(answer)


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _refusal(answer: httpx.Response) -> FundError:
    outcomes: dict[int, FundOutcome] = {
        HTTPStatus.BAD_REQUEST: FundOutcome.INVALID,
        HTTPStatus.UNPROCESSABLE_ENTITY: FundOutcome.INVALID,
        HTTPStatus.NOT_FOUND: FundOutcome.UNKNOWN,
        HTTPStatus.UNAUTHORIZED: FundOutcome.REFUSED,
        HTTPStatus.FORBIDDEN: FundOutcome.REFUSED,
        HTTPStatus.TOO_MANY_REQUESTS: FundOutcome.BUSY,
    }
    outcome = outcomes.get(answer.status_code, FundOutcome.DOWN)
    wait = None
    if outcome is FundOutcome.BUSY:
        told = answer.headers.get("Retry-After", "")
        wait = int(told) if told.isdecimal() else DEFAULT_WAIT_SECONDS
    return FundError(outcome, detail=f"HTTP {answer.status_code} {_codes(answer)}".strip(), retry_after=wait)


def _codes(answer: httpx.Response) -> str:
    """The service's own error codes, such as 37003."""
    try:
        errors = answer.json()["errors"]
        return ", ".join(str(error["code"]) for error in errors)
    except (ValueError, KeyError, TypeError):
        return ""


def _read(answer: httpx.Response) -> FundQuotient:
    try:
        data: dict[str, Any] = answer.json()["data"]
        told = data["quotient_familial"]
        return FundQuotient(
            value=Decimal(str(told["valeur"])),
            fund=_FUNDS[told["fournisseur"]],
            as_of=date(int(told["annee"]), int(told["mois"]), 1),
            children_born=tuple(date.fromisoformat(child["date_naissance"]) for child in data["enfants"]),
        )
    except (ValueError, ArithmeticError, KeyError, TypeError) as error:
        raise FundError(FundOutcome.DOWN, detail=f"réponse illisible ({type(error).__name__})") from None
