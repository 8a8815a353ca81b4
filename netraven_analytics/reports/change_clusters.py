"""Which changes are one rollout, and where it is missing."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Unpack

from sqlalchemy import Integer, Select, String, column
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.configs.changes import DESCRIPTION, in_lines
from netraven_analytics.configs.endings import is_suspect
from netraven_analytics.configs.finding import find_changes
from netraven_analytics.configs.hunks import Hunk, Hunks, holds
from netraven_analytics.configs.noise import rules_version
from netraven_analytics.configs.reading import pairs_of_texts, seen, texts_of
from netraven_analytics.configs.rollouts import Rollout, Sighting, rollouts
from netraven_analytics.facts.changed import candidates
from netraven_analytics.facts.latest import latest_of_all
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.snapshots import digests
from netraven_analytics.facts.windows import Span, of_calendar, resolve_span
from netraven_analytics.options import EventOptions
from netraven_analytics.peers import Member, Tag, members, spoken
from netraven_analytics.report import report
from netraven_db.db.base import UTCDateTime
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

_FEWEST = 2
_OUTPUT = (
    column("first_found_at", UTCDateTime),
    column("last_found_at", UTCDateTime),
    column("devices", Integer),
    column("without", Integer),
    column("already", Integer),
    column("unknown", Integer),
    column("section", String),
    column("removed_lines", String),
    column("added_lines", String),
    column("device_type", String),
    column("tags", String),
    column("without_hostnames", String),
    column("hostnames", String),
)


async def _cluster(
    table: "pd.DataFrame", scope: Scope, db: AsyncSession, *, gap: Span, least: int, show_secrets: bool
) -> "pd.DataFrame":
    import pandas as pd

    changes = await find_changes(table, scope, db, reverted=False)
    reader = Hunks(show_secrets=show_secrets)
    found = await _sightings(changes, scope, db, reader)
    made = await asyncio.to_thread(rollouts, found, resolve_span(gap, "gap"), _devices(least))
    everyone = await members(scope.filters, db)
    peers = [_peers(rollout, everyone) for rollout in made]
    lacking = await _lacking(made, peers, everyone, scope, db, reader)
    rows = [_row(*each, everyone, lacking) for each in enumerate(zip(made, peers, strict=True))]
    clusters = pd.DataFrame(rows, columns=[each.name for each in _OUTPUT])
    reached = {device for rollout in made for device in rollout.devices}
    in_one = {sighting.to_id for rollout in made for sighting in rollout.sightings}
    clusters.attrs = {
        **changes.attrs,
        "changes_in_no_rollout": len(changes) - len(in_one),
        "totals": {"rollouts": len(made), "changes": len(in_one), "devices": len(reached)},
    }
    return clusters


async def _sightings(
    changes: "pd.DataFrame", scope: Scope, db: AsyncSession, reader: Hunks
) -> dict[Hunk, list[Sighting]]:
    """Where each kind of hunk was found; both texts of each change are read."""
    in_order = changes.sort_values(["device_id", "found_at", "to_id"])  # what ends one begins the next
    of = {row.to_id: row for row in in_order.itertuples(index=False)}
    found: dict[Hunk, list[Sighting]] = {}

    def look(part: "pd.DataFrame") -> None:
        for to_id, before, after in zip(part["to_id"], part["before"], part["after"], strict=True):
            change = of[to_id]
            device_type = change.device_type if isinstance(change.device_type, str) else None
            for kind, shown in reader.between(before, after, device_type):
                seen_here = Sighting(of_calendar(change.found_at), to_id, change.device_id, shown)
                found.setdefault(kind, []).append(seen_here)

    pairs = [(int(row.from_id), int(row.to_id)) for row in of.values()]
    async for part in pairs_of_texts(pairs, scope, db):
        await asyncio.to_thread(look, part)
    return found


def _shared(rollout: Rollout, everyone: Mapping[int, Member]) -> tuple[str | None, frozenset[Tag]]:
    """The device type and the tags that all devices of a rollout have."""
    reached = [everyone[device] for device in rollout.devices]
    types = {member.device_type for member in reached}
    return types.pop() if len(types) == 1 else None, frozenset.intersection(*(m.tags for m in reached))


def _peers(rollout: Rollout, everyone: Mapping[int, Member]) -> set[int] | None:
    """The other devices with all that those of the rollout share; None where they share nothing."""
    device_type, tags = _shared(rollout, everyone)
    if device_type is None and not tags:
        return None
    alike = (m for m in everyone.values() if device_type in (None, m.device_type) and m.tags >= tags)
    return {member.device_id for member in alike} - rollout.devices


async def _lacking(
    made: Sequence[Rollout],
    peers: Sequence[set[int] | None],
    everyone: Mapping[int, Member],
    scope: Scope,
    db: AsyncSession,
    reader: Hunks,
) -> dict[int, set[int]]:
    """Which rollouts each peer is without, by its last snapshot if that is no suspect."""
    whole = replace(scope, window=replace(scope.window, since=None))
    here = scope.fact.c.device_id.in_(set().union(*filter(None, peers)))
    chosen = latest_of_all(replace(whole, where=(*scope.where, here)))
    latest = {row.snapshot_id: row for row in (await frames.frame(seen(chosen, scope), db)).itertuples()}
    found: dict[int, set[int]] = {}

    def look(part: "pd.DataFrame") -> None:
        for snapshot_id, text in zip(part["snapshot_id"], part["text"], strict=True):
            stored = latest[snapshot_id]
            device_type = everyone[stored.device_id].device_type
            if not is_suspect(text, stored.size, stored.size_before, device_type):
                lines = reader.lines(text, device_type)
                found[stored.device_id] = {
                    number
                    for number, (rollout, of) in enumerate(zip(made, peers, strict=True))
                    if stored.device_id in (of or ()) and not all(holds(lines, k) for k in rollout.kinds)
                }

    async for part in texts_of(list(latest), scope, db):
        await asyncio.to_thread(look, part)
    return found


def _row(
    number: int,
    found: tuple[Rollout, set[int] | None],
    everyone: Mapping[int, Member],
    lacking: Mapping[int, set[int]],
) -> tuple[Any, ...]:
    rollout, peers = found
    device_type, tags = _shared(rollout, everyone)
    lines = [line for hunk in rollout.shown for line in (*hunk.removed, *hunk.added)]
    times = [sighting.found_at for sighting in rollout.sightings]
    known = [device for device in peers or () if device in lacking]
    without = [device for device in known if number in lacking[device]]
    counts = len(without), len(known) - len(without), len(peers or ()) - len(known)
    return (
        min(times),
        max(times),
        len(rollout.devices),
        *((None,) * len(counts) if peers is None else counts),
        "; ".join(dict.fromkeys(line.section for line in lines)),
        in_lines([line.text for hunk in rollout.shown for line in hunk.removed]),
        in_lines([line.text for hunk in rollout.shown for line in hunk.added]),
        device_type,
        spoken(tags) or None,
        None if peers is None else _named(without, everyone),
        _named(rollout.devices, everyone),
    )


def _named(devices: Iterable[int], everyone: Mapping[int, Member]) -> str:
    return ", ".join(sorted(everyone[device].hostname or str(device) for device in devices))


def _devices(least: Any) -> int:
    """How many devices make a rollout; the command line hands it on as text."""
    number = int(least) if str(least).isdecimal() else 0
    if number < _FEWEST:
        raise ParameterError(f"least={least!r} is not understood: it takes a whole number from {_FEWEST}.")
    return number


def _largest_first(table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
    order = ["devices", "first_found_at", "section", "added_lines"]
    return table.sort_values(order, ascending=[False, False, True, True], ignore_index=True)


@report(fact=digests, follow_up=_cluster, finish=_largest_first, output=_OUTPUT)
def change_clusters(
    scope: Scope,
    *,
    gap: Span = timedelta(days=3),
    least: int = 3,
    show_secrets: bool = False,
    **options: Unpack[EventOptions],
) -> Select[Any]:
    """Which changes are one rollout, which devices got it, and which of their kind did not?

    The same hunk (lines removed and added, and the sections they stand in) found on at least ``least``
    devices, none more than ``gap`` after the one before it, is one rollout. Hunks are those between the
    normalised texts of the changes of the window, as in ``config_changes``; hunks that came with the very
    same changes are one rollout together. The rollout of most devices comes first.

    Secrets are all alike here: devices that each get a key of their own are part of one rollout, which then
    shows ``<redacted>``; where all got the same secret it shows its token.

    The devices of the same kind are those that have the device type and all the tags that the devices of the
    rollout have in common. Of these, a device is without it where its last snapshot before the window's end,
    however old, lacks a line that was added, or where none was added has a line that was removed. Where the
    devices have neither the type nor a tag in common, nobody can be said to be without. With a filter, only
    devices that pass it are looked at.

    Columns:
        first_found_at, last_found_at: when the rollout was found first and last.
        devices: devices that got it.
        without: devices of the same kind that did not get it.
        already: devices of the same kind that have it, and did not get it by such a change in the window.
        unknown: devices of the same kind whose last snapshot is missing, or suspect as in
            ``backup_freshness``.
        section: where its lines stand, joined by ``; ``; lines in none are told apart by their first word.
        removed_lines, added_lines: the lines, one below the other; the first fifty.
        device_type, tags: what the devices that got it have in common; missing where it is nothing.
        without_hostnames, hostnames: the devices that did not get it, and those that did.

    Args:
        gap: how long after one device the next may have got it, such as '3d' or '12h'.
        least: how many devices make a rollout.
        show_secrets: leave passwords and keys readable.

    Example:
        ``await change_clusters(since="7d", tag="role:access")``
    """
    resolve_span(gap, "gap"), _devices(least)  # refuses what they cannot be
    return candidates(scope, rules_version, DESCRIPTION)
