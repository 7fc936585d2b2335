"""Logs: one line an event, with the town it happened for. Never local variables: they may hold secrets."""

import logging
import sys

import structlog
from django.db import connection
from structlog.typing import EventDict, WrappedLogger

PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def add_town(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event.setdefault("schema", getattr(connection, "schema_name", ""))
    return event


def configure(options: dict[str, bool]) -> None:
    """Send structlog and the standard library's loggers to the error output, in one format (LOGGING_CONFIG)."""
    processors = [*PROCESSORS, add_town]
    structlog.configure(
        processors=[*processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    for_machines = structlog.processors.JSONRenderer(ensure_ascii=False)
    render = for_machines if options["as_json"] else structlog.dev.ConsoleRenderer(colors=False)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=processors,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # our own events already tell each call
    logging.getLogger("axes").setLevel(logging.WARNING)
    logging.getLogger("infra.sandbox").setLevel(logging.WARNING)
