"""Axes of durations and shares: the same readable labels wherever they are drawn."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

if TYPE_CHECKING:
    import pandas as pd

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_STEPS = (
    *(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(_MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(_DAY * n for n in (1, 2, 7, 14, 28, 91, 182, 364, 728, 1820)),
)
_MARKS = (0.01, 0.1, 1, 10, 60, 600, 3600, 6 * _HOUR, _DAY, 7 * _DAY, 28 * _DAY, 364 * _DAY, 3640 * _DAY)
_MORE_MARKS = (3, 30, 180, 1800, 3 * _HOUR, 12 * _HOUR, 2 * _DAY, 14 * _DAY, 91 * _DAY)
_SPREAD = 30  # from how many times the smallest a linear axis hides what is small
_SHORTEST = 0.01  # seconds, on a logarithmic axis
# Of a number of seconds; nothing in it comes from data.
_LABEL = (
    "datum.value === 0 ? '0' : datum.value < 60 ? format(datum.value, '.3~g') + ' s' : datum.value < 3600 ? "
    "format(datum.value / 60, '.3~g') + ' min' : datum.value < 86400 ? format(datum.value / 3600, '.3~g') + "
    "' h' : format(datum.value / 86400, ',.4~g') + ' d'"
)
PERCENT = "format(datum.value * 100, '.3~g') + ' %'"


def seconds(column: "pd.Series") -> "pd.Series":
    """Lengths of time as numbers of seconds."""
    return column.dt.total_seconds() if column.dtype.kind == "m" else column.astype("float64")


def duration_axis(values: Sequence[float], title: str, ticks: int = 7, **axis: Any) -> dict[str, Any]:
    """Scale, axis and title for lengths of time in seconds: linear, or logarithmic where they differ much.

    Args:
        values: those drawn; missing ones do not matter.
        title: what they are of, without a unit, which the labels have.
        ticks: how many there are at most on a linear axis.
    """
    known = sorted(value for value in values if value is not None and math.isfinite(value)) or [1.0]
    if known[-1] > _SPREAD * max(known[len(known) // 4], _SHORTEST):
        scale, marks = _logarithmic(max(known[0], _SHORTEST), known[-1])
        title = f"{title} (log scale)"
    else:
        scale, marks = _linear(known[-1] or 1.0, ticks)
    return {"scale": scale, "axis": alt.Axis(values=marks, labelExpr=_LABEL, **axis), "title": title}


def _logarithmic(low: float, high: float) -> tuple[alt.Scale, list[float]]:
    first, last = low * 0.8, high * 1.2
    marks = [mark for mark in _MARKS if first <= mark <= last]
    if len(marks) < 4:
        marks = sorted(mark for mark in _MARKS + _MORE_MARKS if first <= mark <= last)
    return alt.Scale(type="log", domain=[first, last], clamp=True, nice=False), marks


def _linear(high: float, ticks: int) -> tuple[alt.Scale, list[float]]:
    step = next((step for step in _STEPS if high / step <= ticks), _STEPS[-1])
    marks = [step * number for number in range(math.ceil(high / step) + 1)]
    last = marks[-1] if marks[-1] < high * 1.15 else high * 1.05
    return alt.Scale(domain=[0, last], nice=False), marks


def share_axis(highest: float, title: str, ticks: int = 6, **axis: Any) -> dict[str, Any]:
    """Scale, axis and title for shares, from 0 % to a little more than the highest."""
    top = min(1.0, max(0.02, highest * 1.05)) if math.isfinite(highest) else 1.0
    scale = alt.Scale(domain=[0, top], nice=False, clamp=True)
    return {"scale": scale, "axis": alt.Axis(labelExpr=PERCENT, tickCount=ticks, **axis), "title": title}


def number_axis(highest: float, title: str, ticks: int = 6, **axis: Any) -> dict[str, Any]:
    """Scale, axis and title for what is no share and has no bound, from 0."""
    scale = alt.Scale(domain=[0, highest * 1.05 or 1.0], nice=False, clamp=True)
    return {"scale": scale, "axis": alt.Axis(tickCount=ticks, **axis), "title": title}


def names_axis(order: Sequence[str], **axis: Any) -> dict[str, Any]:
    """Sort and axis for labels of groups, from top to bottom."""
    return {
        "sort": list(order),
        "axis": alt.Axis(labelLimit=300, labelPadding=8, ticks=False, domain=False, **axis),
        "title": None,
    }
