"""A rate through time: a line in the band of its interval, and below it over how many it is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from netraven_analytics.charts.courses import course
from netraven_analytics.charts.groups import Groups
from netraven_analytics.charts.measures import rate_of
from netraven_analytics.charts.picture import Drawing
from netraven_analytics.charts.style import BLUE, GREY, PALE

if TYPE_CHECKING:
    import pandas as pd


def draw(frame: "pd.DataFrame", about: Mapping[str, Any]) -> Drawing:
    """Where there is no rate there is no point, and no line leads over it."""
    rate, groups = rate_of(frame), Groups.of(frame, about)
    measures = {
        "rate": frame[rate.value],
        "low": frame[rate.low],
        "high": frame[rate.high],
        "bad": rate.badness(frame),
    }
    line = course(frame, about, measures, worst="bad", count=rate.whole)
    # Beside each other the rates matter; an interval of one run in one of the panels would flatten them.
    highest = line.rows["rate"].max() * 1.5 if line.names else line.rows["high"].max()
    y = rate.axis(highest, rate.title.lower(), 4 if line.names else 6)

    def layers(base: Any) -> list[Any]:
        band = base.mark_area(color=PALE, opacity=0.55, clip=True)
        drawn = [
            band.encode(y=alt.Y("low:Q", **y), y2="high:Q"),
            base.mark_line(color=BLUE, strokeWidth=1.5).encode(y="rate:Q"),
            line.points(base, "rate:Q"),
        ]
        if line.marked and not line.names:
            drawn.insert(1, base.mark_rule(color=GREY, strokeWidth=1).encode(y="low:Q", y2="high:Q"))
        return drawn

    return Drawing(
        f"{rate.title}{groups.words} ({rate.unit})",
        line.panels(layers, rate.counted),
        [f"A point is the rate, the band its 95 % interval ({rate.interval}).", line.cut, *line.remarks],
    )
