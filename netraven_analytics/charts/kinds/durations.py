"""Percentiles by group: from the median to where 95 % have ended, and how far the rest goes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from netraven_analytics.cells import short_duration
from netraven_analytics.charts.axes import duration_axis, names_axis, seconds
from netraven_analytics.charts.groups import Groups
from netraven_analytics.charts.labels import labels, listed
from netraven_analytics.charts.measures import Percentiles, percentiles_of
from netraven_analytics.charts.picture import Drawing
from netraven_analytics.charts.style import BLUE, GREY, INK, PALE, ROW, ROWS, WIDTH, data

if TYPE_CHECKING:
    import pandas as pd

_DRAWN = ("p50", "p95", "p99", "max")


def draw(frame: "pd.DataFrame", about: Mapping[str, Any]) -> Drawing:
    """The groups with the longest p95; those without anything measured are named."""
    measure, groups = percentiles_of(frame), Groups.of(frame, about)
    table = frame[[]].assign(name=groups.names(frame, "all together"), runs=frame["runs"])
    for name in _DRAWN:
        table[name] = seconds(frame[measure.column(name)])
    known = table[table["p95"].notna()].sort_values("p95", ascending=False, kind="stable")
    silent = table[table["p95"].isna()]
    rest = known.iloc[ROWS:]
    remarks = [
        "A bar goes from the median to p95, the line on to p99, and the ring is the maximum.",
        _others(rest, len(known)),
        f"Nothing to measure in {len(silent):,} ({listed(silent['name'])})." if len(silent) else "",
    ]
    return Drawing(f"{measure.title}{groups.words} (s, min, h)", [_panel(known.head(ROWS), measure)], remarks)


def _panel(shown: "pd.DataFrame", measure: Percentiles) -> Any:
    names = labels(shown["name"])
    said = [
        f"{short_duration(median)} to {short_duration(p95)} ({runs:,} runs)"
        for median, p95, runs in zip(shown["p50"], shown["p95"], shown["runs"], strict=True)
    ]
    rows = shown[list(_DRAWN)].assign(name=names, said=said)
    x = duration_axis([*rows["p50"], *rows["p95"], *rows["max"]], measure.of)
    y = alt.Y("name:N", **names_axis(names))
    base = alt.Chart(data(rows), width=WIDTH - 150, height=alt.Step(ROW)).encode(y=y)
    return alt.layer(
        base.mark_rule(color=GREY, strokeWidth=1.5).encode(x=alt.X("p95:Q", **x), x2="p99:Q"),
        base.mark_tick(color=GREY, thickness=2, size=8).encode(x="p99:Q"),
        base.mark_bar(color=PALE, stroke=BLUE, height=11).encode(x="p50:Q", x2="p95:Q"),
        base.mark_tick(color=INK, thickness=3, size=15).encode(x="p50:Q"),
        base.mark_point(color=INK, size=35).encode(x="max:Q"),
        base.mark_text(align="left", color=INK, fontSize=12).encode(x=alt.value(WIDTH - 138), text="said:N"),
    )


def _others(rest: "pd.DataFrame", count: int) -> str:
    if not len(rest):
        return ""
    p95, longest = rest["p95"], rest["max"].max()
    return (
        f"Shown: the {ROWS} of {count:,} with the longest p95. The other {len(rest):,}: p95 of "
        f"{short_duration(p95.min())} to {short_duration(p95.max())}, maximum {short_duration(longest)}."
    )
