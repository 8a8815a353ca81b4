"""How many runs went on at once."""

from netraven_analytics.charts import chart
from tests.netraven_analytics.charts.answers import answer, instants, points, said


def test_peaks_are_bars_and_the_window_peak_is_told() -> None:
    """An hour in which nothing ran has none."""
    columns = {
        "hour": instants("2026-11-20 06:00", "2026-11-20 08:00"),
        "runs": [3, 1],
        "peak_running": [2, 1],
        "mean_running": [0.5, 0.1],
    }
    totals = {"totals": {"peak_running": 2, "peak_at": "2026-11-20T07:12:00+01:00"}}
    picture = chart(answer("job_timeline", columns, ["hour"], **totals))
    assert [row["peak"] for row in points(picture)[0]] == [2, None, 1]
    assert "The peak of the window: 2 at 2026-11-20 07:12." in said(picture)
