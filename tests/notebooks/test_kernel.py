"""The toolkit in a live kernel: interrupts, restarts, Run All, and what a reader sees."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from netraven_db.settings import parse_url
from tests.conftest import MakeDatabase
from tests.notebooks.kernels import Kernel, kernel
from tests.waiting import until

LOAD = "%load_ext netraven_analytics"
SLEEP = "select pg_sleep(60)"
OTHERS = (
    "select count(*) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
)
BUSY = f"{OTHERS} and state = 'active' and query like '%pg_sleep%'"
INTERRUPTED = {
    "await": f"await sql('{SLEEP}')",
    "run": f"run(sql('{SLEEP}'))",
    "run in a cell that awaits": f"await sql('select 1'); run(sql('{SLEEP}'))",
    "a session": f"async with get_db() as db: await db.execute(text('{SLEEP}'))",
    "a stream": f"async for part in stream(text('{SLEEP}')): pass",
    "two at once": f"await asyncio.gather(sql('{SLEEP}'), sql('{SLEEP}'))",
}


@pytest.fixture(scope="module")
def database(fleet_template: str, create_database: MakeDatabase) -> str:
    return create_database(fleet_template)


@pytest.fixture(scope="module")
def live(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel with the extension and a few names loaded."""
    with kernel(database, tmp_path_factory.mktemp("kernel")) as running:
        running.run(LOAD)
        running.run("import asyncio; from sqlalchemy import text, select")
        running.run("from netraven_db.db.models import Job")
        running.run("from netraven_db.db.session import SessionLocal, get_db")
        yield running


class TestLoading:
    """``%load_ext netraven_analytics``"""

    def test_one_line_says_which_database(self, live: Kernel, database: str) -> None:
        """Server, database and user, in words: no address that could be copied, and no password."""
        said = live.run("%reload_ext netraven_analytics")
        assert said.stdout.startswith("PostgreSQL ")
        assert f"database {parse_url(database).database}" in said.stdout
        assert said.stdout.count("\n") == 1
        assert "://" not in said.stdout
        assert (said.stderr, said.error) == ("", None)

    def test_a_name_of_the_notebook_stays(self, live: Kernel) -> None:
        """What the cells use for something else is not taken from them."""
        live.run("frame = 'mine'")
        live.run("%reload_ext netraven_analytics")
        assert live.run("frame").plain == ["'mine'"]
        live.run("from netraven_analytics import frame")

    def test_without_a_database_it_is_one_sentence(self, live: Kernel) -> None:
        """The cell fails, without a traceback."""
        said = live.run(
            "import os; os.environ['NETRAVEN_DATABASE_URL'] = 'postgresql://u:s3cret@127.0.0.1:1/x'\n"
            "await sql('select 1')"
        )
        live.run("os.environ['NETRAVEN_DATABASE_URL'] = " + repr(live.url))
        assert said.error is not None
        assert said.error[0] == "DatabaseUnavailableError"
        assert "\n" not in said.error[2]
        assert "s3cret" not in str(said)


class TestInterrupt:
    """KernelManager.interrupt_kernel, which JupyterLab's stop button calls"""

    @pytest.mark.parametrize("code", INTERRUPTED.values(), ids=INTERRUPTED)
    def test_the_query_ends_in_the_server(self, code: str, live: Kernel, database: str) -> None:
        """The cell fails, the server stops, and the next cell works."""
        cell = live.send(code)
        asyncio.run(until(database, BUSY, lambda count: count >= 1))
        live.interrupt()
        said = live.collect(cell)
        assert said.error is not None
        assert said.error[0] in ("CancelledError", "KeyboardInterrupt")
        asyncio.run(until(database, BUSY, lambda count: count == 0))
        after = live.run("(await sql('select 1 as a')).a[0], run(sql('select 2 as a')).a[0]")
        assert after.error is None

    def test_an_open_session_goes_on(self, live: Kernel, database: str) -> None:
        """After a rollback, as after any statement that failed."""
        live.run("db = SessionLocal()")
        cell = live.send(f"await db.execute(text('{SLEEP}'))")
        asyncio.run(until(database, BUSY, lambda count: count == 1))
        live.interrupt()
        said = live.collect(cell)
        assert said.error is not None
        assert "Interrupted" in said.error[2]
        assert live.run("await db.rollback(); await db.scalar(text('select 7'))").plain == ["7"]
        live.run("await db.close()")


class TestEnd:
    """Nothing is left behind in the server."""

    @pytest.mark.parametrize("politely", [True, False], ids=["restarted", "killed"])
    def test_connections_and_queries_end_with_the_kernel(
        self, politely: bool, create_database: MakeDatabase, tmp_path: Path
    ) -> None:
        """Idle connections, an open transaction and a running query: none is there afterwards."""
        url = create_database()
        with kernel(url, tmp_path) as running:
            running.run(LOAD)
            running.run("from sqlalchemy import text; from netraven_db.db.session import SessionLocal")
            running.run("run(sql('select 1')); db = SessionLocal(); await db.execute(text('select 1'))")
            running.send(f"await sql('{SLEEP}')")
            asyncio.run(until(url, BUSY, lambda count: count == 1))
            asyncio.run(until(url, OTHERS, lambda count: count >= 3))
            if politely:
                running.manager.restart_kernel(now=False)
            else:
                running.manager.shutdown_kernel(now=True)
            asyncio.run(until(url, OTHERS, lambda count: count == 0))


