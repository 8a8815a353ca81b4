"""Configuration changes by plain SQL: which pairs differ, and by how many lines in all."""

from .sql_groups import stamp
from .views import View

# Lines that say nothing of the configuration, as the documentation lists them, in PostgreSQL's own syntax.
_NOISE = {
    "cisco_ios": r"! Last configuration change at |! NVRAM config last updated at |"
    r"! No configuration change since last restart|Current configuration : [0-9]+ bytes|"
    r"Building configuration[.]{3}|ntp clock-period [0-9]+",
    "cisco_nxos": r"!(Time|Running configuration last done at|NVRAM config last updated at): ",
    "arista_eos": r"! (Startup-config last modified at|Command: show|device:) ",
    "juniper_junos": r"## Last (commit|changed): ",
}
_NOISE_OF = "\n".join(f"when '{platform}' then '{lines}'" for platform, lines in _NOISE.items())

_CHANGES = r"""
with snapshot as (
  select c.id, c.device_id, d.hostname, d.device_type, retrieved_at, config_data as raw,
         regexp_replace(regexp_replace(config_data, E'\r\n?', E'\n', 'g'), '([^\n])$', E'\\1\n') as whole,
         case d.device_type {noise} else '{every}' end as noise
  from device_configurations c join devices d on d.id = c.device_id
  where retrieved_at < {until} and retrieved_at <= {as_of} and ({devices})),
clean as (
  select *, regexp_replace(kept, E'[ \\t]+\n', E'\n', 'g') as text
  from (select *, regexp_replace(whole, '^(' || noise || ').*\n?', '', 'gn') as kept from snapshot) of),
counted as (
  select *, length(text) - length(replace(text, E'\n', '')) as lines,
         length(raw) - length(replace(raw, E'\n', '')) + (raw <> '' and raw not like E'%\n')::int as raw_lines
  from clean),
pair as (
  select *, lag(id) over w as from_id, lag(retrieved_at) over w as previous_at, lag(text) over w as was,
         lines - lag(lines) over w as net_lines, raw_lines - lag(raw_lines) over w as raw_net_lines,
         lag(id) over (partition by device_id, text order by retrieved_at, id) as reverted_to
  from counted window w as (partition by device_id order by retrieved_at, id))
select device_id, hostname, device_type, from_id, id as to_id, previous_at at time zone 'UTC' as previous_at,
       retrieved_at at time zone 'UTC' as found_at, net_lines, raw_net_lines, reverted_to
from pair where retrieved_at >= {since} and was <> text
order by retrieved_at desc, id desc
"""


def changes_sql(view: View) -> str:
    return _CHANGES.format(
        noise=_NOISE_OF,
        every="|".join(_NOISE.values()),
        devices=view.sql_devices or "true",
        **{name: stamp(getattr(view, name)) for name in ("as_of", "since", "until")},
    )
