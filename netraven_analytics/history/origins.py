"""Which snapshot brought each line of a configuration."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.configs.blame import Blame
from netraven_analytics.configs.claims import claimed
from netraven_analytics.configs.sections import sections, spoken
from netraven_analytics.history.devices import Named, one_device
from netraven_analytics.history.instants import clock
from netraven_analytics.history.instants import spoken as moment
from netraven_analytics.history.stored import Point, Stored, history, notes_on, snapshot_of
from netraven_analytics.history.texts import Texts

if TYPE_CHECKING:
    import pandas as pd

_DTYPES = {
    "line": "Int64",
    "text": "str",
    "section": "str",
    "snapshot_id": "Int64",
    "introduced_at": "datetime64[us, UTC]",
    "previous_at": "datetime64[us, UTC]",
    "claimed_user": "str",
}


async def config_blame(
    device: str | int,
    at: Point = "latest",
    db: AsyncSession | None = None,
    *,
    tz: str | None = None,
    with_noise: bool = False,
    show_secrets: bool = False,
) -> "pd.DataFrame":
    """Since when, and since which snapshot, does each line of a configuration stand?

    As ``git blame`` over the device's snapshots: a line keeps its origin as long as the differences between
    consecutive snapshots keep it. Noise lines are left out, and the others keep their numbers.

    Columns:
        line: its number in the stored text.
        text: the line, its secrets redacted.
        section: the headers it stands under.
        snapshot_id: the snapshot that brought it.
        introduced_at: when that was taken; the line came at this time or before.
        previous_at: when the snapshot before it was taken, and the line was not there; missing where the
            first snapshot had the line.
        claimed_user: who that snapshot's text says made the last change. Anyone may have; the text claims it.

    Args:
        device: its hostname, a glob that only it matches, or its id.
        at: a moment as ``since`` takes it, a snapshot's id, ``"latest"`` or ``"previous"``.
        db: the session to use; without one a read-only session is opened.
        tz: the time zone of days and naive times, and of the answer; NETRAVEN_TZ, else UTC.
        with_noise: read the texts as stored: the platform's noise lines and line ends count too.
        show_secrets: leave passwords and keys readable.

    Raises:
        ParameterError: no such device or snapshot, or the time has no accepted form.

    Example:
        ``await config_blame("ber-core-01", at="2026-10-01")``
    """

    async def read(session: AsyncSession) -> tuple[Named, Stored, _Origins, Texts, tuple[str, ...]]:
        texts = await Texts.of(session, with_noise, show_secrets)
        named = await one_device(session, device)
        end = await snapshot_of(session, named, at, "at", tz)
        origins = _Origins(named, texts)
        async for part in history(session, named, end):
            await asyncio.to_thread(origins.add, part)
        return named, end, origins, texts, await notes_on(session, named)

    named, end, origins, texts, left_out = await frames.in_session(db, read)
    table = _table(origins, named, end, texts, tz)
    table.attrs["netraven"]["notes"] += left_out
    return table


class _Origins:
    """The blame of a history, with each snapshot's times and claims."""

    def __init__(self, device: Named, texts: Texts) -> None:
        self.blame, self.text = Blame(), ""
        self.snapshots: list[tuple[int, datetime, str | None]] = []
        self._device, self._texts = device, texts
        self._user: str | None = None

    def add(self, part: list[Stored]) -> None:
        for stored in part:
            self._add(stored)

    def _add(self, stored: Stored) -> None:
        if stored.text is not None:
            self.text = self._texts.compared(stored.text, self._device.device_type)
            claim = claimed(stored.text, self._device.device_type)
            self._user = claim.user if claim else None
        self.blame.add(self.text)
        self.snapshots.append((stored.snapshot_id, stored.found_at, self._user))


def _table(origins: _Origins, device: Named, end: Stored, texts: Texts, tz: str | None) -> "pd.DataFrame":
    from netraven_analytics.history.tables import lines_table

    lines = texts.lines(origins.text, device.device_type)
    paths = sections(lines.shown, device.device_type)
    numbers = texts.numbers(end.text or "", origins.text)
    rows = []
    for number, text, path, index in zip(numbers, lines.shown, paths, origins.blame.introduced, strict=True):
        snapshot_id, introduced_at, user = origins.snapshots[index]
        previous_at = origins.snapshots[index - 1][1] if index else None
        rows.append((number, text, spoken(path), snapshot_id, introduced_at, previous_at, user))
    said = {"answers": "config_blame", "device": str(device), "snapshot_id": end.snapshot_id}
    said["caption"] = f"{device}: snapshot {end.snapshot_id} of {moment(end.found_at, tz)}."
    said["notes"] = [f"Lines with redacted secrets: {len(lines.redacted):,}."] if lines.redacted else []
    return lines_table(rows, _DTYPES, clock(tz), said)
