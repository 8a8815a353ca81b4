"""Calendar buckets in Python: the same edges that the SQL constructs give, for ``complete`` and ``fill``."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from netraven_analytics.facts.windows import Window, start_of_day
from netraven_db.errors import ParameterError

LIMIT = 20_000  # buckets; more is a mistake, and nobody reads them

_LENGTHS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}

Bucket = date | datetime  # an hour is the instant it begins, in UTC; the others are local dates


def bucket_of(unit: str, instant: datetime, tz: ZoneInfo) -> Bucket:
    """The bucket of that zone's calendar that an instant is in."""
    local = instant.astimezone(tz)
    if unit == "hour":
        into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return instant.astimezone(UTC) - into
    day = local.date()
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def bucket_start(bucket: Bucket, tz: ZoneInfo) -> datetime:
    """The instant at which a bucket begins."""
    if not isinstance(bucket, datetime):
        return start_of_day(bucket, tz)
    # A clock that is moved by half an hour leaves only the end of an hour, which begins at that moment.
    end = bucket + timedelta(hours=1, microseconds=-1)
    moved = end.astimezone(tz).replace(tzinfo=None) - bucket.astimezone(tz).replace(tzinfo=None)
    return bucket + (moved - (end - bucket)) % timedelta(hours=1)


def next_bucket(unit: str, bucket: Bucket, tz: ZoneInfo) -> Bucket:
    """The bucket after it; a month may have 28 days, a local day 23 hours, and a date may be skipped."""
    if unit == "month":
        following: Bucket = (bucket.replace(day=1) + timedelta(days=32)).replace(day=1)
    else:
        following = bucket + _LENGTHS[unit]
    start = following if isinstance(following, datetime) else start_of_day(following, tz)
    return bucket_of(unit, start, tz)


def first_whole_bucket(unit: str, window: Window) -> Bucket | None:
    """The first bucket that the window does not cut; None where the window has no beginning."""
    if window.since is None:
        return None
    bucket = bucket_of(unit, window.since, window.tz)
    return bucket if bucket_start(bucket, window.tz) >= window.since else next_bucket(unit, bucket, window.tz)


def whole(known: Iterable[Bucket], unit: str, window: Window) -> list[bool]:
    """For each of the buckets whether the window holds all of it."""
    first, end = first_whole_bucket(unit, window), bucket_of(unit, window.until, window.tz)
    return [bucket < end and (first is None or bucket >= first) for bucket in known]


def buckets(unit: str, window: Window) -> Iterator[Bucket]:
    """Every bucket that the window touches, in order.

    Raises:
        ValueError: the window has no beginning.
        ParameterError: there are more than LIMIT of them.
    """
    if window.since is None:
        raise ValueError("a window without a beginning has no first bucket")
    try:
        bucket = bucket_of(unit, window.since, window.tz)
        for _ in range(LIMIT):
            if bucket_start(bucket, window.tz) >= window.until:
                return
            yield bucket
            bucket = next_bucket(unit, bucket, window.tz)
    except (OverflowError, ValueError):  # whichever of its ends is passed
        raise ParameterError(
            "The window reaches the end of the calendar: give a since and an until inside."
        ) from None
    raise ParameterError(
        f"The window has more than {LIMIT} buckets: use a later since, or a longer bucket than {unit!r}."
    )
