"""A heat map of days."""

import pandas as pd
import pytest

from netraven_analytics.charts import chart
from netraven_db.errors import ParameterError
from tests.netraven_analytics.charts.answers import (
    answer,
    drawn,
    durations,
    points,
    rates,
    said,
    texts,
    title,
)
from tests.netraven_analytics.charts.grey import lightness

DASH = "\N{EN DASH}"


def test_every_day_has_a_place_in_its_week() -> None:
    """A day without a row is a dash, one that the window cuts has a star."""
    days = pd.to_datetime(["2026-11-16", "2026-11-18", "2026-11-23"])
    frame = answer("failure_rates", rates(3, day=days, complete=[True, True, False]), ["day"])
    picture = chart(frame, "calendar")
    (cells,) = points(picture)
    found = {(row["week"], row["weekday"]): row["said"] for row in cells}
    assert len(found) == 8
    assert found["16 Nov", "Mon"] == "100"
    assert found["16 Nov", "Tue"] == DASH
    assert found["16 Nov", "Wed"] == "50"
    assert found["23 Nov", "Mon"] == "0.0*"
    assert "A dash, or no colour: no terminal run." in said(picture)
    assert "A star: the window holds a part of that day only." in said(picture)


def test_runs_are_drawn_where_there_is_no_rate() -> None:
    """In numbers."""
    frame = answer("job_durations", durations(2, day=pd.to_datetime(["2026-11-16", "2026-11-17"])), ["day"])
    picture = chart(frame, "calendar")
    assert title(picture) == "Runs by day (number of runs)"
    assert [row["said"] for row in points(picture)[0]] == ["100", "100"]


def test_a_year_is_drawn_and_the_worst_before_it_told() -> None:
    """53 weeks have room."""
    days = pd.date_range("2024-01-01", "2026-11-22")
    picture = chart(answer("failure_rates", rates(len(days), day=days), ["day"]), "calendar")
    assert len({row["week"] for row in points(picture)[0]}) == 53
    assert "The highest of the 686 days before: 100 % on 2024-01-01." in said(picture)


@pytest.mark.parametrize("weeks", [18, 19, 53])
def test_what_the_caption_explains_is_drawn(weeks: int) -> None:
    """Where days have no room for a figure, a star still marks a day that the window cuts."""
    days = pd.date_range("2025-01-06", periods=7 * weeks)
    frame = answer(
        "failure_rates", rates(len(days), day=days, complete=[False, *[True] * (len(days) - 1)]), ["day"]
    )
    frame.loc[3, "failure_rate"] = None
    picture = chart(frame, "calendar")
    figures = weeks <= 18
    shown = texts(picture)
    assert shown.count("100*" if figures else "*") == 1
    assert (DASH in shown) == figures
    assert "A star: the window holds a part of that day only." in said(picture)
    assert ("A dash, or no colour: no" in said(picture)) == figures
    assert ("No colour: no terminal run." in said(picture)) != figures


def test_its_colours_are_greys_too() -> None:
    """The more, the darker, at least 50 of the 100 steps of L* in all; figures are 30 from their ground."""
    days = pd.date_range("2026-01-05", periods=70)
    picture = chart(answer("failure_rates", rates(len(days), day=days), ["day"]), "calendar")
    marks = [group for group in drawn(picture).iter() if "role-mark" in group.get("class", "")]
    _, cells, figures = ([lightness(each.get("fill", "")) for each in group] for group in marks)
    assert cells == sorted(cells)  # the first day is the worst
    assert cells[-1] - cells[0] >= 50
    assert min(abs(cell - figure) for cell, figure in zip(cells, figures, strict=True)) >= 30


def test_without_a_cut_day_nothing_is_said_of_stars() -> None:
    """Nor is one drawn."""
    days = pd.date_range("2025-01-06", periods=7 * 30)
    picture = chart(answer("failure_rates", rates(len(days), day=days), ["day"]), "calendar")
    assert "star" not in said(picture)
    assert "*" not in texts(picture)


def test_several_rows_a_day_are_refused() -> None:
    """A calendar is of one group."""
    frame = answer("failure_rates", rates(2, day=pd.to_datetime(["2026-11-16"] * 2)), ["device", "day"])
    with pytest.raises(ParameterError, match="one row for each day: group by 'day' alone"):
        chart(frame, "calendar")
