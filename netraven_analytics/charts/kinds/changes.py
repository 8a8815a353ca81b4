"""Which device's configuration changed when: the fleet's changes by day, and a lane for each device."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from netraven_analytics.charts.axes import names_axis
from netraven_analytics.charts.lanes import LANES, SLOTS, in_turn, lanes, slots
from netraven_analytics.charts.picture import Drawing
from netraven_analytics.charts.style import BLUE, RED, WIDTH, data
from netraven_analytics.charts.times import clock_words, positions, time_axis

if TYPE_CHECKING:
    import pandas as pd

_LANE = 17
_DAY = 86_400_000
_DAYS = 200  # bars beside each other


def draw(frame: "pd.DataFrame", about: Mapping[str, Any]) -> Drawing:
    """The devices with the most changes, and those with the most changed lines."""
    table = frame[["hostname"]].assign(
        at=positions(frame["found_at"]),
        lines=(frame["lines_added"] + frame["lines_removed"]).astype("int64"),
        back=frame["reverted_to"].notna() if "reverted_to" in frame else False,
    )
    of_device = table.groupby("hostname")
    shown, others, names = lanes(table, in_turn(of_device.size(), of_device["lines"].sum()))
    first, last = int(table["at"].min()), int(table["at"].max())
    marks = _marks(shown, first, last)
    x = time_axis(first, last, room=_DAY)
    remarks = [
        "A dot is a change where it was found, the larger the more lines; a diamond takes something back.",
        _others(others, frame["hostname"].nunique()),
        f"Changes of a device within 1/{SLOTS} of the width are one mark." if len(marks) < len(shown) else "",
        clock_words(frame["found_at"]),
    ]
    title = "Configuration changes by device (number of changes, lines)"
    return Drawing(title, [_fleet(table, x), _lanes(marks, names, x)], remarks)


def _fleet(table: "pd.DataFrame", x: dict[str, Any]) -> Any:
    """How many changes of all devices each day had, or each so many days."""
    first, last = int(table["at"].min()) // _DAY, int(table["at"].max()) // _DAY
    days = -(-(last - first + 1) // _DAYS)
    start = ((table["at"] // _DAY - first) // days * days + first) * _DAY
    counts = table.groupby(start.astype("int64")).size().rename("changes").rename_axis("begin").reset_index()
    counts["end"] = counts["begin"] + days * _DAY
    title = "changes a day" if days == 1 else f"changes in {days:,} days"
    y = alt.Y("changes:Q", title=title, axis=alt.Axis(tickCount=3, tickMinStep=1, format=",d"))
    bars = alt.Chart(data(counts), width=WIDTH, height=70).mark_bar(
        color="#9a9a9a", stroke="white", clip=True
    )
    return bars.encode(x=alt.X("begin:T", **x), x2="end", y=y, y2=alt.datum(0))


def _marks(shown: "pd.DataFrame", first: int, last: int) -> "pd.DataFrame":
    table = shown.assign(slot=slots(shown["at"], first, last))
    marks = table.groupby(["name", "slot"]).agg(
        at=("at", "max"), lines=("lines", "sum"), back=("back", "any"), changes=("at", "size")
    )
    return marks.reset_index().drop(columns="slot")


def _lanes(marks: "pd.DataFrame", names: list[str], x: dict[str, Any]) -> Any:
    most = max(10, int(marks["lines"].max()))
    size = alt.Size(
        "lines:Q",
        scale=alt.Scale(type="sqrt", domain=[1, most], range=[40, 320]),
        legend=alt.Legend(title="lines added and removed", orient="bottom", tickCount=4, format=",d"),
    )
    base = alt.Chart(data(marks), width=WIDTH, height=alt.Step(_LANE)).encode(
        x=alt.X("at:T", **x), y=alt.Y("name:N", **names_axis(names, grid=True)), size=size
    )
    return alt.layer(
        base.mark_point(filled=True, color=BLUE, stroke="white", opacity=0.85).transform_filter(
            "!datum.back"
        ),
        base.mark_point(shape="diamond", color=RED, fill="white", strokeWidth=2).transform_filter(
            "datum.back"
        ),
    )


def _others(others: "pd.DataFrame", count: int) -> str:
    if not len(others):
        return ""
    most = int(others.groupby("hostname").size().max())
    return (
        f"Shown: the {LANES} of {count:,} devices with the most changes and the most lines. The other "
        f"{count - LANES:,}: {len(others):,} changes, at most {most:,} of one device."
    )