CELLS = [
    LOAD,
    "import asyncio; from netraven_db.db.session import get_db",
    "print(run(sql('select 1 as a')).a[0])",
    "print((await sql('select 2 as a')).a[0])",
    "async with get_db() as db: print(run(sql('select 3 as a')).a[0])",
    "print(len(run(failure_rates(by='device', top=1))))",
    "print((await sql('select 5 as a')).a[0])",
]
SOMEBODY_ELSE = {
    "nest_asyncio": "import nest_asyncio; nest_asyncio.apply()",
    "nest_asyncio2": "import nest_asyncio2; nest_asyncio2.apply()",
    "autoreload": (
        "%load_ext autoreload\n%autoreload 2\n"
        "import os, sys, netraven_analytics.reports.failure_rates\n"
        "os.utime(sys.modules['netraven_analytics.reports.failure_rates'].__file__)"
    ),
}


class TestRunAll:
    """All cells are queued before the first is executed."""

    @pytest.mark.parametrize("first", SOMEBODY_ELSE.values(), ids=SOMEBODY_ELSE)
    def test_every_cell_is_executed(self, first: str, database: str, tmp_path: Path) -> None:
        """Whatever was done to the kernel's loop before, and with modules that change while it runs."""
        with kernel(database, tmp_path) as running:
            said = running.run_all([first, *CELLS])
        assert [each.executed for each in said] == [True] * (len(CELLS) + 1)
        assert [each.error for each in said] == [None] * (len(CELLS) + 1)
        assert "".join(each.stderr for each in said) == ""
        assert [each.stdout for each in said[3:]] == ["1\n", "2\n", "3\n", "1\n", "5\n"]

    def test_a_lost_cell_would_be_seen(self, database: str, tmp_path: Path) -> None:
        """What nest-asyncio does to a nested run on such a kernel: the cells behind it are never executed."""
        nested = "asyncio.get_event_loop().run_until_complete(asyncio.sleep(0.1))"
        with kernel(database, tmp_path) as running:
            running.run(f"import asyncio; {SOMEBODY_ELSE['nest_asyncio']}")
            said = running.run_all([nested, "1"], patience=3)
        assert [each.executed for each in said] == [True, False]


class TestLooks:
    """What a reader sees."""

    def test_completion_knows_the_reports_and_their_options(self, live: Kernel) -> None:
        """With Tab, as for any function."""
        assert "job_durations" in live.completions("job_dur")
        assert "since=" in live.completions("failure_rates(si")
        assert "stuck_after=" in live.completions("await failure_rates(by='device', stu")

    def test_help_shows_one_signature_and_the_definition(self, live: Kernel) -> None:
        """``?`` shows what the report takes, and nothing of how reports are made."""
        said = live.help("failure_rates")
        assert "stuck_after: " in said
        assert "Wilson 95 % interval" in said
        assert "args" not in said
        assert said.count("Signature:") == 1

    def test_an_answer_is_a_table_with_its_window(self, live: Kernel) -> None:
        """Durations are short, and times end with their seconds."""
        said = live.run("await job_durations(by='device_type', since='7d')")
        assert said.html[0].count("<table") == 1
        assert "job_durations, " in said.html[0]
        assert " days " not in said.html[0]
        assert "device_type" in said.plain[0]

    def test_a_mistake_is_one_sentence(self, live: Kernel) -> None:
        """No traceback, and the cell has failed."""
        said = live.run("await failure_rates(since='5m')")
        assert said.error is not None
        assert said.error[:2] == (
            "ParameterError",
            "since='5m' is ambiguous: write '5min' for minutes or '5mo' for months.",
        )
        assert "Traceback" not in said.error[2]
        assert said.error[2].count("\n") == 0

    def test_a_bar_leaves_one_line(self, live: Kernel) -> None:
        """It moves in its place, and what stays says how much was done; nothing is written beside it."""
        said = live.run("with progress_bar('Jobs') as bar: df = await frame(select(Job), progress=bar.add)")
        count = int(live.run("len(df)").plain[0])
        assert count > 0
        (shown,) = said.plain
        assert shown.startswith(f"Jobs: {count:,}, done after ")
        assert said.html == [f'<span role="status">{shown}</span>']
        assert (said.stdout, said.stderr, said.error) == ("", "", None)

    def test_a_bar_that_was_stopped_says_so(self, live: Kernel) -> None:
        """With what was done until then."""
        said = live.run("with progress_bar('Jobs', 10) as bar:\n    bar(4)\n    raise KeyError('x')")
        assert said.plain[0].startswith("Jobs: 4 of 10, stopped after ")
        assert said.error is not None
