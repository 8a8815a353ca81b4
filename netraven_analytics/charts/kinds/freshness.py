"""How old the devices' backups are: how many of which age, and the oldest by name."""

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import altair as alt

from netraven_analytics.cells import short_duration
from netraven_analytics.charts.axes import duration_axis, names_axis, seconds
from netraven_analytics.charts.groups import Groups
from netraven_analytics.charts.labels import inert, labels
from netraven_analytics.charts.picture import Drawing
from netraven_analytics.charts.style import INK, PALE, RED, ROW, ROWS, WIDTH, data
from netraven_analytics.facts.windows import resolve_span

if TYPE_CHECKING:
    import pandas as pd

_HOUR, _DAY = 3600, 86_400
_SILENT = 10  # devices without any backup among those named; they are counted besides
_EDGES = [_HOUR * n for n in (6, 12, 24, 48, 7 * 24, 14 * 24, 28 * 24, 91 * 24, 364 * 24)]


def draw(frame: "pd.DataFrame", about: Mapping[str, Any]) -> Drawing:
    """Devices never backed up are the worst; a suspect snapshot is said beside the device."""
    import pandas as pd

    groups = Groups.of(frame, about)
    objective = _objective(about)
    table = pd.DataFrame(
        {
            "hostname": groups.names(frame, "all together")
            if groups.columns
            else frame["hostname"].map(inert),
            "age": seconds(frame["age"]),
            "reason": frame.get("suspect_reason"),
        }
    )
    never, stale = int(table["age"].isna().sum()), int((table["age"] >= objective).sum())
    silent = table[table["age"].isna()].head(_SILENT)
    oldest = table.dropna(subset="age").sort_values("age", ascending=False, kind="stable")
    named = pd.concat([silent, oldest.head(ROWS - len(silent))])
    suspect = int(table["reason"].notna().sum())
    remarks = [
        f"Of {len(table):,} devices {len(table) - never - stale:,} are fresh (under "
        f"{short_duration(objective)}), {stale:,} are older and {never:,} were never backed up.",
        f"{suspect:,} have a suspect last snapshot." if suspect else "",
        f"By name: {len(silent):,} never backed up, and the oldest of the others."
        if len(table) > ROWS
        else "",
    ]
    return Drawing(
        "Age of the last backup (number of devices; hours and days)",
        [_ages(table, objective), _named(named, objective)],
        remarks,
    )


def _objective(about: Mapping[str, Any]) -> float:
    """In seconds; the answer has it as it was given."""
    given = about.get("options", {}).get("objective", 24.0 * _HOUR)
    return resolve_span(given, "objective").total_seconds() if isinstance(given, str) else float(given)


def _ages(table: "pd.DataFrame", objective: float) -> Any:
    """How many devices are in each class of age; those past the objective have solid bars."""
    import pandas as pd

    edges = sorted({0.0, *map(float, _EDGES), objective, float("inf")})
    classes = [_class(low, high) for low, high in pairwise(edges)]
    counts = pd.cut(table["age"].clip(lower=0), edges, right=False, labels=classes).value_counts(sort=False)
    late = [low >= objective for low in edges[:-1]]
    rows = pd.DataFrame(
        {"age": [*classes, "never"], "devices": [*counts, table["age"].isna().sum()], "late": [*late, True]}
    )
    base = alt.Chart(data(rows), width=WIDTH, height=130).encode(
        x=alt.X(
            "age:O", sort=rows["age"].tolist(), axis=alt.Axis(labelAngle=0), title="age of the last backup"
        ),
        y=alt.Y("devices:Q", title="devices", axis=alt.Axis(tickCount=4, tickMinStep=1, format=",d")),
    )
    fill = alt.condition("datum.late", alt.value(RED), alt.value(PALE))
    return alt.layer(
        base.mark_bar(stroke=INK, strokeWidth=0.5).encode(fill=fill),
        base.mark_text(dy=-7, color=INK, fontSize=12).encode(text=alt.Text("devices:Q", format=",d")),
    )


def _class(low: float, high: float) -> str:
    """In days where both are whole ones, else in hours."""
    known = [edge for edge in (low, high) if edge < float("inf")]
    length, unit = (
        (_DAY, "d") if max(known) > _DAY and not any(edge % _DAY for edge in known) else (_HOUR, "h")
    )
    if high == float("inf"):
        return f"{low / length:g} {unit} on"
    return (
        f"{low / length:g}\N{EN DASH}{high / length:g} {unit}" if low else f"under {high / length:g} {unit}"
    )


def _named(oldest: "pd.DataFrame", objective: float) -> Any:
    import pandas as pd

    names = labels(oldest["hostname"])
    said = [
        ("never backed up" if age != age else short_duration(age))
        + (f", suspect: {reason}" if isinstance(reason, str) else "")
        for age, reason in zip(oldest["age"], oldest["reason"], strict=True)
    ]
    rows = oldest[["age"]].assign(name=names, said=said, late=~(oldest["age"] < objective))
    x = duration_axis([*rows["age"], objective], "age; the dashed line is the objective")
    base = alt.Chart(data(rows), width=WIDTH - 190, height=alt.Step(ROW)).encode(
        y=alt.Y("name:N", **names_axis(names))
    )
    fill = alt.condition("datum.late", alt.value(RED), alt.value(PALE))
    rule = alt.Chart(data(pd.DataFrame({"age": [objective]}))).mark_rule(strokeDash=[4, 4], color=INK)
    return alt.layer(
        base.mark_bar(stroke=INK, strokeWidth=0.5, height=11).encode(x=alt.X("age:Q", **x), fill=fill),
        rule.encode(x="age:Q"),
        base.mark_text(align="left", color=INK, fontSize=12).encode(x=alt.value(WIDTH - 180), text="said:N"),
    )
