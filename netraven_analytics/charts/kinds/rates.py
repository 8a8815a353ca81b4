"""Rates by group: a dot between the bounds of its interval, the worst group on top."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from netraven_analytics.charts.axes import names_axis
from netraven_analytics.charts.groups import Groups
from netraven_analytics.charts.labels import labels, listed
from netraven_analytics.charts.measures import Rate, rate_of
from netraven_analytics.charts.picture import Drawing
from netraven_analytics.charts.style import BLUE, GREY, INK, ROW, ROWS, WIDTH, data

if TYPE_CHECKING:
    import pandas as pd

_BESIDE = 140  # pixels for the figures in words


def draw(frame: "pd.DataFrame", about: Mapping[str, Any]) -> Drawing:
    """The worst groups by the bound that is sure; those without a rate are named."""
    rate, groups = rate_of(frame), Groups.of(frame, about)
    table = frame.assign(name=groups.names(frame, "all together"), badness=rate.badness(frame))
    known = table[table[rate.value].notna()].sort_values("badness", ascending=False, kind="stable")
    total = about.get("totals", {}).get(rate.value) if groups.columns else None
    remarks = [
        f"A dot is the rate, its bar the 95 % interval ({rate.interval}).",
        "The dashed line is all together." if total is not None else "",
        _others(known.iloc[ROWS:], rate, len(known)),
        _without(table[table[rate.value].isna()], rate),
    ]
    title = f"{rate.title}{groups.words} ({rate.unit})"
    return Drawing(title, [_panel(known.head(ROWS), rate, total)], remarks)


def _panel(shown: "pd.DataFrame", rate: Rate, total: float | None) -> Any:
    import pandas as pd

    names = labels(shown["name"])
    figures = shown[[rate.value, rate.part, rate.whole]]
    rows = pd.DataFrame(
        {
            "name": names,
            "rate": shown[rate.value].to_numpy(),
            "low": shown[rate.low].to_numpy(),
            "high": shown[rate.high].to_numpy(),
            "said": [rate.said(*row) for row in figures.itertuples(index=False, name=None)],
        }
    )
    y = alt.Y("name:N", **names_axis(names))
    x = rate.axis(max([*rows["high"], total or 0]), f"{rate.title.lower()}, {rate.unit}")
    base = alt.Chart(data(rows), width=WIDTH - _BESIDE, height=alt.Step(ROW)).encode(y=y)
    beside = alt.value(WIDTH - _BESIDE + 12)
    layers = [
        base.mark_rule(strokeWidth=2, color=GREY).encode(x=alt.X("low:Q", **x), x2="high:Q"),
        base.mark_tick(color=GREY, thickness=2, size=9).encode(x="low:Q"),
        base.mark_tick(color=GREY, thickness=2, size=9).encode(x="high:Q"),
        base.mark_point(filled=True, size=70, color=BLUE, opacity=1).encode(x="rate:Q"),
        base.mark_text(align="left", color=INK, fontSize=12).encode(x=beside, text="said:N"),
    ]
    if total is not None:
        together = alt.Chart(data(pd.DataFrame({"total": [total]})))
        layers.insert(0, together.mark_rule(strokeDash=[4, 4], color=INK).encode(x="total:Q"))
    return alt.layer(*layers)


def _others(rest: "pd.DataFrame", rate: Rate, count: int) -> str:
    if not len(rest):
        return ""
    least, middle, most = (rate.figure(rest[rate.value].quantile(at)) for at in (0, 0.5, 1))
    return (
        f"Shown: the {ROWS} worst of {count:,}, by the {'lower' if rate.bad else 'upper'} bound. The other "
        f"{len(rest):,}: {least} to {most}, median {middle}."
    )


def _without(silent: "pd.DataFrame", rate: Rate) -> str:
    if not len(silent):
        return ""
    return f"Without {rate.counted}, so without a rate: {len(silent):,} ({listed(silent['name'])})."
