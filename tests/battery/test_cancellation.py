"""Cancelled at a random moment: the server does not go on for nobody."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from netraven_analytics.exports import export
from netraven_analytics.frames import frame, stream
from netraven_analytics.reports import failure_rates
from netraven_db.db.connection import connect
from netraven_db.db.engines import current_engine
from netraven_db.db.session import get_db
from tests.battery.conftest import MakeTrial

ROWS = text("select n, md5(n\\:\\:text) as t from generate_series(1, 200000) n")
SESSIONS = (
    "select count(*) as all, count(*) filter (where state <> 'idle') as at_work from pg_stat_activity "
    "where application_name = 'battery' and datname = current_database()"
)


async def sleep() -> None:
    await frame(text("select pg_sleep(30)"))


async def execute() -> None:
    async with get_db() as db:
        await db.execute(text("select count(*) from generate_series(1, 30000000)"))


async def fetch() -> None:
    async with get_db() as db:
        await db.execute(ROWS)


async def write() -> None:
    async with get_db() as db:
        await db.execute(text("insert into jobs (status) select 'x' from generate_series(1, 20000)"))


async def read_parts() -> None:
    async with stream(ROWS, rows=1000) as parts:
        async for part in parts:
            assert len(part)


async def copy() -> None:
    await frame(ROWS)


async def copy_in_a_session() -> None:
    async with get_db() as db:
        await frame(ROWS, db)


async def report() -> None:
    await failure_rates(by="device")


def copy_to(path: Path) -> Callable[[], Awaitable[Any]]:
    async def copy_to_file() -> None:
        await export(ROWS, path)

    return copy_to_file


async def cancelled(work: Callable[[], Awaitable[Any]], after: float, again: float | None) -> str | None:
    """Cancel the work, perhaps twice: what is wrong with how it ended, or None where it had ended before."""
    task = asyncio.ensure_future(work())
    await asyncio.wait([task], timeout=after)
    hit = task.cancel()
    if again is not None:
        await asyncio.wait([task], timeout=again)
        hit = task.cancel() and hit
    (ended,) = await asyncio.gather(task, return_exceptions=True)
    if ended is not None and not isinstance(ended, asyncio.CancelledError):
        return repr(ended)
    return "" if hit else None


async def leaked(watcher: asyncpg.Connection) -> int:
    """The server sessions still at work a second after the end, or beyond those that the pool keeps."""
    until = time.monotonic() + 1
    while True:
        seen = await watcher.fetchrow(SESSIONS)
        over = max(seen["at_work"], seen["all"] - current_engine().pool.checkedin())  # type: ignore[attr-defined]
        if over <= 0 or time.monotonic() > until:
            return max(int(over), 0)
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
async def test_cancelled(fleet: str, tmp_path: Path, trial: MakeTrial, twice: bool) -> None:
    """After a second the pool is whole, the server has no session but its; the next question is answered."""
    how = "twice" if twice else "once"
    runs = trial(
        f"cancelled {how} while it slept, executed, fetched, wrote, streamed, copied, exported",
        losing="server sessions or pool places",
        quick=18,
        long=450,
    )
    path = tmp_path / "rows.csv"
    works = [sleep, execute, fetch, write, read_parts, copy, copy_in_a_session, report, copy_to(path)]
    watcher = await connect(fleet.replace("battery", "watcher"))
    for _ in runs:
        again = 0.02 * runs.chance.random() ** 2 if twice else None  # most are over in a few milliseconds
        work = works[runs.tried % len(works)]  # a round that met nothing is done again with the same work
        wrong = await cancelled(work, runs.chance.uniform(0, 0.25), again)
        if wrong is None:
            runs.missed()
        elif wrong:
            runs.lose(f"{work.__name__} ended with {wrong}")
        if count := current_engine().pool.checkedout():  # type: ignore[attr-defined]
            runs.lose(f"{count} places of the pool after {work.__name__}")
        if (await frame(text("select 1 as a")))["a"].tolist() != [1]:
            runs.lose("the next answer")
        if count := await leaked(watcher):  # now the pool's place has a session, and hides none that is lost
            runs.lose(f"{count} server sessions after {work.__name__}")
        if list(tmp_path.glob(".netraven-*")):
            runs.lose("a draft was left behind")
    assert await watcher.fetchval("select count(*) from jobs where status = 'x'") % 20000 == 0
    await watcher.close()
