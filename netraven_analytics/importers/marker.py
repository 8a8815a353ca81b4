"""How far an archive is imported, and which device is which of its files: kept in the database itself."""

import json
from collections.abc import Mapping
from typing import Any

import asyncpg

from netraven_analytics.importers.lineages import Lineage, Lineages
from netraven_analytics.importers.snapshots import History
from netraven_analytics.ownership import Owner, device_digest

_MARKER = "netraven_analytics.archive"
OWNER = Owner(_MARKER, "netraven-analytics import", "the archive")
_FORMAT = 1
_WRITE = """
    INSERT INTO system_settings (key, value, description)
    VALUES ($1, $2, 'The devices in this database are of an archive that netraven-analytics import read.')
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""


async def write_marker(connection: asyncpg.Connection, repositories: Mapping[str, Mapping[str, Any]]) -> None:
    """Say what the database holds: of each repository what :func:`told_of` gives."""
    digest = await device_digest(connection)
    marker = {"format": _FORMAT, "repositories": repositories, **digest}
    await connection.execute(_WRITE, _MARKER, json.dumps(marker))


def told_of(history: History) -> dict[str, Any]:
    """The commit and the time up to which a repository is imported, and its devices' files.

    Paths are bytes, and stand there as Latin-1, in which every byte is a character.
    """
    return {
        "commit": str(history.repository.commits[-1]),
        "time": history.last_time,
        "lineages": [
            [each.device_id, each.path.decode("latin-1"), each.removed, each.model_stated]
            for each in history.lineages.in_order()
            if each.device_id is not None
        ],
    }


def lineages_of(name: str, told: Mapping[str, Any]) -> Lineages:
    """The devices of a repository, from what :func:`told_of` gave."""
    return Lineages(
        name,
        [
            Lineage(name, path.encode("latin-1"), removed, device_id, stored=True, model_stated=stated)
            for device_id, path, removed, stated in told["lineages"]
        ],
    )
