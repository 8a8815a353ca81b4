"""Too many sessions, several loops, threads, forks: a clear error or it works, and nothing is left."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from netraven_analytics.frames import frame, sql
from netraven_analytics.notebook import run
from netraven_db.db.connection import connect
from netraven_db.db.engines import current_engine
from netraven_db.db.session import get_db
from netraven_db.errors import DatabaseUnavailableError, SessionError
from tests.battery.conftest import MakeTrial
from tests.battery.servers import Victim

ONE = text("select 1 as a")


@pytest.fixture(autouse=True)
def default(server: Victim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", server.url)


async def exhausted(server: Victim) -> str:
    """The sixteenth session of a loop is refused in a sentence, and works when one has come free."""
    engine = current_engine()
    engine.sync_engine.pool._timeout = 0.2  # type: ignore[attr-defined]
    held = [get_db() for _ in range(15)]
    sessions = [await scope.__aenter__() for scope in held]
    await asyncio.gather(*(session.execute(ONE) for session in sessions))
    (came,) = await asyncio.gather(frame(ONE), return_exceptions=True)
    await asyncio.gather(*(scope.__aexit__(None, None, None) for scope in held))
    engine.sync_engine.pool._timeout = 30  # type: ignore[attr-defined]
    if not isinstance(came, SessionError) or "15 connections" not in str(came):
        return repr(came)
    return "" if len(await frame(ONE)) else "no answer afterwards"


async def full_server(server: Victim) -> str:
    """A server without a place is waited for, and where it stays full the server's words are told."""
    watcher = await connect(server.watcher_url)
    free = await watcher.fetchval(
        "select current_setting('max_connections')::int - count(*) from pg_stat_activity "
        "where backend_type = 'client backend'"
    )
    held = [await connect(server.watcher_url) for _ in range(free)]
    (came,) = await asyncio.gather(get_once(), return_exceptions=True)
    waiting = asyncio.create_task(frame(ONE))
    await asyncio.sleep(0.3)
    for connection in held:
        await connection.close()
    answer = await waiting
    await watcher.close()
    if not isinstance(came, DatabaseUnavailableError) or "too many clients" not in str(came):
        return repr(came)
    return "" if len(answer) else "no answer"


async def get_once() -> None:
    async with get_db() as db:
        await db.execute(ONE)


async def two_at_once_on_one_session(server: Victim) -> str:
    """Statements that meet on one session are refused in a sentence, or done one after the other."""
    async with get_db() as db:
        await db.execute(ONE)
        came = await asyncio.gather(*(frame(ONE, db) for _ in range(3)), return_exceptions=True)
        await db.rollback()
    wrong = [each for each in came if isinstance(each, BaseException) and not isinstance(each, SessionError)]
    return f"{wrong!r}" if wrong else ""


async def other_loops(server: Victim) -> str:
    """A second loop in a thread of its own, asyncio.run in others, and run() beside them."""

    def ask() -> int:
        return int(asyncio.run(sql("select 7 as a")).loc[0, "a"])

    await frame(ONE)
    with ThreadPoolExecutor(4) as threads:
        loop = asyncio.get_running_loop()
        asked = [loop.run_in_executor(threads, ask) for _ in range(8)]
        asked.append(loop.run_in_executor(threads, lambda: int(run(sql("select 7 as a")).loc[0, "a"])))
        found = await asyncio.gather(*asked)
    return "" if set(found) == {7} and len(await frame(ONE)) else f"{found}"


async def a_session_of_another_loop(server: Victim) -> str:
    """It is refused before it can hang."""
    async with get_db() as db:
        await db.execute(ONE)
        (came,) = await asyncio.gather(
            asyncio.to_thread(lambda: asyncio.run(frame(ONE, db))), return_exceptions=True
        )
    return "" if isinstance(came, SessionError) else repr(came)


FORKING = """
import asyncio, multiprocessing, sys
from netraven_analytics import run, sql

def child():
    a = run(sql("select 1 as a")).loc[0, "a"]
    b = asyncio.run(sql("select 2 as a")).loc[0, "a"]
    raise SystemExit(int(a + b) - 3)

run(sql("select 1"))
asyncio.run(sql("select 1"))
context = multiprocessing.get_context("fork")
children = [context.Process(target=child) for _ in range(3)]
[each.start() for each in children]
mine = run(sql("select 5 as a")).loc[0, "a"]
[each.join(30) for each in children]
sys.exit(any(each.exitcode for each in children) or int(mine) != 5)
"""


async def forks(server: Victim) -> str:
    """Children of a process that has connections have their own, and the parent keeps its."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-c", FORKING), stderr=asyncio.subprocess.PIPE, env=dict(os.environ)
    )
    _, said = await process.communicate()
    return "" if process.returncode == 0 and not said else f"{process.returncode}: {said.decode()}"


WAYS: list[Callable[[Victim], Awaitable[str]]] = [
    exhausted,
    full_server,
    two_at_once_on_one_session,
    other_loops,
    a_session_of_another_loop,
    forks,
]


async def test_pools_loops_threads_and_forks(server: Victim, trial: MakeTrial) -> None:
    """A typed error or it works; the server has as many sessions afterwards as before."""
    runs = trial(
        "a full pool, a full server, two statements on a session, several loops, threads, forks",
        losing="answers, errors without a type, or server sessions",
        quick=6,
        long=120,
    )
    await asyncio.to_thread(lambda: run(sql("select 1")))  # the background loop keeps a connection of its own
    await current_engine().dispose()
    before = await server.sessions()
    for number in runs:
        way = WAYS[number % len(WAYS)]
        if wrong := await way(server):
            runs.lose(f"{way.__name__}: {wrong}")
        await current_engine().dispose()
        until = time.monotonic() + 1
        while (after := await server.sessions()) != before and time.monotonic() < until:
            await asyncio.sleep(0.02)
        if after != before:
            runs.lose(f"{way.__name__}: {before} sessions before, {after} after")
