"""A figure through time: one panel, or small ones side by side for the worst groups."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altair as alt

from netraven_analytics.charts.groups import Groups, name_of
from netraven_analytics.charts.labels import labels, listed
from netraven_analytics.charts.style import BLUE, WIDTH, data
from netraven_analytics.charts.times import CYCLES, clock_words, positions, thinned, time_axis, with_gaps

if TYPE_CHECKING:
    import pandas as pd

PANELS = 9  # groups beside each other
_POINTS = 500  # of a course that cannot be told apart when there are more
_MARKED = 70  # points that are still apart when each has a mark
_SMALL = WIDTH // 3 - 20

Layers = Callable[[Any], list[Any]]


@dataclass(frozen=True)
class Course:
    """The rows through time, with ``at`` as their place in it, and what is to be said of them.

    ``names`` are the groups that have a panel each; none where there is one panel for all.
    """

    time: str
    rows: "pd.DataFrame"
    x: Any
    names: list[str]
    remarks: list[str]

    @property
    def marked(self) -> bool:
        """Whether each point has room for a mark."""
        return bool(self.rows.groupby("name").size().max() <= _MARKED)

    def panels(self, layers: Layers, counted: str) -> list[Any]:
        """What ``layers`` make of a base chart, and below a single panel how many were counted."""
        if self.names:
            base = alt.Chart(width=_SMALL, height=110).encode(x=self.x)
            facet = alt.Facet("name:N", sort=self.names, title=None)
            small = alt.layer(*layers(base), data=data(self.rows))
            return [small.facet(facet=facet, columns=3, spacing=16)]
        base = alt.Chart(data(self.rows), width=WIDTH, height=220).encode(x=self.x)
        return [alt.layer(*layers(base)), self._counts(counted)]

    def points(self, base: Any, y: str) -> Any:
        """The marks of a line, hollow where the window cuts the bucket; of many, those that have no line."""
        fill = alt.condition("datum.cut", alt.value("white"), alt.value(BLUE))
        mark = base.mark_point(filled=False, color=BLUE, size=10 if self.names else 40, opacity=1)
        drawn = mark.encode(y=y, fill=fill)
        return drawn if self.marked else drawn.transform_filter("datum.cut || datum.alone")

    def _counts(self, counted: str) -> Any:
        """Silence is not to be taken for success."""
        x = self.x.copy()
        x.axis, x.title = {**x["axis"].to_dict(), "labels": False, "ticks": False}, None
        base = alt.Chart(data(self.rows), width=WIDTH, height=50).encode(x=x)
        y = alt.Y("count:Q", title=counted, axis=alt.Axis(tickCount=2, format=",d"))
        return self.bars(base, color="#9a9a9a").encode(y=y, y2=alt.datum(0))

    def bars(self, base: Any, **mark: Any) -> Any:
        """Bars about the places of the points, for which a mark of bars would take the ends of something."""
        return base.mark_rule(strokeWidth=max(1, 0.7 * WIDTH / max(len(self.rows), 12)), **mark)

    @property
    def cut(self) -> str:
        return f"Hollow: the window holds a part of that {self.time} only." if self.rows["cut"].any() else ""


def course(
    frame: "pd.DataFrame",
    about: Mapping[str, Any],
    measures: Mapping[str, "pd.Series"],
    *,
    worst: str,
    count: str,
) -> Course:
    """The rows to draw.

    Args:
        frame: the answer, grouped by a time and perhaps more.
        about: what it says of itself.
        measures: what is drawn, as numbers.
        worst: the measure, larger is worse, by which groups, and of too many buckets which, are shown.
        count: the column that says over how many a row is.
    """
    groups = Groups.of(frame, about)
    time = str(groups.time)
    cut = ~frame["complete"].fillna(True).astype(bool) if "complete" in frame else False
    table = frame[[time]].assign(**measures, count=frame[count], name=groups.names(frame, ""), cut=cut)
    kept, remarks = _worst_groups(table, worst) if groups.columns else (table, [])
    size = -(-int(kept.groupby("name", sort=False).size().max()) // (_POINTS // (3 if groups.columns else 1)))
    rows = _placed(kept, time, worst, size)
    if size > 1:
        remarks.append(f"Each mark is the worst of {size} {time}s in a row.")
    names = list(dict.fromkeys(rows["name"])) if groups.columns else []
    return Course(time, rows, _x(rows, frame[time], groups, remarks), names, remarks)


def _worst_groups(table: "pd.DataFrame", worst: str) -> tuple["pd.DataFrame", list[str]]:
    """Those with the worst bucket, under short names; the others are counted."""
    order = table.groupby("name", sort=False)[worst].max().sort_values(ascending=False, kind="stable")
    names = dict(zip(order.index[:PANELS], labels(order.index[:PANELS], 24), strict=True))
    kept = table[table["name"].isin(names)].sort_values(
        "name", key=lambda column: column.map(list(names).index), kind="stable"
    )
    left = list(order.index[PANELS:])
    said = (
        f"Shown: the {PANELS} groups of {len(order):,} with the worst value; not {listed(left)}."
        if left
        else ""
    )
    return kept.assign(name=kept["name"].map(names)), [said]


def _placed(table: "pd.DataFrame", time: str, worst: str, size: int) -> "pd.DataFrame":
    """Each group's course with its gaps, and the places of its points."""
    import pandas as pd

    parts = []
    for name, part in table.groupby("name", sort=False):
        part = with_gaps(thinned(part.sort_values(time), worst, size), time, size)
        missing = part[worst].isna()
        part = part.assign(
            name=name, alone=missing.shift(1, fill_value=True) & missing.shift(-1, fill_value=True)
        )
        parts.append(part)
    rows = pd.concat(parts, ignore_index=True)
    rows["cut"] = rows["cut"].fillna(False).astype(bool)
    rows["count"] = rows["count"].fillna(0)
    is_time = rows[time].dtype.kind == "M"
    rows["at"] = positions(rows[time]) if is_time else [name_of(value, time) for value in rows[time]]
    return rows.drop(columns=time)


def _x(rows: "pd.DataFrame", times: "pd.Series", groups: Groups, remarks: list[str]) -> Any:
    if groups.has_cycle:
        order = [name_of(value, str(groups.time)) for value in CYCLES[str(groups.time)]]
        axis = alt.Axis(labelAngle=0, labelOverlap=True, labelSeparation=6)
        return alt.X(
            "at:O", scale=alt.Scale(domain=order), axis=axis, title=str(groups.time).replace("_", " ")
        )
    remarks.append(clock_words(times))
    first, last = int(rows["at"].min()), int(rows["at"].max())
    room = (last - first) / (2 * rows["at"].nunique())
    return alt.X("at:T", **time_axis(first, last, room=room, ticks=3 if groups.columns else 8))
