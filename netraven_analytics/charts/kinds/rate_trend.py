"""A share through time: a line in the band of its interval, and below it over how many it is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from netraven_analytics.charts.axes import share_axis
from netraven_analytics.charts.courses import course
from netraven_analytics.charts.groups import Groups
from netraven_analytics.charts.measures import share_of
from netraven_analytics.charts.picture import Drawing
from netraven_analytics.charts.style import BLUE, GREY, PALE

if TYPE_CHECKING:
    import pandas as pd


def draw(frame: "pd.DataFrame", about: Mapping[str, Any]) -> Drawing:
    """Where nothing ended there is no point, and no line leads over it."""
    share, groups = share_of(frame), Groups.of(frame, about)
    measures = {
        "share": frame[share.value],
        "low": frame[share.low],
        "high": frame[share.high],
        "bad": share.badness(frame),
    }
    line = course(frame, about, measures, worst="bad", count=share.whole)
    highest = line.rows["high"].max() if not line.names else line.rows["share"].max() * 1.5
    y = share_axis(highest, share.title.lower(), 4 if line.names else 6)

    def layers(base: Any) -> list[Any]:
        drawn = [
            base.mark_area(color=PALE, opacity=0.55, clip=True).encode(y=alt.Y("low:Q", **y), y2="high:Q"),
            base.mark_line(color=BLUE, strokeWidth=1.5).encode(y="share:Q"),
            line.points(base, "share:Q"),
        ]
        bars = base.mark_rule(color=GREY, strokeWidth=1).encode(y="low:Q", y2="high:Q")
        return [*drawn[:1], bars, *drawn[1:]] if line.marked and not line.names else drawn

    return Drawing(
        f"{share.title}{groups.words} (% of {share.of})",
        line.panels(layers, share.of),
        ["A point is the share, the band its 95 % interval (Wilson).", line.cut, *line.remarks],
    )
