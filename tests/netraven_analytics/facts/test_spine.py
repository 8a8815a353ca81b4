"""Empty buckets: which there are, and that the database and Python agree where they begin and end."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from netraven_analytics import failure_rates, frame, job_durations
from netraven_analytics.facts.buckets import LIMIT, Bucket, bucket_of, bucket_start, buckets
from netraven_analytics.facts.dimensions import BUCKETS, RUN_DIMENSIONS, parse_dimensions
from netraven_analytics.facts.spine import spine
from netraven_analytics.facts.windows import Window
from netraven_db.errors import ParameterError
from tests.netraven_analytics.facts.zones import MOVES, instants
from tests.netraven_analytics.spec import at, device, job, rows, store

TICK = timedelta(microseconds=1)


def windows() -> list[tuple[str, Window]]:
    """For each zone and unit a window over a move of its clock: sometimes on edges, mostly not."""
    draw, made = random.Random(1), []
    for zone in sorted(MOVES):
        tz, seen = ZoneInfo(zone), instants(zone, 100)
        for unit, days in zip(BUCKETS, (1, 5, 30, 100), strict=True):
            since = draw.choice(seen)
            until = since + draw.uniform(0.1, 1) * timedelta(days=days)
            if draw.random() < 0.4:
                since = bucket_start(bucket_of(unit, since, tz), tz)
                until = bucket_start(bucket_of(unit, until + timedelta(days=days), tz), tz)
            made.append((unit, Window(since, until, until, tz)))
    return made


@pytest.mark.parametrize(
    ("unit", "window"), windows(), ids=lambda value: value if isinstance(value, str) else value.tz.key
)
async def test_fill_shows_every_bucket_that_the_window_touches(
    shared_database: str, unit: str, window: Window
) -> None:
    """Once each and in order; what the window cuts is not complete, and everything else is."""
    asked = {"since": window.since, "until": window.until, "as_of": window.as_of, "tz": window.tz.key}
    table = await job_durations(by=unit, fill=True, **asked)
    expected = list(buckets(unit, window))
    assert [as_bucket(unit, value) for value in table[unit]] == expected
    assert window.since is not None
    outside = [bucket_of(unit, instant, window.tz) for instant in (window.since - TICK, window.until)]
    assert table["complete"].tolist() == [bucket not in outside for bucket in expected]
    assert table["runs"].tolist() == [0] * len(expected)


async def test_pairs_of_buckets_follow_the_days(shared_database: str) -> None:
    """A week over the turn of a month is in both months."""
    by = parse_dimensions(["week", "month"], RUN_DIMENSIONS)
    until = at("2026-05-04 00:00")
    calendar = spine(by, Window(at("2026-04-20 00:00"), until, until, ZoneInfo("UTC")))
    found = {
        (str(week.date()), f"{month:%B}")
        for week, month in (await frame(calendar.select())).itertuples(index=False)
    }
    assert found == {("2026-04-20", "April"), ("2026-04-27", "April"), ("2026-04-27", "May")}


async def test_a_filled_bucket_is_counted_and_not_measured(empty_database: str) -> None:
    """Empty buckets have no runs and no rate, for each group that has runs in others, and change no total."""
    await store(
        job(device("a"), "failed", "11-20 06:00", "11-20 06:01"),
        job(device("b"), "completed", "11-22 06:00", "11-22 06:01"),
    )
    asked = {"since": at("11-20 00:00"), "until": at("11-23 00:00"), "as_of": at("11-23 00:00")}
    table = await failure_rates(by=["device", "day"], fill=True, **asked)
    assert sorted(rows(table, "hostname", "day", "runs", "failure_rate"), key=str) == [
        ("a", "2026-11-20T00:00:00", 1, 1.0),
        ("a", "2026-11-21T00:00:00", 0, None),
        ("a", "2026-11-22T00:00:00", 0, None),
        ("b", "2026-11-20T00:00:00", 0, None),
        ("b", "2026-11-21T00:00:00", 0, None),
        ("b", "2026-11-22T00:00:00", 1, 0.0),
    ]
    assert table.attrs["netraven"]["totals"]["runs"] == 2


def test_all_of_history_has_no_first_bucket() -> None:
    """There is nothing to begin with."""
    now = datetime(2026, 4, 1, tzinfo=ZoneInfo("UTC"))
    with pytest.raises(ParameterError, match="no first bucket"):
        spine(parse_dimensions("day", RUN_DIMENSIONS), Window(None, now, now, ZoneInfo("UTC")))


def test_too_many_buckets_are_refused() -> None:
    """More than anyone can read is a mistake, told before any SQL."""
    now = datetime(2026, 4, 1, tzinfo=ZoneInfo("UTC"))
    window = Window(now - timedelta(hours=LIMIT + 1), now, now, ZoneInfo("UTC"))
    with pytest.raises(ParameterError, match=f"more than {LIMIT} buckets"):
        spine(parse_dimensions("hour", RUN_DIMENSIONS), window)


def as_bucket(unit: str, value: pd.Timestamp) -> Bucket:
    return value.tz_convert("UTC").to_pydatetime() if unit == "hour" else value.date()
