"""Where a command works: the servers named by the environment, else the local ones of this folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portail.fingerprint import ROOT

PRODUCTION = "portail.settings.production"
DEMO = "portail.settings.demo"


def data_dir() -> Path:
    return Path(os.environ.get("PORTAIL_DATA_DIR", ROOT / "data")).resolve()


@contextmanager
def django_ready(*, database: bool = True) -> Iterator[None]:
    """Loads Django for the length of a command.

    Without ``DATABASE_URL`` nor ``DJANGO_SETTINGS_MODULE`` the command is for this machine's demo: its servers are
    used if they run, and started for the time of the command otherwise. ``database=False`` starts nothing.
    """
    from portail.embedded import running_or_started

    given = "DATABASE_URL" in os.environ
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", PRODUCTION if given else DEMO)
    if given or not database:
        _setup()
        yield
        return
    with running_or_started(data_dir()) as urls:
        os.environ.update(DATABASE_URL=urls.database_url, VALKEY_URL=urls.valkey_url)
        _setup()
        try:
            yield
        finally:
            _disconnect()


def _setup() -> None:
    import django

    django.setup()


def _disconnect() -> None:
    from tenants.connection import connection

    connection.close()
    connection.close_pool()
