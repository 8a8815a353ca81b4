"""Upgrades among readers, writers and other deployers, and upgrades that are cut."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy.pool import NullPool

from netraven_db import migrate
from netraven_db.db.connection import make_engine
from netraven_db.errors import DatabaseUnavailableError, SchemaError
from netraven_db.schema import turn
from netraven_db.schema.indexes import ANALYTICS_INDEXES
from tests.migrations.schema_catalog import catalog, connected, run

UPGRADE = "import asyncio, sys; from netraven_db import migrate; asyncio.run(migrate.upgrade(sys.argv[1]))"
MANY_JOBS = """
    insert into jobs (device_id, status, started_at)
    select 1, 'completed', timestamp '2026-01-01' + n * interval '1 min' from generate_series(1, 100000) n
"""
SESSIONS = "from pg_stat_activity where datname = current_database()"
BUILDERS = f"{SESSIONS} and query like 'CREATE INDEX CONCURRENTLY%' and wait_event = 'virtualxid'"
BUILDING = f"select count(*) > 0 {BUILDERS}"
OURS = tuple(index.name for index in ANALYTICS_INDEXES)
HOLD_THE_LOCK = f"select pg_advisory_lock({turn._KEY})"


async def start_upgrade(url):
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", UPGRADE, url, stderr=asyncio.subprocess.PIPE
    )


async def wait_until(connection, question):
    async with asyncio.timeout(30):
        while not await connection.fetchval(question):  # noqa: ASYNC110 - it is the server that is polled
            await asyncio.sleep(0.002)


async def test_nobody_waits_for_an_upgrade_that_waits(netravens):
    """While an upgrade waits for a reader's old transaction, no other reader or writer waits for a second."""
    async with connected(netravens) as reader, connected(netravens) as other:
        await reader.execute("begin isolation level repeatable read")
        await reader.fetch("select * from jobs")
        upgrade = asyncio.create_task(migrate.upgrade(netravens))
        slowest, until = 0.0, time.monotonic() + 1.5
        while time.monotonic() < until:
            started = time.monotonic()
            await other.fetch("select count(*) from jobs join devices on devices.id = jobs.device_id")
            await other.execute("update jobs set status = 'completed', completed_at = '2026-10-25 00:40'")
            slowest = max(slowest, time.monotonic() - started)
            await asyncio.sleep(0.02)
        assert not upgrade.done()
        await reader.execute("commit")
    await asyncio.wait_for(upgrade, 30)
    assert slowest < 1
    assert (await migrate.state(netravens)).is_current


async def test_invalid_index_is_rebuilt(netravens):
    """An index that was cut in its build is found and replaced."""
    async with connected(netravens) as reader:
        await reader.execute("begin; update jobs set status = 'failed'")
        with pytest.raises(Exception, match="timeout"):
            await run(
                netravens,
                "set lock_timeout = '100ms'",
                "create index concurrently ix_jobs_run_at on jobs "
                "(coalesce(started_at, scheduled_for, completed_at))",
            )
        await reader.execute("rollback")
    assert [valid for sql, valid in (await catalog(netravens))["indexes"] if "run_at" in sql] == [False]
    await migrate.upgrade(netravens)
    await migrate.check(netravens)
    assert all(valid for _, valid in (await catalog(netravens))["indexes"])


async def test_check_sees_an_invalid_index(empty_database):
    """An index of ours that is there but invalid counts as missing."""
    await run(empty_database, "drop index ix_job_logs_run", "insert into jobs (status) values ('x')")
    await run(empty_database, *["insert into job_logs values (1, 1, '', '', 'now'), (2, 1, '', '', 'now')"])
    with pytest.raises(Exception, match="could not create unique index"):
        await run(empty_database, "create unique index concurrently ix_job_logs_run on job_logs (job_id)")
    with pytest.raises(SchemaError, match="ix_job_logs_run"):
        await migrate.check(empty_database)


async def test_killed_in_the_middle_of_an_index(netravens):
    """After kill -9 with an index half built, the rerun waits for the server to notice and completes."""
    async with connected(netravens) as writer, connected(netravens) as watcher:
        await writer.execute("begin; update jobs set status = 'failed'")
        process = await start_upgrade(netravens)
        await wait_until(watcher, BUILDING)
        process.kill()
        await process.communicate()
        rerun = asyncio.create_task(migrate.upgrade(netravens))
        await asyncio.sleep(0.5)
        assert not rerun.done()
        await writer.execute("commit")
    await rerun
    await migrate.check(netravens)


