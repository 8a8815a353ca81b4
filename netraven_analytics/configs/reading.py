"""Stored texts, read a few at a time however many are asked for."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, column, select, values
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.snapshots import snapshots

if TYPE_CHECKING:
    import pandas as pd

_ASKED = 2000  # texts or pairs that one statement asks for
_HELD = 20  # of them in memory


async def texts_of(ids: Sequence[int], scope: Scope, db: AsyncSession) -> AsyncIterator["pd.DataFrame"]:
    """The texts of these snapshots in parts, with ``snapshot_id`` and ``text``."""
    for some in batches(ids, _ASKED):
        chosen = select(snapshots.c.snapshot_id, snapshots.c.text).where(snapshots.c.snapshot_id.in_(some))
        async for part in _in_parts(chosen, scope, db):
            yield part


async def pairs_of_texts(
    pairs: Sequence[tuple[int, int]], scope: Scope, db: AsyncSession
) -> AsyncIterator["pd.DataFrame"]:
    """Both texts of these pairs of snapshots in parts, with ``to_id``, ``before`` and ``after``."""
    for some in batches(pairs, _ASKED):
        async for part in _in_parts(_both(some), scope, db):
            yield part


def batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def seen(statement: Any, scope: Scope) -> Any:
    """The statement with the instant it looks from."""
    return statement.params(as_of=scope.window.as_of)


def _both(pairs: Sequence[tuple[int, int]]) -> Any:
    pair = values(column("from_id", Integer), column("to_id", Integer), name="pair").data(list(pairs))
    before, after = snapshots.rows.alias("before"), snapshots.rows.alias("after")
    return (
        select(pair.c.to_id, before.c.text.label("before"), after.c.text.label("after"))
        .join_from(pair, before, before.c.snapshot_id == pair.c.from_id)
        .join(after, after.c.snapshot_id == pair.c.to_id)
    )


async def _in_parts(statement: Any, scope: Scope, db: AsyncSession) -> AsyncIterator["pd.DataFrame"]:
    async with frames.stream(seen(statement, scope), db, rows=_HELD) as parts:
        async for part in parts:
            yield part
