"""Child processes that never outlive their parent."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from portail.embedded import leash
from portail.embedded.account import Account
from portail.embedded.errors import EmbeddedError

STOP_SECONDS = 10


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Starts ``command``, its output in ``log``, under ``account`` (``None``: the current user).

    The child has its own session: Ctrl-C in a terminal reaches only the parent, which stops its children in
    order. When the parent dies in whatever way, the kernel sends ``death_signal`` to the child.
    """
    identity = f"{account.uid}:{account.gid}" if account else "-"
    prefix = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), str(int(death_signal)), identity]
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 — commands come from our own code
            [*prefix, *map(str, command)],
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )


def stop(
    process: subprocess.Popen[bytes],
    *,
    with_signal: signal.Signals = signal.SIGTERM,
    seconds: float = STOP_SECONDS,
) -> None:
    """Asks the process to end, then insists: returns only once it is gone."""
    if process.poll() is None:
        process.send_signal(with_signal)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A TCP port of 127.0.0.1 free at this instant; whoever binds it must be ready to ask again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fresh_log(path: Path) -> Path:
    """Sets the log of the previous start aside (``.1``), so that logs never grow without end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.replace(path.with_name(path.name + ".1"))
    return path


def wheel_folder(package: str) -> Path:
    """Where an installed package lies; found without importing it, which for these wheels has side effects."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"Le paquet « {package} » n’est pas installé. Relancez « make install ».")
    return Path(spec.origin).parent


def failure(title: str, log: Path) -> EmbeddedError:
    """The error to raise when a server did not start: says why, from the end of its log."""
    tail = "\n".join(log.read_text(errors="replace").strip().splitlines()[-8:]) if log.exists() else ""
    return EmbeddedError(f"{title}. Journal : {log}\n{tail}")
