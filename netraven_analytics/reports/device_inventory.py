"""What we have."""

from collections.abc import Sequence
from typing import Any, Unpack

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)

from netraven_analytics.facts.devices import devices
from netraven_analytics.facts.dimensions import DELETED, DEVICE_DIMENSIONS
from netraven_analytics.facts.latest import last_run
from netraven_analytics.facts.run_history import if_any_run
from netraven_analytics.facts.runs import runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.snapshots import snapshots
from netraven_analytics.facts.statistics import count
from netraven_analytics.options import GroupOptions
from netraven_analytics.report import report

_UNATTRIBUTED = "unattributed_runs"


@report(fact=runs, dimensions=DEVICE_DIMENSIONS, since="all", bundle={"by": "device"})
def device_inventory(scope: Scope, **options: Unpack[GroupOptions]) -> Select[Any]:
    """What do we have?

    The devices as they are today, those included that no run and no snapshot knows. ``by`` groups them, the
    largest group first; with ``by="device"`` there is a row for each. Runs and snapshots are those of the
    window, which is all of history unless ``since`` says otherwise; last runs are found device by device, by
    index. A run without a device is unattributed: its device has been deleted. Such runs have a group of
    their own, ``(deleted device)``, which holds no devices.

    Columns:
        devices: devices of the group.
        orphans: those of them with neither a run nor a snapshot.
        untagged: those without any tag, which therefore no credential matches.
        without_run, without_snapshot: those without a run, and without a snapshot; of runs nothing is said
            where the database has none at all.
        last_seen: when NetRaven was last in contact with any of them.
        last_run_at: the time of the last run.
        snapshots, first_snapshot_at, last_snapshot_at: how many snapshots are stored, and from when to when.
        unattributed_runs: runs without a device.

    Columns with ``by="device"``:
        ip_address, device_type, tags: of each device.
        orphan: whether it has neither a run nor a snapshot.
        last_seen, last_run_at, snapshots, first_snapshot_at, last_snapshot_at, unattributed_runs: as above.

    Example:
        ``await device_inventory(by=["device_type", "tag:location"])``
    """
    device, known = scope.devices(), _known(scope)
    joined = device.join(known, known.c.id == device.c.device_id)
    keys = [device.c[name] for dimension in scope.by for name in dimension.columns]
    lost = _unattributed(scope)
    if not keys:
        whole = lost.scalar_subquery().label(_UNATTRIBUTED)
        return select(*_measures(device.c.device_id, known), whole).select_from(joined)
    if any(dimension.name == "device" for dimension in scope.by):
        details = [column for column in known.c if column.name not in ("id", *(key.name for key in keys))]
        found = select(*keys, *details, literal(0).label(_UNATTRIBUTED)).select_from(joined)
    else:
        measures = _measures(device.c.device_id, known)
        found = select(*keys, *measures, literal(0).label(_UNATTRIBUTED)).select_from(joined).group_by(*keys)
    every = union_all(found, _of_no_device(found, keys, lost)).subquery("every")
    largest = [every.c.devices.desc()] if "devices" in every.c else []
    return select(*every.c).order_by(*largest, every.c[_UNATTRIBUTED])  # runs that nobody owns come last


def _known(scope: Scope) -> Subquery:
    """What is known of each device."""
    run, stored = last_run(scope, devices.c.id), _stored(scope)
    held = func.coalesce(stored.c.snapshots, 0)
    return (
        select(
            devices,
            and_(run.c.last_run_at.is_(None), held == 0).label("orphan"),
            run.c.last_run_at,
            held.label("snapshots"),
            stored.c.first_snapshot_at,
            stored.c.last_snapshot_at,
        )
        .select_from(devices.outerjoin(run, true()).outerjoin(stored, stored.c.device_id == devices.c.id))
        .subquery("known")
    )


def _stored(scope: Scope) -> Subquery:
    """How many snapshots of each device lie in the window, and from when to when; no text is read."""
    stored, window = snapshots.c, scope.window
    inside = [stored.found_at < window.until]
    if window.since is not None:
        inside.append(stored.found_at >= window.since)
    return (
        select(
            stored.device_id,
            func.count(stored.snapshot_id).label("snapshots"),
            func.min(stored.found_at).label("first_snapshot_at"),
            func.max(stored.found_at).label("last_snapshot_at"),
        )
        .where(*inside)
        .group_by(stored.device_id)
        .subquery("stored")
    )


def _measures(key: ColumnElement[Any], known: Subquery) -> list[ColumnElement[Any]]:
    return [
        count(key).label("devices"),
        count(key, known.c.orphan).label("orphans"),
        count(key, known.c.tags.is_(None)).label("untagged"),
        if_any_run(count(key, known.c.last_run_at.is_(None))).label("without_run"),
        count(key, known.c.snapshots == 0).label("without_snapshot"),
        func.max(known.c.last_seen).label("last_seen"),
        func.max(known.c.last_run_at).label("last_run_at"),
        func.coalesce(cast(func.sum(known.c.snapshots), BigInteger), 0).label("snapshots"),
        func.min(known.c.first_snapshot_at).label("first_snapshot_at"),
        func.max(known.c.last_snapshot_at).label("last_snapshot_at"),
    ]


def _unattributed(scope: Scope) -> Select[Any]:
    """How many runs of the window have no device; with filters none, since no device passes."""
    nobody = runs.c.device_id.is_(None)
    return select(count(runs.c.run_id)).where(nobody, *scope.in_window(), *scope.conditions())


def _of_no_device(found: Select[Any], keys: Sequence[ColumnElement[Any]], lost: Select[Any]) -> Select[Any]:
    """The group of runs without a device, if there are any, in the columns of the other groups."""
    number = lost.subquery("lost").c[0]
    groups = {key.name for key in keys} - {"device_id"}

    def value(column: ColumnElement[Any]) -> ColumnElement[Any]:
        if column.name == _UNATTRIBUTED:
            return number
        if column.name in groups:
            return literal(DELETED)
        is_count = isinstance(column.type, Integer) and column.name != "device_id"
        return literal(0) if is_count else null().cast(column.type)

    return select(*(value(c).label(c.name) for c in found.selected_columns)).where(number > 0)
