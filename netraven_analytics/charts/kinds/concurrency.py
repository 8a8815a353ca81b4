"""How many runs went on at once: the peak of each bucket as a bar, the mean as a line."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from netraven_analytics.charts.courses import course
from netraven_analytics.charts.groups import Groups
from netraven_analytics.charts.picture import Drawing
from netraven_analytics.charts.style import INK, PALE

if TYPE_CHECKING:
    import pandas as pd


def draw(frame: "pd.DataFrame", about: Mapping[str, Any]) -> Drawing:
    """Buckets in which nothing ran have no bar."""
    groups = Groups.of(frame, about)
    measures = {
        "peak": frame["peak_running"].astype("float64"),
        "mean": frame["mean_running"].fillna(0.0),
    }
    line = course(frame, about, measures, worst="peak", count="runs")

    def layers(base: Any) -> list[Any]:
        y = alt.Y("peak:Q", title="runs at once", axis=alt.Axis(format=",d", tickMinStep=1))
        return [
            line.bars(base, color=PALE).encode(y=y, y2=alt.datum(0)),
            base.mark_line(color=INK, strokeWidth=1.5).encode(y="mean:Q"),
        ]

    remarks = [
        "Bars: the most at any moment of it. Line: the mean over its time.",
        _peak(about),
        *line.remarks,
    ]
    return Drawing(f"Runs at once{groups.words} (number of runs)", line.panels(layers, "runs begun"), remarks)


def _peak(about: Mapping[str, Any]) -> str:
    totals = about.get("totals", {})
    if not totals.get("peak_at"):
        return ""
    at = totals["peak_at"][:16].replace("T", " ")
    return f"The peak of the window: {totals['peak_running']:,} at {at}."
