"""Runs through time."""

import pandas as pd

from netraven_analytics.charts import chart
from netraven_analytics.charts.lanes import LANES
from tests.netraven_analytics.charts.answers import answer, hosts, instants, points, said


def timeline(*runs: tuple[str, str, str, str]) -> pd.DataFrame:
    """Runs of a host, an outcome, a start and an end."""
    names, outcomes, begun, ended = zip(*runs, strict=True)
    columns = {
        "hostname": names,
        "outcome": outcomes,
        "started_at": instants(*begun),
        "finished_at": instants(*ended),
    }
    return answer("job_timeline", columns)


def test_a_run_is_a_bar_from_its_start_to_its_end() -> None:
    """On the wall clock of the answer; a short one is wide enough to be seen."""
    (bars,) = points(
        chart(
            timeline(
                ("a", "succeeded", "2026-11-20 06:00", "2026-11-20 12:00"),
                ("b", "failed", "2026-11-20 07:00", "2026-11-20 07:00:01"),
            )
        )
    )
    by_name = {row["name"]: row for row in bars}
    assert pd.Timestamp(by_name["a"]["begin"], unit="ms") == pd.Timestamp("2026-11-20 07:00")
    assert pd.Timestamp(by_name["a"]["end"], unit="ms") == pd.Timestamp("2026-11-20 13:00")
    assert by_name["b"]["end"] - by_name["b"]["begin"] > 60_000


def test_runs_that_fall_together_are_one_bar_as_their_worst() -> None:
    """A failure is never hidden behind a success."""
    runs = [("a", "succeeded", f"2026-11-{day} 06:00", f"2026-11-{day} 06:01") for day in (1, 20)]
    picture = chart(timeline(*runs, ("a", "failed", "2026-11-20 06:02", "2026-11-20 06:03")))
    (bars,) = points(picture)
    assert [(row["outcome"], row["runs"]) for row in sorted(bars, key=lambda row: row["begin"])] == [
        ("succeeded", 1),
        ("failed", 2),
    ]
    assert "are one bar, as the worst of them" in said(picture)


def test_what_still_goes_on_is_a_bar_of_its_own() -> None:
    """A short failure that began with it is not drawn as long."""
    (bars,) = points(
        chart(
            timeline(
                ("a", "running", "2026-11-10 06:00", "2026-11-20 06:00"),
                ("a", "failed", "2026-11-10 06:00", "2026-11-10 06:01"),
            )
        )
    )
    lasted = {row["outcome"]: (row["end"] - row["begin"]) / 3_600_000 for row in bars}
    assert lasted["running"] == 240
    assert lasted["failed"] < 2


def test_the_failed_and_the_long_have_lanes() -> None:
    """Of a hundred devices; the others are counted."""
    fine = [(name, "succeeded", "2026-11-20 06:00", "2026-11-20 06:01") for name in hosts(100)]
    bad = [
        ("failing", "failed", "2026-11-20 06:00", "2026-11-20 06:01"),
        ("hanging", "running", "2026-11-20 06:00", "2026-11-22 12:00"),
    ]
    picture = chart(timeline(*fine, *bad))
    shown = {row["name"] for rows in points(picture) for row in rows}
    assert {"failing", "hanging"} <= shown
    assert len(shown) == LANES
    assert "The other 72: 72 runs, 0 of them failed, the longest 1m00s." in said(picture)
