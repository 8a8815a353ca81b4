"""What is not portable SQL, as PostgreSQL answers it, held against zoneinfo, numpy and Python's own clock."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Integer, Interval, column, select

from netraven_analytics import frame, job_durations
from netraven_analytics.facts.buckets import bucket_of
from netraven_analytics.facts.constructs import (
    LocalBucket,
    elapsed,
    local_day,
    local_hour,
    local_hour_of_day,
    local_month,
    local_week,
    local_weekday,
    percentile,
    seconds,
)
from netraven_analytics.facts.dimensions import BUCKETS
from netraven_db.db.base import UTCDateTime
from netraven_db.db.models import Device, Job
from tests.netraven_analytics.facts.listed import listed
from tests.netraven_analytics.facts.zones import MOVES, instants
from tests.netraven_analytics.spec import NOW, device, store

CONSTRUCTS: dict[str, type[LocalBucket]] = {
    "hour": local_hour,
    "day": local_day,
    "week": local_week,
    "month": local_month,
    "hour_of_day": local_hour_of_day,
    "weekday": local_weekday,
}
AT, END = column("t", UTCDateTime()), column("u", UTCDateTime())
GROUP, LASTED = column("g", Integer()), column("d", Interval())
FRACTIONS = (0.5, 0.9, 0.95, 0.99)


@pytest.mark.parametrize("zone", sorted(MOVES))
async def test_local_time_is_that_of_the_zone(shared_database: str, zone: str) -> None:
    """In SQL, in Python and in zoneinfo an instant is in the same hour, day, week and month."""
    tz, seen = ZoneInfo(zone), instants(zone)
    made = [made(AT, zone).label(name) for name, made in CONSTRUCTS.items()]
    table = await frame(select(AT, *made).select_from(listed((AT, seen))))
    assert len(table) == len(seen)
    for row in table.itertuples(index=False):
        instant = row.t.to_pydatetime()
        local = instant.astimezone(tz)
        offset = timezone(local.utcoffset() or timedelta())
        assert row.hour == datetime(local.year, local.month, local.day, local.hour, tzinfo=offset)
        assert row.day.date() == local.date()
        assert row.week.date() == date.fromisocalendar(*local.isocalendar()[:2], 1)
        assert row.month.date() == date(local.year, local.month, 1)
        assert (row.hour_of_day, row.weekday) == (local.hour, local.isoweekday())
        in_sql = (row.hour.to_pydatetime(), row.day.date(), row.week.date(), row.month.date())
        assert in_sql == tuple(bucket_of(unit, instant, tz) for unit in BUCKETS)


async def test_a_repeated_hour_is_two(shared_database: str) -> None:
    """When the clock is turned back, the hour that comes twice is two instants and one hour of day."""
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    hours = select(local_hour(AT, "Europe/Berlin"), local_hour_of_day(AT, "Europe/Berlin"))
    table = await frame(hours.select_from(listed((AT, twice))))
    assert [list(row) for row in table.itertuples(index=False)] == [
        [pd.Timestamp("2026-10-25 00:00", tz="UTC"), 2],
        [pd.Timestamp("2026-10-25 01:00", tz="UTC"), 2],
    ]


async def test_elapsed_is_the_time_between_two_instants(shared_database: str) -> None:
    """To the microsecond, backwards too, over years, and whatever a clock on a wall does in between."""
    draw = random.Random(1)
    starts = [datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=draw.uniform(0, 1e8)) for _ in range(500)]
    ends = [start + timedelta(microseconds=draw.randint(-(10**15), 10**15)) for start in starts]
    took = elapsed(AT, END)
    query = select(took.label("took"), seconds(took).label("s"))
    table = await frame(query.select_from(listed((AT, starts), (END, ends))))
    expected = [after - before for before, after in zip(starts, ends, strict=True)]
    assert list(table["took"]) == expected
    assert table["s"].tolist() == pytest.approx([each.total_seconds() for each in expected], abs=1e-6)


async def test_percentiles_are_numpys(shared_database: str) -> None:
    """A percentile interpolates linearly between its neighbours, as numpy's default does."""
    groups = random_durations(200)
    numbers = [number for number, group in enumerate(groups) for _ in group]
    durations = [duration for group in groups for duration in group]
    made = [percentile(fraction, LASTED).label(f"p{fraction}") for fraction in FRACTIONS]
    query = select(GROUP, *made).group_by(GROUP).order_by(GROUP)
    table = await frame(query.select_from(listed((GROUP, numbers), (LASTED, durations))))
    for group, row in zip(groups, table.itertuples(index=False), strict=True):
        assert_numpys(group, row[1:])


async def test_percentiles_pass_over_what_has_no_duration(shared_database: str) -> None:
    """A missing value is in no percentile, and nothing but missing values has none."""
    two = timedelta(seconds=2)
    rows = listed((GROUP, [1, 2, 2]), (LASTED, [None, None, two]))
    middle = select(percentile(0.5, LASTED).label("p")).group_by(GROUP).order_by(GROUP)
    none, known = (await frame(middle.select_from(rows)))["p"]
    assert pd.isna(none)
    assert known == two


async def test_percentiles_as_reported_are_numpys(empty_database: str) -> None:
    """Durations that are stored as two instants of a job come back as the percentiles of their device."""
    groups = {f"d{number:02}": group for number, group in enumerate(random_durations(40))}
    draw = random.Random(2)
    await store(*(job_of(owner, lasted, draw) for owner, lasted in with_devices(groups)))
    table = await job_durations(by="device", since="all", as_of=NOW)
    assert sorted(table["hostname"]) == sorted(groups)
    for row in table.itertuples(index=False):
        group = groups[row.hostname]
        assert row.runs == len(group)
        assert_numpys(group, (row.duration_p50, row.duration_p90, row.duration_p95, row.duration_p99))
        took = in_microseconds(group)
        assert in_microseconds([row.duration_mean])[0] == pytest.approx(took.mean(), abs=1)
        assert row.duration_max == max(group)


def random_durations(count: int) -> list[list[timedelta]]:
    """Always the same groups of durations, of one to sixty, from microseconds to days, with ties."""
    draw = random.Random(3)
    return [
        [
            draw.choice(
                (
                    timedelta(microseconds=draw.randint(0, 10)),
                    timedelta(seconds=draw.randint(1, 5)),
                    timedelta(seconds=draw.lognormvariate(3, 1)),
                    timedelta(days=draw.randint(0, 100), microseconds=draw.randint(0, 10**10)),
                )
            )
            for _ in range(draw.randint(1, 60))
        ]
        for _ in range(count)
    ]


def with_devices(groups: dict[str, list[timedelta]]) -> list[tuple[Device, timedelta]]:
    return [(owner, lasted) for name, group in groups.items() for owner in [device(name)] for lasted in group]


def job_of(owner: Device, lasted: timedelta, draw: random.Random) -> Job:
    """A job that ended before the tests' now and took that long."""
    started = NOW - lasted - timedelta(microseconds=draw.randint(0, 10**13))
    return Job(device=owner, status="completed", started_at=started, completed_at=started + lasted)


def in_microseconds(durations: Sequence[timedelta]) -> np.ndarray[Any, Any]:
    return np.array([duration // timedelta(microseconds=1) for duration in durations], dtype=np.float64)


def assert_numpys(group: Sequence[timedelta], found: Sequence[timedelta]) -> None:
    expected = np.percentile(in_microseconds(group), [100 * fraction for fraction in FRACTIONS])
    assert in_microseconds(found) == pytest.approx(expected, abs=1)
