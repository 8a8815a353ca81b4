"""Which devices have no recent good backup."""

from datetime import timedelta
from typing import Any, Unpack

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, false, func, select, true

from netraven_analytics.configs.endings import ENDINGS
from netraven_analytics.facts.constructs import elapsed, percentile
from netraven_analytics.facts.dimensions import DEVICE_DIMENSIONS, device_rows
from netraven_analytics.facts.fact import AS_OF
from netraven_analytics.facts.latest import last_success, snapshot
from netraven_analytics.facts.run_history import if_any_run
from netraven_analytics.facts.runs import runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.statistics import count, rate, wilson
from netraven_analytics.facts.windows import Span, resolve_span
from netraven_analytics.options import GroupOptions
from netraven_analytics.report import report


@report(
    fact=runs,
    dimensions=DEVICE_DIMENSIONS,
    since="all",
    bundle={"by": "device"},
)
def backup_freshness(
    scope: Scope, *, objective: Span = timedelta(hours=24), **options: Unpack[GroupOptions]
) -> Select[Any]:
    """Which devices have no recent good backup?

    The age of a device's backup is the time from the end of its last succeeded run to ``as_of``; a device is
    fresh when that is less than ``objective``. Coverage, the headline, is the share of devices that are
    fresh, between the bounds of its Wilson 95 % interval; groups come with the worst coverage first. With
    ``by="device"`` there is a row for each device, the longest without a backup first. Devices are today's,
    and those never backed up are among them. All of history is looked through, device by device and by index;
    a ``since`` makes successes before it unknown. Where the database has no run at all, freshness is missing.

    A last snapshot is suspect when it is empty, under half the size of the one before, or lacks the end that
    its platform gives to a whole configuration. A suspect backup is counted, and fresh all the same.

    Columns:
        devices: devices of the group.
        fresh: those of them within the objective.
        coverage, coverage_low, coverage_high: a share between 0 and 1, and its 95 % interval.
        never: devices without a succeeded run.
        age_p50, age_max: of the devices' backups, as far as they have one.
        without_snapshot: devices without a stored configuration.
        suspect: devices whose last snapshot is suspect.

    Columns with ``by="device"``:
        device_type, last_success_at, age, last_snapshot_at: of each device.
        fresh: whether it is within the objective.
        suspect, suspect_reason: whether its last snapshot is suspect, and why.

    Args:
        objective: how old a backup may be at most, such as '24h' or '7d'.

    Example:
        ``await backup_freshness(by="tag:location", objective="26h")``
    """
    device, known = scope.devices(), _known(scope, resolve_span(objective, "objective"))
    joined = device.join(known, known.c.known_id == device.c.device_id)
    keys = [device.c[name] for dimension in scope.by for name in dimension.columns]
    if any(dimension.name == "device" for dimension in scope.by):
        details = [column for column in known.c if column.name not in ("known_id", *(k.name for k in keys))]
        oldest_first = known.c.last_success_at.asc().nulls_first()
        return select(*keys, *details).select_from(joined).order_by(oldest_first)
    key = device.c.device_id
    devices, fresh = count(key), count(key, known.c.fresh)
    low, high = wilson(fresh, devices)
    measures = {
        "coverage": rate(fresh, devices),
        "coverage_low": low,
        "coverage_high": high,
        "never": count(key, known.c.last_success_at.is_(None)),
    }
    return (
        select(
            *keys,
            devices.label("devices"),
            if_any_run(fresh).label("fresh"),
            *(if_any_run(measure).label(name) for name, measure in measures.items()),
            percentile(0.5, known.c.age).label("age_p50"),
            func.max(known.c.age).label("age_max"),
            count(key, known.c.last_snapshot_at.is_(None)).label("without_snapshot"),
            count(key, known.c.suspect).label("suspect"),
        )
        .select_from(joined)
        .group_by(*keys)
        .order_by(*([high.asc().nulls_last()] if keys else []))
    )


def _known(scope: Scope, objective: timedelta) -> Subquery:
    """What is known of each device's backups."""
    device = device_rows()
    success = last_success(scope, device.c.id)
    last, before = snapshot(scope, device.c.id), snapshot(scope, device.c.id, before_last=1)
    age = elapsed(success.c.last_success_at, AS_OF)
    reason = case(
        (~last.c.tail.regexp_match(r"\S"), "empty"),  # nothing to see, up to its end
        (last.c.size * 2 < before.c.size, "under half the size before"),
        (_is_cut(device.c.device_type, last.c.tail), "no end"),
    )
    return (
        select(
            device.c.id.label("known_id"),
            device.c.device_type,
            success.c.last_success_at,
            age.label("age"),
            if_any_run(func.coalesce(age < objective, false())).label("fresh"),
            last.c.found_at.label("last_snapshot_at"),
            reason.is_not(None).label("suspect"),
            reason.label("suspect_reason"),
        )
        .select_from(device.outerjoin(success, true()).outerjoin(last, true()).outerjoin(before, true()))
        .subquery("known")
    )


def _is_cut(device_type: ColumnElement[Any], tail: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the text lacks its platform's end; of a platform that has none, nobody can tell."""
    known = [
        and_(device_type.startswith(start, autoescape=True), ~tail.regexp_match(end))
        for start, end in ENDINGS.items()
    ]
    return case(*((is_cut, true()) for is_cut in known), else_=false())
