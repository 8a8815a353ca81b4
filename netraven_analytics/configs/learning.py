"""Proposes noise rules: lines that change in almost every snapshot although nobody changed them."""

import asyncio
import re
from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.normalise import normalise, unify_line_ends
from netraven_analytics.configs.redact import Redactor, without_tokens
from netraven_analytics.facts.dimensions import device_rows
from netraven_analytics.facts.filters import DeviceFilter, Names
from netraven_analytics.facts.snapshots import snapshots
from netraven_analytics.frames import Rows, in_session, parts
from netraven_analytics.wire.told import told
from netraven_db.migrate import require_netraven

if TYPE_CHECKING:
    import pandas as pd

_LEAST_SHARE = 0.8
_EXAMPLES = 3
_LATEST = 50  # snapshots a device that learn_noise reads
_HELD = 20  # of them in memory
_VARIES = re.compile(
    r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b|\d+", re.I
)
_FIXED = re.compile(r"[\s\S]*?(?=<varies>|$)")
_COLUMNS = ("pattern", "pairs", "changed_in", "share", "examples", "rule")


def propose_noise(
    histories: Iterable[Collection[str]], device_type: str | None = None, *, share: float = _LEAST_SHARE
) -> "pd.DataFrame":
    """Lines that changed between almost all consecutive texts, each as a rule that would leave it out.

    What the rules in force leave out already is not proposed. A line changed where the same pattern, in which
    numbers and names of days and months are masked, stands among both the removed and the added lines. A
    secret that changed is no difference, and a line that holds one is not proposed.

    Args:
        histories: the texts of each device, in their order.
        device_type: whose rules are in force.
        share: the least share of pairs of consecutive, differing texts in which a pattern changed.

    Returns:
        ``pattern`` (the masked line), ``pairs`` (of consecutive texts that differ), ``changed_in`` (how many
        of these it changed in), ``share``, ``examples`` and ``rule`` (a line for NETRAVEN_NOISE); the largest
        share first. Nothing is proposed from fewer than three pairs.
    """
    tally = _Tally(device_type, Redactor())
    for device, texts in enumerate(histories):
        for text in texts:
            tally.add(device, text)
    return tally.proposed(share)


class _Tally:
    """What changed in the texts of a device type, of which only one is held at a time.

    Whole texts are redacted before anything is taken from them: many a secret is one only by its section.
    """

    def __init__(self, device_type: str | None, redactor: Redactor) -> None:
        self._device_type, self._redactor = device_type, redactor
        self._device: int | None = None
        self._before: set[str] = set()
        self._pairs = 0
        self._changed: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}

    def add(self, device: int, text: str) -> None:
        """The next text of a device; its texts come one after the other, in their order."""
        redacted = self._redactor.text(unify_line_ends(text), self._device_type)
        lines = set(normalise(without_tokens(redacted), self._device_type).splitlines())
        if device == self._device and lines != self._before:
            self._pairs += 1
            for pattern, examples in _changed(self._before, lines).items():
                self._changed[pattern] += 1
                kept = self._examples.setdefault(pattern, [])
                kept += examples[: _EXAMPLES - len(kept)]
        self._device, self._before = device, lines

    def proposed(self, share: float) -> "pd.DataFrame":
        """The rules, as :func:`propose_noise` gives them."""
        import pandas as pd

        rows = [
            (pattern, self._pairs, times, times / self._pairs, self._examples[pattern], rule)
            for pattern, times in self._changed.most_common()
            if self._pairs > 2 and times >= share * self._pairs and (rule := _rule(pattern))
        ]
        types = {"pattern": "str", "pairs": "Int64", "changed_in": "Int64", "share": "float64", "rule": "str"}
        return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(types)


async def learn_noise(
    db: AsyncSession | None = None, /, *, device: Names = None, device_type: Names = None
) -> "pd.DataFrame":
    """Proposes noise rules for each device type from the newest snapshots of the devices that pass.

    Reads the 50 newest snapshots of each device, a few at a time. Nothing is changed: put the rules that you
    agree with into the file that NETRAVEN_NOISE names.

    Columns:
        device_type: what the rule is proposed for.
        pattern: the line, with what varies masked.
        pairs, changed_in, share: consecutive snapshots that differ, in how many of these the line changed,
            and their share.
        examples: such lines. Whole texts are redacted first, and lines that hold a secret left out.
        rule: a regular expression for ``lines`` in the file of own rules.

    Raises:
        ParameterError: a filter is not understood.

    Example:
        ``await learn_noise(device_type="cisco_ios")``
    """
    import pandas as pd

    filters = DeviceFilter.of(device, device_type)
    tallies = await in_session(db, lambda session: _tallied(session, filters))
    of_each = []
    # Those whose device type nobody told come last; where there are no devices the columns are there.
    for name in sorted(tallies, key=lambda name: (name is None, name)) or [None]:
        proposed = (tallies.get(name) or _Tally(None, Redactor())).proposed(_LEAST_SHARE)
        proposed.insert(0, "device_type", pd.Series([name] * len(proposed), dtype="str"))
        of_each.append(proposed)
    return pd.concat(of_each, ignore_index=True)


async def _tallied(db: AsyncSession, filters: DeviceFilter) -> dict[str | None, _Tally]:
    """What changed, by device type; the texts pass by, a few at a time."""
    async with told(db):
        await require_netraven(db)
    redactor = Redactor()
    tallies: dict[str | None, _Tally] = {}
    newest = _newest(filters).params(as_of=datetime.now(UTC))

    def count(part: Rows) -> None:
        for row in part:
            name = row.device_type
            tallies.setdefault(name, _Tally(name, redactor)).add(row.device_id, row.text or "")

    async with aclosing(parts(newest, db, rows=_HELD)) as read:
        async for part in read:
            await asyncio.to_thread(count, part)
    return tallies


def _newest(filters: DeviceFilter) -> Select[Any]:
    stored, device = snapshots.c, device_rows()
    newest_first = (stored.found_at.desc(), stored.snapshot_id.desc())
    ranked = (
        select(
            stored.device_id,
            device.c.device_type,
            stored.found_at,
            stored.snapshot_id,
            stored.text,
            func.row_number().over(partition_by=stored.device_id, order_by=newest_first).label("age"),
        )
        .join_from(snapshots.rows, device, device.c.id == stored.device_id)
        .where(stored.device_id.in_(filters.ids()))
        .subquery("ranked")
    )
    return (
        select(ranked.c.device_id, ranked.c.device_type, ranked.c.text)
        .where(ranked.c.age <= _LATEST)
        .order_by(ranked.c.device_id, ranked.c.found_at, ranked.c.snapshot_id)
    )


def _changed(before: set[str], after: set[str]) -> dict[str, list[str]]:
    """The patterns of lines that were replaced by others of the same pattern, with the new lines."""
    removed = {_VARIES.sub("<varies>", line) for line in before - after}
    found: dict[str, list[str]] = {}
    for line in sorted(after - before):
        pattern = _VARIES.sub("<varies>", line)
        if pattern in removed:
            found.setdefault(pattern, []).append(line)
    return found


def _rule(pattern: str) -> str | None:
    """What the lines begin with; none where that says too little, or where they hold a secret."""
    match = _FIXED.match(pattern)
    start = match[0] if match else ""
    if len(start.strip()) <= 3 or "<redacted>" in pattern:
        return None
    return re.escape(start).replace(r"\ ", " ")
