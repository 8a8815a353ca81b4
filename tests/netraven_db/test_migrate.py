"""What the rest of the toolkit asks about a database's schema."""

import asyncio
import subprocess
import sys
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.pool import NullPool

from netraven_db import migrate
from netraven_db.db.connection import connect, make_engine
from netraven_db.errors import DatabaseUnavailableError, SchemaError

HEAD = "e2b7940c6a13"


async def execute(url, *statements):
    connection = await connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def ask(url, role=None, read_only=False):
    """What require_netraven says to a session of that role."""
    engine = make_engine(url, poolclass=NullPool)
    async with AsyncSession(engine) as session:
        if read_only:
            await session.connection(execution_options={"postgresql_readonly": True})
        if role:
            await (await session.connection()).exec_driver_sql(f"set local role {role}")
        return await migrate.require_netraven(session)


@pytest.fixture
async def reader(blank_database):
    """The name of a role without any right of its own."""
    name = f"test_{uuid4().hex[:12]}"
    try:
        await execute(blank_database, f"create role {name}")
    except asyncpg.InsufficientPrivilegeError:
        pytest.skip("the user of the test server may not create roles")
    yield name
    await execute(blank_database, f"drop role {name}")


def test_no_alembic_for_reports():
    """Importing the module does not import alembic."""
    program = "import sys, netraven_db.migrate; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_script_location(tmp_path, monkeypatch):
    """The migrations are found in the repository, and inside the package once it is an installed wheel."""
    assert (migrate.script_location() / "env.py").is_file()
    monkeypatch.setattr(migrate, "__file__", str(tmp_path / "migrate.py"))
    assert migrate.script_location() == tmp_path.parent / "migrations"
    (tmp_path / "migrations").mkdir()
    assert migrate.script_location() == tmp_path / "migrations"


async def test_state(blank_database):
    """The state tells a blank database, NetRaven's own and an upgraded one apart."""
    blank = await migrate.state(blank_database)
    assert (blank.netraven_revision, blank.analytics_revision, blank.head) == (None, None, HEAD)
    assert len(blank.tables_missing) == 10
    assert not blank.is_netraven
    await migrate.upgrade(blank_database, "8a76c492719c")
    own = await migrate.state(blank_database)
    assert own == migrate.SchemaState("8a76c492719c", None, HEAD, ())
    assert (own.is_netraven, own.is_current) == (True, False)
    await migrate.upgrade(blank_database)
    upgraded = await migrate.state(blank_database)
    assert upgraded == migrate.SchemaState("8a76c492719c", HEAD, HEAD, ())
    assert (upgraded.is_netraven, upgraded.is_current) == (True, True)


async def test_default_url(empty_database):
    """Without a URL it is the database of the environment."""
    assert (await migrate.state()).is_current
    await migrate.upgrade()


async def test_no_server():
    """A server that cannot be reached is the usual error."""
    for question in (migrate.state, migrate.upgrade):
        with pytest.raises(DatabaseUnavailableError, match="No PostgreSQL answers"):
            await question("postgresql://netraven@127.0.0.1:1/netraven")


async def test_not_upgraded(blank_database):
    """A database at NetRaven's own revision can be reported on, with a note; an upgraded one without."""
    await migrate.upgrade(blank_database, "8a76c492719c")
    assert "netraven-analytics db upgrade" in await ask(blank_database, read_only=True)
    await migrate.upgrade(blank_database)
    assert await ask(blank_database, read_only=True) is None


async def test_without_any_right(blank_database, reader):
    """Somebody who may read no version table gets the same answers."""
    with pytest.raises(SchemaError, match="There are no NetRaven tables"):
        await ask(blank_database, reader)
    await migrate.upgrade(blank_database, "8a76c492719c")
    assert "db upgrade" in await ask(blank_database, reader)
    await migrate.upgrade(blank_database)
    assert await ask(blank_database, reader) is None


async def test_blank(blank_database):
    """Where there are no NetRaven tables the message names both ways to get some."""
    with pytest.raises(SchemaError, match=r"'netraven-analytics db upgrade'.*'netraven-analytics demo'"):
        await ask(blank_database)


async def test_another_generation(empty_database):
    """An unknown revision is refused before anything is said of missing tables."""
    await execute(
        empty_database, "drop table job_logs", "update alembic_version set version_num = 'a3992da91329'"
    )
    with pytest.raises(SchemaError, match="revision a3992da91329"):
        await ask(empty_database)


async def test_some_tables(empty_database):
    """Some of the tables are not enough, and the message names those that lack."""
    await execute(empty_database, "drop table job_logs, connection_logs")
    with pytest.raises(SchemaError, match="it lacks connection_logs, job_logs"):
        await ask(empty_database)


async def test_no_stamp(empty_database):
    """NetRaven's tables can be reported on though nobody stamped them, such as after a partial restore."""
    await execute(empty_database, "drop table alembic_version")
    assert await ask(empty_database) is None


async def test_cost(empty_database):
    """The check is two statements, and leaves the session's transaction as it was."""
    engine = make_engine(empty_database, poolclass=NullPool)
    statements = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    async with AsyncSession(engine) as session:
        await session.connection()
        statements.clear()
        await migrate.require_netraven(session)
        assert len(statements) == 2
        assert session.in_transaction()


async def test_percent_and_space_in_the_path(blank_database, tmp_path, monkeypatch):
    """The migrations run from a folder of any name."""
    folder = tmp_path / "50% of it"
    folder.mkdir()
    (folder / "migrations").symlink_to(migrate.script_location())
    monkeypatch.setattr(migrate, "__file__", str(folder / "migrate.py"))
    await migrate.upgrade(blank_database)
    monkeypatch.undo()
    assert (await migrate.state(blank_database)).is_current


async def test_another_threads_loop(blank_database):
    """An upgrade runs in any loop of any thread, also beside another one."""
    await asyncio.gather(
        asyncio.to_thread(lambda: asyncio.run(migrate.upgrade(blank_database))),
        migrate.upgrade(blank_database),
    )
    assert (await migrate.state(blank_database)).is_current


def test_alembic_from_a_running_loop(blank_database, monkeypatch):
    """Alembic's own Python functions work where a loop is running, as in a notebook."""
    from alembic import command
    from alembic.config import Config

    monkeypatch.setenv("NETRAVEN_DATABASE_URL", blank_database)
    config = Config()
    config.set_main_option("script_location", str(migrate.script_location()))
    config.set_main_option("path_separator", "os")

    async def cell():
        command.upgrade(config, "head")

    asyncio.run(cell())
    assert asyncio.run(migrate.state(blank_database)).is_current
