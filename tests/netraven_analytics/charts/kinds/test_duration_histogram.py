"""How single durations are distributed."""

import pandas as pd

from netraven_analytics.charts import chart
from tests.netraven_analytics.charts.answers import answer, instants, points, said, texts


def test_every_ended_run_is_in_a_bar_of_its_outcome() -> None:
    """Those that have not ended are counted and not drawn; the percentiles are named."""
    begun = instants(*["2026-11-20 06:00"] * 6)
    took = pd.to_timedelta([10, 20, 30, 40, 9000, 5], unit="s")
    columns = {
        "started_at": begun,
        "finished_at": begun + took,
        "outcome": ["succeeded"] * 3 + ["failed", "failed", "running"],
    }
    picture = chart(answer("job_timeline", columns), "duration_histogram")
    bars = [sum(row["runs"] for row in rows) for rows in points(picture) if "runs" in rows[0]]
    assert bars == [3, 2]
    assert {"p50 20.0s", "p95 29.0s", "p50 1h15m"} <= set(texts(picture))
    assert "1 runs have not ended, or have an unknown outcome." in said(picture)
