"""What tests and demonstrations may make the simulator do; see ``docs/prestataires/systempay.md``."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from infra.sandbox.control import NotThereError
from infra.sandbox.systempay.simulator import Shop, Simulator


def obey(simulator: Simulator, command: dict[str, Any]) -> None:
    """Raises NotThereError for an unknown order, ValueError or TypeError for a wrong command."""
    action = command.pop("action", None)
    if action is None:
        for site_id, shop in command.pop("shops", {}).items():
            simulator.shops[site_id] = Shop(**shop)
        simulator.behaviour = replace(simulator.behaviour, **command)
        return
    if action not in ACTIONS:
        raise ValueError(f"action must be one of {', '.join(ACTIONS)}")
    if "order" in command and not simulator.knows(command["order"]):
        raise NotThereError(command["order"])
    ACTIONS[action](simulator, **command)


ACTIONS: dict[str, Callable[..., object]] = {
    "decide": lambda simulator, *, order, status: simulator.decide(order, status, again=True),
    "cancel": lambda simulator, *, order: simulator.move(order, "CANCELLED", source="BO"),
    "refund": lambda simulator, *, order, cents: simulator.refund(order, int(cents)),
    "capture": lambda simulator: simulator.capture(),
    "notify": lambda simulator, *, order: simulator.notify(order, source="RETRY"),
}


def state(simulator: Simulator) -> dict[str, Any]:
    return {
        "behaviour": asdict(simulator.behaviour),
        "transactions": [
            {
                "order": transaction.order,
                "cents": transaction.cents,
                "status": transaction.status,
                "uuid": transaction.uuid,
                "refunds": transaction.refunds,
                "notifications": transaction.notifications,
            }
            for transaction in simulator.latest()
        ],
    }
