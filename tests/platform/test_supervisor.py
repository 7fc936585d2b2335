"""The supervisor of the demo: its children restart, stop together, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portail.embedded import EmbeddedError
from portail.supervisor import children as children_module
from portail.supervisor.children import Children, Program
from portail.supervisor.demo import facts_file, run_demo

# Writes its pid, starts a process of its own, then sleeps.
PARENT_OF_ONE = """
import os, subprocess, sys, time
child = subprocess.Popen(["sleep", "60"])
with open(sys.argv[1], "a") as pids:
    print(os.getpid(), child.pid, file=pids)
time.sleep(60)
"""


@pytest.fixture
def children(tmp_path):
    children = Children(env=os.environ, cwd=tmp_path)
    yield children
    children.stop()


def sleeper(folder: Path) -> Program:
    return Program("Le dormeur", [sys.executable, "-c", PARENT_OF_ONE, folder / "pids"], folder / "log")


def pids(folder: Path, *, starts: int = 1) -> list[tuple[int, ...]]:
    """The pids of each start, once there have been ``starts``."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if (folder / "pids").exists():
            lines = (folder / "pids").read_text().splitlines()
            if len(lines) >= starts and len(lines[-1].split()) == 2:
                return [tuple(map(int, line.split())) for line in lines]
        time.sleep(0.02)
    raise AssertionError("le processus n’a pas démarré")


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead but not yet reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(pid: int) -> bool:
    """Whether a process that was sent a signal is gone within a moment."""
    deadline = time.monotonic() + 5
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def test_stop_ends_children_and_their_own_children(children, tmp_path):
    children.start(sleeper(tmp_path))
    [started] = pids(tmp_path)
    children.stop()
    assert [ends(pid) for pid in started] == [True, True]


def test_a_killed_child_is_replaced_and_its_orphans_ended(children, tmp_path, monkeypatch):
    monkeypatch.setattr(children_module, "CRASH_LOOP_SECONDS", 0)
    children.start(sleeper(tmp_path))
    [(first, orphan)] = pids(tmp_path)
    os.kill(first, signal.SIGKILL)
    while alive(first):
        time.sleep(0.01)
    children.check()
    (second, _) = pids(tmp_path, starts=2)[1]
    assert alive(second)
    assert ends(orphan)


def test_a_child_that_cannot_stay_up_shows_its_log(children, tmp_path):
    children.start(
        Program("Le têtu", [sys.executable, "-c", "raise SystemExit('pas de base')"], tmp_path / "log")
    )
    with pytest.raises(EmbeddedError, match=r"(?s)Le têtu s’est arrêté aussitôt \(code 1\).*pas de base"):
        while True:
            children.check()
            time.sleep(0.02)


DEAF = "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open(sys.argv[1], 'w'); time.sleep(60)"


def test_before_anything_is_served_a_deaf_child_does_not_hold_the_terminal(children, tmp_path):
    heard = tmp_path / "sourd"
    children.start(Program("Le sourd", [sys.executable, "-c", DEAF, heard], tmp_path / "log"))
    while not heard.exists():
        time.sleep(0.02)
    began = time.monotonic()
    children.stop()
    assert time.monotonic() - began < 3


def test_once_ready_a_child_is_given_the_time_to_finish(children, tmp_path, monkeypatch):
    monkeypatch.setattr(children_module, "STOP_SECONDS_BEFORE_READY", 0)
    finished = tmp_path / "fini"
    slow = f"""
import pathlib, signal, sys, time
def finish(*_):
    time.sleep(0.5)
    pathlib.Path({str(finished)!r}).touch()
    sys.exit()
signal.signal(signal.SIGTERM, finish)
pathlib.Path({str(tmp_path / "pret")!r}).touch()
time.sleep(60)
"""
    children.start(Program("Le lent", [sys.executable, "-c", slow], tmp_path / "log"))
    children.ready()
    while not (tmp_path / "pret").exists():
        time.sleep(0.02)
    children.stop()
    assert finished.exists()


def test_what_scripts_read_is_there_only_while_it_is_true(tmp_path):
    (tmp_path / "demo.json").write_text('{"pid": 1}')  # left by a killed start
    with pytest.raises(KeyboardInterrupt), facts_file(tmp_path) as file:
        assert not file.exists()
        file.write_text("{}")
        raise KeyboardInterrupt
    assert not file.exists()


def test_kill_9_of_the_supervisor_ends_its_children(tmp_path):
    program = f"""
import os, time
from pathlib import Path
from portail.supervisor.children import Children, Program
folder = Path({str(tmp_path)!r})
children = Children(env=os.environ, cwd=folder)
children.start(Program("Le dormeur", [{sys.executable!r}, "-c", {PARENT_OF_ONE!r}, folder / "pids"], folder / "log"))
time.sleep(60)
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen([sys.executable, "-c", program], env=environment) as supervisor:
        [(child, grandchild)] = pids(tmp_path)
        supervisor.kill()
    assert ends(child)
    os.kill(grandchild, signal.SIGKILL)  # a real child passes the signal on; this one has no handler


def test_a_busy_port_names_the_way_out(tmp_path):
    import socket

    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(EmbeddedError, match=f"Le port {port} est déjà occupé.*PORT=9000 make demo"):
            run_demo(data_dir=tmp_path, host="127.0.0.1", port=port)
    assert list(tmp_path.iterdir()) == []
