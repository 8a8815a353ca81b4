"""The reports' figures over all years, as somebody would write them who knows SQL, the tables and the data.

Nothing is asked as of a moment, and no future run has to be kept out: what was recorded is all there is.
"""

from netraven_analytics.facts.statistics import Z
from years.history import END

_RUNS = """
(select *, status in ('completed', 'failed') and completed_at >= started_at as timed,
        completed_at - started_at as took, started_at - scheduled_for as delay
 from jobs) as run"""

_DURATIONS = """
count(*) as runs, count(*) filter (where status = 'running') as running,
count(*) filter (where status in ('completed', 'failed') and timed is not true) as invalid,
avg(took) filter (where timed) as mean,
percentile_cont(array[0.5, 0.9, 0.95, 0.99]) within group (order by took) filter (where timed) as p,
max(took) filter (where timed) as longest"""
_DURATION_COLUMNS = """
runs, running, invalid, extract(epoch from mean) as duration_mean_seconds,
extract(epoch from p[1]) as duration_p50_seconds, extract(epoch from p[2]) as duration_p90_seconds,
extract(epoch from p[3]) as duration_p95_seconds, extract(epoch from p[4]) as duration_p99_seconds,
extract(epoch from longest) as duration_max_seconds"""

_COUNTS = """
count(*) as runs, count(*) filter (where status in ('completed', 'failed')) as terminal,
count(*) filter (where status = 'failed') as failed, count(*) filter (where status = 'running') as running,
count(*) filter (where status = 'running' and started_at < timestamp '{end}' - interval '24 hours') as stuck,
count(*) filter (where status = 'pending') as pending,
count(*) filter (where status not in ('completed', 'failed', 'running', 'pending')) as other"""
_RATE_COLUMNS = """
runs, terminal, failed, failed / nullif(terminal, 0)::float8 as failure_rate,
(failed + {zz} / 2 - {z} * sqrt(failed * (terminal - failed) / terminal::float8 + {zz} / 4))
  / (terminal + {zz}) as rate_low,
(failed + {zz} / 2 + {z} * sqrt(failed * (terminal - failed) / terminal::float8 + {zz} / 4))
  / (terminal + {zz}) as rate_high, running, stuck, pending, other"""
_SILENT = "not exists (select from jobs where device_id = d.id)"

_DELAYS = """
count(*) as runs, count(*) filter (where delay >= '0') as started,
avg(delay) filter (where delay >= '0') as mean,
percentile_cont(array[0.5, 0.95, 0.99]) within group (order by delay) filter (where delay >= '0') as p,
max(delay) filter (where delay >= '0') as longest, count(*) filter (where delay > '5 minutes') as late,
count(*) filter (where status = 'pending') as waiting,
count(*) filter (where status = 'pending' and scheduled_for < timestamp '{end}' - interval '5 minutes')
  as overdue,
count(*) filter (where status <> 'pending' and scheduled_for is not null and started_at is null) as unstarted,
count(*) filter (where delay < '0') as early, count(*) filter (where scheduled_for is null) as manual"""
_DELAY_COLUMNS = """
runs, started, extract(epoch from mean) as delay_mean_seconds, extract(epoch from p[1]) as delay_p50_seconds,
extract(epoch from p[2]) as delay_p95_seconds, extract(epoch from p[3]) as delay_p99_seconds,
extract(epoch from longest) as delay_max_seconds, late, late / nullif(started, 0)::float8 as late_share,
(late + {zz} / 2 - {z} * sqrt(late * (started - late) / started::float8 + {zz} / 4)) / (started + {zz})
  as late_low,
(late + {zz} / 2 + {z} * sqrt(late * (started - late) / started::float8 + {zz} / 4)) / (started + {zz})
  as late_high, waiting, overdue, unstarted, early, manual"""

