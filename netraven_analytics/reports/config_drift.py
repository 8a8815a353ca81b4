"""Which configurations are not like those of their peers."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

from sqlalchemy import Integer, Select, String, column
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.changes import in_lines
from netraven_analytics.configs.diff import lines_of
from netraven_analytics.configs.endings import is_suspect
from netraven_analytics.configs.lines import Placed
from netraven_analytics.configs.majority import FEWEST, Odd, Peers
from netraven_analytics.configs.reading import texts_of
from netraven_analytics.facts.filters import ALL_DEVICES, Names
from netraven_analytics.facts.latest import latest_of_all
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.snapshots import digests
from netraven_analytics.history.texts import Texts
from netraven_analytics.options import EventOptions
from netraven_analytics.peers import Member, members, tag_types
from netraven_analytics.report import report
from netraven_db.db.base import UTCDateTime

if TYPE_CHECKING:
    import pandas as pd

_OUTPUT = (
    column("device_id", Integer),
    column("hostname", String),
    column("section", String),
    column("odd_lines", String),
    column("missing_lines", String),
    column("agreeing", Integer),
    column("compared", Integer),
    column("peers", String),
    column("device_type", String),
    column("snapshot_id", Integer),
    column("found_at", UTCDateTime),
)

_TIED = "Lines that exactly half of a group has, so that no device is shown for them: {:,}."


class _Fleet:
    """Compares groups of peers one after the other, with the texts of one in memory at a time."""

    def __init__(self, latest: "pd.DataFrame", scope: Scope, db: AsyncSession, texts: Texts) -> None:
        self._scope, self._db, self._texts = scope, db, texts
        self._latest = {row.device_id: row for row in latest.itertuples(index=False)}
        self.compared: set[int] = set()
        self.suspect: set[int] = set()
        self.alone: set[int] = set()
        self.tied = 0
        self.rows: list[tuple[Any, ...]] = []

    async def compare(self, name: str, group: Sequence[Member], asked: Iterable[int]) -> None:
        """Add what differs in the devices asked for, if there are enough peers."""
        peers = await self._read(group)
        wanted = {member.device_id: member for member in group if member.device_id in asked}
        if len(peers) < FEWEST:
            self.alone |= wanted.keys() & peers.devices
            return
        self.compared |= wanted.keys() & peers.devices
        found = await asyncio.to_thread(peers.compare)
        self.tied += found.tied
        for odd in found.odd:
            if odd.device_id in wanted:
                self.rows.append(self._row(wanted[odd.device_id], name, odd, len(peers)))

    async def _read(self, group: Sequence[Member]) -> Peers:
        peers = Peers()
        of = {self._latest[m.device_id].snapshot_id: m for m in group if m.device_id in self._latest}
        named = all(re.search(r"\d", member.hostname or "") for member in of.values())
        async for part in texts_of(list(of), self._scope, self._db):
            await asyncio.to_thread(self._add, part, of, peers, named)
        return peers

    def _add(self, part: "pd.DataFrame", of: dict[int, Member], peers: Peers, named: bool) -> None:
        for snapshot_id, text in zip(part["snapshot_id"], part["text"], strict=True):
            member = of[snapshot_id]
            stored = self._latest[member.device_id]
            if is_suspect(text, stored.size, stored.size_before, member.device_type):
                self.suspect.add(member.device_id)
                continue
            compared = self._texts.compared(text, member.device_type)
            shown = self._texts.shown(compared, member.device_type)
            lines = lines_of(_without_name(shown, member.hostname or "") if named else shown)
            peers.add(member.device_id, Placed(lines, member.device_type).all())

    def _row(self, member: Member, name: str, odd: Odd, compared: int) -> tuple[Any, ...]:
        stored = self._latest[member.device_id]
        return (
            member.device_id,
            member.hostname,
            odd.section,
            in_lines(odd.odd),
            in_lines(odd.missing),
            odd.agreeing,
            compared,
            name,
            member.device_type,
            stored.snapshot_id,
            stored.found_at,
        )


def _without_name(text: str, hostname: str) -> str:
    """The text as if all devices had the same name; for names that cannot be ordinary words."""
    return re.sub(rf"(?<![\w.-]){re.escape(hostname)}(?![\w-])", "<hostname>", text)


async def _compare(
    latest: "pd.DataFrame", scope: Scope, db: AsyncSession, *, peers: Names, show_secrets: bool
) -> "pd.DataFrame":
    import pandas as pd

    everyone = await members(ALL_DEVICES, db)
    asked = set(await members(scope.filters, db)) if scope.filters else set(everyone)
    groups: dict[str, list[Member]] = {}
    for member in everyone.values():
        for name in member.groups(tag_types(peers)):
            groups.setdefault(name, []).append(member)
    fleet = _Fleet(latest, scope, db, Texts(show_secrets=show_secrets))
    wanted = {
        name: group for name, group in groups.items() if not asked.isdisjoint(m.device_id for m in group)
    }
    for name, group in sorted(wanted.items()):
        await fleet.compare(name, group, asked)
    made = pd.DataFrame(fleet.rows, columns=[each.name for each in _OUTPUT])
    differing = int(made["device_id"].nunique())
    made.attrs = {
        "without_snapshot": len(asked - set(latest["device_id"])),
        "suspect": len(fleet.suspect & asked),
        f"fewer_than_{FEWEST}_peers": len(fleet.alone - fleet.compared),
        "notes": [_TIED.format(fleet.tied)] if fleet.tied else [],
        "totals": {"compared": len(fleet.compared), "differing": differing, "groups": len(wanted)},
    }
    return made


def _most_agreed_first(table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
    share = table["agreeing"].astype("float64") / table["compared"].astype("float64")
    order = table.assign(share=share).sort_values(
        ["share", "compared", "hostname", "device_id", "peers", "section"],
        ascending=[False, False, True, True, True, True],
        ignore_index=True,
    )
    return order.drop(columns="share")


@report(fact=digests, since="all", follow_up=_compare, finish=_most_agreed_first, output=_OUTPUT)
def config_drift(
    scope: Scope, *, peers: Names = "tag:role", show_secrets: bool = False, **options: Unpack[EventOptions]
) -> Select[Any]:
    """Which configurations are not like those of their peers, and in which lines?

    Peers are devices of the same type with the same tag of a type, ``role`` unless told otherwise. Their last
    snapshots of the window are compared section by section, as sets of lines; order does not matter, and
    noise is left out. A row is a device and a section in which it differs from the majority, where more than
    half of the group, the device included, have the same. A filter chooses the devices that are shown; they
    are compared with all their peers. Rows in which most of the peers agree come first.

    A line that more than half of the group have is the majority's: who lacks it misses it. A line that fewer
    have is odd, unless it is of a kind that devices have each their own of, such as host names, addresses or
    descriptions. Its kind are the lines of the section that begin with the same words, as many of them as
    more than half of the group have some line with; it is odd where less than half of the group have a line
    of the kind that is not the majority's. Where all host names of the group have a digit, so that they are
    no ordinary words, each device's own reads ``<hostname>``, in headers too. Where exactly half have a line
    there is no majority, which the notes tell; groups of fewer than three devices are not compared, since of
    two that differ neither is the odd one. Devices whose last snapshot is missing, or suspect as in
    ``backup_freshness``, are left out and counted.

    Secrets are compared, and shown as tokens that stay the same within the answer.

    Columns:
        device_id, hostname, device_type: the device.
        section: the headers that the lines stand under, such as ``router bgp 65000 > address-family ipv4``;
            lines in none are told apart by their first word, such as ``(global) ntp``.
        odd_lines: what it has, and the majority has not, one below the other; the first fifty.
        missing_lines: what it lacks, and the majority has.
        agreeing: devices of the group of which nothing in the section differs from the majority.
        compared: devices of the group that were compared.
        peers: the group; a device with several tags of the type is in several, one without such a tag in
            ``(none)``.
        snapshot_id, found_at: its last snapshot, and when it was taken.

    Args:
        peers: what peers have in common besides their type, such as 'tag:role', one or several; 'device_type'
            for the type alone.
        show_secrets: leave passwords and keys readable.

    Example:
        ``await config_drift(device="ber-*", peers=["tag:role", "tag:location"])``
    """
    tag_types(peers)  # refuses what it cannot be
    return latest_of_all(replace(scope, filters=ALL_DEVICES))  # who is asked for has peers that are not
