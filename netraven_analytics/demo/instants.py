"""Instants as whole microseconds since 1970 UTC, which numpy sorts and adds fast."""

from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# numpy's own "not a time", so that an array of instants can be viewed as datetime64.
NONE = int(np.iinfo(np.int64).min)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(instant: datetime) -> int:
    """An aware datetime as microseconds."""
    return (instant - _EPOCH) // _MICROSECOND


def aware(instant: int) -> datetime:
    """Microseconds as an aware UTC datetime."""
    return _EPOCH + int(instant) * _MICROSECOND


def naive(instant: int) -> datetime:
    """Microseconds as NetRaven's ``TIMESTAMP`` columns hold them."""
    return aware(instant).replace(tzinfo=None)


def naive_list(instants: Ints) -> list[datetime | None]:
    """A whole array the same way, with None where there is no time."""
    values: list[datetime | None] = instants.view("datetime64[us]").tolist()
    return values
