"""Time under observation is shared out to the last microsecond."""

from random import Random

import numpy as np
import pytest

from netraven_analytics import exposure
from netraven_analytics.exposure import exposures


def test_a_device_counts_from_its_beginning_to_the_last_edge() -> None:
    """In the slice it begins in in part, in those before not at all."""
    time, devices = exposures(
        np.array([-50, 15]), np.array([0, 0]), 1, np.array([0, 10, 20, 30]), np.array([0, 1, 2]), 3
    )
    assert time.tolist() == [[10, 15, 20]]
    assert devices.tolist() == [[1, 2, 2]]


def test_slices_of_one_key_are_added_up() -> None:
    """Such as the same hour of several days."""
    time, devices = exposures(
        np.array([12]), np.array([1]), 2, np.array([0, 10, 20, 30]), np.array([0, 1, 0]), 2
    )
    assert time.tolist() == [[0, 0], [10, 8]]
    assert devices.tolist() == [[0, 0], [1, 1]]


def test_what_begins_at_the_end_or_later_was_not_observed() -> None:
    """The last edge is outside."""
    time, devices = exposures(np.array([30, 40]), np.array([0, 0]), 1, np.array([0, 30]), np.array([0]), 1)
    assert (time.tolist(), devices.tolist()) == ([[0]], [[0]])


@pytest.mark.parametrize("cells", [1, 7, 1_000_000])
def test_it_is_what_adding_up_one_by_one_gives(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """For chance devices, groups and slices, however few are worked on at once."""
    monkeypatch.setattr(exposure, "_CELLS", cells)
    chance = Random(5)
    edges = np.array(sorted(chance.sample(range(1000), 12)))
    key = np.array([chance.randrange(4) for _ in range(11)])
    key[:4] = range(4)
    since = np.array([chance.randrange(-100, 1100) for _ in range(40)])
    group = np.array([chance.randrange(5) for _ in range(40)])
    time, devices = exposures(since, group, 5, edges, key, 4)
    for g in range(5):
        for k in range(4):
            spent = [
                sum(max(0, edges[s + 1] - max(edges[s], begun)) for s in np.flatnonzero(key == k))
                for begun in since[group == g]
            ]
            assert time[g, k] == sum(spent)
            assert devices[g, k] == sum(each > 0 for each in spent)
