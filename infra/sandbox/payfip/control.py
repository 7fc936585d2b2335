"""The control API: how tests and demonstrations make the simulator misbehave.

``GET /_control/`` tells the behaviour and the payments. ``POST /_control/`` takes one JSON object; see
``docs/prestataires/payfip.md`` for its keys.
"""

from dataclasses import asdict, replace

from infra.sandbox.control import NotThereError, answer
from infra.sandbox.payfip.faults import Fault
from infra.sandbox.payfip.simulator import RESULTS, Behaviour, ForcedFault, Simulator
from infra.sandbox.web import Request, Response

ACTIONS = ("age", "notify", "purge", "settle")


def respond(simulator: Simulator, request: Request) -> Response:
    return answer(request, state=lambda: _state(simulator), obey=lambda command: _obey(simulator, command))


def _obey(simulator: Simulator, command: dict) -> None:
    action = command.pop("action", None)
    if action is not None:
        try:
            _act(simulator, action, command)
        except Fault as fault:
            raise NotThereError(fault.code) from fault
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
