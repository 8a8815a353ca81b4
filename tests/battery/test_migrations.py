"""Migrations of a database of 2025-04 that is full: nothing is lost, whatever stands in the way."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from alembic.script import ScriptDirectory

from netraven_db import migrate
from netraven_db.db.connection import connect
from netraven_db.schema.indexes import ANALYTICS_INDEXES
from tests.battery.conftest import MakeTrial
from tests.battery.trials import LONG
from tests.conftest import MakeDatabase
from tests.migrations.schema_catalog import catalog, connected, contents, run
from tests.migrations.test_interruptions import start_upgrade

Copies = Callable[[], Awaitable[str]]
NETRAVEN = "8a76c492719c"
ROWS = 100_000 if LONG else 2_000  # in all tables together
HOSTILE = (
    *(
        "",
        " ",
        "NULL",
        "\\N",
        "\\",
        "a\rb",
        "a\r\nb\n",
        "'; drop table jobs; --",
        '"',
        "$1",
        "%s",
        ":x",
        "{}",
    ),
    *("\N{GRINNING FACE}", "\u202eabc", "\u05e9\u05dc", "\x01\x1b[2J", "\ufeff", "\uffff", "é", "x" * 10_000),
)
# A tenth in each but jobs and their logs, which have three tenths.
_FILL = """
    insert into devices (hostname, ip_address, device_type, last_seen)
        select t || n, 'ip' || n, t, timestamp 'infinity' from {texts} where n <= {tenth};
    insert into tags (name, type) select n || t, t from {texts} where n <= {tenth};
    insert into credentials (username, password, priority, last_used, success_rate)
        select t, t, n, '1969-01-01', 'NaN' from {texts} where n <= {tenth};
    insert into jobs (device_id, status, scheduled_for, started_at, completed_at)
        select nullif(n % 9, 0), left(t, 50), now(), timestamp '2020-01-01' + n * interval '1 h', '-infinity'
        from {texts};
    insert into job_logs (job_id, message, level, timestamp) select n, t, left(t, 20), now() from {texts};
    insert into device_configurations (device_id, config_data, retrieved_at, metadata)
        select 1 + n % 9, t, timestamp '2025-01-01' + n * interval '1 s', to_json(t)
        from {texts} where n <= {tenth};
"""
WRITTEN = "jobs, job_logs, device_configurations"
_REVISIONS = {each.revision for each in ScriptDirectory(str(migrate.script_location())).walk_revisions()}


@pytest.fixture(scope="module")
def full_template(create_database: MakeDatabase) -> str:
    """A full database of 2025-04 that others are copied from."""
    url = create_database()

    async def fill() -> None:
        await migrate.upgrade(url, NETRAVEN)
        connection = await connect(url)
        await connection.execute("create table texts (t text)")
        await connection.copy_records_to_table("texts", records=[(text,) for text in HOSTILE])
        count = 3 * ROWS // 10
        texts = (
            f"(select n, (array_agg(t) over ())[1 + n % {len(HOSTILE)}] t from generate_series(1, {count}) n "
            f"left join (select t, row_number() over () k from texts) s on s.k = n) q"
        )
        await connection.execute(_FILL.format(texts=texts, tenth=ROWS // 10))
        await connection.execute("drop table texts")
        await connection.close()

    asyncio.run(fill())
    return url


@pytest.fixture
def full(create_database: MakeDatabase, full_template: str) -> Copies:
    """``await full()`` gives another copy."""
    return lambda: asyncio.to_thread(create_database, full_template)


async def test_up_down_up(full: Copies, trial: MakeTrial) -> None:
    """Every table's count and checksum stays what it is, and the way down leaves no trace."""
    runs = trial(f"up, down, up of {ROWS:,} rows of hostile text", losing="rows or objects", quick=1, long=3)
    for _ in runs:
        url = await full()
        before, rows = await catalog(url), await contents(url)
        assert sum(count for count, _ in rows.values()) > ROWS
        for way in (migrate.upgrade, migrate.downgrade, migrate.upgrade):
            await way(url)
            if await contents(url) != rows:
                runs.lose(f"rows by {way.__name__}")
            if way is migrate.downgrade and await catalog(url) != before:
                runs.lose("objects")


