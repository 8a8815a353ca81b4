"""The battery: each trial breaks something in many rounds, and nothing may be lost.

A few rounds run with the other tests; ``setup/battery.sh`` runs them all and prints the table.
"""

import asyncio
import gc
import logging
import os
import platform
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from netraven_analytics import demo
from netraven_db.db.connection import connect
from tests.battery.servers import SMALL_FLEET, Victim, named, victim
from tests.battery.trials import LONG, Trial, table
from tests.conftest import MakeDatabase

MakeTrial = Callable[..., Trial]
_done: list[Trial] = []
_HEAD = """# The battery

What was done to the toolkit on purpose, how often, and what was lost: the table of the last run of
`./setup/battery.sh`. What is random begins with a fixed seed.
[CONTRIBUTING.md](../CONTRIBUTING.md#the-battery) says how to add a line.

Run on {day} in {minutes:.0f} minutes: netraven-analytics {version}, {commit}, Python {python},
PostgreSQL 18, {system}.

"""


@pytest.fixture
def trial() -> Iterator[MakeTrial]:
    """``trial(what, losing=…, quick=…, long=…) -> Trial``; what a trial lost fails the test, at its end."""
    made: list[Trial] = []

    def make(what: str, *, losing: str, quick: int, long: int) -> Trial:
        made.append(Trial(what, losing, long if LONG else quick))
        _done.append(made[-1])
        return made[-1]

    yield make
    lost = [how for each in made for how in each.lost]
    assert not lost, "\n".join(lost)
    assert all(each.ended for each in made), "a trial had no chance to do what it was to do"


@pytest.fixture(autouse=True)
def nothing_on_stderr(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is broken, nobody is told of tasks and transports: no line, no warning, no log record."""
    yield
    gc.collect()  # a task that nobody waited for complains when it goes
    told = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    assert told == []
    assert capfd.readouterr().err == ""


@pytest.fixture(scope="session")
def server() -> Iterator[Victim]:
    """A server to do harm to; whoever ends it starts it again."""
    with victim() as found:
        yield found


@pytest.fixture(scope="session")
def fleet_template(create_database: MakeDatabase, migrated_template: str) -> str:
    """A database with a small demo fleet that others are copied from."""
    url = create_database(migrated_template)

    async def load() -> None:
        connection = await connect(url)
        await demo.ensure(connection, SMALL_FLEET)
        await connection.close()

    asyncio.run(load())
    return url


@pytest.fixture
def fleet(create_database: MakeDatabase, fleet_template: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small demo fleet; the toolkit's default for the test."""
    url = create_database(fleet_template)
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", named(url, "battery"))
    return os.environ["NETRAVEN_DATABASE_URL"]


_began = datetime.now(UTC)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not (LONG and _done):
        return
    listed = table(_done)
    terminalreporter.write_line("")
    terminalreporter.write_line(listed)
    if target := os.environ.get("NETRAVEN_BATTERY_TABLE"):
        Path(target).write_text(_head() + listed + "\n", encoding="utf-8")


def _head() -> str:
    commit = subprocess.run(
        ["git", "describe", "--always"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return _HEAD.format(
        day=_began.date(),
        minutes=(datetime.now(UTC) - _began).total_seconds() / 60,
        version=version("netraven-analytics"),
        commit=f"commit {commit}",
        python=platform.python_version(),
        system=f"{platform.system()} with {os.cpu_count()} cores",
    )
