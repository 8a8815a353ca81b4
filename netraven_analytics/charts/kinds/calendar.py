"""A heat map of days: a column for each week, Monday on top; the darker, the more."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from netraven_analytics.charts.axes import PERCENT
from netraven_analytics.charts.groups import WEEKDAYS
from netraven_analytics.charts.measures import percent
from netraven_analytics.charts.picture import Drawing
from netraven_analytics.charts.style import INK, WIDTH, data
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

_WEEKS = 53
_WITH_TEXT = 18  # weeks beside each other whose days have room for a figure
_CELL = 38


def draw(frame: "pd.DataFrame", about: Mapping[str, Any]) -> Drawing:
    """The failure rate where the frame has one, else the runs.

    Raises:
        ParameterError: a day has more than one row.
    """
    if frame["day"].duplicated().any():
        raise ParameterError("A calendar has one row for each day: group by 'day' alone.")
    of_rate = "failure_rate" in frame
    rows = _days(frame, "failure_rate" if of_rate else "runs")
    weeks = sorted(rows["week"].unique())
    shown, before = rows[rows["week"].isin(weeks[-_WEEKS:])], rows[rows["week"].isin(weeks[:-_WEEKS])]
    blank = "A dash, or no colour" if _with_figures(shown) else "No colour"
    remarks = [
        f"{blank}: no {'terminal ' * of_rate}run." if shown["value"].isna().any() else "",
        "A star: the window holds a part of that day only." if shown["cut"].any() else "",
        _earlier(before, of_rate),
    ]
    title = "Failure rate by day (% of terminal runs)" if of_rate else "Runs by day (number of runs)"
    return Drawing(title, [_panel(shown, of_rate)], remarks)


def _days(frame: "pd.DataFrame", column: str) -> "pd.DataFrame":
    """Every day from the first to the last, those without a row too."""
    import pandas as pd

    cut = ~frame["complete"].fillna(True).astype(bool) if "complete" in frame else False
    known = frame[["day"]].assign(value=frame[column].astype("Float64"), cut=cut).set_index("day")
    rows = known.reindex(pd.date_range(known.index.min(), known.index.max(), freq="D", name="day"))
    rows = rows.reset_index().assign(cut=rows["cut"].fillna(False).astype(bool).to_numpy())
    number = rows["day"].dt.day_of_week
    return rows.assign(
        week=rows["day"] - pd.to_timedelta(number, unit="D"),
        weekday=[WEEKDAYS[at] for at in number],
    )


def _with_figures(shown: "pd.DataFrame") -> bool:
    """Whether each day has room for its figure; for a star all have."""
    return bool(shown["week"].nunique() <= _WITH_TEXT)


def _panel(shown: "pd.DataFrame", of_rate: bool) -> Any:
    figures = _with_figures(shown)
    weeks = [week.strftime("%d %b") for week in sorted(shown["week"].unique())]
    most = float(shown["value"].max()) if shown["value"].notna().any() else 0.0
    rows = shown[["weekday", "value", "cut"]].assign(
        week=[week.strftime("%d %b") for week in shown["week"]],
        said=[
            _figure(value, of_rate) * figures + "*" * cut
            for value, cut in zip(shown["value"], shown["cut"], strict=True)
        ],
        dark=(shown["value"] > most * 0.55).fillna(False).astype(bool),
    )
    cell = min(_CELL, WIDTH / len(weeks))
    base = alt.Chart(data(rows), width=alt.Step(cell), height=alt.Step(min(28, max(cell, 16)))).encode(
        x=alt.X("week:O", sort=weeks, axis=alt.Axis(labelAngle=0, labelOverlap=True), title="week of Monday"),
        y=alt.Y("weekday:O", sort=list(WEEKDAYS), axis=alt.Axis(ticks=False, domain=False), title=None),
    )
    label = PERCENT if of_rate else "format(datum.value, ',d')"
    legend = alt.Legend(labelExpr=label, tickCount=4, gradientLength=130)
    colour = alt.Color(
        "value:Q",
        scale=alt.Scale(scheme="blues", domain=[0, most or 1]),
        legend=legend,
        title="failure rate" if of_rate else "runs",
    )
    ink = alt.condition("datum.dark", alt.value("white"), alt.value(INK))
    return alt.layer(
        base.mark_rect(fill="white", stroke="#d0d0d0"),
        base.mark_rect(stroke="white").encode(color=colour).transform_filter("datum.value !== null"),
        base.mark_text(fontSize=11).encode(text="said:N", color=ink).transform_filter("datum.said !== ''"),
    )


def _figure(value: Any, of_rate: bool) -> str:
    """What stands in a cell: a percentage without its sign, or a number."""
    if str(value) == "<NA>":
        return "\N{EN DASH}"
    return f"{100 * value:.{0 if value >= 0.1 else 1}f}" if of_rate else f"{value:,.0f}"


def _earlier(before: "pd.DataFrame", of_rate: bool) -> str:
    if not before["value"].notna().any():
        return ""
    worst = before.loc[before["value"].idxmax()]
    said = percent(worst["value"]) if of_rate else _figure(worst["value"], of_rate)
    return (
        f"Shown: the last {_WEEKS} weeks. The highest of the {len(before):,} days before: {said} on "
        f"{worst['day'].date()}."
    )
