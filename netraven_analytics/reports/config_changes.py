"""What changed on which device."""

from typing import TYPE_CHECKING, Any, Unpack

from sqlalchemy import Integer, Select, String, and_, case, column, func, select

from netraven_analytics.configs.changes import Change, History
from netraven_analytics.configs.diff import count_lines
from netraven_analytics.facts.dimensions import device_rows
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.snapshots import snapshots
from netraven_analytics.options import EventOptions
from netraven_analytics.report import report
from netraven_db.db.base import UTCDateTime

if TYPE_CHECKING:
    import pandas as pd

_OUTPUT = (
    column("device_id", Integer),
    column("hostname", String),
    column("device_type", String),
    column("from_id", Integer),
    column("to_id", Integer),
    column("previous_at", UTCDateTime),
    column("found_at", UTCDateTime),
    column("lines_added", Integer),
    column("lines_removed", Integer),
    column("raw_lines_added", Integer),
    column("raw_lines_removed", Integer),
    column("reverted_to", Integer),
)


def _find_changes(table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
    """One row for each change of the window, the newest first."""
    import pandas as pd

    rows = []
    baselines = unchanged = 0
    # A missing device type is a value of its own.
    typed = table.assign(
        device_type=table["device_type"].astype(object).where(table["device_type"].notna(), None)
    )
    for device, stored in typed.groupby(["device_id", "hostname", "device_type"], sort=False, dropna=False):
        device_type = device[2] if isinstance(device[2], str) else None
        history = History(device_type)
        texts = stored["text"].astype(object).where(stored["text"].notna(), None)
        found = history.changes(
            zip(stored["snapshot_id"], stored["found_at"], texts, strict=True), scope.window.since
        )
        rows += [(*device[:2], device_type, *_described(change)) for change in found]
        baselines += history.baselines
        unchanged += history.unchanged
    changes = pd.DataFrame(rows, columns=[c.name for c in _OUTPUT])
    changes = changes.sort_values(["found_at", "to_id"], ascending=False, ignore_index=True)
    changes.attrs = {"baseline": baselines, "unchanged_or_noise_only": unchanged}
    return changes


def _described(change: Change) -> tuple[Any, ...]:
    before, after = change.before, change.after
    return (
        before.snapshot_id,
        after.snapshot_id,
        before.found_at,
        after.found_at,
        *count_lines(before.normalised, after.normalised),
        *count_lines(before.raw, after.raw),
        change.reverted_to,
    )


@report(fact=snapshots, finish=_find_changes, output=_OUTPUT)
def config_changes(scope: Scope, **options: Unpack[EventOptions]) -> Select[Any]:
    """Which configurations changed, when, and by how much?

    A change is two consecutive snapshots of a device, ordered by their time and id, whose normalised texts
    differ: line ends are unified and the platform's noise lines left out. A device's first snapshot is a
    baseline, not a change. The window selects by ``found_at``; the snapshot before may be older. The change
    itself happened after ``previous_at`` and not after ``found_at``. Newest first.

    Columns:
        device_id, hostname, device_type: the device.
        from_id, to_id: the snapshots before and after.
        previous_at, found_at: when these were taken.
        lines_added, lines_removed: of the normalised texts.
        raw_lines_added, raw_lines_removed: of the texts as stored, noise and line ends included.
        reverted_to: the latest earlier snapshot with the same normalised text, where there is one.

    Example:
        ``await config_changes(device="ber-*", since="7d")``
    """
    stored = snapshots.c
    history = {"partition_by": stored.device_id, "order_by": (stored.found_at, stored.snapshot_id)}
    same = and_(
        stored.text == func.lag(stored.text).over(**history),
        func.row_number().over(**history) > 1,
    )
    # All of a device's history up to the window's end is read: a revert may go back to any of it.
    device = device_rows()
    return (
        select(
            stored.device_id,
            device.c.hostname,
            device.c.device_type,
            stored.snapshot_id,
            stored.found_at,
            case((same, None), else_=stored.text).label("text"),
        )
        .join_from(snapshots.rows, device, device.c.id == stored.device_id)
        .where(stored.found_at < scope.window.until, *scope.conditions())
        .order_by(stored.device_id, stored.found_at, stored.snapshot_id)
    )
