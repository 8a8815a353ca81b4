"""Which device's runs went on when: a lane for each device, the worst on top."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from netraven_analytics.cells import short_duration
from netraven_analytics.charts.axes import names_axis
from netraven_analytics.charts.lanes import LANES, SLOTS, in_turn, lanes, slots
from netraven_analytics.charts.picture import Drawing
from netraven_analytics.charts.style import BLUE, INK, PALE, RED, WIDTH, data
from netraven_analytics.charts.times import clock_words, positions, time_axis

if TYPE_CHECKING:
    import pandas as pd

_LANE = 17
_NARROWEST = 3  # pixels of a bar
_WORST_FIRST = ("failed", "other", "succeeded")


def draw(frame: "pd.DataFrame", about: Mapping[str, Any]) -> Drawing:
    """The devices with the most failed runs, and those with the longest; one that still goes on is long."""
    table = frame[["hostname", "outcome"]].assign(
        begin=positions(frame["started_at"]),
        took=(frame["finished_at"] - frame["started_at"]).dt.total_seconds(),
    )
    table["end"] = table["begin"] + (table["took"] * 1000).round().astype("int64")
    of_device = table.assign(failed=table["outcome"] == "failed").groupby("hostname")
    shown, others, names = lanes(table, in_turn(of_device["failed"].sum(), of_device["took"].max()))
    bars = _bars(shown)
    remarks = [
        "Tall bars failed, thin ones succeeded, hollow ones still go on.",
        "A dark line: an outcome that is not known." if (bars["outcome"] == "other").any() else "",
        _others(others, frame["hostname"].nunique()),
        _merged(bars, len(shown)),
        clock_words(frame["started_at"]),
    ]
    title = f"Runs of {len(names):,} devices through time (a bar from start to end)"
    return Drawing(title, [_panel(bars, names)], remarks)


def _bars(shown: "pd.DataFrame") -> "pd.DataFrame":
    """One bar for what begins in the same slot of a lane, as its worst run, to the end of its last.

    Runs that still go on all end now: they are one bar of a lane, and make no other longer.
    """
    order = {outcome: place for place, outcome in enumerate(_WORST_FIRST)}
    first, last = shown["begin"].min(), shown["end"].max()
    slot = slots(shown["begin"], first, last).mask(shown["outcome"] == "running", -1)
    table = shown.assign(slot=slot, place=shown["outcome"].map(order)).sort_values("place", kind="stable")
    bars = table.groupby(["name", "slot"], sort=False).agg(
        outcome=("outcome", "first"), begin=("begin", "min"), end=("end", "max"), runs=("begin", "size")
    )
    narrowest = int((last - first) * _NARROWEST / WIDTH)
    bars["end"] = bars["end"].where(bars["end"] - bars["begin"] > narrowest, bars["begin"] + narrowest)
    return bars.reset_index()


def _panel(bars: "pd.DataFrame", names: list[str]) -> Any:
    x = time_axis(int(bars["begin"].min()), int(bars["end"].max()))
    base = alt.Chart(data(bars.drop(columns="slot")), width=WIDTH, height=alt.Step(_LANE)).encode(
        x=alt.X("begin:T", **x), x2="end", y=alt.Y("name:N", **names_axis(names, grid=True))
    )
    failed, going, other = (f"datum.outcome === '{name}'" for name in ("failed", "running", "other"))
    return alt.layer(
        base.mark_bar(height=6, color=PALE, stroke=BLUE, strokeWidth=0.5).transform_filter(
            "datum.outcome === 'succeeded'"
        ),
        base.mark_bar(height=2, color=INK).transform_filter(other),
        base.mark_bar(height=9, color="white", stroke=INK).transform_filter(going),
        base.mark_bar(height=14, color=RED).transform_filter(failed),
    )


def _others(others: "pd.DataFrame", count: int) -> str:
    if not len(others):
        return ""
    failed, longest = int((others["outcome"] == "failed").sum()), short_duration(others["took"].max())
    return (
        f"Shown: the {LANES} of {count:,} devices with the most failed and the longest runs. The other "
        f"{count - LANES:,}: {len(others):,} runs, {failed:,} of them failed, the longest {longest}."
    )


def _merged(bars: "pd.DataFrame", runs: int) -> str:
    if len(bars) == runs:
        return ""
    return f"Runs of a device that begin within 1/{SLOTS} of the width are one bar, as the worst of them."
