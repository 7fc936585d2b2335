"""``portail serve``: the web server of production."""

import os

import click

from portail.commands.environment import PRODUCTION

MAX_WORKER_MB = 512  # a worker that has grown past this is replaced between two requests


@click.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Adresse d’écoute.")
@click.option(
    "--port", envvar="PORT", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port."
)
@click.option(
    "--workers",
    envvar="WEB_WORKERS",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Processus.",
)
@click.option(
    "--threads",
    envvar="WEB_THREADS",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Fils d’exécution par processus.",
)
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Sert le portail en production."""
    from granian import Granian
    from granian.constants import Interfaces

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", PRODUCTION)
    Granian(
        "portail.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_max_rss=MAX_WORKER_MB,
        websockets=False,
    ).serve()
