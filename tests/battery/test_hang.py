"""A server that is silent ends in the configured time, and a client that is dead does not go on."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from netraven_analytics.exports import export
from netraven_analytics.frames import frame, stream
from netraven_analytics.reports import job_durations
from netraven_db.db.connection import connect
from netraven_db.db.session import check_db_connection, get_db
from netraven_db.errors import NetRavenError
from tests.battery.conftest import MakeTrial
from tests.battery.servers import Victim
from tests.battery.trials import LONG

ROWS = text("select n, 'row ' || n % 100 as t from generate_series(1, 3000000) n")
LIMIT = 1.0 if LONG else 0.5  # seconds, of a connection and of a statement
GRACE = 2.0


@pytest.fixture(autouse=True)
def limits(server: Victim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", f"{server.url}&connect_timeout={LIMIT}")
    monkeypatch.setenv("NETRAVEN_COMMAND_TIMEOUT", str(LIMIT))


@asynccontextmanager
async def stopped(server: Victim) -> AsyncIterator[None]:
    server.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.signal(signal.SIGCONT)


async def connecting(folder: Path) -> None:
    await check_db_connection()


async def a_report(folder: Path) -> None:
    while True:
        await job_durations(since="all")


async def a_frame(folder: Path) -> None:
    while True:
        await frame(ROWS, limit="all")


async def an_export(folder: Path) -> None:
    while True:
        await export(ROWS, folder / "rows.csv")


async def a_stream(folder: Path) -> None:
    while True:
        async with stream(ROWS, rows=10_000) as parts:
            async for _ in parts:
                pass


async def a_statement(folder: Path) -> None:
    async with get_db() as db:
        while True:
            await db.execute(text("select count(*) from jobs"))


WORKS = [connecting, a_report, a_frame, an_export, a_stream, a_statement]


async def test_a_silent_server_is_given_up(server: Victim, tmp_path: Path, trial: MakeTrial) -> None:
    """Connecting and every kind of work end in one typed error, at most two seconds after the set time."""
    runs = trial(
        f"SIGSTOP of the server under all kinds of work, limits of {LIMIT} s",
        losing=f"works that took longer than {LIMIT + GRACE} s, or ended otherwise",
        quick=6,
        long=60,
    )
    loop = asyncio.get_running_loop()
    for number in runs:
        work = WORKS[number % len(WORKS)]
        task = None if work is connecting else asyncio.ensure_future(work(tmp_path))
        await asyncio.sleep(runs.chance.uniform(0.1, 0.4))
        async with stopped(server):
            begun = loop.time()
            task = task or asyncio.ensure_future(work(tmp_path))
            (came,) = await asyncio.gather(task, return_exceptions=True)
            took = loop.time() - begun
        if took > LIMIT + GRACE:
            runs.lose(f"{work.__name__} took {took:.1f} s")
        if not isinstance(came, NetRavenError):
            runs.lose(f"{work.__name__} ended with {came!r}")
        if list(tmp_path.iterdir()):
            runs.lose(f"{work.__name__} left {list(tmp_path.iterdir())}")
        assert len(await frame(text("select 1")))


SLEEPS = "select count(*), pg_sleep(60) from jobs"
COUNTS = "select count(*) from generate_series(1, 1000000000)"
COMMAND = ["-m", "netraven_analytics", "sql"]
KERNEL = [
    "-c",
    "import sys; from netraven_analytics import run, sql; run(sql(sys.argv[1]))",
]


async def until_gone(watcher: asyncpg.Connection) -> float:
    begun = time.monotonic()
    while await watcher.fetchval(SESSIONS):
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


SESSIONS = "select count(*) from pg_stat_activity where application_name = 'battery'"


async def test_a_dead_client_frees_its_session(server: Victim, trial: MakeTrial) -> None:
    """After kill -9 of a command or a kernel its query ends, since the server looks every second."""
    runs = trial(
        "kill -9 of a command or a kernel in a long query; the server looks every second",
        losing="server sessions that lived for more than 2 s",
        quick=2,
        long=40,
    )
    watcher = await connect(server.watcher_url)
    for number in runs:
        program, query = (COMMAND, KERNEL)[number % 2], (SLEEPS, COUNTS)[number // 2 % 2]
        environment = {**os.environ, "NETRAVEN_DATABASE_URL": server.url, "NETRAVEN_COMMAND_TIMEOUT": "60"}
        process = await asyncio.create_subprocess_exec(sys.executable, *program, query, env=environment)
        while not await watcher.fetchval(AT_WORK):
            await asyncio.sleep(0.02)
        process.kill()
        await process.wait()
        if (took := await until_gone(watcher)) > 2:
            runs.lose(f"{program[-1][:20]} {query}: {took:.1f} s")
    await watcher.close()


AT_WORK = f"{SESSIONS} and state = 'active' and (query like '%jobs%' or query like '%generate_series%')"
