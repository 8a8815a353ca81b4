"""The digests that the database keeps: right whoever writes, in nobody's way, and gone without a trace."""

import asyncio
import hashlib
import sys
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import inspect
from sqlalchemy.pool import NullPool

from netraven_db import migrate
from netraven_db.db.connection import make_engine
from netraven_db.db.models.analytics import AnalyticsBase
from tests.migrations.schema_catalog import catalog, connected, contents, fetch, run
from tests.migrations.test_interruptions import start_upgrade, wait_until

DIGESTS = "select * from analytics.configuration_digests order by configuration_id"
UNTRUE = """
    select count(*) from device_configurations c full join analytics.configuration_digests d
    on d.configuration_id = c.id and d.device_id = c.device_id and d.retrieved_at = c.retrieved_at
    and d.size = octet_length(c.config_data) and d.raw_sha256 = sha256(convert_to(c.config_data, 'UTF8'))
    where (d.configuration_id is null or c.id is null)
"""
WRITES = (
    "insert into device_configurations (device_id, config_data, retrieved_at) values (1, 'ä', '2026-01-01')",
    "insert into device_configurations select 10, 1, 'x', 'infinity' on conflict do nothing",
    "insert into device_configurations select 10, 1, 'y', 'infinity' on conflict do nothing",
    "update device_configurations set config_data = config_data || '2'",
    "update device_configurations set retrieved_at = '2026-01-02', id = id + 1",
    "delete from device_configurations where id = 11",
)
FILL = "import asyncio; from netraven_db.services.digests import backfill; asyncio.run(backfill())"


@pytest.fixture
async def upgraded(netravens):
    await migrate.upgrade(netravens)
    return netravens


@pytest.fixture
async def writer(upgraded):
    """The name of a role that may write snapshots, and knows nothing of the schema analytics."""
    name = f"test_{uuid4().hex[:12]}"
    try:
        await run(upgraded, f"create role {name}")
    except asyncpg.InsufficientPrivilegeError:
        pytest.skip("the user of the test server may not create roles")
    await run(
        upgraded,
        "truncate device_configurations",
        f"grant all on device_configurations, device_configurations_id_seq, devices to {name}",
        f"grant create on schema public to {name}",
    )
    yield name
    await run(upgraded, f"drop owned by {name}", f"drop role {name}")


async def test_the_model_is_the_table(upgraded):
    """What the models say of the tables is what the revision made."""
    async with make_engine(upgraded, poolclass=NullPool).connect() as connection:
        found = await connection.run_sync(_columns)
    declared = {
        table.name: {c.name: (getattr(c.type, "impl", c.type).python_type, c.nullable) for c in table.columns}
        for table in AnalyticsBase.metadata.sorted_tables
    }
    assert found == {**declared, "alembic_version": {"version_num": (str, False)}}


def _columns(connection):
    look = inspect(connection)
    return {
        name: {c["name"]: (c["type"].python_type, c["nullable"]) for c in look.get_columns(name, "analytics")}
        for name in look.get_table_names("analytics")
    }


