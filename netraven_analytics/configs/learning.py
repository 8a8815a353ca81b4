"""Proposes noise rules: lines that change in almost every snapshot although nobody changed them."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.normalise import normalise
from netraven_analytics.configs.redact import Redactor
from netraven_analytics.facts.dimensions import device_rows
from netraven_analytics.facts.filters import DeviceFilter, Names
from netraven_analytics.facts.snapshots import snapshots
from netraven_analytics.frames import frame

if TYPE_CHECKING:
    import pandas as pd

_LEAST_SHARE = 0.8
_EXAMPLES = 3
_LATEST = 50  # snapshots a device that learn_noise reads
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
    numbers and names of days and months are masked, stands among both the removed and the added lines.

    Args:
        histories: the texts of each device, in their order.
        device_type: whose rules are in force.
        share: the least share of pairs of consecutive, differing texts in which a pattern changed.

    Returns:
        ``pattern`` (the masked line), ``pairs`` (of consecutive texts that differ), ``changed_in``
        (how many of these it changed in), ``share``, ``examples`` (redacted) and ``rule`` (a line for
        NETRAVEN_NOISE); the largest share first. Nothing is proposed from fewer than three pairs.
    """
    import pandas as pd

    redactor = Redactor(device_type)
    changed: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    pairs = 0
    for before, after in _pairs(histories, device_type):
        pairs += 1
        for pattern, lines in _changed(before, after).items():
            changed[pattern] += 1
            examples.setdefault(pattern, []).extend(lines[: _EXAMPLES - len(examples.get(pattern, ()))])
    rows = [
        (
            redactor.text(pattern),
            pairs,
            times,
            times / pairs,
            [redactor.text(e) for e in examples[pattern]],
            rule,
        )
        for pattern, times in changed.most_common()
        if pairs > 2 and times >= share * pairs and (rule := _rule(pattern, redactor))
    ]
    types = {"pattern": "str", "pairs": "Int64", "changed_in": "Int64", "share": "float64", "rule": "str"}
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(types)


async def learn_noise(
    db: AsyncSession | None = None, /, *, device: Names = None, device_type: Names = None
) -> "pd.DataFrame":
    """Proposes noise rules for each device type from the newest snapshots of the devices that pass.

    Reads the 50 newest snapshots of each device. Nothing is changed: put the rules that you agree with into
    the file that NETRAVEN_NOISE names.

    Columns:
        device_type: what the rule is proposed for.
        pattern: the line, with what varies masked.
        pairs, changed_in, share: consecutive snapshots that differ, in how many of these the line changed,
            and their share.
        examples: such lines, with secrets redacted.
        rule: a regular expression for ``lines`` in the file of own rules.

    Raises:
        ParameterError: a filter is not understood.

    Example:
        ``await learn_noise(device_type="cisco_ios")``
    """
    import pandas as pd

    newest = _newest(DeviceFilter.of(device, device_type)).params(as_of=datetime.now(UTC))
    stored = await frame(newest, db)
    proposals = []
    for name, of_type in stored.groupby("device_type", dropna=False):
        kind = name if isinstance(name, str) else None
        histories = [texts["text"].fillna("").tolist() for _, texts in of_type.groupby("device_id")]
        proposed = propose_noise(histories, kind)
        proposed.insert(0, "device_type", pd.Series([kind] * len(proposed), dtype="str"))
        proposals.append(proposed)
    if not proposals:
        proposed = propose_noise([])
        proposed.insert(0, "device_type", pd.Series([], dtype="str"))
        proposals.append(proposed)
    return pd.concat(proposals, ignore_index=True)


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


def _pairs(
    histories: Iterable[Collection[str]], device_type: str | None
) -> Iterator[tuple[set[str], set[str]]]:
    for texts in histories:
        before: set[str] | None = None
        for text in texts:
            after = set(normalise(text, device_type).splitlines())
            if before is not None and after != before:
                yield before, after
            before = after


def _changed(before: set[str], after: set[str]) -> dict[str, list[str]]:
    """The patterns of lines that were replaced by others of the same pattern, with the new lines."""
    removed = {_VARIES.sub("<varies>", line) for line in before - after}
    found: dict[str, list[str]] = {}
    for line in sorted(after - before):
        pattern = _VARIES.sub("<varies>", line)
        if pattern in removed:
            found.setdefault(pattern, []).append(line)
    return found


def _rule(pattern: str, redactor: Redactor) -> str | None:
    """What the lines begin with; none where that says too little, or where they hold a secret."""
    match = _FIXED.match(pattern)
    start = match[0] if match else ""
    return (
        re.escape(start).replace(r"\ ", " ")
        if len(start.strip()) > 3 and redactor.text(pattern) == pattern
        else None
    )
