"""The simulator's addresses: the one of the real service, and the control API."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from http import HTTPStatus
from urllib.parse import parse_qs

from infra.sandbox import control
from infra.sandbox.api_particulier.simulator import Behaviour, Claimant, Simulator
from infra.sandbox.web import Request, Response

QUOTIENT_PATH = "/v3/dss/quotient_familial/identite"


class ApiParticulierApp:
    """A WSGI application around one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        return self.respond(Request(environ))(start_response)

    def respond(self, request: Request) -> Response:
        if request.path == "/_control/":
            return control.answer(request, state=self._state, obey=self._obey)
        if (request.method, request.path) != ("GET", QUOTIENT_PATH):
            return _refuse(HTTPStatus.NOT_FOUND, "00404", "Page inconnue")
        self.simulator.calls += 1
        return self._unavailable() or self._quotient(request)

    def _unavailable(self) -> Response | None:
        behaviour = self.simulator.behaviour
        if behaviour.down:
            return _refuse(HTTPStatus.BAD_GATEWAY, "37002", "Erreur du fournisseur de données")
        if behaviour.busy_seconds:
            return _refuse(
                HTTPStatus.TOO_MANY_REQUESTS,
                "00429",
                "Vous avez effectué trop de requêtes",
                headers={"Retry-After": str(behaviour.busy_seconds), "RateLimit-Remaining": "0"},
            )
        if behaviour.broken:
            return _json({"data": {}}, HTTPStatus.OK)
        return None

    def _quotient(self, request: Request) -> Response:
        scheme, _, token = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme != "Bearer" or token not in self.simulator.tokens:
            return _refuse(HTTPStatus.UNAUTHORIZED, "00101", "Votre jeton n’est pas valide")
        asked = parse_qs(request.query_string)
        if fault := _fault(asked):
            return _refuse(HTTPStatus.UNPROCESSABLE_ENTITY, *fault)
        found = self.simulator.find(
            last_name=asked["nomNaissance"][0],
            first_names=asked["prenoms[]"],
            born=date(*(int(asked[f"{part}DateNaissance"][0]) for part in ("annee", "mois", "jour"))),
            sex=asked["sexeEtatCivil"][0],
        )
        if found is None:
            return _refuse(HTTPStatus.NOT_FOUND, "37003", "Dossier allocataire absent CNAV")
        return _json(_answer(found), HTTPStatus.OK)

    def _state(self) -> dict:
        return {"behaviour": asdict(self.simulator.behaviour), "calls": self.simulator.calls}

    def _obey(self, command: dict) -> None:
        self.simulator.behaviour = Behaviour(**command)


def _fault(asked: dict[str, list[str]]) -> tuple[str, str] | None:
    """The code and title of the first parameter that the real service would refuse."""

    def first(name: str) -> str:
        return asked.get(name, [""])[0]

    born_here = first("codeCogInseePaysNaissance") == "99100"
    town = first("nomCommuneNaissance") and first("codeCogInseeDepartementNaissance")
    checks = [
        (
            re.fullmatch(r"[0-9]{14}", first("recipient")),
            "00201",
            "Le paramètre recipient n’est pas un SIRET",
        ),
        (first("nomNaissance") and first("prenoms[]"), "00301", "Le nom et un prénom sont obligatoires"),
        (first("sexeEtatCivil") in {"M", "F"}, "00303", "Le sexe doit valoir M ou F"),
        (
            re.fullmatch(r"99[0-9]{3}", first("codeCogInseePaysNaissance")),
            "00304",
            "Le pays n’est pas valide",
        ),
        (
            not born_here or first("codeCogInseeCommuneNaissance") or town,
            "00305",
            "La commune est obligatoire",
        ),
    ]
    for is_right, code, title in checks:
        if not is_right:
            return code, title
    try:
        date(*(int(first(f"{part}DateNaissance")) for part in ("annee", "mois", "jour")))
    except ValueError:
        return "00302", "La date de naissance n’est pas valide"
    return None


def _answer(one: Claimant) -> dict:
    name = {"nom_naissance": one.last_name, "nom_usage": None}
    return {
        "data": {
            "quotient_familial": {
                "fournisseur": one.fund,
                "valeur": one.quotient,
                "annee": one.month.year,
                "mois": one.month.month,
                "annee_calcul": one.month.year,
                "mois_calcul": one.month.month,
            },
            "allocataires": [
                {
                    **name,
                    "prenoms": " ".join(one.first_names),
                    "date_naissance": one.born.isoformat(),
                    "sexe": one.sex,
                }
            ],
            "enfants": [
                {**name, "prenoms": f"ENFANT {rank}", "date_naissance": born.isoformat(), "sexe": "F"}
                for rank, born in enumerate(one.children, 1)
            ],
            "adresse": {
                "destinataire": f"{one.first_names[0]} {one.last_name}",
                "complement_information": None,
                "complement_information_geographique": None,
                "numero_libelle_voie": "1 RUE INVENTÉE",
                "lieu_dit": None,
                "code_postal_ville": "99999 NULLE PART",
                "pays": "FRANCE",
            },
        },
        "links": {},
        "meta": {},
    }


def _refuse(status: HTTPStatus, code: str, title: str, *, headers: dict[str, str] | None = None) -> Response:
    error = {"code": code, "title": title, "detail": title, "source": None, "meta": {"provider": "CNAV"}}
    return _json({"errors": [error]}, status, headers)


def _json(value: dict, status: HTTPStatus, headers: dict[str, str] | None = None) -> Response:
    return Response(
        json.dumps(value, ensure_ascii=False),
        status=status,
        content_type="application/json; charset=utf-8",
        headers=headers,
    )
