"""Handing work to the workers. Nothing depends on it: what is not done now, a periodic job does later."""

import structlog
from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def enqueue(task: str, *args: object) -> None:
    """Send a task, by its name, to the active town's queue once the running transaction is committed.

    A broker that is down is logged and forgotten: the family's request goes on.
    """
    headers = {"_schema_name": connection.schema_name}

    def send() -> None:
        try:
            current_app.send_task(task, args=args, headers=headers)
        except OperationalError as error:
            log.warning("broker_unavailable", task=task, error=str(error))

    transaction.on_commit(send)
