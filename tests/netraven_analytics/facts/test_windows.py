"""What ``since``, ``until`` and ``as_of`` accept, the instants they resolve to, and which runs are inside."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netraven_analytics import job_durations
from netraven_analytics.facts.windows import WEEKDAYS, TimeLike, resolve_span, resolve_window, start_of_day
from netraven_db.errors import ParameterError
from tests.netraven_analytics.facts.zones import zones_and_instants
from tests.netraven_analytics.spec import about, at, device, job, rows, store

SUNDAY_NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)

quick = settings(max_examples=250, deadline=None, database=None)


def since(
    value: TimeLike, as_of: datetime = SUNDAY_NOON, tz: str = "UTC", until: TimeLike | None = None
) -> str:
    """The beginning of the window, in UTC."""
    begin = resolve_window(value, until, as_of, tz).since
    return f"{begin:%Y-%m-%d %H:%M:%S}" if begin else "all"


@pytest.mark.parametrize(
    ("value", "begin"),
    [
        ("30d", "2026-10-23 12:00:00"),
        ("12h", "2026-11-22 00:00:00"),
        ("2w", "2026-11-08 12:00:00"),
        ("90min", "2026-11-22 10:30:00"),
        ("3mo", "2026-08-22 12:00:00"),
        (" 3 MO ", "2026-08-22 12:00:00"),
        ("today", "2026-11-22 00:00:00"),
        ("yesterday", "2026-11-21 00:00:00"),
        ("tuesday", "2026-11-17 00:00:00"),
        ("Sunday", "2026-11-22 00:00:00"),
        ("2026-10-01", "2026-10-01 00:00:00"),
        ("2026-10-01T08:15", "2026-10-01 08:15:00"),
        ("2026-10-01 08:15:30", "2026-10-01 08:15:30"),
        ("20261001T081530", "2026-10-01 08:15:30"),
        ("2026-10-01T08:15:30.5Z", "2026-10-01 08:15:30"),
        ("2026-10-01T08:15+02:00", "2026-10-01 06:15:00"),
        (datetime(2026, 10, 1, 8, 15, tzinfo=UTC), "2026-10-01 08:15:00"),
        (date(2026, 10, 1), "2026-10-01 00:00:00"),
        (timedelta(hours=36), "2026-11-21 00:00:00"),
        (pd.Timestamp("2026-10-01T08:15", tz="America/New_York"), "2026-10-01 12:15:00"),
        (pd.Timestamp("2026-10-01T08:15:00.123456789"), "2026-10-01 08:15:00"),
        (pd.Timedelta(days=1), "2026-11-21 12:00:00"),
        ("all", "all"),
        ("ALL", "all"),
    ],
)
def test_every_form_of_a_time(value: TimeLike, begin: str) -> None:
    """Spans back, days by their name, dates, ISO 8601 and Python's and pandas' own times are understood."""
    assert since(value) == begin


@pytest.mark.parametrize("value", ["", "30", "30m", "30 M", "m", "d", "-3d", "1.5d", "3y", "999999999mo"])
def test_what_is_no_span_is_refused(value: str) -> None:
    """A number and a unit, together and not out of all proportion."""
    with pytest.raises(ParameterError, match=r"since=.*(mo|'all')"):
        resolve_window(value, None, SUNDAY_NOON, "UTC")


@pytest.mark.parametrize(
    "value",
    [
        "tomorrow",
        "next week",
        "2026-13-01",
        "2026-02-30",
        "01/02/2026",
        "2026-10-01T25:00",
        pd.NaT,
        30,
        1.5,
        b"1d",
    ],
)
def test_what_is_no_time_is_refused(value: TimeLike) -> None:
    """Anything else is an error that names the accepted forms, before any SQL."""
    with pytest.raises(ParameterError, match=r"since=.* such as '30d'.* ISO 8601 time; 'all'"):
        resolve_window(value, None, SUNDAY_NOON, "UTC")


@pytest.mark.parametrize("value", ["5m", " 5M "])
def test_a_bare_m_is_ambiguous(value: str) -> None:
    """It may be minutes or months: the error says how to write each."""
    with pytest.raises(ParameterError, match="ambiguous: write '5min' for minutes or '5mo' for months"):
        resolve_window(value, None, SUNDAY_NOON, "UTC")


@pytest.mark.parametrize(
    ("value", "begin"),
    [
        ("2026-10-01", "2026-09-30 22:00:00"),
        ("2026-10-01T08:15", "2026-10-01 06:15:00"),
        ("2026-10-01T08:15Z", "2026-10-01 08:15:00"),
        (datetime(2026, 10, 1, 8, 15), "2026-10-01 06:15:00"),  # noqa: DTZ001 - naive on purpose
        (pd.Timestamp("2026-10-01T08:15"), "2026-10-01 06:15:00"),
        (date(2026, 10, 1), "2026-09-30 22:00:00"),
        ("today", "2026-11-21 23:00:00"),
        ("monday", "2026-11-15 23:00:00"),
        ("2026-03-29T02:30", "2026-03-29 01:30:00"),  # skipped: as it would be without the change
        ("2026-10-25T02:30", "2026-10-25 00:30:00"),  # twice: the first
    ],
)
def test_naive_values_are_in_the_zone(value: TimeLike, begin: str) -> None:
    """A time without an offset, a date and a day's name are those of ``tz``; an offset is obeyed."""
    assert since(value, tz="Europe/Berlin") == begin


