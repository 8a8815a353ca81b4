"""What an answer is grouped by, and what its groups are called in a chart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netraven_analytics.cells import plain
from netraven_analytics.charts.labels import inert
from netraven_analytics.facts.dimensions import BUCKETS, NO_VALUE, TIME_DIMENSIONS
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WORDS = {"hostname": "device", "device_type": "device type", "hour_of_day": "hour of day"}


@dataclass(frozen=True)
class Groups:
    """``time`` is the column that makes a course through time, ``columns`` are the others."""

    time: str | None
    columns: tuple[str, ...]

    @classmethod
    def of(cls, frame: "pd.DataFrame", about: Mapping[str, Any]) -> "Groups":
        """From what the answer says of itself, else from the frame's columns.

        Raises:
            ParameterError: the frame lacks a column that the answer is grouped by.
        """
        asked = about["options"]["by"] if "options" in about else None
        names = _columns_of(frame, asked) if asked is not None else _likely(frame)
        times = [name for name in names if name in TIME_DIMENSIONS]
        times.sort(key=lambda name: name in BUCKETS)
        time = times[-1] if times else None
        return cls(time, tuple(name for name in names if name != time))

    @property
    def has_cycle(self) -> bool:
        """Whether its time comes round again, and has no dates."""
        return self.time is not None and self.time not in BUCKETS

    @property
    def words(self) -> str:
        """ "by location and week"; nothing for an answer over everything."""
        names = [*self.columns, *([self.time] if self.time else [])]
        return f" by {' and '.join(_WORDS.get(name, inert(name)) for name in names)}" if names else ""

    def names(self, frame: "pd.DataFrame", whole: str) -> "pd.Series":
        """Each row's group as text; ``whole`` where there are no groups."""
        import pandas as pd

        if not self.columns:
            return pd.Series(whole, index=frame.index, dtype="object")
        parts = [_names_of(frame[name]) for name in self.columns]
        return parts[0].str.cat(parts[1:], sep=" · ") if len(parts) > 1 else parts[0]


def name_of(value: Any, column: str) -> str:
    """A group's value as a chart shows it."""
    if plain(value) is None:
        return NO_VALUE
    if column == "weekday" and value in range(1, 8):
        return WEEKDAYS[int(value) - 1]
    if column == "hour_of_day" and value in range(24):
        return f"{int(value):02}:00"
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    return inert(value)


def _names_of(column: "pd.Series") -> "pd.Series":
    """Each different value is named once; there may be many rows."""
    import pandas as pd

    codes, values = pd.factorize(column, use_na_sentinel=False)
    names = pd.Series([name_of(value, str(column.name)) for value in values], dtype="str")
    return pd.Series(names.array.take(codes), index=column.index)


def _columns_of(frame: "pd.DataFrame", by: list[str]) -> list[str]:
    """The columns that the dimensions have in the frame; a tag's may have ``tag_`` in front."""
    found: list[str] = []
    for dimension in by:
        wanted = "hostname" if dimension == "device" else dimension.removeprefix("tag:")
        left = [name for name in frame.columns if isinstance(name, str) and name not in found]
        name = next((name for name in left if _is_of(name, wanted, dimension)), None)
        if name is None:
            raise ParameterError(
                f"The frame has no column {wanted!r}, by which its answer is grouped: keep it to draw it."
            )
        found.append(name)
    return found


def _is_of(column: str, wanted: str, dimension: str) -> bool:
    if column == wanted:
        return True
    head = column.removesuffix(wanted)
    return dimension.startswith("tag:") and column.endswith(wanted) and not head.replace("tag_", "")


def _likely(frame: "pd.DataFrame") -> list[str]:
    """The first column of text, and a column that is named like a time."""
    times = [name for name in TIME_DIMENSIONS if name in frame]
    texts = [name for name in frame.columns if frame[name].dtype in ("str", "object")]
    return [*texts[:1], *times[:1]]
