"""The sweep line beside counting by hand, instant by instant."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netraven_analytics.concurrency import Sweep

INTERVALS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), max_size=12)
EDGES = st.sets(st.integers(-5, 45), min_size=2, max_size=6)


@given(INTERVALS, EDGES)
def test_peaks_and_means_are_those_of_counting_every_instant(
    intervals: list[tuple[int, int]], edges: set[int]
) -> None:
    """An end is outside, a start inside, and what takes no time runs at its own start."""
    starts = np.array([start for start, _ in intervals], dtype=np.int64)
    ends = starts + np.array([length for _, length in intervals], dtype=np.int64)
    sweep, limits = Sweep(starts, ends), np.array(sorted(edges), dtype=np.int64)

    def running(instant: int) -> int:
        return int(((starts <= instant) & (instant < ends)).sum())

    def level(instant: int) -> int:
        return running(instant) + int(((starts == instant) & (ends == instant)).any())

    peaks, first = sweep.peaks(limits)
    means = sweep.means(limits)
    for place, (begin, end) in enumerate(pairwise(limits)):
        levels = [level(instant) for instant in range(begin, end)]
        assert peaks[place] == max(levels)
        assert first[place] == begin + levels.index(max(levels))
        assert np.isclose(means[place], np.mean([running(instant) for instant in range(begin, end)]))
    own = [running(start) + (start == end) for start, end in zip(starts, ends, strict=True)]
    assert sweep.at_starts().tolist() == own
