"""Loading is all or nothing, known again, and never touches what the demo did not make."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from netraven_analytics.demo import COLUMNS, TABLES, Fleet, FleetSpec, clear, ensure, generate, load, owned
from netraven_db.db.connection import connect
from netraven_db.errors import ParameterError
from tests.netraven_analytics.demo.oracle import Tables


@pytest.fixture
async def database(empty_database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect(empty_database)
    yield connection
    await connection.close()


async def _stored(connection: asyncpg.Connection) -> Tables:
    return {
        table: [
            tuple(row)
            for row in await connection.fetch(
                f"SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(columns[:2])}"
            )
        ]
        for table, columns in COLUMNS.items()
    }


async def test_every_row_arrives(database: asyncpg.Connection, fleet: Fleet, tables: Tables) -> None:
    """Each table holds as many rows as the fleet has."""
    await load(database, fleet)
    assert await _stored(database) == {table: sorted(rows, key=_first_two) for table, rows in tables.items()}


def _first_two(row: tuple[int, ...]) -> tuple[int, ...]:
    return row[:2] if isinstance(row[1], int) else row[:1]


async def test_digests_come_and_go_with_the_snapshots(database: asyncpg.Connection, fleet: Fleet) -> None:
    """What the database keeps beside the demo's tables is there after loading, and gone after clearing."""
    count = "SELECT count(*) FROM analytics.configuration_digests"
    await load(database, fleet)
    assert await database.fetchval(count) == fleet.count("device_configurations")
    await clear(database)
    assert await database.fetchval(count) == 0


async def test_ids_go_on_after_the_loaded_ones(database: asyncpg.Connection, fleet: Fleet) -> None:
    """The next row that somebody adds gets an id that is free."""
    await load(database, fleet)
    id_ = await database.fetchval("INSERT INTO tags (name) VALUES ('new') RETURNING id")
    assert id_ == fleet.count("tags") + 1
    last = await database.fetchval("SELECT max(id) FROM devices")
    query = "INSERT INTO devices (hostname, ip_address) VALUES ('new', '0.0.0.0') RETURNING id"
    assert await database.fetchval(query) == last + 1


async def test_progress_counts_every_table(database: asyncpg.Connection, fleet: Fleet) -> None:
    """It is told all rows of all tables, and no more."""
    seen: dict[str, int] = {}
    await load(database, fleet, seen.__setitem__)
    assert seen == {table: fleet.count(table) for table in TABLES}


async def test_the_planner_knows_the_tables(database: asyncpg.Connection, fleet: Fleet) -> None:
    """They are analyzed, so that the first report is not slow."""
    await load(database, fleet)
    rows = await database.fetchval("SELECT reltuples FROM pg_class WHERE oid = 'jobs'::regclass")
    assert rows == fleet.count("jobs")


async def test_an_empty_database_is_nobodys(database: asyncpg.Connection) -> None:
    """A migrated database without rows may be filled."""
    assert await owned(database) is None
    await clear(database)


async def test_a_loaded_fleet_is_known_and_cleared(database: asyncpg.Connection, fleet: Fleet) -> None:
    """Its marker says which fleet it is, and clearing takes all of it."""
    await load(database, fleet)
    assert await owned(database) == fleet.spec
    await clear(database)
    assert await owned(database) is None
    assert not any((await _stored(database)).values())


async def test_loading_twice_is_refused(database: asyncpg.Connection, fleet: Fleet) -> None:
    """A second load would double the rows."""
    await load(database, fleet)
    with pytest.raises(ParameterError, match="empty tables"):
        await load(database, fleet)
    assert await owned(database) == fleet.spec


FOREIGN = "INSERT INTO devices (hostname, ip_address) VALUES ('theirs', '192.0.2.1')"


@pytest.mark.parametrize(
    "statement",
    [FOREIGN, "INSERT INTO tags (name) VALUES ('theirs')", "INSERT INTO jobs (status) VALUES ('completed')"],
)
async def test_a_database_in_use_is_left_alone(
    database: asyncpg.Connection, fleet: Fleet, statement: str
) -> None:
    """Rows without the marker are somebody else's."""
    await database.execute(statement)
    before = await _stored(database)
    for action in (owned(database), clear(database), load(database, fleet), ensure(database, fleet.spec)):
        with pytest.raises(ParameterError, match="did not make"):
            await action
    assert await _stored(database) == before


@pytest.mark.parametrize(
    "statement",
    [FOREIGN, "UPDATE devices SET hostname = 'theirs' WHERE id = (SELECT min(id) FROM devices)"],
)
async def test_devices_beside_the_demos_are_left_alone(
    database: asyncpg.Connection, fleet: Fleet, statement: str
) -> None:
    """One device more, and the database is not the demo's to clear."""
    await load(database, fleet)
    await database.execute(statement)
    for action in (owned(database), clear(database), ensure(database, replace(fleet.spec, seed=1))):
        with pytest.raises(ParameterError, match="did not make"):
            await action
    assert await database.fetchval("SELECT count(*) FROM devices WHERE hostname = 'theirs'") == 1


async def test_ensure_loads_keeps_and_replaces(database: asyncpg.Connection, fleet: Fleet) -> None:
    """Nothing is loaded anew for the same spec, and everything for another."""
    assert await ensure(database, fleet.spec) == fleet.answers
    await database.execute("UPDATE tags SET name = 'touched' WHERE id = 1")
    assert await ensure(database, fleet.spec) == fleet.answers
    assert await database.fetchval("SELECT name FROM tags WHERE id = 1") == "touched"
    other = replace(fleet.spec, devices=12, days=10)
    assert await ensure(database, other) == generate(other).answers
    assert await owned(database) == other
    assert await database.fetchval("SELECT count(*) FROM devices") == 12


async def test_a_fleet_of_an_older_format_is_replaced(database: asyncpg.Connection, fleet: Fleet) -> None:
    """What this version would not make is not kept."""
    await load(database, fleet)
    await database.execute(
        "UPDATE system_settings SET value = jsonb_set(value::jsonb, '{format}', '0')::json WHERE id = 1"
    )
    await database.execute("UPDATE tags SET name = 'touched' WHERE id = 1")
    await ensure(database, fleet.spec)
    assert await database.fetchval("SELECT name FROM tags WHERE id = 1") != "touched"


async def test_a_failed_load_leaves_nothing(database: asyncpg.Connection, fleet: Fleet) -> None:
    """It is one transaction."""

    def fail(table: str, rows: int) -> None:
        if table == "jobs":
            raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError, match="interrupted"):
        await load(database, fleet, fail)
    assert await owned(database) is None
    assert not any((await _stored(database)).values())


async def test_two_at_once_give_one_fleet(empty_database: str, fleet: Fleet) -> None:
    """The second waits for the first, and finds its work done."""
    specs = [fleet.spec, fleet.spec, replace(fleet.spec, devices=12, days=10)]
    connections = [await connect(empty_database) for _ in specs]
    try:
        await asyncio.gather(*(ensure(c, s) for c, s in zip(connections, specs, strict=True)))
        spec: FleetSpec | None = await owned(connections[0])
        assert spec in specs
        assert await connections[0].fetchval("SELECT count(*) FROM devices") == spec.devices
    finally:
        for connection in connections:
            await connection.close()
