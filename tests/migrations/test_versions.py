"""Two version tables: NetRaven's stamp stays what it is, and ours comes and goes with our revisions."""

import asyncio
import subprocess
import sys

import pytest

from netraven_db import migrate
from netraven_db.errors import ParameterError, QueryError, SchemaError
from netraven_db.schema.indexes import ANALYTICS_INDEXES
from tests.migrations.netraven_dump import DUMP, load_dump
from tests.migrations.schema_catalog import catalog, contents, fetch, run

INITIAL = "8a76c492719c"


async def test_blank_database(blank_database):
    """One upgrade takes a blank database all the way, and a second one changes nothing."""
    await migrate.upgrade(blank_database)
    state = await migrate.state(blank_database)
    assert state.is_current
    assert state.netraven_revision == INITIAL
    before = await catalog(blank_database)
    await migrate.upgrade(blank_database)
    assert await catalog(blank_database) == before


async def test_up_and_down_leave_no_trace(netravens):
    """An existing database keeps every row and value, gets our indexes, and downgrades to what it was."""
    before, rows = await catalog(netravens), await contents(netravens)
    for _ in range(2):
        await migrate.upgrade(netravens)
        built = {definition for definition, valid in (await catalog(netravens))["indexes"] if valid}
        assert {index.definition for index in ANALYTICS_INDEXES} <= built
        assert await contents(netravens) == rows
        await migrate.downgrade(netravens)
        assert await catalog(netravens) == before
        assert await contents(netravens) == rows


@pytest.mark.skipif(not DUMP.exists(), reason="the dump of an existing database is not here")
async def test_a_real_database(blank_database):
    """The database of the dump goes up and down with every row and value as it was."""
    await load_dump(blank_database)
    before, rows = await catalog(blank_database), await contents(blank_database)
    await migrate.upgrade(blank_database)
    await migrate.check(blank_database)
    assert await contents(blank_database) == rows
    await migrate.downgrade(blank_database)
    assert await catalog(blank_database) == before
    assert await contents(blank_database) == rows


async def test_netravens_writers(empty_database):
    """Naive UTC, as NetRaven's services write it, goes into an upgraded table and comes back."""
    await run(
        empty_database,
        "insert into jobs (status, started_at) values ('running', '2026-03-29 01:30')",
        "update jobs set status = 'completed', completed_at = '2026-03-29 01:31'",
    )
    assert str((await fetch(empty_database, "select completed_at from jobs"))[0][0]) == "2026-03-29 01:31:00"


