"""Importing a test's archive, and what is in the database then."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from netraven_analytics.importers import Imported, load, open_archive, read_router_db
from netraven_db.db.connection import connect

IOS = "version 15.2\nservice timestamps log datetime\nhostname {}\nend\n"
EOS = "! device: b (DCS-7050, EOS-4.30.5M)\nhostname b\nend\n"
GUESSED, NO_ADDRESS, REMOVED = (
    "archive:model guessed",
    "archive:address unknown",
    "archive:removed from the archive",
)

_SNAPSHOTS = """
    SELECT c.id, d.hostname, c.config_data AS text, c.retrieved_at AS found_at, c.metadata
      FROM device_configurations c JOIN devices d ON d.id = c.device_id ORDER BY d.id, c.retrieved_at, c.id
"""
_DEVICES = """
    SELECT d.hostname, d.ip_address, d.device_type,
           array(SELECT t.type || ':' || t.name FROM device_tag_association a JOIN tags t ON t.id = a.tag_id
                  WHERE a.device_id = d.id ORDER BY 1) AS tags
      FROM devices d ORDER BY d.hostname
"""


class Stored(NamedTuple):
    """A snapshot in the database."""

    id: int
    hostname: str
    text: str
    found_at: Any
    metadata: dict[str, Any]


async def import_into(
    url: str, path: Path, *, router_db: Path | None = None, revision: str = "HEAD", anew: bool = False
) -> Imported:
    """Import an archive into a migrated database."""
    archive = open_archive(path, revision)
    connection = await connect(url)
    try:
        return await load(connection, archive, read_router_db(router_db) if router_db else {}, anew=anew)
    finally:
        await connection.close()


async def snapshots(url: str) -> list[Stored]:
    """All of them, by device, in order of time."""
    return [Stored(*list(row)[:-1], json.loads(row["metadata"])) for row in await fetch(url, _SNAPSHOTS)]


async def devices(url: str) -> dict[str, tuple[str, str | None, list[str]]]:
    """Address, model and tags by hostname."""
    return {row["hostname"]: tuple(row)[1:] for row in await fetch(url, _DEVICES)}  # type: ignore[misc]


async def fetch(url: str, query: str) -> list[Any]:
    connection = await connect(url)
    try:
        return await connection.fetch(query)  # type: ignore[no-any-return]
    finally:
        await connection.close()
