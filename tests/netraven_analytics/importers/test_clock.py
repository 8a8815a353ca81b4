"""Times are put into order with as few of them moved as can be."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from netraven_analytics.importers.clock import monotonic

T = 1_700_000_000
TIMES = st.lists(st.integers(T - 5, T + 5), max_size=9)


def test_a_clock_that_ran_ahead_moves_its_own_commits_alone() -> None:
    """Those after it keep their times; so do those before a clock that fell back."""
    assert monotonic([T, T + 900, T + 1, T + 2], None, T + 1000) == [T, T, T + 1, T + 2]
    assert monotonic([T, T + 1, 5, T + 2], None, T + 1000) == [T, T + 1, T + 1, T + 2]
    assert monotonic([5, T], None, T + 1) == [T, T]


def test_times_to_come_are_not_believed() -> None:
    """Nor those before what is stored already."""
    assert monotonic([T, T + 99, T + 1], None, T + 50) == [T, T, T + 1]
    assert monotonic([T - 1, T + 1], T, T + 50) == [T, T + 1]
    assert monotonic([T + 99], None, T) == [T]
    assert monotonic([], None, T) == []


@given(TIMES)
def test_as_few_as_possible_are_moved(times: list[int]) -> None:
    """No longer series could have been kept."""
    made = monotonic(times, None, T + 9)
    assert made == sorted(made)
    longest = max(
        size
        for size in range(len(times) + 1)
        if any(list(kept) == sorted(kept) for kept in combinations(times, size))
    )
    assert sum(a == b for a, b in zip(times, made, strict=True)) >= longest
