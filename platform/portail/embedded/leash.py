"""Ties a process to the life of its parent, so that even ``kill -9`` of the parent leaves nothing behind.

Run as a script, this file becomes the command it is given: ``leash.py PARENT SIGNAL UID:GID COMMAND…``
(``-`` instead of ``UID:GID`` keeps the current user). It imports nothing of the project, because it runs in
isolated mode before privileges are dropped. A separate process rather than ``preexec_fn``, which may
deadlock when the parent has threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tie_to_parent(parent: int, death_signal: int) -> None:
    """Asks the kernel to send ``death_signal`` to this process when the process ``parent`` dies.

    Linux only; elsewhere it does nothing. The kernel watches the *thread* that started this process:
    start children from a thread that lives as long as they should.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, death_signal):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it died before the kernel was asked
        os.kill(os.getpid(), death_signal)


def main() -> None:
    parent, death_signal, account, *command = sys.argv[1:]
    if account != "-":
        uid, gid = map(int, account.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        os.umask(0o077)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and exec would pass that on
    tie_to_parent(int(parent), int(death_signal))  # after setuid, which would undo it
    os.execvp(command[0], command)  # noqa: S606 — the command comes from our own launcher


if __name__ == "__main__":
    main()
