"""Real servers for the tests, and a database of its own for each worker.

One *template* database per state of the migrations holds two migrated towns; a worker copies it in a fraction of
a second. Nothing starts before the first test that needs a database.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from portail.embedded import DataDirInUseError, ServerUrls, servers
from portail.fingerprint import ROOT, fingerprint, schema_files

PREFIX = "portail_test_"
TEMPLATE_LOCK = 715_001  # PostgreSQL advisory lock: one process builds the template, the others wait
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3
SLOTS = 16  # how many test runs may go on at once


def data_dirs() -> Path:
    """Where the servers of the tests keep their files: in memory where there is room, shared by all checkouts.

    Tests copy and drop databases of thousands of files; in memory that takes half as long, and other work on the
    disk does not slow it down.
    """
    if "PORTAIL_DATA_DIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        return MEMORY / f"portail-tests-{os.getuid()}"
    return Path(os.environ.get("PORTAIL_DATA_DIR", ROOT / "data")) / "tests"


class Servers:
    """Starts the servers once a run, on first use; workers of pytest-xdist receive those of the controller."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._urls: ServerUrls | None = None

    def urls(self) -> ServerUrls:
        if self._urls is None:
            self._urls = self._start()
        return self._urls

    def _start(self) -> ServerUrls:
        folder = data_dirs()
        for slot in range(1, SLOTS + 1):
            try:
                urls = self._stack.enter_context(servers(folder / str(slot), durable=False))
            except DataDirInUseError:
                continue
            if "DATABASE_URL" not in os.environ:
                drop_leftovers(urls.database_url)
            return urls
        raise pytest.UsageError(f"{SLOTS} séries de tests tournent déjà dans {folder}.")

    def share(self) -> None:
        """Passes the servers on to child processes."""
        urls = self.urls()
        os.environ.update(DATABASE_URL=urls.database_url, VALKEY_URL=urls.valkey_url)

    def stop(self) -> None:
        self._stack.close()


run_servers = Servers()


@contextmanager
def maintenance(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def drop_leftovers(database_url: str) -> None:
    """Databases of killed runs and of older migrations; only on a server that is ours alone."""
    with maintenance(database_url) as connection:
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datname <> %s",
            [PREFIX, template_name()],
        ).fetchall()
        for (name,) in names:
            connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(name)))
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def template_name() -> str:
    """Changes with whatever decides what a new town holds."""
    opening = [
        ROOT / "tests/harness/towns.py",
        *(ROOT / "tenants/services").glob("*.py"),
        *ROOT.glob("*/apps.py"),
    ]
    return PREFIX + fingerprint([*schema_files(), *opening])


def use_database(name: str) -> None:
    """Points Django, in every thread to come, to the database ``name`` of the run's server."""
    from django.db import connections

    parts = urlsplit(run_servers.urls().database_url)
    connections["default"].close()
    connections["default"].settings_dict.update(
        NAME=name, USER=parts.username, PASSWORD=parts.password, HOST=parts.hostname, PORT=str(parts.port)
    )
    os.environ["DATABASE_URL"] = parts._replace(path=f"/{name}").geturl()  # for processes a test starts


def ensure_template() -> str:
    """Builds the template database unless it is there; a half-built one is not marked and starts again."""
    from tests.harness.towns import build_towns

    name = template_name()
    with maintenance(run_servers.urls().database_url) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        ready = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [name])
        if not ready.fetchone():
            identifier = sql.Identifier(name)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
            use_database(name)
            build_towns()
            use_database("postgres")
            connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(identifier))
    return name


@contextmanager
def database_copy(suffix: str) -> Iterator[str]:
    """A copy of the template, which Django then uses, and which disappears at the end."""
    url = run_servers.urls().database_url
    copy = sql.Identifier(name := f"{PREFIX}{os.getpid()}_{suffix}")
    with maintenance(url) as connection:
        source = sql.Identifier(ensure_template())
        # Copying files beats rewriting every page through the WAL when fsync is off.
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(copy, source))
    use_database(name)
    try:
        yield name
    finally:
        use_database("postgres")
        with maintenance(url) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(copy))