def test_the_zone_is_the_environments_else_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """NETRAVEN_TZ is the zone of naive values where none is given."""
    assert resolve_window("2026-10-01", None, SUNDAY_NOON).since == at("2026-10-01 00:00")
    monkeypatch.setenv("NETRAVEN_TZ", "Europe/Berlin")
    assert resolve_window("2026-10-01", None, SUNDAY_NOON).since == at("2026-09-30 22:00")
    assert resolve_window("2026-10-01", None, SUNDAY_NOON, "UTC").since == at("2026-10-01 00:00")


@pytest.mark.parametrize("tz", ["Mars/Olympus", "", "Europe", "../etc/passwd"])
def test_an_unknown_zone_is_refused(tz: str) -> None:
    """A zone that is not in the zone database is an error that says what is accepted."""
    with pytest.raises(ParameterError, match="no time zone"):
        resolve_window("30d", None, SUNDAY_NOON, tz)


@pytest.mark.parametrize(
    ("value", "begin"),
    [
        ("1d", "2026-03-28 10:00:00"),  # 11:00 the day before, 23 hours earlier
        ("1w", "2026-03-22 10:00:00"),
        ("1mo", "2026-02-28 10:00:00"),  # February has no 29th
        ("24h", "2026-03-28 09:00:00"),
        ("1440min", "2026-03-28 09:00:00"),
        (timedelta(days=1), "2026-03-28 09:00:00"),
    ],
)
def test_days_step_over_the_calendar_and_hours_over_time(value: TimeLike, begin: str) -> None:
    """Over a change of the clock a day is not 24 hours."""
    sunday_eleven = datetime(2026, 3, 29, 9, 0, tzinfo=UTC)
    assert since(value, sunday_eleven, "Europe/Berlin") == begin


def test_the_defaults() -> None:
    """Thirty days up to ``as_of``, which is now."""
    before = datetime.now(UTC)
    window = resolve_window()
    assert before <= window.as_of <= datetime.now(UTC)
    assert window.until == window.as_of
    assert window.since == window.until - timedelta(days=30)


def test_until_is_as_of_unless_it_is_given() -> None:
    """``as_of`` moves the window's end; ``until`` does so alone."""
    assert resolve_window("1d", None, SUNDAY_NOON, "UTC").until == SUNDAY_NOON
    window = resolve_window("7d", "2d", SUNDAY_NOON, "UTC")
    assert (window.until, window.as_of) == (at("11-20 12:00"), SUNDAY_NOON)


@pytest.mark.parametrize(
    ("until", "begin"),
    [
        ("2026-11-01", "2026-10-25 00:00:00"),
        (date(2026, 11, 1), "2026-10-25 00:00:00"),
        ("yesterday", "2026-11-14 00:00:00"),
        ("2d", "2026-11-15 12:00:00"),
        (timedelta(days=2), "2026-11-15 12:00:00"),
        (None, "2026-11-15 12:00:00"),
    ],
)
def test_a_span_counts_back_from_an_absolute_until(until: TimeLike | None, begin: str) -> None:
    """From an ``until`` that names a moment; beside one that is a span too, both count from ``as_of``."""
    assert since("7d", until=until) == begin


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("2026-11-02", "2026-11-01"),
        ("2026-11-01", "2026-11-01"),
        ("2d", "7d"),
        ("2027-01-01", None),
        ("0d", None),
    ],
)
def test_since_must_be_before_until(begin: str, end: str | None) -> None:
    """A window that ends before it begins, or where it begins, is an error that shows both ends."""
    with pytest.raises(ParameterError, match=r"since \(2.*\) is not before until \(2.*\)"):
        resolve_window(begin, end, SUNDAY_NOON, "UTC")


