"""How often configurations change: changes per device and month, by group or through time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from netraven_analytics.charts.axes import names_axis
from netraven_analytics.charts.courses import course
from netraven_analytics.charts.groups import Groups
from netraven_analytics.charts.labels import labels, listed
from netraven_analytics.charts.picture import Drawing
from netraven_analytics.charts.style import BLUE, INK, PALE, ROW, ROWS, WIDTH, data

if TYPE_CHECKING:
    import pandas as pd

_AXIS = "changes per device-month"


def draw(frame: "pd.DataFrame", about: Mapping[str, Any]) -> Drawing:
    """The groups that change most; those under nobody's observation have no rate and are named."""
    groups = Groups.of(frame, about)
    title = f"Configuration churn{groups.words} ({_AXIS})"
    if groups.time:
        return _through_time(frame, about, title)
    table = frame.assign(name=groups.names(frame, "all together"), churn=frame["changes_per_device_month"])
    known = table[table["churn"].notna()].sort_values("churn", ascending=False, kind="stable")
    silent = table[table["churn"].isna()]
    remarks = [
        _others(known.iloc[ROWS:], len(known)),
        f"Not observed: {len(silent):,} ({listed(silent['name'])})." if len(silent) else "",
    ]
    return Drawing(title, [_panel(known.head(ROWS))], remarks)


def _through_time(frame: "pd.DataFrame", about: Mapping[str, Any], title: str) -> Drawing:
    line = course(frame, about, {"churn": frame["changes_per_device_month"]}, worst="churn", count="changes")

    def layers(base: Any) -> list[Any]:
        y = alt.Y("churn:Q", title=_AXIS, axis=alt.Axis(tickCount=4))
        return [base.mark_line(color=BLUE, strokeWidth=1.5).encode(y=y), line.points(base, "churn:Q")]

    return Drawing(title, line.panels(layers, "changes"), [line.cut, *line.remarks])


def _panel(shown: "pd.DataFrame") -> Any:
    names = labels(shown["name"])
    said = [
        f"{churn:.3g} ({changes:,} changes)"
        for churn, changes in zip(shown["churn"], shown["changes"], strict=True)
    ]
    rows = shown[["churn"]].assign(name=names, said=said)
    y = alt.Y("name:N", **names_axis(names))
    base = alt.Chart(data(rows), width=WIDTH - 150, height=alt.Step(ROW)).encode(y=y)
    x = alt.X("churn:Q", title=_AXIS, axis=alt.Axis(tickCount=6))
    return alt.layer(
        base.mark_bar(color=PALE, stroke=BLUE, strokeWidth=0.5, height=11).encode(x=x),
        base.mark_text(align="left", color=INK, fontSize=12).encode(x=alt.value(WIDTH - 138), text="said:N"),
    )


def _others(rest: "pd.DataFrame", count: int) -> str:
    if not len(rest):
        return ""
    least, middle, most = (f"{rest['churn'].quantile(at):.3g}" for at in (0, 0.5, 1))
    others = f"The other {len(rest):,}: {least} to {most}, median {middle}."
    return f"Shown: the {ROWS} of {count:,} that change most. {others}"
