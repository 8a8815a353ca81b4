"""Putting the fleet into a database, and knowing it again there."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import asyncpg

from netraven_analytics.demo.answers import AnswerKey
from netraven_analytics.demo.fleet import COLUMNS, Fleet, generate
from netraven_analytics.demo.spec import FORMAT_VERSION, FleetSpec
from netraven_analytics.demo.tables import MARKER, Row
from netraven_analytics.ownership import Owner, analyze, empty_tables, take_turns
from netraven_db.errors import ParameterError

Progress = Callable[[str, int], None]

_STEP = 10_000
_OWNER = Owner(MARKER, "netraven-analytics demo", "the demo fleet")
_NEXT_ID = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} HAVING max(id) > 0"


@dataclass(frozen=True)
class _Marker:
    """What ``system_settings`` says about the demo fleet."""

    format: int
    spec: FleetSpec


async def load(connection: asyncpg.Connection, fleet: Fleet, progress: Progress | None = None) -> None:
    """Load the fleet into empty tables, all or nothing.

    Args:
        connection: to a migrated database.
        fleet: what to load.
        progress: called with a table's name and how many of its rows are there.

    Raises:
        ParameterError: there are rows already.
    """
    async with connection.transaction():
        await take_turns(connection)
        if await _demo_marker(connection) is not None:
            raise ParameterError("The demo fleet needs empty tables: clear the database or name another one.")
        await _copy(connection, fleet, progress)
    await analyze(connection)


async def owned(connection: asyncpg.Connection) -> FleetSpec | None:
    """The spec of the demo fleet that the database holds, None where its tables are empty.

    Raises:
        ParameterError: it holds devices that the demo did not make, or rows and no demo fleet.
    """
    marker = await _demo_marker(connection)
    return None if marker is None else marker.spec


async def clear(connection: asyncpg.Connection) -> None:
    """Empty the tables of a demo fleet again.

    Raises:
        ParameterError: they hold something else.
    """
    async with connection.transaction():
        await take_turns(connection)
        if await owned(connection) is not None:
            await empty_tables(connection)


async def ensure(
    connection: asyncpg.Connection, spec: FleetSpec, progress: Progress | None = None
) -> AnswerKey:
    """Have that fleet in the database: keep it, load it, or put it in the place of another demo fleet.

    Raises:
        ParameterError: the database holds devices that the demo did not make.
    """
    fleet = generate(spec)
    async with connection.transaction():
        await take_turns(connection)
        if await _demo_marker(connection) == _Marker(FORMAT_VERSION, spec):
            return fleet.answers
        await clear(connection)
        await _copy(connection, fleet, progress)
    await analyze(connection)
    return fleet.answers


async def _demo_marker(connection: asyncpg.Connection) -> _Marker | None:
    """The marker, None in an empty database; raises where anything is not the demo's."""
    values = await _OWNER.look(connection)
    return None if values is None else _Marker(values["format"], FleetSpec.from_dict(values["spec"]))


async def _copy(connection: asyncpg.Connection, fleet: Fleet, progress: Progress | None) -> None:
    for table, columns in COLUMNS.items():
        rows: Iterable[Row] = fleet.rows(table)
        if progress is not None:
            rows = _counted(rows, table, progress)
        await connection.copy_records_to_table(table, records=rows, columns=columns)
        if columns[0] == "id":
            await connection.execute(_NEXT_ID.format(table=table))


def _counted(rows: Iterable[Row], table: str, progress: Progress) -> Iterator[Row]:
    count = 0
    for count, row in enumerate(rows, start=1):
        yield row
        if count % _STEP == 0:
            progress(table, count)
    progress(table, count)
