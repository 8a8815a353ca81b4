"""Putting an archive into a database, and going on where the last import ended."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

import asyncpg

from netraven_analytics.importers.archive import Archive
from netraven_analytics.importers.changes import Skipped
from netraven_analytics.importers.devices import settle
from netraven_analytics.importers.imported import Imported
from netraven_analytics.importers.lineages import Lineage, Lineages
from netraven_analytics.importers.marker import OWNER, lineages_of, told_of, write_marker
from netraven_analytics.importers.router_db import Entry
from netraven_analytics.importers.snapshots import History, Snapshot, Told
from netraven_analytics.ownership import analyze, empty_tables, take_turns
from netraven_db.db.base import as_utc
from netraven_db.db.faults import fault
from netraven_db.errors import NetRavenError, ParameterError, QueryError, UnknownCommitError

Progress = Callable[[int, int], None]

_BYTES, _ROWS, _COMMITS = 16 * 2**20, 5000, 1000  # that one batch holds at most, or a little more
_COLUMNS = ("device_id", "config_data", "retrieved_at", "metadata")


async def load(
    connection: asyncpg.Connection,
    archive: Archive,
    listed: Mapping[str, Entry] | None = None,
    *,
    anew: bool = False,
    progress: Progress = lambda done, of: None,
) -> Imported:
    """Import what is new in an archive, all or nothing.

    Args:
        connection: to a migrated database that is empty, or holds this archive as it was before.
        archive: what to import.
        listed: what a list of devices says of their addresses and models.
        anew: forget what was imported before and import everything again.
        progress: is told how many of how many commits are read.

    Raises:
        ParameterError: the database holds devices that no import made, or another archive; the archive's
            history was rewritten; or a part of it cannot be read.
        QueryError: the server refused, or did not answer in time; nothing was imported.
        ConnectionLostError: the server, or the connection to it, went away; nothing was imported.
        UnknownCommitError: the same at the end, where all was perhaps imported: run it again.
    """
    committing = False
    try:
        async with connection.transaction():
            await take_turns(connection)
            marker = await OWNER.look(connection)
            if anew and marker is not None:
                await empty_tables(connection)
                marker = None
            imported = await _Import(connection, archive, marker).run(listed or {}, progress)
            committing = True
        await analyze(connection)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise _told(error, connection, committing) from None
    return imported


class _Import:
    """One import in its transaction."""

    def __init__(
        self, connection: asyncpg.Connection, archive: Archive, marker: Mapping[str, Any] | None
    ) -> None:
        self._connection, self._archive = connection, archive
        self._before: Mapping[str, Any] = marker["repositories"] if marker else {}
        self._skipped, self._told = Skipped(), Told()
        if self._before and not set(self._before) & set(archive.repositories):
            raise _another(archive)
        self._histories = {name: self._history(name) for name in archive.repositories}

    async def run(self, listed: Mapping[str, Entry], progress: Progress) -> Imported:
        total = sum(len(each.repository.commits) - each.since for each in self._histories.values())
        new_devices, snapshots = 0, 0
        batches = _batches(chain.from_iterable(each.snapshots() for each in self._histories.values()))
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            done, rows = batch
            new_devices += await self._store(rows)
            snapshots += len(rows)
            progress(done, total)
        lineages = [
            lineage
            for lineage in chain(*(each.lineages.known for each in self._histories.values()), self._of_gone())
            if lineage.device_id is not None
        ]
        settled = await settle(self._connection, lineages, self._histories, listed)
        await self._mark()
        return Imported(
            repositories=len(self._histories),
            empty=self._archive.empty,
            gone=tuple(filter(self._is_gone, self._before)),
            commits=total,
            snapshots=snapshots,
            **await self._counted(),
            new_devices=new_devices,
            renamed=tuple(self._told.renamed),
            latin_1=tuple(sorted(self._told.latin_1)),
            times_moved=self._told.times_moved,
            skipped={why: dict(files) for why, files in self._skipped.files.items()},
            **settled,
        )

    def _is_gone(self, name: str) -> bool:
        return name not in self._archive.repositories

    def _of_gone(self) -> list[Lineage]:
        """The devices of repositories that are not in the folder any more; they stay as they are."""
        gone = [lineages_of(name, told) for name, told in self._before.items() if self._is_gone(name)]
        return [lineage for lineages in gone for lineage in lineages.known]

    def _history(self, name: str) -> History:
        """The history of a repository from where the last import ended."""
        repository, told = self._archive.repositories[name], self._before.get(name)
        if told is None:
            return History(repository, Lineages(name), self._skipped, self._told)
        numbers = {str(commit): number for number, commit in enumerate(repository.commits)}
        position = numbers.get(told["commit"])
        if position is None:
            raise _rewritten(name, told["commit"])
        return History(
            repository, lineages_of(name, told), self._skipped, self._told, position + 1, told["time"]
        )

    async def _store(self, snapshots: list[Snapshot]) -> int:
        """Store snapshots, and before them the devices that are new."""
        new = list(dict.fromkeys(s.lineage for s in snapshots if s.lineage.device_id is None))
        for lineage, row in zip(new, await self._connection.fetch(_NEW_DEVICES, len(new)), strict=True):
            lineage.device_id = row["id"]
        rows = ((s.lineage.device_id, s.text, s.found_at, s.metadata) for s in snapshots)
        await self._connection.copy_records_to_table("device_configurations", records=rows, columns=_COLUMNS)
        return len(new)

    async def _mark(self) -> None:
        gone = {name: told for name, told in self._before.items() if self._is_gone(name)}
        now = {name: told_of(history) for name, history in self._histories.items()}
        await write_marker(self._connection, {**gone, **now})

    async def _counted(self) -> dict[str, Any]:
        found = await self._connection.fetchrow(_COUNTED)
        return {
            "total_snapshots": found["snapshots"],
            "first_at": found["first_at"] and as_utc(found["first_at"]),
            "last_at": found["last_at"] and as_utc(found["last_at"]),
        }


_NEW_DEVICES = """
    INSERT INTO devices (hostname, ip_address)
    SELECT name, '(unknown: ' || name || ')'
      FROM (SELECT gen_random_uuid() AS name FROM generate_series(1, $1::int)) AS new
    RETURNING id
