"""PostgreSQL and Valkey for one machine: real servers, in a local folder, that end with whoever started them.

    with servers(Path("data")) as urls:
        connect(urls.database_url)

``DATABASE_URL`` or ``VALKEY_URL`` in the environment replace the server they name.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from portail.embedded.errors import DataDirInUseError, EmbeddedError
from portail.embedded.postgres import postgres
from portail.embedded.valkey import valkey

__all__ = ["DataDirInUseError", "EmbeddedError", "ServerUrls", "running_or_started", "servers"]


ANNOUNCEMENT = "servers.json"


@dataclass(frozen=True)
class ServerUrls:
    database_url: str
    valkey_url: str


@contextmanager
def servers(data_dir: Path, *, durable: bool = True) -> Iterator[ServerUrls]:
    """Runs the servers that the environment does not give, their files and logs under ``data_dir``.

    ``durable=False`` trades safety against a crash of the *machine* for speed (tests).
    Call it from the main thread: the servers end with the thread that started them.
    Raises ``DataDirInUseError`` when another process already runs the servers of this folder.
    """
    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    database_url = os.environ.get("DATABASE_URL")
    valkey_url = os.environ.get("VALKEY_URL")
    if database_url and valkey_url:
        yield ServerUrls(database_url, valkey_url)
        return
    with ExitStack() as stack:
        stack.enter_context(_exclusive(data_dir))
        announcement = data_dir / ANNOUNCEMENT
        announcement.unlink(missing_ok=True)  # left by a killed process
        urls = ServerUrls(
            database_url or stack.enter_context(postgres(data_dir, durable=durable)),
            valkey_url or stack.enter_context(valkey(data_dir, durable=durable)),
        )
        announcement.touch(mode=0o600)
        announcement.write_text(json.dumps(asdict(urls)))
        stack.callback(announcement.unlink)
        yield urls


@contextmanager
def running_or_started(data_dir: Path) -> Iterator[ServerUrls]:
    """The servers of ``data_dir``: those another process of this user runs, else started for the block."""
    with ExitStack() as stack:
        try:
            urls = stack.enter_context(servers(data_dir))
        except DataDirInUseError:
            announcement = data_dir.resolve() / ANNOUNCEMENT
            if not announcement.exists():  # they are starting, or stopping
                raise
            urls = ServerUrls(**json.loads(announcement.read_text()))
        yield urls


@contextmanager
def _exclusive(data_dir: Path) -> Iterator[None]:
    """The lock dies with the process that holds it, however it dies: it can never be stale."""
    with (data_dir / "servers.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise DataDirInUseError(
                f"Les serveurs de {data_dir} fonctionnent déjà (processus {lock.read().strip() or 'inconnu'}). "
                "Arrêtez cette autre commande, ou choisissez un autre dossier par PORTAIL_DATA_DIR."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