async def test_nobody_waits(full: Copies, trial: MakeTrial) -> None:
    """With a reader's old transaction open, nobody else waits a second for the upgrade's locks."""
    runs = trial("upgrades while an old reader was open", losing="waits of over a second", quick=1, long=10)
    for _ in runs:
        url = await full()
        async with connected(url) as old, connected(url) as other:
            await old.execute("begin isolation level repeatable read")
            await old.fetch("select count(*) from jobs, device_configurations where jobs.id = 1")
            upgrade = asyncio.create_task(migrate.upgrade(url))
            await other.execute("set lock_timeout = '1s'")
            until = time.monotonic() + 3
            while time.monotonic() < until:
                try:
                    await other.fetch("select 1 from jobs join job_logs on jobs.id = job_id where job_id = 1")
                    await other.execute("update jobs set status = 'x' where id = 1")
                    await other.execute("update device_configurations set retrieved_at = now() where id = 1")
                except asyncpg.LockNotAvailableError as error:
                    runs.lose(str(error))
            await old.execute("commit")
        await upgrade
        if not (await migrate.state(url)).is_current:
            runs.lose("the upgrade")


async def test_killed_upgrades(full: Copies, trial: MakeTrial) -> None:
    """kill -9 leaves a revision, one invalid index at most and every row, and a rerun completes."""
    runs = trial("kill -9 of an upgrade", losing="rows, or databases that cannot go on", quick=1, long=50)
    begun = time.monotonic()
    await (await start_upgrade(await full())).communicate()
    usual = time.monotonic() - begun
    rows: Any = None
    for _ in runs:
        url = await full()
        rows = rows or await contents(url)
        process = await start_upgrade(url)
        await asyncio.sleep(runs.chance.uniform(0.3 * usual, usual))
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
        for wrong in await _wrong(url, rows):
            runs.lose(wrong)


async def _wrong(url: str, rows: Any) -> list[str]:
    """What a killed upgrade has spoilt, or keeps a rerun from."""
    found = await migrate.state(url)
    wrong = [] if found.netraven_revision == NETRAVEN else [f"NetRaven's revision {found.netraven_revision}"]
    if found.analytics_revision not in {*_REVISIONS, None}:
        wrong.append(f"the revision {found.analytics_revision}")
    if len(invalid := [sql for sql, valid in (await catalog(url))["indexes"] if not valid]) > 1:
        wrong.append(f"invalid indexes: {invalid}")
    await migrate.upgrade(url)
    await migrate.check(url)
    if not all(valid for _, valid in (await catalog(url))["indexes"]):
        wrong.append("an index is still invalid")
    return wrong if await contents(url) == rows else [*wrong, "rows"]


async def test_invalid_indexes(full: Copies, trial: MakeTrial) -> None:
    """Each of ours, cut in its build, is found invalid by the rerun and built anew."""
    count = len(ANALYTICS_INDEXES)
    runs = trial("concurrent builds of an index cut short", losing="indexes", quick=1, long=count)
    for number in runs:
        url, index = await full(), ANALYTICS_INDEXES[number]
        concurrently = index.definition.replace("INDEX ", "INDEX CONCURRENTLY ", 1)
        async with connected(url) as writer:
            await writer.execute(f"begin; lock table {WRITTEN} in row exclusive mode; select txid_current()")
            with pytest.raises(asyncpg.LockNotAvailableError):
                await run(url, "set lock_timeout = '50ms'", concurrently)
            await writer.execute("rollback")
        before = [valid for sql, valid in (await catalog(url))["indexes"] if index.name in sql]
        await migrate.upgrade(url)
        after = [valid for sql, valid in (await catalog(url))["indexes"] if index.name in sql]
        if (before, after) != ([False], [True]):
            runs.lose(f"{index.name}: {before}, then {after}")


async def test_two_deployers(full: Copies, trial: MakeTrial) -> None:
    """Of two at once both end well, the second when the first is done."""
    runs = trial("two upgrades at once", losing="upgrades or rows", quick=1, long=10)
    for _ in runs:
        url = await full()
        rows = await contents(url)
        both = [await start_upgrade(url) for _ in range(2)]
        said = await asyncio.gather(*(process.communicate() for process in both))
        if [process.returncode for process in both] != [0, 0]:
            runs.lose(f"{said}")
        if not (await migrate.state(url)).is_current or await contents(url) != rows:
            runs.lose("the database")
