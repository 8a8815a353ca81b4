"""How the durations of single runs are distributed: a histogram for each outcome, on one axis."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from netraven_analytics.cells import short_duration
from netraven_analytics.charts.axes import duration_axis
from netraven_analytics.charts.picture import Drawing
from netraven_analytics.charts.style import BLUE, INK, PALE, WIDTH, data

if TYPE_CHECKING:
    import pandas as pd

_BINS = 48
_OUTCOMES = ("succeeded", "failed")


def draw(frame: "pd.DataFrame", about: Mapping[str, Any]) -> Drawing:
    """Terminal runs only: nobody knows yet how long the others take."""
    took = (frame["finished_at"] - frame["started_at"]).dt.total_seconds()
    ended = frame["outcome"].isin(_OUTCOMES) & (took >= 0)
    runs = frame[["outcome"]].assign(took=took)[ended]
    x = duration_axis(runs["took"].tolist(), "duration")
    first, last = x["scale"].domain
    wide = x["scale"].type == "log"
    edges = np.geomspace(first, last, _BINS + 1) if wide else np.linspace(first, last, _BINS + 1)
    panels = [_panel(runs["took"][runs["outcome"] == name], name, edges, x) for name in _OUTCOMES]
    remarks = [
        "Bars: how many runs took so long. Dashed: p50 and p95.",
        f"{(~ended).sum():,} runs have not ended, or have an unknown outcome." if (~ended).any() else "",
    ]
    return Drawing(
        "Duration of runs (number of runs; s, min, h)", [p for p in panels if p is not None], remarks
    )


def _panel(took: "pd.Series", name: str, edges: Any, x: dict[str, Any]) -> Any:
    import pandas as pd

    if not len(took):
        return None
    counts, _ = np.histogram(took.clip(edges[0], edges[-1]), edges)
    bins = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "runs": counts})
    marks = pd.DataFrame({"at": [float(took.quantile(q)) for q in (0.5, 0.95)], "name": ["p50", "p95"]})
    marks["said"] = marks["name"] + " " + marks["at"].map(short_duration)
    y = alt.Y("runs:Q", title=f"{name} runs", axis=alt.Axis(tickCount=4, tickMinStep=1, format=",d"))
    bars = alt.Chart(data(bins), width=WIDTH, height=150)
    lines = alt.Chart(data(marks)).encode(x="at:Q")
    text = lines.mark_text(align="left", baseline="top", dx=4, dy=2, color=INK, fontSize=12)
    return alt.layer(
        bars.mark_bar(color=PALE, stroke=BLUE, strokeWidth=0.5).encode(
            x=alt.X("low:Q", **x), x2="high:Q", y=y, y2=alt.datum(0)
        ),
        lines.mark_rule(color=INK, strokeDash=[4, 3]),
        text.encode(text="said:N", y=alt.value(0)),
    )
