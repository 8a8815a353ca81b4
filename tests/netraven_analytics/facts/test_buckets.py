"""The calendar in Python: which bucket an instant is in, where it begins, and which ones a window touches."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netraven_analytics.facts.buckets import (
    bucket_of,
    bucket_start,
    buckets,
    first_whole_bucket,
    next_bucket,
)
from netraven_analytics.facts.dimensions import BUCKETS
from netraven_analytics.facts.windows import Window
from tests.netraven_analytics.facts.zones import zones_and_instants

TICK = timedelta(microseconds=1)
LONGEST = {"hour": 3 * 24, "day": 40 * 24, "week": 120 * 24, "month": 400 * 24}  # hours of a window

units = st.sampled_from(BUCKETS)
quick = settings(max_examples=250, deadline=None, database=None)


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, Window]:
    """A unit and a window that holds some of its buckets, cut anywhere."""
    unit = draw(units)
    tz, since = draw(zones_and_instants())
    until = since + timedelta(minutes=draw(st.integers(1, LONGEST[unit] * 60)))
    if draw(st.booleans()):
        since = bucket_start(bucket_of(unit, since, tz), tz)
    if draw(st.booleans()):
        until = max(bucket_start(bucket_of(unit, until, tz), tz), since + TICK)
    return unit, Window(since, until, until, tz)


@quick
@given(units, zones_and_instants())
def test_an_instant_is_in_the_bucket_of_its_wall_clock(unit: str, seen: tuple[ZoneInfo, datetime]) -> None:
    """The bucket is read off the clock on the wall, as zoneinfo shows it."""
    tz, instant = seen
    local = instant.astimezone(tz)
    year, week, _ = local.isocalendar()
    # The wall clock cut to the hour, at the offset that it has at that instant.
    hour = datetime(local.year, local.month, local.day, local.hour, tzinfo=timezone(local.utcoffset()))
    expected: dict[str, Any] = {
        "hour": hour,
        "day": date(local.year, local.month, local.day),
        "week": date.fromisocalendar(year, week, 1),
        "month": date(local.year, local.month, 1),
    }
    assert bucket_of(unit, instant, tz) == expected[unit]


@quick
@given(units, zones_and_instants())
def test_a_bucket_begins_at_its_first_instant(unit: str, seen: tuple[ZoneInfo, datetime]) -> None:
    """The instant at which a bucket begins is in it, and the one before is in another."""
    tz, instant = seen
    bucket = bucket_of(unit, instant, tz)
    start = bucket_start(bucket, tz)
    assert start <= instant
    assert bucket_of(unit, start, tz) == bucket
    assert bucket_of(unit, start - TICK, tz) < bucket


@quick
@given(units, zones_and_instants())
def test_the_next_bucket_begins_where_this_one_ends(unit: str, seen: tuple[ZoneInfo, datetime]) -> None:
    """Buckets follow each other without a gap, also where a date or half an hour is skipped."""
    tz, instant = seen
    bucket = bucket_of(unit, instant, tz)
    following = next_bucket(unit, bucket, tz)
    start = bucket_start(following, tz)
    assert instant < start
    assert bucket_of(unit, start, tz) == following
    assert bucket_of(unit, start - TICK, tz) == bucket


@quick
@given(questions())
def test_a_window_touches_the_buckets_of_its_instants(question: tuple[str, Window]) -> None:
    """The buckets of a window run from that of its first instant to that of its last, each of them once."""
    unit, window = question
    assert window.since is not None
    found = list(buckets(unit, window))
    assert found[0] == bucket_of(unit, window.since, window.tz)
    assert found[-1] == bucket_of(unit, window.until - TICK, window.tz)
    assert found[1:] == [next_bucket(unit, bucket, window.tz) for bucket in found[:-1]]


@quick
@given(questions())
def test_a_bucket_is_complete_unless_the_window_cuts_it(question: tuple[str, Window]) -> None:
    """What is not complete is exactly what has instants before the window or after it."""
    unit, window = question
    assert window.since is not None
    first, end = first_whole_bucket(unit, window), bucket_of(unit, window.until, window.tz)
    outside = (bucket_of(unit, window.since - TICK, window.tz), end)
    for bucket in buckets(unit, window):
        assert (first <= bucket < end) == (bucket not in outside)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-28", 24),
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Africa/Cairo", "2024-04-26", 23),
        ("Africa/Cairo", "2024-10-31", 25),
        ("America/Sao_Paulo", "2017-10-15", 23),
        ("America/Sao_Paulo", "2018-02-17", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("America/St_Johns", "2026-03-08", 23),
        ("Asia/Kathmandu", "2026-03-29", 24),
        ("Pacific/Apia", "2011-12-29", 24),
        ("Pacific/Apia", "2011-12-31", 24),
    ],
)
def test_a_day_on_which_the_clock_is_moved_is_one_day(zone: str, day: str, hours: float) -> None:
    """A local day lasts from its first instant to that of the next, however many hours these are."""
    tz, bucket = ZoneInfo(zone), date.fromisoformat(day)
    start, end = (bucket_start(each, tz) for each in (bucket, next_bucket("day", bucket, tz)))
    assert end - start == timedelta(hours=hours)
    assert list(buckets("day", Window(start, end, end, tz))) == [bucket]


def test_a_date_that_a_zone_skipped_is_no_bucket() -> None:
    """Samoa went from the 29th of December 2011 to the 31st."""
    apia = ZoneInfo("Pacific/Apia")
    since, until = (datetime(2011, 12, day, 12, tzinfo=UTC) for day in (28, 31))
    found = [str(bucket) for bucket in buckets("day", Window(since, until, until, apia))]
    assert found == ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"]


def test_an_hour_of_half_an_hour_is_a_bucket() -> None:
    """Lord Howe Island turns its clock back by half an hour: 01:30 to 02:00 comes twice."""
    since, until = (datetime(2026, 4, 4, hour, 0, tzinfo=UTC) for hour in (14, 16))
    found = list(buckets("hour", Window(since, until, until, ZoneInfo("Australia/Lord_Howe"))))
    assert [f"{bucket:%H:%M}" for bucket in found] == ["14:00", "14:30", "15:30"]


def test_a_window_without_a_beginning_has_no_first_bucket() -> None:
    """All of history has no first bucket, and none that it cuts at its beginning."""
    window = Window(None, datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), ZoneInfo("UTC"))
    assert first_whole_bucket("day", window) is None
    with pytest.raises(ValueError, match="without a beginning"):
        next(buckets("day", window))