async def test_netravens_own_alembic(netravens, tmp_path):
    """NetRaven's own alembic, which knows one revision only, still runs on an upgraded database."""
    await migrate.upgrade(netravens)
    tree = tmp_path / "netraven"
    (tree / "versions").mkdir(parents=True)
    (tree / "versions" / "initial.py").write_text(
        f"revision = '{INITIAL}'\ndown_revision = None\ndef upgrade(): raise AssertionError('done already')\n"
    )
    (tree / "env.py").write_text(_NETRAVENS_ENV)
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/netraven\n")
    before = await catalog(netravens)
    for arguments in (["current"], ["upgrade", "head"]):
        command = [sys.executable, "-m", "alembic", "-x", f"url={netravens}", *arguments]
        done = await asyncio.to_thread(subprocess.run, command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert arguments != ["current"] or done.stdout.strip() == f"{INITIAL} (head)"
    assert await catalog(netravens) == before


_NETRAVENS_ENV = """
import asyncio
from alembic import context
from sqlalchemy.pool import NullPool
from netraven_db.db.connection import make_engine

def migrate(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    engine = make_engine(context.get_x_argument(as_dictionary=True)["url"], poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)

asyncio.run(main())
"""


async def test_another_generation(netravens):
    """A database at a revision that NetRaven reached later is refused in one sentence and left as it is."""
    await run(netravens, "update alembic_version set version_num = 'a3992da91329'")
    before = await catalog(netravens)
    with pytest.raises(SchemaError, match=r"revision a3992da91329, which this version does not know"):
        await migrate.upgrade(netravens)
    assert await catalog(netravens) == before


async def test_newer_than_this_version(netravens):
    """A database that a newer version of ours upgraded is refused."""
    await migrate.upgrade(netravens)
    await run(netravens, "update analytics.alembic_version set version_num = 'ffffffffffff'")
    with pytest.raises(SchemaError, match="analytics revision ffffffffffff"):
        await migrate.upgrade(netravens)


async def test_no_stamp(netravens):
    """NetRaven's tables without a stamp are refused, and the message says how to stamp them."""
    await run(netravens, "delete from alembic_version")
    before = await catalog(netravens)
    with pytest.raises(SchemaError, match=f"alembic stamp {INITIAL}"):
        await migrate.upgrade(netravens)
    assert await catalog(netravens) == before


async def test_lost_tables(netravens):
    """A stamped database that lacks a table is refused by the table's name."""
    await run(netravens, "drop table job_logs")
    with pytest.raises(SchemaError, match="it lacks job_logs"):
        await migrate.upgrade(netravens)


async def test_netravens_tables_dropped_under_ours(empty_database):
    """Our stamp alone does not pass for an upgraded database."""
    await run(empty_database, "drop schema public cascade", "create schema public")
    with pytest.raises(SchemaError, match="drop schema analytics cascade"):
        await migrate.upgrade(empty_database)


async def test_unknown_revision(blank_database):
    """A revision that does not exist is the caller's mistake, and nothing is changed."""
    with pytest.raises(ParameterError, match="nonsense"):
        await migrate.upgrade(blank_database, "nonsense")
    assert (await catalog(blank_database))["schemas"] == [("public",)]


async def test_base_of_empty_tables(blank_database):
    """A downgrade to base drops empty tables and leaves the database blank."""
    before = await catalog(blank_database)
    await migrate.upgrade(blank_database)
    await migrate.downgrade(blank_database, "base")
    assert await catalog(blank_database) == before


@pytest.mark.parametrize("way", ["base", "-8"])
async def test_base_never_drops_rows(netravens, way):
    """However base is spelled, the way to it is refused before its first step where a table holds rows."""
    await migrate.upgrade(netravens)
    before, rows = await catalog(netravens), await contents(netravens)
    with pytest.raises(SchemaError, match="these do: device_configurations, devices, job_logs, jobs"):
        await migrate.downgrade(netravens, way)
    assert await catalog(netravens) == before
    assert await contents(netravens) == rows


async def test_base_of_a_database_that_was_never_upgraded(netravens):
    """The refusal leaves no version table of ours behind."""
    before = await catalog(netravens)
    with pytest.raises(SchemaError):
        await migrate.downgrade(netravens, "base")
    assert await catalog(netravens) == before


async def test_somebody_elses_things(netravens):
    """What somebody else keeps in the schema survives our downgrade, and so does the schema."""
    await run(netravens, "create schema analytics", "create table analytics.theirs (x int)")
    before = await catalog(netravens)
    await migrate.upgrade(netravens)
    await migrate.downgrade(netravens)
    assert await catalog(netravens) == before


async def test_somebody_elses_index(netravens):
    """An index of theirs under a name of ours stops the upgrade, with a way out, and is not touched."""
    await run(netravens, "create index ix_jobs_run_at on jobs (scheduled_for)")
    before = await catalog(netravens)
    with pytest.raises(SchemaError, match="ix_jobs_run_at of its own"):
        await migrate.upgrade(netravens)
    assert await catalog(netravens) == before
    await migrate.downgrade(netravens)
    assert await catalog(netravens) == before


async def test_without_the_rights(netravens, reader):
    """Somebody who may not change the tables is told what is lacking, and nothing is left behind."""
    before = await catalog(netravens)
    with pytest.raises(QueryError, match="must be owner of table jobs"):
        await migrate.upgrade(f"{netravens}{'&' if '?' in netravens else '?'}role={reader}")
    assert await catalog(netravens) == before
