"""Percentiles of durations by group."""

import pandas as pd

from netraven_analytics.charts import chart
from netraven_analytics.charts.style import ROWS
from tests.netraven_analytics.charts.answers import answer, durations, hosts, points, said, texts, title


def test_the_slowest_are_shown_and_the_others_told() -> None:
    """In seconds on the axis, and in words for people; by p95."""
    picture = chart(answer("job_durations", durations(100, hostname=hosts(100)), ["device"]))
    (rows,) = points(picture)
    assert [row["name"] for row in rows] == hosts(100)[:ROWS]
    assert (rows[0]["p50"], rows[0]["max"]) == (110.0, 990.0)
    assert "1m50s to 5m30s (100 runs)" in texts(picture)
    assert "The other 75: p95 of 33.0s to 4m15s, maximum 12m45s." in said(picture)


def test_groups_without_a_duration_are_named() -> None:
    """Nothing ended there."""
    frame = answer("job_durations", durations(2, device_type=["a", "b"]), ["device_type"])
    for name in ("p50", "p95", "p99", "max"):
        frame.loc[1, f"duration_{name}"] = pd.NaT
    assert "Nothing to measure in 1 (b)." in said(chart(frame))


def test_queue_delays_are_drawn_alike() -> None:
    """Under their own name."""
    picture = chart(answer("queue_delays", durations(2, "delay", device_type=["a", "b"]), ["device_type"]))
    assert title(picture) == "Queue delay by device type (s, min, h)"
