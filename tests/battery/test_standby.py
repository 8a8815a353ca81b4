"""A streaming replica can be reported on, also while it becomes the primary."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from netraven_analytics.frames import frame
from netraven_analytics.reports import catalogue
from netraven_db.db.connection import connect, connected
from netraven_db.db.session import frozen_session
from netraven_db.errors import ConnectionLostError, DatabaseUnavailableError, QueryError
from tests.battery.conftest import MakeTrial
from tests.battery.servers import Victim, named, standby_of
from tests.battery.trials import Trial

SEEN = {"since": "all", "as_of": "2026-04-06"}


@pytest.fixture(scope="module")
def primary(server: Victim) -> Victim:
    return server


@pytest.fixture(scope="module")
def standby(primary: Victim) -> Iterator[Victim]:
    with standby_of(primary) as found:
        yield found


def hosts(*servers: Victim, **options: str) -> str:
    """One URL of several servers, the first of which is not there."""
    folders = ",".join(["/nowhere", *(str(each.server.socket_directory) for each in servers)])
    more = "".join(f"&{name}={value}" for name, value in options.items())
    return named(f"postgresql://netraven@/netraven?host={folders}&port=5432{more}", "battery")


async def all_reports() -> dict[str, int]:
    return {
        name: len(await report(**{**report.bundle, "as_of": SEEN["as_of"]}))
        for name, report in catalogue.items()
    }


async def caught_up(primary: Victim, standby: Victim) -> None:
    """Wait until the replica has what the primary wrote."""
    async with connected(primary.watcher_url) as one, connected(standby.watcher_url) as other:
        written = await one.fetchval("select pg_current_wal_flush_lsn()::text")
        while not await other.fetchval(f"select pg_last_wal_replay_lsn() >= '{written}'"):
            await asyncio.sleep(0.02)


async def test_reports_run_on_a_replica(
    primary: Victim, standby: Victim, trial: MakeTrial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each report gives the same rows there."""
    runs = trial("all reports on a streaming replica", losing="reports", quick=1, long=20)
    await caught_up(primary, standby)
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", primary.url)
    expected = await all_reports()
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", standby.url)
    for _ in runs:
        if (found := await all_reports()) != expected:
            runs.lose(f"{found} and not {expected}")


SLOW = text("select count(*) as n, (select pg_sleep(0.5)) from job_logs")


async def test_a_recovery_conflict_is_tried_again_and_told(
    primary: Victim, standby: Victim, trial: MakeTrial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query of its own begins anew; in a session of the user's the error says why and what to do."""
    runs = trial(
        "a recovery conflict on the replica, under a query of its own and one in a session",
        losing="answers, or errors that do not explain",
        quick=1,
        long=40,
    )
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", standby.url)
    async with connected(standby.watcher_url) as replica:
        await replica.execute("alter system set max_standby_streaming_delay = '10ms'")
        await replica.execute("select pg_reload_conf()")
    for _ in runs:
        await meet(primary, standby, runs)


async def meet(primary: Victim, standby: Victim, runs: Trial) -> None:
    """Remove on the primary what two queries are reading on the replica."""
    async with connected(primary.watcher_url) as writer:
        await writer.execute(
            "insert into job_logs (job_id, message, level, timestamp) "
            "select (select min(id) from jobs), 'x', 'info', now() from generate_series(1, 1000)"
        )
        await caught_up(primary, standby)
        async with frozen_session() as db:
            await frame(text("select count(*) from job_logs"), db)
            own = asyncio.create_task(frame(SLOW))
            await asyncio.sleep(0.1)
            await writer.execute("delete from job_logs")
            await writer.execute("vacuum job_logs")
            (told,) = await asyncio.gather(frame(SLOW, db), return_exceptions=True)
        answer = await own
    if len(answer) != 1:
        runs.lose(f"the answer is {answer}")
    if not isinstance(told, (QueryError, ConnectionLostError)) or "recovery" not in str(told):
        runs.lose(f"told: {told!r}")


async def test_several_hosts_and_a_promotion(
    primary: Victim, trial: MakeTrial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host of the kind that is asked for is found; reports go on while a replica becomes the primary."""
    runs = trial(
        "a promotion under reports through a URL of three hosts, and the end of the old primary",
        losing="reports, or connections to a server of the wrong kind",
        quick=1,
        long=10,
    )
    for _ in runs:
        with standby_of(primary) as replica:
            for attrs, standby in (("read-write", False), ("standby", True), ("prefer-standby", True)):
                async with connected(hosts(primary, replica, target_session_attrs=attrs)) as found:
                    if await found.fetchval("select pg_is_in_recovery()") is not standby:
                        runs.lose(f"{attrs} led to the other server")
            monkeypatch.setenv(
                "NETRAVEN_DATABASE_URL", hosts(replica, primary, target_session_attrs="prefer-standby")
            )
            expected = await all_reports()
            work = asyncio.create_task(all_reports())
            async with connected(replica.watcher_url) as watcher:
                await watcher.execute("select pg_promote()")
            if await work != expected:
                runs.lose("a report during the promotion")
            await asyncio.to_thread(primary.end)
            monkeypatch.setenv(
                "NETRAVEN_DATABASE_URL", hosts(primary, replica, target_session_attrs="read-write")
            )
            if await all_reports() != expected:
                runs.lose("a report after the promotion")
            await asyncio.to_thread(primary.start)


async def test_no_server_of_that_kind(primary: Victim) -> None:
    """Where only a primary is there, who asks for a standby is told so."""
    with pytest.raises(DatabaseUnavailableError, match="target_session_attrs"):
        await connect(hosts(primary, target_session_attrs="standby"))
