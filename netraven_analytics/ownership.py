"""Whose rows a database holds: what fills one leaves a marker, and touches nothing that it did not make."""

import json
from dataclasses import dataclass
from typing import Any

import asyncpg

from netraven_db.errors import ParameterError
from netraven_db.schema.tables import TABLES

# Two processes that fill, clear or look at the same time take turns by this number.
_LOCK = 0x6E657472_6176656E
_REFUSAL = "The database holds {what} that {maker} did not make: name an empty database for {things}."
_FILLED = ", ".join(f"(SELECT '{table}' FROM {table} LIMIT 1)" for table in TABLES)
_DEVICES = """
    SELECT count(*) AS devices,
           encode(sha256(convert_to(string_agg(id || ':' || hostname, E'\\n' ORDER BY id), 'UTF8')), 'hex')
               AS sha256
      FROM devices
"""
# One statement, so that it sees one moment.
_LOOK = f"""
    SELECT (SELECT value::text FROM system_settings WHERE key = $1) AS marker,
           array_remove(ARRAY[{_FILLED}], NULL) AS filled, held.*
      FROM ({_DEVICES}) AS held
"""


@dataclass(frozen=True)
class Owner:
    """A command that fills databases: the key of its marker in ``system_settings``, and its words."""

    marker: str
    maker: str
    things: str

    async def look(self, connection: asyncpg.Connection) -> dict[str, Any] | None:
        """What its marker says, None in an empty database.

        Raises:
            ParameterError: it holds devices that this command did not make, or rows and no marker.
        """
        found = await connection.fetchrow(_LOOK, self.marker)
        if found["marker"] is None:
            if found["filled"]:
                raise self._refusal(f"rows in {found['filled'][0]}")
            return None
        values: dict[str, Any] = json.loads(found["marker"])
        if any(found[name] != values.get(name) for name in ("devices", "sha256")):
            raise self._refusal("devices")
        return values

    def _refusal(self, what: str) -> ParameterError:
        return ParameterError(_REFUSAL.format(what=what, maker=self.maker, things=self.things))


async def device_digest(connection: asyncpg.Connection) -> dict[str, Any]:
    """What tells these devices from any others: it belongs into the marker."""
    return dict(await connection.fetchrow(_DEVICES))


async def take_turns(connection: asyncpg.Connection) -> None:
    """Wait for whoever fills or clears the database; the turn ends with the transaction."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)


async def empty_tables(connection: asyncpg.Connection) -> None:
    """Empty NetRaven's tables, which count from 1 again; whoever calls it has looked whose rows they are."""
    await connection.execute(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY")


async def analyze(connection: asyncpg.Connection) -> None:
    """A planner without statistics would spoil the first report."""
    digests = "analytics.configuration_digests"  # the database itself filled and emptied it
    kept = await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", digests)
    for table in (*TABLES, *([digests] if kept else [])):
        await connection.execute(f"ANALYZE {table}")
