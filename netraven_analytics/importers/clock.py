"""Times that never go back, made from those that commits bear."""

from bisect import bisect_right
from collections.abc import Sequence

# In seconds since 1970, as git's times are: 1990, before which nobody kept an archive. A clock that was never
# set says 1970.
_OLDEST = 631_152_000


def monotonic(times: Sequence[int], after: int | None, latest: int) -> list[int]:
    """The times in an order that never goes back, with as few of them changed as possible.

    A longest series of times that do not fall, none before ``after`` or behind ``latest``, is kept. The
    others are of clocks that were wrong: each becomes the time kept before it, else ``after``, else the first
    one kept.

    Source: M. L. Fredman, "On computing the length of longest increasing subsequences", Discrete Mathematics
    11 (1975), 29 to 35.
    """
    kept = _longest_rising(times, _OLDEST if after is None else after, latest)
    first = times[kept[0]] if kept else latest
    last = first if after is None else after
    made = [0] * len(times)
    right = set(kept)
    for number, time in enumerate(times):
        last = time if number in right else last
        made[number] = last
    return made


def _longest_rising(times: Sequence[int], earliest: int, latest: int) -> list[int]:
    """The positions of such a series."""
    ends: list[int] = []  # the lowest time that a series of that length ends with
    at: list[int] = []  # and where that stands
    before = [-1] * len(times)
    for number, time in enumerate(times):
        if not earliest <= time <= latest:
            continue
        length = bisect_right(ends, time)
        before[number] = at[length - 1] if length else -1
        ends[length : length + 1], at[length : length + 1] = [time], [number]
    series = []
    number = at[-1] if at else -1
    while number >= 0:
        series.append(number)
        number = before[number]
    return series[::-1]
