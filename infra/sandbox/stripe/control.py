"""What tests and demonstrations may make the simulator do; see ``docs/prestataires/stripe.md``."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from infra.sandbox.control import NotThereError
from infra.sandbox.stripe.simulator import Account, Simulator


def obey(simulator: Simulator, command: dict[str, Any]) -> None:
    """Raises NotThereError for an unknown session, ValueError or TypeError for a wrong command."""
    action = command.pop("action", None)
    if action is None:
        for name, account in command.pop("accounts", {}).items():
            simulator.accounts[name] = Account(**account)
        simulator.behaviour = replace(simulator.behaviour, **command)
        return
    if action not in ACTIONS:
        raise ValueError(f"action must be one of {', '.join(ACTIONS)}")
    if not simulator.knows(command["session"]):
        raise NotThereError(command["session"])
    ACTIONS[action](simulator, **command)


def _refund(simulator: Simulator, *, session: str, cents: int) -> None:
    found = simulator.get(session)
    simulator.refund(found.account, found.intent_id, int(cents), live=found.live)


ACTIONS: dict[str, Callable[..., object]] = {
    "decide": lambda simulator, *, session, decision: simulator.decide(session, decision, again=True),
    "refund": _refund,
    "fail_refund": lambda simulator, *, session: simulator.fail_refund(session),
    "dispute": lambda simulator, *, session, status: simulator.dispute(session, status=status),
}


def state(simulator: Simulator) -> dict[str, Any]:
    return {
        "behaviour": asdict(simulator.behaviour),
        "sessions": [
            {
                "session": found.id,
                "reference": found.reference,
                "cents": found.cents,
                "status": found.status,
                "payment_status": found.payment_status,
                "payment_intent": found.intent_id,
                "refunds": [(made["id"], made["amount"]) for made in found.refunds],
                "notifications": found.notifications,
            }
            for found in simulator.latest()
        ],
    }