async def test_every_write_of_any_role(upgraded, writer):
    """Whoever may write snapshots keeps the digests right by it, without any right to them."""
    async with connected(upgraded) as connection:
        await connection.execute(f"set role {writer}")
        for statement in WRITES:
            await connection.execute(statement)
            await connection.execute("reset role")
            assert await connection.fetchval(UNTRUE) == 0, statement
            await connection.execute(f"set role {writer}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("insert into analytics.configuration_digests select 1, 1, 'now', 1, ''")
    assert len(await fetch(upgraded, DIGESTS)) == 1
    await run(upgraded, "delete from devices")
    assert await fetch(upgraded, DIGESTS) == []


async def test_truncate_and_rollback(upgraded):
    """TRUNCATE empties the digests too, and a rollback brings both back."""
    async with connected(upgraded) as connection:
        await connection.execute(WRITES[0])
        await connection.execute("begin; truncate device_configurations")
        assert await connection.fetch(DIGESTS) == []
        await connection.execute("rollback")
        assert len(await connection.fetch(DIGESTS)) == 1
        await connection.execute("truncate devices cascade")
        assert await connection.fetch(DIGESTS) == []


async def test_a_hostile_search_path(upgraded, writer):
    """Functions, operators and tables of the writer's own, first in his path, are not what it uses."""
    async with connected(upgraded) as connection:
        await connection.execute(
            f"""
            set role {writer};
            create temp table configuration_digests (x int);
            create function public.sha256(bytea) returns bytea language sql as $$ select 'mine'::bytea $$;
            create function public.convert_to(text, name) returns bytea language sql
                as $$ select ''::bytea $$;
            create function public.octet_length(text) returns int language sql as $$ select -1 $$;
            create function public.differ(int, int) returns bool language sql as $$ select false $$;
            create operator public.<> (leftarg = int, rightarg = int, function = public.differ);
            set search_path = pg_temp, public, pg_catalog
            """
        )
        for statement in WRITES[:5]:
            await connection.execute(statement.replace("device_conf", "public.device_conf"))
        await connection.execute("set search_path = pg_catalog, public; reset role")
        assert await connection.fetchval(UNTRUE) == 0
        await connection.execute(f"drop owned by {writer}")


async def test_nobody_else_can_call_it(upgraded, writer):
    """A trigger on a table of one's own does not write digests of one's choice."""
    async with connected(upgraded) as connection:
        await connection.execute(f"grant usage on schema analytics to {writer}; set role {writer}")
        await connection.execute("create temp table mine (like device_configurations)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(
                "create trigger t after insert on mine for each row "
                "execute function analytics.keep_configuration_digest()"
            )


async def test_rows_that_are_replicated(upgraded):
    """What logical replication applies gets its digest as well."""
    async with connected(upgraded) as connection:
        await connection.execute("set session_replication_role = replica")
        await connection.execute(WRITES[0])
        assert [row["size"] for row in await connection.fetch(DIGESTS)] == [2]


async def test_writers_do_not_wait_for_each_other(upgraded):
    """Open transactions that store snapshots of one device hinder nobody who stores others of it."""
    async with connected(upgraded) as one, connected(upgraded) as other:
        await one.execute(f"begin; {WRITES[0]}")
        await other.execute("set lock_timeout = '1s'")
        await other.execute(WRITES[0])
        await one.execute("commit")
    assert (await fetch(upgraded, UNTRUE))[0][0] == 1  # the row of before the upgrade


async def test_the_upgrade_lets_writers_through(netravens):
    """While it waits for an open transaction nobody waits for it long; what comes meanwhile counts."""
    async with (
        connected(netravens) as holder,
        connected(netravens) as writer,
        connected(netravens) as watcher,
    ):
        await migrate.upgrade(netravens, "c60d3b97e815")
        await holder.execute(f"begin; {WRITES[0]}")
        upgrade = asyncio.create_task(migrate.upgrade(netravens))
        await wait_until(
            watcher,
            "select count(*) > 0 from pg_stat_activity where query like '%LOCK TABLE%' "
            "and pid <> pg_backend_pid() and datname = current_database()",
        )
        await writer.execute("set lock_timeout = '5s'")
        for _ in range(3):
            await writer.execute(WRITES[0])
        assert not upgrade.done()
        await holder.execute("commit")
        await asyncio.wait_for(upgrade, 30)
        assert tuple(await watcher.fetchrow("select * from analytics.configuration_backfill")) == (0, 5)


async def test_up_down_up(netravens):
    """Downgrading takes everything along, though it holds rows: it can be made anew, and is."""
    before, rows = await catalog(netravens), await contents(netravens)
    for _ in range(2):
        await migrate.upgrade(netravens)
        await run(netravens, *WRITES[:1], "delete from device_configurations where id > 1")
        await fill(netravens)
        assert len(await fetch(netravens, DIGESTS)) == 1
        await migrate.downgrade(netravens)
        assert await catalog(netravens) == before
        assert await contents(netravens) == rows


async def test_killed_on_the_way(netravens):
    """After kill -9 of an upgrade that waits for its lock no half of it is there; the rerun completes."""
    await migrate.upgrade(netravens, "c60d3b97e815")
    before = await catalog(netravens)
    async with connected(netravens) as holder, connected(netravens) as watcher:
        await holder.execute(f"begin; {WRITES[0]}")
        process = await start_upgrade(netravens)
        await wait_until(
            watcher,
            "select count(*) > 0 from pg_stat_activity where query like '%LOCK TABLE%' "
            "and pid <> pg_backend_pid() and datname = current_database()",
        )
        process.kill()
        await process.communicate()
        await holder.execute("rollback")
        await wait_until(
            watcher, "select count(*) = 2 from pg_stat_activity where datname = current_database()"
        )
    assert await catalog(netravens) == before
    await migrate.upgrade(netravens)
    assert (await migrate.state(netravens)).is_current


async def test_a_backfill_that_is_killed(netravens, monkeypatch):
    """After kill -9 some digests are there and all of them are right; the rerun completes."""
    await run(
        netravens,
        "insert into device_configurations (device_id, config_data, retrieved_at) "
        "select 1, repeat(n::text, 8000), '2026-01-01' from generate_series(1, 4000) n",
    )
    await migrate.upgrade(netravens)
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", netravens)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", FILL)
    async with connected(netravens) as watcher:
        await wait_until(watcher, "select count(*) > 0 from analytics.configuration_digests")
        process.kill()
        await process.wait()
        done = await watcher.fetchval("select digested_to from analytics.configuration_backfill")
        assert await watcher.fetchval(f"{UNTRUE} and coalesce(c.id, 0) <= {done}") == 0
    await fill(netravens)
    assert (await fetch(netravens, UNTRUE))[0][0] == 0


async def test_what_is_digested(upgraded):
    """The digest is SHA-256 of the text's bytes, of long and of empty texts too."""
    text = "ünïcode\r\n" * 50_000
    insert = "insert into device_configurations (device_id, config_data, retrieved_at) values (1, $1, 'now')"
    async with connected(upgraded) as connection:
        await connection.execute("truncate device_configurations")
        for stored in (text, ""):
            await connection.execute(insert, stored)
        found = [(row["size"], row["raw_sha256"]) for row in await connection.fetch(DIGESTS)]
    assert found == [(len(s.encode()), hashlib.sha256(s.encode()).digest()) for s in (text, "")]


async def fill(url):
    """The backfill, in a process whose database this is."""
    import os

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FILL, env={**os.environ, "NETRAVEN_DATABASE_URL": url}
    )
    assert await process.wait() == 0
