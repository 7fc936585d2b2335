"""The servers of one machine: they start fast, keep their data, and never outlive whoever started them."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import redis

from portail.embedded import DataDirInUseError, EmbeddedError, servers
from portail.embedded.account import REFUGE, server_home

HOLDER = """
import sys, time
from pathlib import Path
from portail.embedded import servers
with servers(Path(sys.argv[1]), durable=False) as urls:
    print(urls.database_url, urls.valkey_url, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def no_given_servers(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("VALKEY_URL", raising=False)


@pytest.fixture
def new_folder() -> Iterator[Callable[[], Path]]:
    """Makes folders outside of pytest's own, which are private to root: PostgreSQL's account could not enter."""
    with ExitStack() as stack:

        def make() -> Path:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portail-test-")))
            folder.chmod(0o755)
            return folder

        yield make


@pytest.fixture
def data_dir(new_folder) -> Path:
    return new_folder()


@pytest.fixture
def holder(data_dir) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that runs the servers of ``data_dir``, and their database's URL."""
    command = [sys.executable, "-c", HOLDER, data_dir]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        yield process, process.stdout.readline().split()[0]
        process.kill()


def server_processes(folder: Path) -> list[int]:
    """The processes that work inside ``folder``."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            inside = (entry / "cwd").readlink().is_relative_to(folder)
        except OSError:  # it has just ended
            continue
        if inside:
            found.append(int(entry.name))
    return found


def wait_until_none(folder: Path) -> list[int]:
    deadline = time.monotonic() + 10
    while (left := server_processes(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def test_both_servers_answer_and_data_survives_a_restart(data_dir):
    with servers(data_dir) as urls:
        with psycopg.connect(urls.database_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'école' AS word")
        assert redis.from_url(urls.valkey_url).ping() is True
    assert server_processes(data_dir) == []

    started = time.monotonic()
    with servers(data_dir) as urls:
        assert time.monotonic() - started < 3
        with psycopg.connect(urls.database_url) as connection:
            assert connection.execute("SELECT word, upper(word) FROM kept").fetchall() == [("école", "ÉCOLE")]


def test_the_servers_ask_for_a_password(data_dir):
    with servers(data_dir, durable=False) as urls:
        without = urls.database_url.replace(urls.database_url.split(":")[2].split("@")[0], "")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(without)
        with pytest.raises(redis.AuthenticationError):
            redis.from_url("redis://" + urls.valkey_url.split("@")[1]).ping()


def test_kill_9_of_the_parent_leaves_no_process_and_the_next_start_recovers(data_dir, holder):
    process, database_url = holder
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    assert len(server_processes(data_dir)) >= 2

    process.send_signal(signal.SIGKILL)
    process.wait()

    assert wait_until_none(data_dir) == []
    with servers(data_dir) as urls, psycopg.connect(urls.database_url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_a_pid_file_whose_number_now_belongs_to_somebody_else_is_cleared(data_dir):
    with servers(data_dir, durable=False):
        pid_file = data_dir / "postgresql/cluster/postmaster.pid"
        content = pid_file.read_text()
    with subprocess.Popen(["sleep", "30"]) as stranger:
        pid_file.write_text(f"{stranger.pid}\n" + content.split("\n", 1)[1])
        try:
            with servers(data_dir, durable=False) as urls, psycopg.connect(urls.database_url) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
        finally:
            stranger.kill()


def test_a_folder_has_one_owner_at_a_time_and_two_folders_run_together(data_dir, holder, new_folder):
    process, database_url = holder
    with pytest.raises(DataDirInUseError, match=rf"déjà \(processus {process.pid}\)"), servers(data_dir):
        pass

    with servers(new_folder(), durable=False) as urls, psycopg.connect(urls.database_url) as connection:
        assert urls.database_url != database_url
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_given_servers_are_used_and_nothing_is_started(data_dir, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    monkeypatch.setenv("VALKEY_URL", "redis://somewhere")
    with servers(data_dir) as urls:
        assert (urls.database_url, urls.valkey_url) == ("postgresql://somewhere/else", "redis://somewhere")
    assert list(data_dir.iterdir()) == []


def test_data_of_another_major_version_is_refused_in_words(data_dir):
    with servers(data_dir, durable=False):
        pass
    (data_dir / "postgresql/cluster/PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedError, match="viennent de PostgreSQL 12"), servers(data_dir):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="seul root change de compte")
class TestAsRoot:
    def test_servers_run_under_an_unprivileged_account(self, data_dir):
        with servers(data_dir, durable=False):
            owners = {Path(f"/proc/{pid}").stat().st_uid for pid in server_processes(data_dir)}
        assert owners == {(data_dir / "postgresql").stat().st_uid}
        assert 0 not in owners

    def test_a_private_folder_is_left_alone_and_the_data_goes_where_the_account_can_enter(self, tmp_path):
        private = tmp_path / "private"
        private.mkdir(mode=0o700)
        home, account = server_home(private, "postgresql")
        try:
            assert home.is_relative_to(REFUGE)
            assert account.can_enter(home)
            assert stat.S_IMODE(private.stat().st_mode) == 0o700
            (home / "kept").touch()
            assert server_home(private, "postgresql") == (home, account)
            assert (private / "postgresql" / "kept").exists()
            (private / "postgresql").unlink()  # what deleting the data folder does
            assert list(server_home(private, "postgresql")[0].iterdir()) == []
        finally:
            home.rmdir()
