"""From candidates to changes: the few texts that digests cannot tell apart are read here, a few at a time."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import astuple, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.configs.changes import Description, Start, describe, reverts
from netraven_analytics.configs.noise import rules_version
from netraven_analytics.configs.normalise import digest, normalise
from netraven_analytics.configs.reading import batches, pairs_of_texts, seen, texts_of
from netraven_analytics.facts.changed import snapshots_in_window, texts_in_order
from netraven_analytics.facts.scope import Scope

if TYPE_CHECKING:
    import pandas as pd

DESCRIBED = tuple(field.name for field in fields(Description))

_DEVICES = 500  # whose histories are looked through at once


class Text(NamedTuple):
    """A text by its raw digest, the rules to normalise it by, and a snapshot that has it."""

    raw: bytes
    rules: str
    device_type: str | None
    snapshot_id: int


class Digests:
    """Normalised digests, each made once of each text and rules."""

    def __init__(self, scope: Scope, db: AsyncSession) -> None:
        self._scope, self._db = scope, db
        self._made: dict[tuple[bytes, str], bytes] = {}

    def __getitem__(self, text: Text) -> bytes:
        """The digest; of a text that was deleted meanwhile its raw one."""
        return self._made.get((text.raw, text.rules), text.raw)

    async def make(self, texts: Iterable[Text]) -> None:
        """Read the texts that have no digest yet."""
        wanted = {(text.raw, text.rules): text for text in texts}
        missing = {text.snapshot_id: text for key, text in wanted.items() if key not in self._made}
        async for part in texts_of(list(missing), self._scope, self._db):
            self._made |= await asyncio.to_thread(_digested, part, missing)


def _digested(part: "pd.DataFrame", texts: Mapping[int, Text]) -> dict[tuple[bytes, str], bytes]:
    made = {}
    for snapshot_id, stored in zip(part["snapshot_id"], part["text"], strict=True):
        text = texts[snapshot_id]
        made[text.raw, text.rules] = digest(normalise(stored, text.device_type))
    return made


async def find_changes(
    candidates: "pd.DataFrame", scope: Scope, db: AsyncSession, *, reverted: bool = True
) -> "pd.DataFrame":
    """Those candidates that are changes, with the snapshot that each went back to where that is of interest.

    ``attrs`` count the window's snapshots that were a device's first, or brought nothing new.
    """
    first = candidates["from_id"].isna()
    changes = candidates[~first]
    made = Digests(scope, db)
    open_ = changes[~changes["decided"]]
    sides = [_sides(row) for row in open_.itertuples(index=False)]
    await made.make(text for side in sides for text, known in side if known is None)
    same = [_known(made, *before) == _known(made, *after) for before, after in sides]
    changes = changes.drop(index=open_.index[same]).reset_index(drop=True)
    if reverted:
        changes["reverted_to"] = await _reverted_to(changes, made, scope, db)
    counted = int(await frames.scalar(seen(snapshots_in_window(scope), scope), db) or 0)
    baselines = int(first.sum())
    changes.attrs = {
        "baseline": baselines,
        "unchanged_or_noise_only": counted - baselines - len(changes),
    }
    return changes


def _sides(row: Any) -> tuple[tuple[Text, bytes | None], tuple[Text, bytes | None]]:
    """Both texts of a candidate, each with its normalised digest where that is known."""
    device_type = _plain(row.device_type)
    before = Text(bytes(row.before_raw), row.rules_version, device_type, row.from_id)
    after = Text(bytes(row.after_raw), row.rules_version, device_type, row.to_id)
    return (before, _plain(row.before_normalised)), (after, _plain(row.after_normalised))


def _known(made: Digests, text: Text, known: bytes | None) -> bytes:
    return made[text] if known is None else bytes(known)


async def _reverted_to(
    changes: "pd.DataFrame", made: Digests, scope: Scope, db: AsyncSession
) -> "pd.Series[Any]":
    """As found by the database, or here where a device's older digests were not all there."""
    unsure = changes.loc[~changes["history_known"], "device_id"].unique().tolist()
    found: dict[int, int] = {}
    for devices in batches(unsure, _DEVICES):
        whole = replace(scope.window, since=None)
        here = scope.fact.c.device_id.in_([int(each) for each in devices])
        asked = replace(scope, window=whole, where=(*scope.where, here))
        table = await frames.frame(seen(texts_in_order(asked, rules_version), asked), db)
        for starts in await _histories(table, made):
            found |= reverts(starts)
    known = changes["reverted_to"].astype("Int64")
    of_unsure = changes["device_id"].isin(unsure)
    return known.where(~of_unsure, changes["to_id"].map(found).astype("Int64"))


async def _histories(table: "pd.DataFrame", made: Digests) -> Iterator[list[Start]]:
    rows = [
        (
            row,
            Text(bytes(row.after_raw), row.rules_version, _plain(row.device_type), row.to_id),
            _plain(row.after_normalised),
        )
        for row in table.itertuples(index=False)
    ]
    await made.make(text for _, text, known in rows if known is None)
    histories: dict[int, list[Start]] = {}
    for row, text, known in rows:
        start = Start(int(row.to_id), _plain(row.from_id), _known(made, text, known))
        histories.setdefault(row.device_id, []).append(start)
    return iter(histories.values())


async def describe_changes(
    changes: "pd.DataFrame", scope: Scope, db: AsyncSession
) -> AsyncIterator[dict[int, Description]]:
    """What the changes did, by ``to_id``, some at a time: both texts of each are read."""
    types = dict(zip(changes["to_id"], changes["device_type"], strict=True))
    pairs = [(int(a), int(b)) for a, b in zip(changes["from_id"], changes["to_id"], strict=True)]
    async for part in pairs_of_texts(pairs, scope, db):
        yield await asyncio.to_thread(_described, part, types)


def _described(part: "pd.DataFrame", types: Mapping[int, Any]) -> dict[int, Description]:
    return {
        int(to_id): describe(before, after, _plain(types[to_id]))
        for to_id, before, after in zip(part["to_id"], part["before"], part["after"], strict=True)
    }


async def with_descriptions(changes: "pd.DataFrame", scope: Scope, db: AsyncSession) -> "pd.DataFrame":
    """The changes with what each did: as stored, else from its texts."""
    import pandas as pd

    missing = changes[changes["lines_added"].isna()]
    if not len(missing):
        return changes
    made: dict[int, tuple[Any, ...]] = {}
    async for described in describe_changes(missing, scope, db):
        made |= {to_id: astuple(each) for to_id, each in described.items()}
    columns = [[made.get(to_id, (None,) * len(DESCRIBED))[n] for to_id in missing["to_id"]] for n in range(6)]
    for name, found in zip(DESCRIBED, columns, strict=True):
        dtype = changes[name].dtype
        filled = pd.Series(found, index=missing.index, dtype=dtype)
        changes[name] = changes[name].where(~changes.index.isin(missing.index), filled.reindex(changes.index))
    return changes


def _plain(value: Any) -> Any:
    """None where a frame has one of its own values for what is missing."""
    import pandas as pd

    return None if value is None or value is pd.NA or value != value else value
