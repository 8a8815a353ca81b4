"""The window in slices of local time, so that what lasts can be shared out among buckets and cycles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from netraven_analytics.facts.buckets import bucket_of, bucket_start, buckets, whole
from netraven_analytics.facts.dimensions import Dimension, Key
from netraven_analytics.facts.windows import Window


@dataclass(frozen=True)
class Slices:
    """``edges`` are one more than the slices. ``keys`` holds each dimension's keys of the slices.

    ``complete`` says whether the window holds all of a slice's buckets; it is None where no dimension is a
    bucket.
    """

    edges: list[datetime]
    keys: dict[str, list[Key]]
    complete: list[bool] | None


def slices(by: Sequence[Dimension], window: Window) -> Slices:
    """The window cut wherever the key of a dimension changes; in one piece where none is a time.

    Raises:
        ValueError: the window has no beginning.
        ParameterError: there are too many slices.
    """
    if window.since is None:
        raise ValueError("a window without a beginning has no first slice")
    times = [dimension for dimension in by if dimension.is_time]
    if not times:
        return Slices([window.since, window.until], {}, None)
    unit = "hour" if any(dimension.name in ("hour", "hour_of_day") for dimension in times) else "day"
    starts = [max(bucket_start(bucket, window.tz), window.since) for bucket in buckets(unit, window)]
    keys = {d.name: [_key(d.name, start, window.tz) for start in starts] for d in times}
    known = [whole(keys[d.name], d.name, window) for d in times if d.is_bucket]  # type: ignore[arg-type]
    complete = [all(each) for each in zip(*known, strict=True)] if known else None
    return Slices([*starts, window.until], keys, complete)


def _key(dimension: str, start: datetime, tz: ZoneInfo) -> Key:
    local = start.astimezone(tz)
    if dimension == "hour_of_day":
        return local.hour
    return local.isoweekday() if dimension == "weekday" else bucket_of(dimension, start, tz)
