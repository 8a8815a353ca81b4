"""What ``by`` means, in SQL written by hand."""

from .views import View

LOCAL = "((t at time zone 'UTC') at time zone '{tz}')"
# Over a run with its device d and its tags; several columns stand in order.
DEVICE_KEYS = {
    "device": {"device_id": "d.id", "hostname": "coalesce(d.hostname, '(deleted device)')"},
    "device_type": {
        "device_type": "case when d.id is null then '(deleted device)' "
        "else coalesce(d.device_type, '(none)') end"
    },
    "tag:location": {"location": "case when d.id is null then '(deleted device)' else l.name end"},
    "tag:role": {"role": "case when d.id is null then '(deleted device)' else r.name end"},
}
TIME_KEYS = {
    "hour": "to_char({local}, 'YYYY-MM-DD HH24:00')::timestamp at time zone '{tz}'",
    "day": "{local}::date",
    "week": "{local}::date - (to_char({local}, 'ID')::int - 1)",
    "month": "to_char({local}, 'YYYY-MM-01')::date",
    "hour_of_day": "to_char({local}, 'HH24')::int",
    "weekday": "to_char({local}, 'ID')::int",
}
ENDS = {
    "hour": "hour + interval '1 hour'",
    "day": "(day + 1)::timestamp at time zone '{tz}'",
    "week": "(week + 7)::timestamp at time zone '{tz}'",
    "month": "(month + interval '1 month') at time zone '{tz}'",
}
STARTS = {name: f"{name}::timestamp at time zone '{{tz}}'" for name in ENDS} | {"hour": "hour"}

# A device of the dump has at most one tag of each type.
TAGS = """
  left join (select a.device_id, t.name from device_tag_association a join tags t on t.id = a.tag_id
             where t.type = 'location') l on l.device_id = d.id
  left join (select a.device_id, t.name from device_tag_association a join tags t on t.id = a.tag_id
             where t.type = 'role') r on r.device_id = d.id"""


def device_keys(view: View) -> dict[str, str]:
    return {name: key for by in view.by for name, key in DEVICE_KEYS.get(by, {}).items()}


def time_keys(view: View) -> dict[str, str]:
    local = LOCAL.format(tz=view.tz)
    return {by: TIME_KEYS[by].format(local=local, tz=view.tz) for by in view.by if by in TIME_KEYS}


def labelled(keys: dict[str, str]) -> str:
    """The keys as a list of columns; nothing to group by is one group."""
    return ", ".join(f"{key} as {name}" for name, key in keys.items()) or "true as everything"


def complete(view: View) -> str:
    """Whether the window holds the bucket, as a column with a comma behind it."""
    tests = [
        f"{STARTS[by]} >= {instant(view.since)} and {ENDS[by]} <= {instant(view.until)}".format(tz=view.tz)
        for by in view.by
        if by in ENDS
    ]
    return f"{' and '.join(tests)} as complete," if tests else ""


def order(view: View, worst: str) -> str:
    """The calendar first, then the worst group, then by name."""
    times = [by for by in view.by if by in TIME_KEYS]
    names = list(device_keys(view))[-1:] + [by for by in view.by if by == "outcome"]
    return ", ".join([*times, f"{worst} desc nulls last", *names])


def same(left: str, right: str, names: list[str]) -> str:
    return " and ".join(f"{left}.{name} is not distinct from {right}.{name}" for name in names) or "true"


def instant(value: object) -> str:
    return f"timestamptz '{value}'"


def stamp(value: object) -> str:
    """As NetRaven's columns hold it."""
    return f"(timestamptz '{value}' at time zone 'UTC')"
