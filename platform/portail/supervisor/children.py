"""A handful of child processes: started, watched, restarted, and stopped as one."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from portail.embedded.errors import EmbeddedError
from portail.embedded.processes import failure, fresh_log, spawn

STOP_SECONDS = 10
# Before they serve, children have nothing to finish, and one that is still loading may be deaf to a polite request.
STOP_SECONDS_BEFORE_READY = 1
# A process that ends sooner than this after its start would only end again.
CRASH_LOOP_SECONDS = 5


@dataclass(frozen=True)
class Program:
    name: str  # in French, for the person at the terminal
    command: Sequence[str | Path]
    log: Path


@dataclass(frozen=True)
class _Running:
    program: Program
    process: subprocess.Popen[bytes]
    started_at: float  # monotonic clock, seconds


class Children:
    """Call it from the main thread: the kernel ends the children with the thread that started them."""

    def __init__(self, *, env: Mapping[str, str], cwd: Path) -> None:
        self._env = env
        self._cwd = cwd
        self._running: list[_Running] = []
        self._stop_seconds = STOP_SECONDS_BEFORE_READY

    def ready(self) -> None:
        """From now on they serve: ``stop`` lets them finish."""
        self._stop_seconds = STOP_SECONDS

    def start(self, program: Program) -> None:
        process = spawn(program.command, log=fresh_log(program.log), env=self._env, cwd=self._cwd)
        self._running.append(_Running(program, process, time.monotonic()))

    def check(self) -> None:
        """Restarts what has ended. Raises EmbeddedError, with the end of its log, for what cannot stay up."""
        for child in [child for child in self._running if child.process.poll() is not None]:
            program, process = child.program, child.process
            self._running.remove(child)
            _kill_group(process)  # whatever the dead process had started itself
            if time.monotonic() - child.started_at < CRASH_LOOP_SECONDS:
                raise failure(
                    f"{program.name} s’est arrêté aussitôt (code {process.returncode})", program.log
                )
            click.echo(f"{program.name} s’est arrêté (code {process.returncode}) : relance.", err=True)
            self.start(program)

    def stop(self) -> None:
        """Asks all of them to end, waits for all of them, then insists."""
        processes = [child.process for child in self._running]
        for process in processes:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + self._stop_seconds
        for process in processes:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _kill_group(process)
        self._running.clear()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Ends what a dead child left behind; each child leads a process group of its own (``spawn``)."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def run_to_end(command: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path, title: str) -> None:
    """Runs one step in the terminal. Raises EmbeddedError if it fails."""
    done = subprocess.run(command, env=env, cwd=cwd, check=False)  # noqa: S603 — commands of our own code
    if done.returncode:
        raise EmbeddedError(f"{title} a échoué (code {done.returncode}).")
