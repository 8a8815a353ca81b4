"""Configuration changes through time."""

import pandas as pd

from netraven_analytics.charts import chart
from netraven_analytics.charts.lanes import LANES
from tests.netraven_analytics.charts.answers import answer, hosts, instants, points, said


def changes(*found: tuple[str, str, int, int | None]) -> pd.DataFrame:
    """Changes of a host at a time, of so many lines, that took an earlier snapshot back or not."""
    names, times, lines, back = zip(*found, strict=True)
    columns = {
        "hostname": names,
        "found_at": instants(*times),
        "lines_added": pd.Series(lines, dtype="Int64"),
        "lines_removed": pd.Series([0] * len(lines), dtype="Int64"),
        "reverted_to": pd.Series(back, dtype="Int64"),
    }
    return answer("config_changes", columns)


def test_a_change_is_a_mark_in_its_devices_lane() -> None:
    """What takes something back has another shape; the fleet's changes are counted by local day."""
    fleet, marks = points(
        chart(
            changes(
                ("a", "2026-11-20 22:30", 3, None),
                ("a", "2026-11-20 23:30", 4, 7),
                ("b", "2026-11-22 09:00", 1, None),
            )
        )
    )
    assert [row["changes"] for row in fleet] == [1, 1, 1]
    assert [(row["name"], row["lines"], row["back"]) for row in marks] == [
        ("a", 3, False),
        ("a", 4, True),
        ("b", 1, False),
    ]


def test_many_changes_and_large_ones_have_lanes() -> None:
    """The others are counted, and all are in the fleet's bars."""
    quiet = [(name, "2026-11-20 06:00", 1, None) for name in hosts(100)]
    often = [("often", f"2026-11-{day} 06:00", 1, None) for day in range(10, 20)]
    picture = chart(changes(*quiet, *often, ("large", "2026-11-20 06:00", 5000, None)))
    fleet, marks = points(picture)
    shown = {row["name"] for row in marks}
    assert {"often", "large"} <= shown
    assert len(shown) == LANES
    assert sum(row["changes"] for row in fleet) == 111
    assert "The other 72: 72 changes, at most 1 of one device." in said(picture)


def test_a_long_history_has_bars_of_several_days() -> None:
    """So that there are never more than 200."""
    picture = chart(changes(("a", "2022-01-01 06:00", 1, None), ("a", "2026-11-20 06:00", 1, None)))
    assert sum(row["changes"] for row in points(picture)[0]) == 2
    assert '"title": "changes in 9 days"' in picture.to_json(indent=0).replace("\n", "")
