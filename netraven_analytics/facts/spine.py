"""The spine that ``fill=True`` hangs empty buckets on."""

from collections.abc import Sequence

from sqlalchemy import Date, FromClause, cast, column, select, values
from sqlalchemy.types import TypeEngine

from netraven_analytics.facts.buckets import bucket_of, bucket_start, buckets
from netraven_analytics.facts.dimensions import BUCKETS, Dimension
from netraven_analytics.facts.windows import Window
from netraven_db.db.base import UTCDateTime
from netraven_db.errors import ParameterError


def spine(by: Sequence[Dimension], window: Window) -> FromClause:
    """Every calendar bucket that the window touches, a column for each of the dimensions.

    Raises:
        ParameterError: the window has no beginning, or holds too many buckets.
    """
    if window.since is None:
        raise ParameterError("fill=True has no first bucket to start from: give a since other than 'all'.")
    units = [dimension.name for dimension in by]
    # Weeks cross the edges of months, so that only days tell all their pairs.
    finest = "day" if {"week", "month"} <= set(units) else min(units, key=BUCKETS.index)
    rows = []
    for bucket in buckets(finest, window):
        start = max(bucket_start(bucket, window.tz), window.since)
        rows.append(tuple(bucket_of(dimension.name, start, window.tz) for dimension in by))
    columns = [column(dimension.columns[0], _type(dimension)) for dimension in by]
    listed = values(*columns, name="listed", literal_binds=True).data(list(dict.fromkeys(rows)))
    return select(*(cast(listed.c[c.name], c.type).label(c.name) for c in columns)).subquery("spine")


def _type(dimension: Dimension) -> TypeEngine[object]:
    return UTCDateTime(timezone=True) if dimension.name == "hour" else Date()  # type: ignore[return-value]
