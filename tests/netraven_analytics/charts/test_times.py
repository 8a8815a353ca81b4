"""Wall clocks as positions."""

import pandas as pd

from netraven_analytics.charts.times import clock_words, positions, thinned, time_axis, with_gaps
from tests.netraven_analytics.charts.answers import instants


def wall(text: str) -> int:
    return int(pd.Timestamp(text).timestamp() * 1000)


def test_a_position_is_the_wall_clock() -> None:
    """Of naive times as they are, of instants in their zone; what is missing stays missing."""
    naive = pd.Series(pd.to_datetime(["2026-11-20", None])).astype("datetime64[us]")
    assert positions(naive).tolist() == [wall("2026-11-20"), pd.NA]
    assert positions(instants("2026-11-20 22:00", tz="Asia/Tokyo")).tolist() == [wall("2026-11-21 07:00")]


def test_a_clock_that_was_moved_is_one_clock_throughout() -> None:
    """02:30 comes twice, and is an hour later the second time; the axis says which clock it is."""
    moved = instants("2026-10-25 00:30", "2026-10-25 01:30")  # 02:30 in Berlin, twice
    assert positions(moved).diff().tolist()[1] == 3_600_000
    assert positions(moved).iloc[1] == wall("2026-10-25 02:30")
    assert clock_words(moved) == "The clock was moved in between: all times are UTC+01:00."
    assert clock_words(moved.tail(1)) == clock_words(pd.Series(pd.to_datetime(["2026-10-25"]))) == ""


def test_times_that_no_calendar_has_have_a_clock() -> None:
    """Pandas holds years that Python does not; west of Greenwich the year 1 begins in the year 0."""
    ends = pd.Series(["0001-01-01", "9999-12-31"], dtype="datetime64[us]").dt.tz_localize("UTC")
    assert clock_words(ends.dt.tz_convert("America/Sao_Paulo")).endswith("all times are UTC-03:00.")


def marks(first: str, last: str) -> tuple[list[str], str]:
    axis = time_axis(wall(first), wall(last))["axis"]
    return [str(pd.Timestamp(mark, unit="ms")) for mark in axis.values], axis.format


def test_marks_are_where_something_begins() -> None:
    """Hours, midnights, Mondays or months, at most about eight of them."""
    assert marks("2026-11-20 09:10", "2026-11-20 15:00")[0][0] == "2026-11-20 10:00:00"
    days, pattern = marks("2026-11-18 09:10", "2026-11-22 09:00")
    assert (days[0], len(days), pattern) == ("2026-11-19 00:00:00", 4, "%d %b")
    weeks, _ = marks("2026-10-20", "2026-11-22")
    assert {pd.Timestamp(week).day_name() for week in weeks} == {"Monday"}
    months, pattern = marks("2023-01-15", "2026-11-22")
    assert {pd.Timestamp(month).day for month in months} == {1}
    assert (pattern, 4 <= len(months) <= 9) == ("%b %Y", True)


def test_one_instant_has_an_axis_too() -> None:
    """With room on both sides."""
    low, high = time_axis(5, 5)["scale"].domain
    assert low < 5 < high


def test_missing_buckets_are_gaps() -> None:
    """One row of nothing after a bucket that the next does not follow; a month may have 31 days."""
    days = pd.DataFrame({"day": pd.to_datetime(["2026-11-18", "2026-11-19", "2026-11-22"]), "n": [1, 2, 3]})
    assert with_gaps(days, "day")["n"].tolist()[:2] == [1, 2]
    assert with_gaps(days, "day")["n"].isna().tolist() == [False, False, True, False]
    months = pd.DataFrame({"month": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"])})
    assert len(with_gaps(months, "month")) == 3
    hours = pd.DataFrame({"hour": instants("2026-10-25 00:00", "2026-10-25 01:00", "2026-10-25 02:00")})
    assert len(with_gaps(hours, "hour")) == 3


def test_gaps_stay_gaps_where_each_row_is_one_of_many() -> None:
    """Two of neighbouring threes may be five hours apart, and one of the next but one at least six."""
    near = pd.DataFrame({"hour": instants("2026-11-20 00:00", "2026-11-20 05:00")})
    far = pd.DataFrame({"hour": instants("2026-11-20 00:00", "2026-11-20 06:00")})
    assert [len(with_gaps(hours, "hour", size=3)) for hours in (near, far)] == [2, 3]


def test_of_many_rows_the_worst_stay() -> None:
    """Of each three; one without a figure is never worse."""
    table = pd.DataFrame({"n": [1.0, 9.0, 2.0, None, 3.0, None, None]})
    assert thinned(table, "n", 3)["n"].fillna(-1).tolist() == [9.0, 3.0, -1.0]
    assert thinned(table, "n", 1) is table
