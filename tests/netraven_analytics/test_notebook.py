"""For people who do not await: run(), and nested loops where somebody insists on them."""

import asyncio
import importlib.metadata
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import netraven_analytics
from netraven_analytics import enable_nested, run, sql
from netraven_db.errors import NetRavenError, QueryError
from netraven_db.settings import parse_url
from tests.waiting import until

ROOT = Path(netraven_analytics.__file__).parents[1]


async def one() -> int:
    table = await sql("select 1 as a")
    return int(table.loc[0, "a"])


class TestRun:
    """run()"""

    def test_a_plain_program_gets_the_result(self, empty_database: str) -> None:
        """Without any event loop, run() gives what the coroutine returns, again and again."""
        assert [run(one()) for _ in range(3)] == [1, 1, 1]

    async def test_a_running_loop_is_no_obstacle(self, empty_database: str) -> None:
        """In a notebook, where a loop is running, it works all the same."""
        assert run(one()) == 1

    def test_calls_share_a_connection(self, empty_database: str) -> None:
        """One call after the other uses the same server connection."""
        pids = {int(run(sql("select pg_backend_pid() as p")).loc[0, "p"]) for _ in range(3)}
        assert len(pids) == 1

    def test_exceptions_pass_through(self, empty_database: str) -> None:
        """What the coroutine raises, run() raises, and it works afterwards."""

        async def fail() -> None:
            raise KeyError("mine")

        with pytest.raises(KeyError, match="mine"):
            run(fail())
        with pytest.raises(QueryError):
            run(sql("select nope"))
        assert run(one()) == 1

    def test_several_threads_at_once(self, empty_database: str) -> None:
        """Threads that call it at the same moment all get their own results."""
        results: dict[int, int] = {}
        together = threading.Barrier(4)

        def work(number: int) -> None:
            together.wait()
            results[number] = int(run(sql("select :n as n", n=number)).loc[0, "n"])

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results == {0: 0, 1: 1, 2: 2, 3: 3}

    def test_a_call_inside_of_a_call_is_refused(self) -> None:
        """run() inside of what run() runs would wait for itself, so it says what to do instead."""
        done = subprocess.run(
            [sys.executable, "-c", INSIDE], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
        )
        assert (done.stdout, done.stderr) == ("SessionError: use await there.\n", "")

    def test_what_is_no_coroutine_is_refused(self) -> None:
        """A forgotten call is a TypeError."""
        with pytest.raises(TypeError):
            run(one)  # type: ignore[arg-type]

    def test_a_forked_process_has_a_loop_of_its_own(self) -> None:
        """After a fork, which leaves the background thread behind, run() works and does not hang."""
        done = subprocess.run(
            [sys.executable, "-c", FORK], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "1\n1\n", "")

    def test_a_program_ends_in_silence(self, empty_database: str) -> None:
        """A script that calls run() and ends says nothing about tasks or connections left open."""
        program = "from netraven_analytics import run, sql; print(run(sql('select 1 a')).a[0])"
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")

    def test_an_interrupt_cancels_the_query(self, empty_database: str, server_url: str) -> None:
        """Ctrl-C ends the call with KeyboardInterrupt, and the server stops the query."""
        program = subprocess.Popen(
            [sys.executable, "-c", INTERRUPTED],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        name = parse_url(empty_database).database
        asyncio.run(until(server_url, f"{SLEEPING} and datname = '{name}'", lambda count: count == 1))
        program.send_signal(signal.SIGINT)
        printed, errors = program.communicate(timeout=30)
        assert (printed, errors) == ("interrupted\nnothing sleeps: 0\n", "")


INSIDE = """
import asyncio
from netraven_analytics.notebook import run

async def outer():
    return run(asyncio.sleep(0, 1))

try:
    run(outer())
except Exception as error:
    print(type(error).__name__, str(error).split(": ")[1], sep=": ")
"""
FORK = """
import os, warnings
from netraven_analytics.notebook import run
warnings.simplefilter("ignore", DeprecationWarning)

async def one():
    return 1

print(run(one()), flush=True)
child = os.fork()
if child == 0:
    print(run(one()), flush=True)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""
SLEEPING = (
    "select count(*) from pg_stat_activity where state = 'active' and query like '%pg_sleep(60)%' "
    "and pid <> pg_backend_pid()"
)
INTERRUPTED = f'''
import time
from netraven_analytics import run, sql
try:
    run(sql("select pg_sleep(60)"))
except KeyboardInterrupt:
    print("interrupted")
query = "{SLEEPING} and datname = current_database()"
deadline = time.monotonic() + 10
while (left := int(run(sql(query)).iloc[0, 0])) and time.monotonic() < deadline:
    time.sleep(0.01)
print("nothing sleeps:", left)
'''


class Package(ModuleType):
    """Stands for a package that patches event loops, and notes that it was asked to."""

    applied = 0

    def apply(self) -> None:
        self.applied += 1


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Package]]:
    """``installed("nest_asyncio", ipykernel="7.1")``: what there is, and nothing else of the kind."""

    def install(*packages: str, ipykernel: str | None = None) -> dict[str, Package]:
        for name in ("nest_asyncio", "nest_asyncio2"):
            monkeypatch.setitem(sys.modules, name, None)  # as if it were not there
        made = {name: Package(name) for name in packages}
        for name, package in made.items():
            monkeypatch.setitem(sys.modules, name, package)

        def version(name: str) -> str:
            if name != "ipykernel" or ipykernel is None:
                raise importlib.metadata.PackageNotFoundError(name)
            return ipykernel

        monkeypatch.setattr(importlib.metadata, "version", version)
        monkeypatch.setattr(sys, "version_info", (3, 13, 0, "final", 0))
        return made

    return install


Installed = Callable[..., dict[str, Package]]


class TestEnableNested:
    """enable_nested()"""

    def test_the_maintained_package_is_preferred(self, installed: Installed) -> None:
        """Where both are there, nest-asyncio2 is taken and the other one left alone."""
        packages = installed("nest_asyncio", "nest_asyncio2", ipykernel="7.3.0")
        assert enable_nested() == "nest-asyncio2"
        assert [package.applied for package in packages.values()] == [0, 1]

    @pytest.mark.parametrize("ipykernel", [None, "6.30.1", "7.0.0", "7.1.9"])
    def test_the_old_package_is_taken_where_it_is_safe(
        self, installed: Installed, ipykernel: str | None
    ) -> None:
        """Without ipykernel, or with one before 7.2, nest-asyncio will do."""
        packages = installed("nest_asyncio", ipykernel=ipykernel)
        assert enable_nested() == "nest-asyncio"
        assert packages["nest_asyncio"].applied == 1

    @pytest.mark.parametrize("ipykernel", ["7.2.0", "7.2.0a1", "7.10", "8.0.0", "8.0rc1"])
    def test_the_old_package_is_refused_where_cells_would_be_lost(
        self, installed: Installed, ipykernel: str
    ) -> None:
        """From ipykernel 7.2 on nest-asyncio is not applied, and the message names both ways out."""
        packages = installed("nest_asyncio", ipykernel=ipykernel)
        with pytest.raises(NetRavenError, match=r"nest-asyncio2.*run\(\)"):
            enable_nested()
        assert packages["nest_asyncio"].applied == 0

    def test_the_old_package_is_refused_where_python_is_too_new(
        self, installed: Installed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Python 3.14 breaks nest-asyncio, so it is not applied there."""
        packages = installed("nest_asyncio")
        monkeypatch.setattr(sys, "version_info", (3, 14, 0, "final", 0))
        with pytest.raises(NetRavenError, match="nest-asyncio2"):
            enable_nested()
        assert packages["nest_asyncio"].applied == 0

    def test_without_either_the_remedy_is_told(self, installed: Installed) -> None:
        """Where neither is there, the message says what to install, and that run() needs nothing."""
        installed()
        with pytest.raises(NetRavenError, match=r"pip install nest-asyncio2.*run\(\)"):
            enable_nested()

    def test_an_import_patches_nothing(self) -> None:
        """Importing the package loads neither of them, nor pandas."""
        program = (
            "import sys, asyncio; before = asyncio.run; import netraven_analytics.notebook; "
            "assert asyncio.run is before; "
            "print(sorted({'nest_asyncio', 'nest_asyncio2', 'pandas', 'sqlalchemy'} & set(sys.modules)))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert (done.stdout, done.stderr) == ("[]\n", "")


def test_nested_loops_really_work() -> None:
    """With what is installed here, asyncio.run() works inside of a running loop."""
    program = """
import asyncio
from netraven_analytics import enable_nested

async def one():
    return 1

async def main():
    print(enable_nested(), asyncio.run(one()))

asyncio.run(main())
"""
    pytest.importorskip("nest_asyncio2", reason="nest-asyncio2 is not installed")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("nest-asyncio2 1\n", "")