_PLACED = """
with placed as (
  select * from (
    select id, device_id, status, started_at,
           case when status = 'running' then timestamp '{end}' else completed_at end as finished_at
    from jobs) as run
  where finished_at >= started_at),
"""
_EVENTS = (
    _PLACED
    + """
edges as (
  select started_at as at, 1 as step, id, device_id, status, finished_at from placed
  union all select finished_at, -1, null, null, null, null from placed),
levels as (select *, sum(step) over (order by at) as level from edges)
select l.id as run_id, device_id, coalesce(hostname, '(deleted device)') as hostname,
       case status when 'completed' then 'succeeded' when 'skipped' then 'other' else status end as outcome,
       at as started_at, finished_at, level + (at = finished_at)::int as concurrent
from levels l left join devices d on d.id = device_id where step = 1 order by at desc, l.id desc"""
)
_DAYS = (
    _PLACED
    + """
ends as (select min(started_at) as since, timestamp '{end}' as until from placed),
days as (
  select greatest(day, since) as at, until
  from ends, generate_series(date_trunc('day', since), until - interval '1 us', '1 day') as day),
edges as (
  select started_at as at, 1 as step, started_at = finished_at as moment from placed
  union all select finished_at, -1, false from placed
  union all select at, 0, false from days),
levels as (
  select *, sum(step) over (order by at) as level,
         lead(at, 1, timestamp '{end}') over (order by at) - at as lasted
  from edges),
peaks as (
  select *, at::date as day, case when step >= 0 then level + moment::int end as top from levels
  where at < timestamp '{end}'),
grouped as (
  select day, count(*) filter (where step = 1) as runs, max(top) as peak_running,
         sum(level * extract(epoch from lasted)) / sum(extract(epoch from lasted)) as mean_running
  from peaks group by day)
select day, grouped.runs, peak_running, min(at) as peak_at, mean_running::float8 as mean_running
from grouped join peaks using (day) where top = peak_running
group by day, grouped.runs, peak_running, mean_running order by day"""
)

_BY_DEVICE = """
select device_id, coalesce(hostname, '(deleted device)') as hostname, {columns}
from (select device_id, {measures} from {runs} group by device_id) as g
left join devices d on d.id = device_id order by {worst} desc nulls last, hostname"""

# By report and options; the columns are those of the exported file.
_QUERIES = {
    ("job_durations", ()): "select {duration_columns} from (select {durations} from {runs}) as g",
    ("job_durations", ("device",)): _BY_DEVICE.format(
        columns="{duration_columns}", measures="{durations}", runs="{runs}", worst="duration_p95_seconds"
    ),
    ("failure_rates", ()): """
select {rate_columns}, (select count(*) from devices d where {silent}) as devices_without_run
from (select {counts} from jobs) as g""",
    ("failure_rates", ("device",)): """
select device_id, coalesce(hostname, '(deleted device)') as hostname, {rate_columns}, 0 as devices_without_run
from (select device_id, {counts} from jobs group by device_id) as g
left join devices d on d.id = device_id order by rate_low desc nulls last, hostname""",
    ("failure_rates", ("tag:location",)): """
select location, {rate_columns}, coalesce(devices_without_run, 0) as devices_without_run from (
  select location, {counts} from (
    select j.*, case when d.id is null then '(deleted device)' else coalesce(t.name, '(none)') end as location
    from jobs j left join devices d on d.id = device_id
    left join (device_tag_association a join tags t on t.id = a.tag_id and t.type = 'location')
      on a.device_id = d.id) as j group by location) as g
left join (
  select t.name as location, count(*) filter (where {silent}) as devices_without_run
  from devices d join device_tag_association a on a.device_id = d.id
  join tags t on t.id = a.tag_id and t.type = 'location' group by t.name) as s using (location)
order by rate_low desc nulls last, location""",
    ("queue_delays", ()): "select {delay_columns} from (select {delays} from {runs}) as g",
    ("queue_delays", ("hour_of_day",)): """
select hour_of_day, {delay_columns} from (
  select extract(hour from coalesce(started_at, scheduled_for, completed_at))::int as hour_of_day, {delays}
  from {runs} group by 1) as g order by hour_of_day""",
    ("job_timeline", ()): _EVENTS,
    ("job_timeline", ("day",)): _DAYS,
}
VIEWS = tuple(_QUERIES)


def queries(report: str, by: tuple[str, ...]) -> list[str]:
    """The figures of an answer: its table, then the totals over everything that it carries beside groups.

    Each is on one line, as psql's \\copy wants it. A timeline's totals are left out.
    """
    with_totals = by and report != "job_timeline"
    return [_filled(_QUERIES[report, by]), *([_filled(_QUERIES[report, ()])] if with_totals else [])]


def _filled(text: str) -> str:
    numbers = {"end": END, "z": Z, "zz": Z * Z}
    parts = {
        "durations": _DURATIONS,
        "duration_columns": _DURATION_COLUMNS,
        "counts": _COUNTS,
        "rate_columns": _RATE_COLUMNS,
        "delays": _DELAYS,
        "delay_columns": _DELAY_COLUMNS,
    }
    filled = {name: part.format(**numbers) for name, part in parts.items()}
    return " ".join(text.format(runs=_RUNS, silent=_SILENT, **filled, **numbers).split())
