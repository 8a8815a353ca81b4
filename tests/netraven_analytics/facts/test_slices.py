"""A window cut at the calendar's edges."""

import pytest

from netraven_analytics.facts.dimensions import RUN_DIMENSIONS, parse_dimensions
from netraven_analytics.facts.slices import Slices, slices
from netraven_analytics.facts.windows import resolve_window
from netraven_db.errors import ParameterError


def _slices(by: list[str], since: str, until: str, tz: str = "UTC") -> Slices:
    window = resolve_window(since, until, "2026-12-01", tz)
    return slices(parse_dimensions(by, RUN_DIMENSIONS), window)


def test_without_a_time_the_window_is_one_slice() -> None:
    """It has no keys."""
    found = _slices(["device"], "2026-11-01", "2026-11-03")
    assert (len(found.edges), found.keys, found.complete) == (2, {}, None)


def test_a_day_of_25_hours_is_one_slice_and_has_25_hours() -> None:
    """The hour that the clock repeats is there twice."""
    day = _slices(["day"], "2026-10-25", "2026-10-26", "Europe/Berlin")
    assert (day.edges[1] - day.edges[0]).total_seconds() == 25 * 3600
    hours = _slices(["hour_of_day"], "2026-10-25", "2026-10-26", "Europe/Berlin")
    assert hours.keys["hour_of_day"] == [0, 1, 2, 2, *range(3, 24)]


def test_cycles_and_buckets_stand_side_by_side() -> None:
    """A slice has one key of each; it is complete where the window holds all of its buckets."""
    found = _slices(["weekday", "week", "month"], "2026-11-28T12:00Z", "2026-12-01")
    assert found.keys["weekday"] == [6, 7, 1]
    assert [f"{day:%m-%d}" for day in found.keys["week"]] == ["11-23", "11-23", "11-30"]
    assert [f"{day:%m-%d}" for day in found.keys["month"]] == ["11-01"] * 3
    assert found.complete == [False, False, False]
    assert _slices(["day"], "2026-11-28T12:00Z", "2026-11-30").complete == [False, True]


def test_too_many_slices_are_refused() -> None:
    """As too many buckets are."""
    with pytest.raises(ParameterError, match="more than 20000 buckets"):
        _slices(["hour_of_day"], "2020-01-01", "2026-11-01")
