"""The course of time as positions: wall clocks are drawn as they are, wherever a chart is looked at.

Vega draws times in the zone of whoever looks. Here a time is the number of milliseconds that its wall clock
would be in UTC, on a scale of UTC.
"""

from typing import TYPE_CHECKING, Any

import altair as alt

if TYPE_CHECKING:
    import pandas as pd

_MINUTE = 60_000
_DAY = 1440 * _MINUTE
_STEPS = [
    _MINUTE * n for n in (1, 5, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7 * 1440, 14 * 1440, 28 * 1440)
]
CYCLES = {"hour_of_day": range(24), "weekday": range(1, 8)}
_LENGTHS = {"hour": 1, "day": 24, "week": 168, "month": 744}  # hours


def positions(column: "pd.Series") -> "pd.Series":
    """The wall clocks of times as numbers; of instants, by the clock that is in force at the last of them.

    A clock that is moved would let runs end before they start.
    """
    import pandas as pd

    if isinstance(column.dtype, pd.DatetimeTZDtype):
        _, offset = _offsets(column)
        column = column.dt.tz_convert("UTC").dt.tz_localize(None) + offset
    return column.astype("datetime64[ms]").astype("int64").where(column.notna()).astype("Int64")


def clock_words(column: "pd.Series") -> str:
    """What is to be said where the clock was moved between the times: which clock it is throughout."""
    if getattr(column.dtype, "tz", None) is None:
        return ""
    first, last = _offsets(column)
    if first == last:
        return ""
    minutes = round(last.total_seconds() / 60)
    clock = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    return f"The clock was moved in between: all times are UTC{clock}."


def _offsets(column: "pd.Series") -> tuple["pd.Timedelta", "pd.Timedelta"]:
    """From UTC, that of the first and of the last instant; pandas knows years that a single time does not."""
    import pandas as pd

    known = column.dropna().sort_values()
    offsets = known.dt.tz_localize(None) - known.dt.tz_convert("UTC").dt.tz_localize(None)
    return (offsets.iloc[0], offsets.iloc[-1]) if len(known) else (pd.Timedelta(0), pd.Timedelta(0))


def time_axis(first: int, last: int, *, room: float = 0, ticks: int = 7) -> dict[str, Any]:
    """Scale and axis from one position to another, with some room at both ends."""
    room = max(room, (last - first) / 100, _MINUTE)
    marks, pattern = _marks(first, last, ticks)
    return {
        "scale": alt.Scale(type="utc", nice=False, domain=[first - room, last + room]),
        "axis": alt.Axis(values=marks, format=pattern, labelOverlap=True),
        "title": None,
    }


def _marks(first: int, last: int, ticks: int) -> tuple[list[int], str]:
    """Where the axis has marks, at the beginnings of something, and the format of their labels."""
    import pandas as pd

    step = next((step for step in _STEPS if (last - first) / step <= ticks), None)
    if step is None:
        months = max(1, round((last - first) / ticks / (30 * _DAY)))
        begins = pd.date_range(*pd.to_datetime([first, last], unit="ms"), freq=f"{months}MS", normalize=True)
        return [int(begin.timestamp() * 1000) for begin in begins], "%b %Y"
    monday = 4 * _DAY if step % (7 * _DAY) == 0 else 0  # the first of January 1970 was a Thursday
    begin = -(-(first - monday) // step) * step + monday
    return list(range(begin, last + 1, step)), "%d %b" if step >= _DAY else "%d %b %H:%M"


def with_gaps(table: "pd.DataFrame", time: str, size: int = 1) -> "pd.DataFrame":
    """With a row of nothing where buckets are missing, so that no line leads over them; cycles are whole.

    ``size`` is of how many buckets in a row each row is one.
    """
    import pandas as pd

    if time in CYCLES:
        whole = pd.Series(CYCLES[time], name=time, dtype=table[time].dtype)
        return whole.to_frame().merge(table, on=time, how="left")
    length = pd.Timedelta(hours=_LENGTHS[time])
    before_gap = table[time].diff().shift(-1) > (2 * size - 0.5) * length
    blank = (table.loc[before_gap, [time]] + length).astype({time: table[time].dtype})
    return pd.concat([table, blank]).sort_values(time, ignore_index=True) if len(blank) else table


def thinned(table: "pd.DataFrame", worst: str, size: int) -> "pd.DataFrame":
    """Of each so many rows the worst."""
    if size < 2:
        return table
    part = table.reset_index(drop=True)
    chosen = part[worst].fillna(float("-inf")).groupby(part.index // size).idxmax()
    return part.loc[chosen.to_numpy()].reset_index(drop=True)
