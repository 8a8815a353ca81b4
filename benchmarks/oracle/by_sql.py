"""The figures by plain SQL, written by hand and apart from the toolkit: no construct of it is used here."""

from datetime import UTC, datetime
from typing import Any

import asyncpg

from .sql_changes import changes_sql
from .sql_groups import TAGS, complete, device_keys, labelled, order, same, stamp, time_keys
from .views import EVERYTHING, View

Rows = list[dict[str, Any]]

_RUNS = """
with chosen as (select * from devices d where {devices}),
seen as (
  select j.device_id as of_device, status, started_at, completed_at,
         coalesce(started_at, scheduled_for, completed_at) as t,
         status in ('completed', 'failed') and coalesce(completed_at <= {as_of}, true) as ended,
         status = 'running' or status in ('completed', 'failed') and completed_at > {as_of} as going,
         case when status in ('completed', 'failed') and completed_at > {as_of} then 'running'
              when status = 'completed' then 'succeeded'
              when status in ('failed', 'running', 'pending') then status else 'other' end as ending
  from jobs j where coalesce(started_at <= {as_of}, true)),
run as (
  select seen.*, {keys},
         case when ended and completed_at >= started_at then extract(epoch from completed_at - started_at) end
           as took,
         case when going then extract(epoch from {as_of} - started_at) end as so_far
  from seen left join devices d on d.id = of_device {tags}
  where t >= {since} and t < {until} and ({everyone} or of_device in (select id from chosen))),
"""

_DURATIONS = """
lasted as (select took, so_far, {names} from run),
times as (
  select {names}, coalesce(took, so_far) as x, count(took) as ends, count(*) as leaves
  from lasted where coalesce(took, so_far) is not null group by {names}, x),
risk as (select *, sum(leaves) over (partition by {names} order by x desc) as at_risk from times),
-- Kaplan and Meier: the share left after x is the product of 1 - ends / at risk up to x.
curve as (
  select *, 1 - case when bool_or(ends = at_risk) over upto then 0
                else exp(sum(ln(nullif(1 - ends / at_risk, 0))) over upto) end as done
  from risk where ends > 0 window upto as (partition by {names} order by x)),
grouped as (
  select {names}, count(*) as runs, count(*) filter (where going) as running,
         count(*) filter (where ended and took is null) as invalid, avg(took) as duration_mean_seconds,
         max(took) as duration_max_seconds,
         array_agg(took order by took) filter (where took is not null) as a, count(took) - 1 as last
  from run group by {names})
select {names}, {complete} runs, running, invalid, duration_mean_seconds, duration_max_seconds, {percentiles}
from grouped order by {order}
"""
# Between the two neighbours of rank f · (n - 1), and the first time by which that share is done.
_INTERPOLATED = """a[1 + floor({f} * last)::int] + ({f} * last - floor({f} * last))
  * (a[1 + ceil({f} * last)::int] - a[1 + floor({f} * last)::int])"""
_KAPLAN_MEIER = "(select min(x) from curve where done >= {f} - 1e-9 and {same})"
_FRACTIONS = {"p50": "0.5", "p90": "0.9", "p95": "0.95", "p99": "0.99"}

