"""Figures through time."""

import pandas as pd

from netraven_analytics.charts import chart
from netraven_analytics.charts.courses import PANELS
from tests.netraven_analytics.charts.answers import answer, instants, points, rates, said, texts


def course_of(*days: str, **columns: object) -> pd.DataFrame:
    table = rates(len(days), day=pd.to_datetime(list(days)), **columns)
    return answer("failure_rates", table, ["day"])


def test_a_line_ends_where_nothing_ran() -> None:
    """A missing day is a point of nothing, and no run is counted there; a point between gaps has a mark."""
    drawn = points(chart(course_of("2026-11-17", "2026-11-19", "2026-11-20")))[0]
    assert [row["rate"] is None for row in drawn] == [False, True, False, False]
    assert [row["count"] for row in drawn] == [100, 0, 100, 100]
    assert [row["alone"] for row in drawn] == [True, False, False, False]


def test_a_day_that_the_window_cuts_is_hollow_and_said_to_be() -> None:
    """Only where there is one."""
    cut = chart(course_of("2026-11-17", "2026-11-18", complete=[False, True]))
    assert [row["cut"] for row in points(cut)[0]] == [True, False]
    assert "Hollow: the window holds a part of that day only." in said(cut)
    assert "Hollow" not in said(chart(course_of("2026-11-17", "2026-11-18", complete=[True, True])))


def test_of_many_buckets_the_worst_are_drawn() -> None:
    """4,000 hours, one of which is bad: it is a point, and the line says what a point is."""
    hours = instants("2026-05-01 00:00").repeat(4000).reset_index(drop=True)
    hours += pd.to_timedelta(range(4000), unit="h")
    table = rates(4000, hour=hours)
    for name in ("failure_rate", "rate_low", "rate_high"):
        table[name] = [0.9 if number == 1234 else 0.01 for number in range(4000)]
    picture = chart(answer("failure_rates", table, ["hour"]))
    (drawn,) = points(picture)
    assert len(drawn) <= 500
    assert max(row["rate"] for row in drawn) == 0.9
    assert "Each mark is the worst of 8 hours in a row." in said(picture)


def test_the_groups_with_the_worst_day_have_panels() -> None:
    """Side by side, the worst first; the others are counted and the first of them named."""
    names = [f"site-{number:02}" for number in range(20) for _ in range(2)]
    days = [pd.Timestamp("2026-11-18"), pd.Timestamp("2026-11-19")] * 20
    frame = answer("failure_rates", rates(40, location=names[::-1], day=days), ["tag:location", "day"])
    picture = chart(frame)
    shown = [text for text in texts(picture) if text.startswith("site-")]
    assert shown[:2] == ["site-19", "site-18"]
    assert len(shown) == PANELS
    assert (
        "Shown: the 9 groups of 20 with the worst value; not site-10, site-09, site-08 and 8 more."
        in said(picture)
    )


def test_a_cycle_has_names_along_its_axis() -> None:
    """Weekdays in their order and all of them, without dates; no line leads over one that is missing."""
    frame = answer("failure_rates", rates(3, weekday=[1, 3, 7]), ["weekday"])
    picture = chart(frame)
    assert {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"} <= set(texts(picture))
    assert [row["rate"] is None for row in points(picture)[0]] == [
        False,
        True,
        False,
        True,
        True,
        True,
        False,
    ]
