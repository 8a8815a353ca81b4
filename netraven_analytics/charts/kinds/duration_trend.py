"""Percentiles through time: the median and p95, and below them how many runs there were."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from netraven_analytics.charts.axes import duration_axis, seconds
from netraven_analytics.charts.courses import course
from netraven_analytics.charts.groups import Groups
from netraven_analytics.charts.measures import percentiles_of
from netraven_analytics.charts.picture import Drawing
from netraven_analytics.charts.style import BLUE, PALE

if TYPE_CHECKING:
    import pandas as pd


def draw(frame: "pd.DataFrame", about: Mapping[str, Any]) -> Drawing:
    """The band between the two is where 45 % of the runs are."""
    measure, groups = percentiles_of(frame), Groups.of(frame, about)
    measures = {name: seconds(frame[measure.column(name)]) for name in ("p50", "p95")}
    line = course(frame, about, measures, worst="p95", count="runs")
    y = duration_axis([*line.rows["p50"], *line.rows["p95"]], measure.of, 4 if line.names else 7)

    def layers(base: Any) -> list[Any]:
        return [
            base.mark_area(color=PALE, opacity=0.45).encode(y=alt.Y("p50:Q", **y), y2="p95:Q"),
            base.mark_line(color=BLUE, strokeWidth=1.5).encode(y="p50:Q"),
            base.mark_line(color=BLUE, strokeWidth=1.5, strokeDash=[5, 3]).encode(y="p95:Q"),
            line.points(base, "p95:Q"),
        ]

    return Drawing(
        f"{measure.title}{groups.words} (s, min, h)",
        line.panels(layers, "runs"),
        ["Solid: the median. Dashed: p95, which 95 % of the runs did not exceed.", line.cut, *line.remarks],
    )