_RATES = """
counted as (
  select {names}, count(*) as runs, count(*) filter (where ended)::numeric as n,
         count(*) filter (where ended and status = 'failed')::numeric as f,
         count(*) filter (where going) as running, count(*) filter (where so_far > 86400) as stuck,
         count(*) filter (where status = 'pending') as pending,
         count(*) filter (where ending = 'other') as other, count(distinct of_device) as heard
  from run group by {names}),
held as (select {device_keys}, count(*) as devices from chosen d {tags} group by {positions}),
groups as (select {names} from counted {silent}),
grouped as (
  select {shown}, coalesce(runs, 0) as runs, coalesce(n, 0) as terminal, coalesce(f, 0) as failed,
         f / nullif(n, 0) as failure_rate,
         -- The roots of (p - x)² = z² x (1 - x) / n.
         (2 * f + zz - sqrt(zz * (zz + 4 * f * (n - f) / nullif(n, 0)))) / (2 * (n + zz)) as rate_low,
         (2 * f + zz + sqrt(zz * (zz + 4 * f * (n - f) / nullif(n, 0)))) / (2 * (n + zz)) as rate_high,
         coalesce(running, 0) as running, coalesce(stuck, 0) as stuck, coalesce(pending, 0) as pending,
         coalesce(other, 0) as other, coalesce(devices, 0) - coalesce(heard, 0) as devices_without_run
  from groups g left join counted on {same_counted} left join held on {same_held},
       (select 1.959963984540054 ^ 2::numeric as zz) as z)
select *, {complete} 0 as nothing from grouped order by {order}
"""


class BySql:
    """Answers views from a server that holds the dump."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def newest(self) -> datetime:
        found: datetime = await self.connection.fetchval(
            "select max(t) from (select started_at as t from jobs union all select completed_at from jobs "
            "union all select retrieved_at from device_configurations) as instants"
        )
        return found.replace(tzinfo=UTC)

    async def left_out(self) -> Rows:
        """The snapshots that are no change: the first of each device, and those like the one before."""
        rows = await self.connection.fetch(
            "select count(distinct device_id) as baseline, "
            f"count(*) - count(distinct device_id) - (select count(*) from ({changes_sql(EVERYTHING)}) as c) "
            "as unchanged_or_noise_only from device_configurations"
        )
        return [dict(row) for row in rows]

    async def answer(self, report: str, view: View) -> Rows:
        made: str = {
            "job_durations": _durations_sql,
            "failure_rates": _rates_sql,
            "config_changes": changes_sql,
        }[report](view)
        await self.connection.execute("set timezone = 'UTC'")
        rows = [dict(row) for row in await self.connection.fetch(made)]
        return [{name: row[name] for name in row if name not in ("everything", "nothing")} for row in rows]


def _durations_sql(view: View) -> str:
    keys = _keys(view)
    how = _KAPLAN_MEIER if view.include_running else _INTERPOLATED
    match = same("grouped", "curve", list(keys))
    percentiles = [
        f"{how.format(f=f, same=match)} as duration_{name}_seconds" for name, f in _FRACTIONS.items()
    ]
    return (_RUNS + _DURATIONS).format(
        **_shared(view, keys), percentiles=", ".join(percentiles), order=order(view, "duration_p95_seconds")
    )


def _rates_sql(view: View) -> str:
    keys, of_device = _keys(view), device_keys(view) or {"everything": "true"}
    # Groups whose devices are all silent show too, unless there are buckets: nobody is silent in no bucket.
    silent = "" if time_keys(view) else f"union select {', '.join(of_device)} from held"
    return (_RUNS + _RATES).format(
        **_shared(view, keys),
        device_keys=labelled(of_device),
        positions=", ".join(str(number) for number in range(1, len(of_device) + 1)),
        silent=silent,
        shown=", ".join(f"g.{name}" for name in keys),
        same_counted=same("g", "counted", list(keys)),
        same_held=same("g", "held", [name for name in of_device if name in keys]),
        order=order(view, "rate_low"),
    )


def _keys(view: View) -> dict[str, str]:
    outcome = {"outcome": "ending"} if "outcome" in view.by else {}
    return {**device_keys(view), **time_keys(view), **outcome} or {"everything": "true"}


def _shared(view: View, keys: dict[str, str]) -> dict[str, str]:
    return {
        "names": ", ".join(keys),
        "keys": labelled(keys),
        "tags": TAGS,
        "devices": view.sql_devices or "true",
        "everyone": "false" if view.sql_devices else "true",
        "complete": complete(view),
        "as_of": stamp(view.as_of),
        "since": stamp(view.since),
        "until": stamp(view.until),
    }