"""
_COUNTED = """
    SELECT count(*) AS snapshots, min(retrieved_at) AS first_at, max(retrieved_at) AS last_at
      FROM device_configurations
"""


def _batches(commits: Iterator[list[Snapshot]]) -> Iterator[tuple[int, list[Snapshot]]]:
    """Snapshots, some at a time, and how many commits are read with them."""
    batch: list[Snapshot] = []
    done = size = since = 0
    for done, snapshots in enumerate(commits, start=1):
        batch += snapshots
        size += sum(len(snapshot.text) for snapshot in snapshots)
        since += 1
        if size >= _BYTES or len(batch) >= _ROWS or since >= _COMMITS:
            yield done, batch
            batch, size, since = [], 0, 0
    yield done, batch


def _rewritten(name: str, commit: str) -> ParameterError:
    return ParameterError(
        f"{f'The repository {name}' if name else 'The repository'} does not go on from commit {commit[:10]}, "
        "up to which it was imported: its history was rewritten, or it is another one; name an empty "
        "database with --into, or import everything again with --anew."
    )


def _another(archive: Archive) -> ParameterError:
    return ParameterError(
        f"The database holds another archive than {archive.path}: name an empty database with --into, or "
        "put this one in its place with --anew."
    )


def _told(error: Exception, connection: asyncpg.Connection, committing: bool) -> NetRavenError:
    """What the server says, in one sentence."""
    lost = fault(error, closed=connection.is_closed())
    if lost is not None and committing:
        return UnknownCommitError(
            "The connection was lost at the end of the import, and whether it was committed is not known: "
            "run it again, which imports what is not there."
        )
    return lost or QueryError(f"The server refused ({error}): nothing was imported.")
