"""The questions that are asked three times: what is typed, and what it means, spelled out by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pandas as pd

Tables = Mapping[str, pd.DataFrame]
Chosen = Callable[[Tables], pd.Series]

BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
GROUPED = ("job_durations", "failure_rates")
ALL = (*GROUPED, "config_changes")


@dataclass(frozen=True)
class View:
    """One choice of options, besides ``--by`` of reports that group.

    ``since``, ``until`` and ``as_of`` are the instants that ``options`` mean; None stands for the defaults,
    seen from the newest instant of the data. The devices are chosen once in SQL, over ``devices d``, and once
    in pandas.
    """

    title: str
    options: str
    by: tuple[str, ...] = ()
    tz: str = "UTC"
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    sql_devices: str = ""
    pandas_devices: Chosen | None = None
    reports: tuple[str, ...] = ALL
    include_running: bool = False
    bundle: bool = False  # whether ``report all`` writes it

    def seen_from(self, newest: datetime) -> "View":
        """The same view with its instants settled."""
        as_of = self.as_of or newest
        # The newest row is inside a window that ends with the data.
        until = self.until or (as_of if self.as_of else newest + timedelta(microseconds=1))
        since = self.since or until - timedelta(days=30)
        return View(**{**vars(self), "as_of": as_of, "until": until, "since": since})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hostname_starts(*starts: str) -> Chosen:
    return lambda tables: tables["devices"].hostname.str.startswith(starts)


def tagged(*names: str) -> Chosen:
    """Devices with one of the tags; a tag's name is unique in the dump."""

    def chosen(tables: Tables) -> pd.Series:
        tags = tables["tags"].loc[lambda tag: tag.name.isin(names), "id"]
        links = tables["device_tag_association"]
        return tables["devices"].id.isin(links.loc[links.tag_id.isin(tags), "device_id"])

    return chosen


END = datetime(2100, 1, 1, tzinfo=UTC)
EVERYTHING = View("everything there is", "", since=BEGINNING, until=END, as_of=END)
DATA = "--as-of data"
MAIN = View("report all", DATA, ("device",), bundle=True)
OVERALL = View("over everything", DATA, reports=GROUPED)
VIEWS = (
    MAIN,
    OVERALL,
    View("by outcome", DATA, ("outcome",), reports=("job_durations",)),
    View(
        "Kaplan-Meier",
        f"{DATA} --include-running",
        reports=("job_durations",),
        include_running=True,
    ),
    View(
        "Kaplan-Meier by device type, seen from 06:15 UTC of a busy morning",
        "--as-of 2026-03-20T06:15 --since 1h --include-running",
        ("device_type",),
        since=utc("2026-03-20T05:15"),
        as_of=utc("2026-03-20T06:15"),
        reports=("job_durations",),
        include_running=True,
    ),
    View("by device type", DATA, ("device_type",), reports=GROUPED),
    View("by tag:location", DATA, ("tag:location",), reports=GROUPED),
    View(
        "by tag:role and weekday in America/Sao_Paulo, two days later",
        "--as-of 2026-04-06T21:30 --tz America/Sao_Paulo",
        ("tag:role", "weekday"),
        "America/Sao_Paulo",
        since=utc("2026-03-08T00:30"),
        as_of=utc("2026-04-07T00:30"),
        reports=GROUPED,
    ),
    View(
        "by week in Europe/Berlin, cut on both sides, over a DST change",
        "--since 2026-03-12 --until 2026-04-03 --as-of 2026-04-05 --tz Europe/Berlin",
        ("week",),
        "Europe/Berlin",
        utc("2026-03-11T23:00"),
        utc("2026-04-02T22:00"),
        utc("2026-04-04T22:00"),
    ),
    View(
        "by week in America/Sao_Paulo",
        f"{DATA} --since all --tz America/Sao_Paulo",
        ("week",),
        "America/Sao_Paulo",
        BEGINNING,
        reports=GROUPED,
    ),
    View(
        "by day and device type in Europe/Berlin, over a DST change",
        "--since 2026-03-28T07:10 --until 2026-03-30 --as-of 2026-04-05 --tz Europe/Berlin",
        ("day", "device_type"),
        "Europe/Berlin",
        utc("2026-03-28T06:10"),
        utc("2026-03-29T22:00"),
        utc("2026-04-04T22:00"),
    ),
    View(
        "by hour in Asia/Kathmandu (+05:45)",
        "--since 2026-03-20T11:00 --until 2026-03-20T12:05 --as-of 2026-04-05 --tz Asia/Kathmandu",
        ("hour",),
        "Asia/Kathmandu",
        utc("2026-03-20T05:15"),
        utc("2026-03-20T06:20"),
        utc("2026-04-04T18:15"),
        reports=GROUPED,
    ),
    View(
        "by month and hour of day in Australia/Lord_Howe, all of history until a minute",
        "--since all --until 2026-04-02T17:10:30 --as-of 2026-04-05T00:00Z --tz Australia/Lord_Howe",
        ("month", "hour_of_day"),
        "Australia/Lord_Howe",
        BEGINNING,
        utc("2026-04-02T06:10:30"),
        utc("2026-04-05T00:00"),
    ),
    View(
        "hostname globs, by device",
        f"{DATA} --device core-* --device edge-0[1-3]?.*",
        ("device",),
        sql_devices="d.hostname like 'core-%' or d.hostname ~ '^edge-0[123].[.]'",
        pandas_devices=hostname_starts("core-", "edge-01", "edge-02", "edge-03"),
    ),
    View(
        "a tag and a device type, ten minutes",
        "--tag location:sao --tag location:cai --device-type juniper_junos "
        "--since 2026-03-18T06:10 --until 2026-03-18T06:20 --as-of 2026-03-18T06:30",
        ("device",),
        since=utc("2026-03-18T06:10"),
        until=utc("2026-03-18T06:20"),
        as_of=utc("2026-03-18T06:30"),
        sql_devices="d.device_type = 'juniper_junos' and d.id in (select a.device_id from "
        "device_tag_association a join tags t on t.id = a.tag_id "
        "where t.type = 'location' and t.name in ('sao', 'cai'))",
        pandas_devices=lambda tables: (
            tagged("sao", "cai")(tables) & tables["devices"].device_type.eq("juniper_junos")
        ),
    ),
)
QUICK = tuple(view for view in VIEWS if view in (MAIN, OVERALL) or "by week in Europe" in view.title)