@quick
@given(zones_and_instants())
def test_a_day_starts_at_its_first_instant(seen: tuple[ZoneInfo, datetime]) -> None:
    """Where midnight is skipped or comes twice too: the instant before is of another date."""
    tz, instant = seen
    day = instant.astimezone(tz).date()
    start = start_of_day(day, tz)
    assert start <= instant
    assert start.astimezone(tz).date() == day
    assert (start - TICK).astimezone(tz).date() < day


@quick
@given(zones_and_instants(), st.sampled_from(WEEKDAYS))
def test_a_weekday_is_the_last_that_began(seen: tuple[ZoneInfo, datetime], name: str) -> None:
    """Its name means the start of that day, today's or of the six days before."""
    tz, as_of = seen
    today = as_of.astimezone(tz).date()
    back = (today.weekday() - WEEKDAYS.index(name)) % 7
    start = start_of_day(today - timedelta(days=back), tz)
    if start < as_of:
        assert resolve_window(name, None, as_of, tz.key).since == start


@quick
@given(zones_and_instants(), st.integers(1, 400), st.sampled_from("dw"))
def test_days_keep_the_time_of_day(seen: tuple[ZoneInfo, datetime], number: int, unit: str) -> None:
    """So many days and weeks back the clock shows the same time, if it showed that time at all."""
    tz, as_of = seen
    local = as_of.astimezone(tz).replace(tzinfo=None) - timedelta(days=number * {"d": 1, "w": 7}[unit])
    skipped = local.replace(tzinfo=tz).astimezone(UTC).astimezone(tz).replace(tzinfo=None) != local
    if not skipped:
        begin = resolve_window(f"{number}{unit}", None, as_of, tz.key).since
        assert begin is not None
        assert begin.astimezone(tz).replace(tzinfo=None) == local


@pytest.mark.parametrize(
    ("value", "length"),
    [
        ("24h", timedelta(hours=24)),
        ("90 min", timedelta(minutes=90)),
        ("2d", timedelta(hours=48)),
        ("1w", timedelta(days=7)),
        (timedelta(0), timedelta(0)),
    ],
)
def test_a_span_of_its_own_is_a_length(value: str | timedelta, length: timedelta) -> None:
    """Where no calendar is involved, a day has 24 hours."""
    assert resolve_span(value, "stuck_after") == length


def test_a_bare_m_is_ambiguous_in_a_length_too() -> None:
    """It could be minutes or months, and only minutes have a fixed length."""
    with pytest.raises(
        ParameterError, match=r"ambiguous: write '24min' for minutes; months .* no fixed length"
    ):
        resolve_span("24m", "stuck_after")


@pytest.mark.parametrize("value", ["1mo", "24", "24m", "today", timedelta(seconds=-1), 24])
def test_what_has_no_fixed_length_is_no_span(value: str | timedelta) -> None:
    """Months differ in length, and a negative span is none."""
    with pytest.raises(ParameterError, match="stuck_after="):
        resolve_span(value, "stuck_after")


async def test_a_window_holds_its_beginning_and_not_its_end(empty_database: str) -> None:
    """A run exactly at ``since`` is in, one exactly at ``until`` is out, and so to the microsecond."""
    since, until = at("11-20 06:00"), at("11-21 06:00")
    owner = device("a")
    for start in (since - TICK, since, until - TICK, until):
        await store(job(owner, "running", start.replace(tzinfo=None).isoformat(" ")))
    for tz in ("UTC", "Europe/Berlin"):
        table = await job_durations(since=since, until=until, tz=tz, as_of=SUNDAY_NOON)
        assert rows(table, "runs") == [(2,)]
    counts = [
        rows(await job_durations(since=begin, until=end, as_of=SUNDAY_NOON), "runs")[0][0]
        for begin, end in [
            ("all", since),
            (since, since + TICK),
            (until - TICK, until),
            (until, until + TICK),
        ]
    ]
    assert counts == [1, 1, 1, 1]


async def test_an_answer_states_the_window_it_resolved_to(shared_database: str) -> None:
    """In the zone of the question, with both ends."""
    told = about(await job_durations(since="2026-03-29", until="2026-03-30", tz="Europe/Berlin"))
    assert told["window"] == {"since": "2026-03-29T00:00:00+01:00", "until": "2026-03-30T00:00:00+02:00"}
    assert told["tz"] == "Europe/Berlin"
    assert about(await job_durations(since="all"))["window"]["since"] == "all"


def test_a_named_day_in_since_is_seen_from_as_of() -> None:
    """Beside an until that names a moment only a span counts back from there; yesterday stays yesterday."""
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    window = resolve_window("yesterday", "2026-11-22", now, "UTC")
    assert window.since == datetime(2026, 11, 21, tzinfo=UTC)
    with pytest.raises(ParameterError, match="is not before until"):
        resolve_window("yesterday", "yesterday", now, "UTC")
