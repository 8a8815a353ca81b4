"""``config refresh``: compute once what reports would have to read texts for, and store it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.configs.changes import DESCRIPTION
from netraven_analytics.configs.finding import Digests, Text, describe_changes, find_changes
from netraven_analytics.configs.noise import rules_version
from netraven_analytics.facts.changed import (
    candidates,
    device_types,
    not_normalised,
    snapshots_of_devices,
)
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.snapshots import digests
from netraven_analytics.facts.windows import resolve_window
from netraven_db.db.faults import sqlstate_of
from netraven_db.db.session import get_db
from netraven_db.errors import QueryError, SchemaError
from netraven_db.migrate import examine
from netraven_db.services.digests import (
    Described,
    Normalised,
    Progress,
    backfill,
    notice_changes_unseen,
    store_described,
    store_normalised,
    take_turn,
    tidy,
)

T = TypeVar("T")

_SNAPSHOTS = 5000  # whose devices one transaction refreshes
_ROWS = 1000  # that one statement stores
_ATTEMPTS = 10
_MEANWHILE = ("40001", "40P01", "23503")  # somebody stored, edited or deleted the same
_TAKEN = "55P03"  # somebody else has the turn


@dataclass(frozen=True)
class Refreshed:
    """How many snapshots got a raw digest and a normalised one, and how many changes were described."""

    digests: int
    normalised: int
    changes: int


async def refresh(progress: Progress = lambda done, of: None) -> Refreshed:
    """Bring the digests of all snapshots and the descriptions of all changes up to date.

    What is there is kept, so that it takes long only once, and after the noise rules were changed. It works
    in short transactions, can be killed and run again, and run twice at once.

    Args:
        progress: is told how many of how many snapshots are done.

    Raises:
        SchemaError: the database has no digests: it was not upgraded.
        QueryError: the server refused a step, such as to a user without the rights.
    """
    from netraven_db.schema.failures import as_netraven_errors

    with as_netraven_errors():
        async with get_db() as db:
            if (await examine(db)).digests == "none":
                raise SchemaError(
                    "There are no digests to refresh, or none that this user may read: run "
                    "'netraven-analytics db upgrade' as the user who owns NetRaven's tables."
                )
        await notice_changes_unseen()
        made = await backfill()
        async with get_db() as db:
            scope = await _everything(db)
            counted = await frames.frame(_seen(snapshots_of_devices(scope), scope), db)
        total, done, normalised, described = int(counted["snapshots"].sum()), 0, 0, 0
        for devices, snapshots in _parts(counted):
            one, other = await _undisturbed(partial(_refresh_devices, devices))
            normalised, described, done = normalised + one, described + other, done + snapshots
            progress(done, total)
        await tidy()
    return Refreshed(made, normalised, described)


async def _refresh_devices(devices: list[int], db: AsyncSession) -> tuple[int, int]:
    scope = await _everything(db, digests.c.device_id.in_(devices))
    return await _normalise(db, scope), await _describe(db, scope)


async def _normalise(db: AsyncSession, scope: Scope) -> int:
    table = await frames.frame(_seen(not_normalised(scope, rules_version), scope), db)
    types = table["device_type"].astype(object).where(table["device_type"].notna(), None)
    columns = (table["raw_sha256"], table["rules_version"], types, table["snapshot_id"])
    texts = [Text(bytes(raw), *rest) for raw, *rest in zip(*columns, strict=True)]
    made = Digests(scope, db)
    await made.make(texts)
    rows = [Normalised(int(text.snapshot_id), text.raw, made[text], text.rules) for text in texts]
    for start in range(0, len(rows), _ROWS):
        await store_normalised(db, rows[start : start + _ROWS])
    return len(rows)


async def _describe(db: AsyncSession, scope: Scope) -> int:
    found = await frames.frame(_seen(candidates(scope, rules_version, DESCRIPTION), scope), db)
    changes = await find_changes(found, scope, db)
    missing = changes[changes["lines_added"].isna()]
    between = {
        row.to_id: (bytes(row.before_raw), bytes(row.after_raw), row.rules_version + DESCRIPTION)
        for row in missing.itertuples(index=False)
    }
    rows = [
        Described(to_id, *between[to_id], *vars(description).values())
        async for described in describe_changes(missing, scope, db)
        for to_id, description in described.items()
    ]
    for start in range(0, len(rows), _ROWS):
        await store_described(db, rows[start : start + _ROWS])
    return len(rows)


async def _everything(db: AsyncSession, *where: Any) -> Scope:
    types = (await frames.frame(device_types(), db)).iloc[:, 0]
    return Scope(
        fact=digests,
        window=resolve_window("all", None, None, "UTC"),
        where=where,
        device_types=tuple(types.astype(object).where(types.notna(), None)),
    )


def _parts(counted: Any) -> Iterator[tuple[list[int], int]]:
    """Devices, as many as have some thousand snapshots together, and how many they have."""
    devices: list[int] = []
    snapshots = 0
    for device_id, count in zip(counted["device_id"], counted["snapshots"], strict=True):
        devices.append(int(device_id))
        snapshots += int(count)
        if snapshots >= _SNAPSHOTS:
            yield devices, snapshots
            devices, snapshots = [], 0
    if devices:
        yield devices, snapshots


async def _undisturbed(work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Work in one transaction that sees one moment, done again where somebody came between."""
    attempts = 0
    while True:
        try:
            async with get_db() as db:
                await db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                await take_turn(db)
                return await work(db)
        except (DBAPIError, QueryError) as error:
            cause = sqlstate_of(error)
            attempts += cause in _MEANWHILE
            if cause not in (*_MEANWHILE, _TAKEN) or attempts == _ATTEMPTS:
                raise
        await asyncio.sleep(0.1)


def _seen(statement: Any, scope: Scope) -> Any:
    return statement.params(as_of=scope.window.as_of)
