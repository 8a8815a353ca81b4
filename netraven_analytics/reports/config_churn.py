"""How much configurations change."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Unpack

from sqlalchemy import Float, Integer, Select, column
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames, intervals
from netraven_analytics.answers import totals_of
from netraven_analytics.configs.changes import DESCRIPTION
from netraven_analytics.configs.finding import find_changes, with_descriptions
from netraven_analytics.configs.noise import rules_version
from netraven_analytics.configs.reading import seen
from netraven_analytics.dtypes import dtype_of
from netraven_analytics.exposure import exposures
from netraven_analytics.facts.changed import candidates
from netraven_analytics.facts.dimensions import DEVICE_DIMENSIONS, TIME_DIMENSIONS, time_column
from netraven_analytics.facts.observed import observed
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.slices import slices
from netraven_analytics.facts.snapshots import digests
from netraven_analytics.facts.windows import of_calendar
from netraven_analytics.options import GroupOptions
from netraven_analytics.report import report
from netraven_db.db.base import UTCDateTime

if TYPE_CHECKING:
    import pandas as pd

MONTH = timedelta(days=30.4375)  # a twelfth of 365.25 days
_CHANGE = ("device_id", "to_id", "found_at", "lines_added", "lines_removed")
_OUTPUT = (
    column("devices", Integer),
    column("observed", Integer),
    column("observed_since", UTCDateTime),
    column("device_months", Float),
    column("changed_devices", Integer),
    column("changes", Integer),
    column("changes_per_device_month", Float),
    column("changes_low", Float),
    column("changes_high", Float),
    column("lines_added", Integer),
    column("lines_removed", Integer),
    column("lines_added_per_device_month", Float),
    column("lines_removed_per_device_month", Float),
)


async def _with_devices(table: "pd.DataFrame", scope: Scope, db: AsyncSession) -> "pd.DataFrame":
    """Each device in each of its groups beside its changes, and beside none where it has none."""
    found = await find_changes(table, scope, db, reverted=False)
    changes = await with_descriptions(found, scope, db)
    devices = await frames.frame(seen(observed(scope), scope), db)
    made = devices.merge(changes[list(_CHANGE)], on="device_id", how="left")
    made.attrs = changes.attrs
    return made


def _churn(table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
    """The groups, and what holds over all devices among the totals."""
    made = _by_group(table, scope)
    everything = made if not scope.by else _by_group(table, scope.overall())
    made.attrs = {**table.attrs, "totals": totals_of(everything[[c.name for c in _OUTPUT]])}
    return made


def _by_group(table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    names = [name for dimension in scope.by if not dimension.is_time for name in dimension.columns]
    calendar, edges = _calendar(table, scope)
    group, groups = _numbered(table, names)
    key, keys = _numbered(calendar, list(calendar.columns))
    rows = pd.concat(
        [
            groups.iloc[np.repeat(np.arange(len(groups)), len(keys))].reset_index(drop=True),
            keys.iloc[np.tile(np.arange(len(keys)), len(groups))].reset_index(drop=True),
        ],
        axis="columns",
    )
    made = rows.assign(**_measures(table, (group, len(groups)), (key, len(keys)), edges))
    if any(dimension.is_time for dimension in scope.by) and not scope.fill:
        made = made[(made["device_months"] > 0) | (made["changes"] > 0)].reset_index(drop=True)
    return _rated(made)


def _calendar(table: "pd.DataFrame", scope: Scope) -> tuple["pd.DataFrame", Any]:
    """The keys of each slice of the window, and the edges of the slices in microseconds up to as_of."""
    import numpy as np
    import pandas as pd

    window, first = scope.window, table["observed_since"].min()
    since = window.since or (of_calendar(first) if first == first else window.until)
    cut = slices(scope.by, replace(window, since=since))
    types = {d.name: time_column(d, scope.fact, window.tz.key).type for d in scope.by if d.is_time}
    calendar = pd.DataFrame(
        {name: pd.Series(keys, dtype=dtype_of(types[name])) for name, keys in cut.keys.items()},
        index=range(len(cut.edges) - 1),
    )
    if cut.complete is not None:
        calendar["complete"] = pd.Series(cut.complete, dtype="boolean")
    edges = [min(edge, window.as_of) for edge in cut.edges]
    return calendar, np.array(_micros(pd.Series(edges, dtype="datetime64[us, UTC]")))


def _numbered(table: "pd.DataFrame", names: list[str]) -> tuple[Any, "pd.DataFrame"]:
    """Which of the distinct rows each row is, from 0, and these; without names all are the same one."""
    import numpy as np
    import pandas as pd

    if not names:
        return np.zeros(len(table), dtype=np.int64), pd.DataFrame(index=range(1))
    number = table.groupby(names, dropna=False, sort=False).ngroup()
    return number.to_numpy(), table[names].drop_duplicates(ignore_index=True)


def _measures(
    table: "pd.DataFrame", groups: tuple[Any, int], keys: tuple[Any, int], edges: Any
) -> dict[str, Any]:
    """What is counted, for each group and key."""
    import numpy as np
    import pandas as pd

    (group, many), (key, others) = groups, keys
    table = table.assign(group=group)
    device = table.drop_duplicates(["device_id", "group"])
    known = device[device["observed_since"].notna()]
    time, seen_ = exposures(
        _micros(known["observed_since"]), known["group"].to_numpy(), many, edges, key, others
    )
    change = table[table["to_id"].notna()].drop_duplicates(["to_id", "group"])
    place = edges.searchsorted(_micros(change["found_at"]), side="right") - 1
    cell = change["group"].to_numpy() * others + key[np.minimum(place, len(key) - 1)]
    changed = pd.DataFrame({"cell": cell, "device": change["device_id"].to_numpy()}).drop_duplicates()

    def summed(cells: Any, weights: Any = None) -> Any:
        return np.bincount(cells, weights, minlength=many * others).astype(np.int64)

    since = device.groupby("group")["observed_since"].min().reindex(range(many))
    return {
        "devices": np.repeat(np.bincount(device["group"], minlength=many), others),
        "observed": seen_.ravel(),
        "observed_since": since.repeat(others).array,
        "device_months": time.ravel() / (MONTH / timedelta(microseconds=1)),
        "changed_devices": summed(changed["cell"]),
        "changes": summed(cell),
        "lines_added": summed(cell, change["lines_added"].to_numpy(float)),
        "lines_removed": summed(cell, change["lines_removed"].to_numpy(float)),
    }


def _rated(made: "pd.DataFrame") -> "pd.DataFrame":
    import numpy as np

    months = made["device_months"].to_numpy()
    rate = intervals.events(made["changes"].to_numpy(), months)
    made["changes_per_device_month"], made["changes_low"], made["changes_high"] = rate
    for name in ("lines_added", "lines_removed"):
        made[f"{name}_per_device_month"] = made[name] / np.where(months > 0, months, np.nan)
    return made


def _micros(instants: "pd.Series") -> Any:
    return instants.dt.tz_localize(None).astype("int64").to_numpy()


@report(
    fact=digests,
    dimensions=(*DEVICE_DIMENSIONS, *TIME_DIMENSIONS),
    worst="changes_low",
    follow_up=_with_devices,
    finish=_churn,
    output=_OUTPUT,
    bundle={"by": "device"},
)
def config_churn(scope: Scope, **options: Unpack[GroupOptions]) -> Select[Any]:
    """How often do configurations change, and by how much?

    Changes as in ``config_changes``, for each month that a device was under observation. A device is under
    observation from its first snapshot, or from the window's beginning where that is later, to the window's
    end, or to ``as_of`` where that is earlier; a month is 30.4375 days, a twelfth of a year. So a device
    without a change has a rate of 0 and dilutes its group's; one without any snapshot is counted, adds no
    time, and has no rate. After a device's last snapshot it counts as unchanged, since NetRaven may store
    only what is new; ``backup_freshness`` tells whether its backups still come. With a time in ``by``, each
    bucket has the time that devices were under observation in it; buckets without any are left out unless
    ``fill`` is set. Groups come worst first by the lower bound.

    Bounds are Garwood's exact 95 % interval (Biometrika 28, 1936), which takes changes as independent of one
    another. Changes that are rolled out together are not: then the true interval is wider.

    Columns:
        devices: devices of the group, as it is today.
        observed: those of them that were under observation, in the window or the bucket.
        observed_since: when the first snapshot of any of them was taken, before the window too.
        device_months: how long they were under observation together, in months.
        changed_devices: those of them that changed.
        changes: changes found.
        changes_per_device_month, changes_low, changes_high: changes / device_months, and its 95 % interval.
        lines_added, lines_removed: lines of the normalised texts that these changes added and removed.
        lines_added_per_device_month, lines_removed_per_device_month: the same / device_months.

    Example:
        ``await config_churn(by=["tag:role", "month"], since="6mo")``
    """
    return candidates(scope, rules_version, DESCRIPTION)
