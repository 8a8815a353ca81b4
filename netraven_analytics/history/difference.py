"""The difference between two of a device's snapshots."""

from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.cells import printable
from netraven_analytics.configs.diff import Difference, LineCounts, diff, lines_of
from netraven_analytics.configs.sections import sections
from netraven_analytics.configs.sections import spoken as spoken_section
from netraven_analytics.configs.side_by_side import box, side_by_side
from netraven_analytics.configs.unified import unified
from netraven_analytics.history.devices import Named, one_device
from netraven_analytics.history.instants import spoken
from netraven_analytics.history.stored import Point, Stored, history, notes_on, snapshot_of
from netraven_analytics.history.texts import Texts
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

_COLOURS = {"+": "32", "-": "31", "@": "36"}  # of a terminal


@dataclass(frozen=True)
class ConfigDiff:
    """What differs between two snapshots; ``before`` and ``after`` are what of their texts was compared.

    What differs came after ``from_at`` and not after ``to_at``. Secrets are redacted unless asked for.
    """

    device: str
    device_type: str | None
    from_id: int
    to_id: int
    from_at: datetime
    to_at: datetime
    before: str = field(repr=False)
    after: str = field(repr=False)
    found: Difference = field(repr=False)
    labels: tuple[str, str]
    notes: tuple[str, ...] = ()
    context: int = 3

    @property
    def counts(self) -> LineCounts:
        """The lines added and removed."""
        return self.found.counts

    @property
    def unified(self) -> str:
        """The difference as patches have it; empty where there is none."""
        return "".join(f"{line}\n" for line in self._unified())

    def hunks(self) -> "pd.DataFrame":
        """One row for each hunk: where it stands in both texts, its section, and its lines.

        Columns:
            old_start, new_start: the number of its first line, of the compared texts; where it has no lines,
                of the line after it.
            lines_removed, lines_added: how many lines.
            section: the section of its first line, such as ``router bgp 65000 > address-family ipv4``.
            removed, added: the lines.
        """
        import pandas as pd

        old, new = lines_of(self.before), lines_of(self.after)
        old_paths, new_paths = sections(old, self.device_type), sections(new, self.device_type)
        rows = [
            (
                hunk.old.start + 1,
                hunk.new.start + 1,
                len(hunk.old),
                len(hunk.new),
                spoken_section(new_paths[hunk.new.start] if hunk.new else old_paths[hunk.old.start]),
                "\n".join(old[hunk.old.start : hunk.old.stop]),
                "\n".join(new[hunk.new.start : hunk.new.stop]),
            )
            for hunk in self.found.hunks
        ]
        dtypes = dict.fromkeys(("old_start", "new_start", "lines_removed", "lines_added"), "Int64")
        dtypes |= dict.fromkeys(("section", "removed", "added"), "str")
        return pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)

    def coloured(self) -> str:
        """As ``str()``, with the colours of a terminal."""
        return "\n".join(self._colour(line) for line in str(self).split("\n"))

    def _colour(self, line: str) -> str:
        colour = _COLOURS.get(line[:1])
        return f"\033[{colour}m{line}\033[0m" if colour else line

    def _unified(self) -> list[str]:
        if not self.found.hunks:
            return []
        old, new = _with_end(self.before), _with_end(self.after)
        paths = sections(new, self.device_type)
        made = unified(old, new, self.found.hunks, paths, self.context)
        return [f"--- {self.labels[0]}", f"+++ {self.labels[1]}", *made]

    def _head(self) -> str:
        added, removed = self.counts
        what = f"lines added {added:,}, removed {removed:,}" if self.found.hunks else "no difference"
        return f"{self.labels[0]} → {self.labels[1].removeprefix(f'{self.device} ')}: {what}"

    def __str__(self) -> str:
        head = [self._head(), *self.notes]
        return printable("\n".join([*head, *(["", *self._unified()] if self.found.hunks else [])]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        old, new = lines_of(self.before), lines_of(self.after)
        rows = side_by_side(old, new, self.found.hunks, self.context)
        return box(" ".join([self._head() + ".", *self.notes]), rows)


async def config_diff(
    device: str | int,
    a: Point | None = None,
    b: Point | None = None,
    db: AsyncSession | None = None,
    *,
    tz: str | None = None,
    with_noise: bool = False,
    show_secrets: bool = False,
    context: int = 3,
) -> ConfigDiff:
    """What differs between two snapshots of a device; without any named, its last change.

    Shown by ``print()`` as a unified diff, in a notebook side by side; ``.hunks()`` is a frame. The change
    itself happened after the first snapshot was taken and not after the second was.

    Args:
        device: its hostname, a glob that only it matches, or its id.
        a, b: the snapshots: each an id, a moment as ``since`` takes it (the snapshot that was the latest
            then), ``"latest"`` or ``"previous"``; ``b`` is the latest if only ``a`` is given.
        db: the session to use; without one a read-only session is opened.
        tz: the time zone of days and naive times; NETRAVEN_TZ, else UTC.
        with_noise: compare the texts as stored: the platform's noise lines and line ends count too.
        show_secrets: leave passwords and keys readable.
        context: how many unchanged lines to show around each hunk.

    Raises:
        ParameterError: no such device or snapshot, or an option has no accepted value.

    Example:
        ``print(await config_diff("ber-core-01", "7d", "latest"))``
    """
    if isinstance(context, bool) or not isinstance(context, int) or context < 0:
        raise ParameterError(f"context={context!r} is not understood: it takes a number of lines from 0.")

    async def read(session: AsyncSession) -> ConfigDiff:
        texts = await Texts.of(session, with_noise, show_secrets)
        named = await one_device(session, device)
        left_out = await notes_on(session, named)
        if a is None and b is None:
            old, new, notes = await _last_change(session, named, texts, tz)
            return compared(named, old, new, texts, (*notes, *left_out), tz, context)
        old = await snapshot_of(session, named, "previous" if a is None else a, "a", tz)
        new = await snapshot_of(session, named, "latest" if b is None else b, "b", tz)
        return compared(named, old, new, texts, left_out, tz, context)

    return await frames.in_session(db, read)


async def _last_change(
    session: AsyncSession, device: Named, texts: Texts, tz: str | None
) -> tuple[Stored, Stored, tuple[str, ...]]:
    """The latest two consecutive snapshots that differ; the oldest two there are where none do."""
    newest = await snapshot_of(session, device, "latest", "b", tz)
    after, raw = newest, newest.text
    after_text = texts.compared(raw or "", device.device_type)
    snapshots = history(session, device, newest, newest_first=True)
    async with aclosing(snapshots):
        async for stored in (each async for part in snapshots for each in part):
            raw = raw if stored.text is None else stored.text
            before = Stored(stored.snapshot_id, stored.found_at, raw)
            if texts.compared(raw or "", device.device_type) != after_text:
                return before, after, ()
            after = before
    only_noise = "" if texts.with_noise else " but for noise"
    note = (
        f"None of its snapshots since {spoken(after.found_at, tz)}, the first, changed anything{only_noise}."
    )
    return after, newest, (note,)


def compared(
    device: Named,
    old: Stored,
    new: Stored,
    texts: Texts,
    notes: tuple[str, ...],
    tz: str | None,
    context: int,
) -> ConfigDiff:
    """The difference of two of a device's snapshots, without noise and secrets as ``texts`` says."""
    before, after = (
        texts.shown(texts.compared(stored.text or "", device.device_type), device.device_type)
        for stored in (old, new)
    )
    found = diff(before, after)
    if found.hunks:
        first, last = (spoken(at, tz) for at in sorted((old.found_at, new.found_at)))
        notes = (f"Changed after {first} and not after {last}.", *notes)
    if old.found_at > new.found_at:
        notes = (*notes, "The second snapshot is the older one.")
    if not found.exact:
        notes = (
            *notes,
            "The texts are too long to compare: all between their common ends counts as replaced.",
        )
    labels = tuple(
        f"{device} snapshot {stored.snapshot_id} of {spoken(stored.found_at, tz)}" for stored in (old, new)
    )
    return ConfigDiff(
        str(device),
        device.device_type,
        old.snapshot_id,
        new.snapshot_id,
        old.found_at,
        new.found_at,
        before,
        after,
        found,
        (labels[0], labels[1]),
        notes,
        context,
    )


def _with_end(text: str) -> list[str]:
    """The lines, the last saying so where it has no end, as patches do."""
    lines = lines_of(text)
    if lines and not text.endswith("\n"):
        lines[-1] += "\n\\ No newline at end of file"
    return lines
