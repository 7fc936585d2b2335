"""The control API: how tests and demonstrations make the simulator misbehave.

``GET /_control/`` tells the behaviour and the payments. ``POST /_control/`` takes one JSON object; see
``docs/prestataires/payfip.md`` for its keys. Only this machine may ask, and never a web page: the
media type asked for cannot be sent by a form of another site.
"""

import json
from dataclasses import asdict, replace
from http import HTTPStatus

from infra.sandbox.loopback import is_loopback
from infra.sandbox.payfip.faults import Fault
from infra.sandbox.payfip.simulator import RESULTS, Behaviour, ForcedFault, Simulator
from infra.sandbox.web import Request, Response

ACTIONS = ("age", "notify", "purge", "settle")


def respond(simulator: Simulator, request: Request) -> Response:
    host = request.environ.get("HTTP_HOST", "").rsplit(":", 1)[0]
    if not is_loopback(request.environ["REMOTE_ADDR"]) or not is_loopback(host):
        return _json({"error": "this machine only"}, HTTPStatus.FORBIDDEN)
    if request.method == "GET":
        return _json(_state(simulator))
    if not request.environ.get("CONTENT_TYPE", "").startswith("application/json"):
        return _json({"error": "application/json expected"}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        _obey(simulator, json.loads(request.body))
    except Fault as fault:
        return _json({"error": fault.code}, HTTPStatus.NOT_FOUND)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return _json({"error": f"{type(error).__name__}: {error}"}, HTTPStatus.BAD_REQUEST)
    return _json(_state(simulator))


def _obey(simulator: Simulator, command: dict) -> None:
    action = command.pop("action", None)
    if action is not None:
        _act(simulator, action, command)
        return
    if command.pop("reset", False):
        simulator.behaviour = Behaviour()
    for numcli, labels in command.pop("regies", {}).items():
        simulator.regies[numcli] = tuple(labels)
    if command.get("fault"):
        command["fault"] = ForcedFault(**command["fault"])
    simulator.behaviour = replace(simulator.behaviour, **command)


def _act(simulator: Simulator, action: str, command: dict) -> None:
    if action == "purge":
        simulator.purge()
    elif action == "notify":
        simulator.notify(command["idop"])
    elif action == "age":
        simulator.age(command["idop"], minutes=float(command["minutes"]))
    elif action == "settle":
        if command["result"] not in RESULTS:
            raise ValueError(f"result must be one of {', '.join(RESULTS)}")
        simulator.decide(command["idop"], command["result"], again=True)
    else:
        raise ValueError(f"action must be one of {', '.join(ACTIONS)}")


def _state(simulator: Simulator) -> dict:
    operations = [asdict(operation) for operation in simulator.store.latest()]
    for operation in operations:
        del operation["session"]  # the payer's own
    return {"behaviour": asdict(simulator.behaviour), "operations": operations}


def _json(value: dict, status: int = HTTPStatus.OK) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status=status, content_type="application/json")
