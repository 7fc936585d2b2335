"""Files that families send, shown to an antivirus when the machine has one (ClamAV's own protocol, INSTREAM).

Without ``CLAMD_ADDRESS`` nothing is scanned. With it, a file that could not be scanned is not taken.
"""

import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

TIMEOUT = 15.0  # seconds, for the whole answer of a busy daemon
_CLEAN = b"OK"
_INFECTED = b"FOUND"


class ScannerDownError(Exception):
    """The antivirus that this machine must ask does not answer, or not in words we know."""


def is_infected(chunks: Iterable[bytes]) -> bool:
    """Whether the antivirus knows this content as a virus; False when the machine has none. Raises ScannerDownError."""
    if not settings.CLAMD_ADDRESS:
        return False
    try:
        with _connection(settings.CLAMD_ADDRESS) as daemon:
            daemon.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                daemon.sendall(struct.pack("!L", len(chunk)) + chunk)
            daemon.sendall(struct.pack("!L", 0))
            answer = _answer(daemon)
    except OSError as error:
        raise ScannerDownError(str(error)) from error
    if answer.endswith(_INFECTED):
        log.warning("infected_upload", answer=answer.decode(errors="replace"))
        return True
    if not answer.endswith(_CLEAN):
        raise ScannerDownError(answer.decode(errors="replace"))
    return False


@contextmanager
def _connection(address: str) -> Iterator[socket.socket]:
    """``/run/clamav/clamd.ctl`` or ``host:port``."""
    host, _, port = address.rpartition(":")
    if address.startswith("/"):
        with socket.socket(socket.AF_UNIX) as daemon:
            daemon.settimeout(TIMEOUT)
            daemon.connect(address)
            yield daemon
    else:
        with socket.create_connection((host, int(port)), timeout=TIMEOUT) as daemon:
            yield daemon


def _answer(daemon: socket.socket) -> bytes:
    received = b""
    while part := daemon.recv(4096):
        received += part
    return received.rstrip(b"\0\n ")