@pytest.mark.parametrize("begun", [1, 4])
async def test_killed_on_the_way(netravens, begun):
    """After kill -9 with so many indexes begun the rerun completes, and down leaves what was there before."""
    await run(netravens, MANY_JOBS)
    before = await catalog(netravens)
    process = await start_upgrade(netravens)
    async with connected(netravens) as watcher:
        await wait_until(watcher, f"select count(*) >= {begun} from pg_class where relname in {OURS}")
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.communicate()
    assert len([sql for sql, valid in (await catalog(netravens))["indexes"] if not valid]) <= 1
    await migrate.upgrade(netravens)
    await migrate.check(netravens)
    await migrate.downgrade(netravens)
    assert await catalog(netravens) == before


async def test_downgrade_after_a_killed_upgrade(netravens):
    """What an upgrade built and did not come to record goes with the rest."""
    before = await catalog(netravens)
    await migrate.upgrade(netravens)
    await run(netravens, "update analytics.alembic_version set version_num = '8a76c492719c'")
    await migrate.downgrade(netravens)
    assert await catalog(netravens) == before


async def test_cancelled_upgrade(netravens):
    """A cancelled upgrade ends at once, leaves no session behind, and the rerun completes."""
    async with connected(netravens) as writer, connected(netravens) as watcher:
        await writer.execute("begin; update jobs set status = 'failed'")
        upgrade = asyncio.create_task(migrate.upgrade(netravens))
        await wait_until(watcher, BUILDING)
        upgrade.cancel()
        with pytest.raises(asyncio.CancelledError):
            await upgrade
        await wait_until(watcher, f"select count(*) = 2 {SESSIONS}")
    await migrate.upgrade(netravens)
    assert (await migrate.state(netravens)).is_current


async def test_interrupted_command(netravens):
    """Ctrl-C ends a waiting alembic command at once, in one line."""
    async with connected(netravens) as writer, connected(netravens) as watcher:
        await writer.execute("begin; update jobs set status = 'failed'")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "alembic", "upgrade", "head"),
            cwd=Path(__file__).parents[2],
            env={**os.environ, "NETRAVEN_DATABASE_URL": netravens},
            stderr=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
        )
        await wait_until(watcher, BUILDING)
        process.send_signal(signal.SIGINT)
        _, said = await asyncio.wait_for(process.communicate(), 10)
    assert said.decode().splitlines()[-1].endswith("run this again, it goes on where it stopped.")
    assert b"Traceback" not in said


async def test_two_deployers(netravens):
    """Of two upgrades at once both succeed, since the second waits for the first."""
    first, second = await asyncio.gather(start_upgrade(netravens), start_upgrade(netravens))
    await asyncio.gather(first.communicate(), second.communicate())
    assert (first.returncode, second.returncode) == (0, 0)
    assert (await migrate.state(netravens)).is_current


async def test_two_upgrades_in_one_process(netravens, blank_database):
    """Upgrades of several databases at once do not get into each other's way."""
    await asyncio.gather(*(migrate.upgrade(url) for url in (netravens, blank_database, netravens)))
    assert (await migrate.state(netravens)).is_current
    assert (await migrate.state(blank_database)).is_current


async def test_the_second_deployer_says_so(netravens, caplog):
    """Who has to wait says that in the log, once, and goes on when the other is done."""
    async with connected(netravens) as first:
        await first.execute(HOLD_THE_LOCK)
        with caplog.at_level(logging.WARNING):
            upgrade = asyncio.create_task(migrate.upgrade(netravens))
            await asyncio.sleep(0.5)
    await upgrade
    assert [record.getMessage() for record in caplog.records] == [
        "Another upgrade of this database is running; waiting for it to finish."
    ]


async def test_the_second_deployer_does_not_wait_for_ever(netravens):
    """Who waits too long for another deployer is told so."""
    async with connected(netravens) as first:
        await first.execute(HOLD_THE_LOCK)
        async with make_engine(netravens, poolclass=NullPool).connect() as connection:
            with pytest.raises(SchemaError, match=r"has been running for 0\.1 seconds"):
                await connection.run_sync(turn.take_turn, 0.1)


async def test_server_lost(netravens):
    """A server session that is ended under an upgrade is one clear error, and the rerun completes."""
    async with connected(netravens) as writer, connected(netravens) as watcher:
        await writer.execute("begin; update jobs set status = 'failed'")
        upgrade = asyncio.create_task(migrate.upgrade(netravens))
        await wait_until(watcher, BUILDING)
        await watcher.fetch(f"select pg_terminate_backend(pid) {BUILDERS}")
        with pytest.raises(DatabaseUnavailableError, match="run this again"):
            await upgrade
    await migrate.upgrade(netravens)
    assert (await migrate.state(netravens)).is_current
