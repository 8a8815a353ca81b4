"""Robust z-scores over a rolling past, beside a plain loop."""

import statistics

import numpy as np
import pytest

from netraven_analytics import robust_z
from netraven_analytics.robust_z import scores


def plain(value: float, past: list[float]) -> float:
    """The definition, one value at a time."""
    median = statistics.median(past)
    away = [abs(one - median) for one in past]
    spread = 1.4826 * statistics.median(away) or 1.2533 * statistics.fmean(away) or 1.0
    return (value - median) / spread


@pytest.mark.parametrize("block", [7, 20_000])
def test_scores_are_those_of_a_plain_loop(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """For pasts of all lengths, in blocks of any size; a value without a past has none."""
    monkeypatch.setattr(robust_z, "_BLOCK", block)
    chance = np.random.default_rng(7)
    values = np.round(chance.lognormal(3, 1, 400), 1)
    first = np.maximum(0, np.arange(400) - chance.integers(0, 50, 400))
    found = scores(values, first, np.arange(400))
    for row in range(400):
        past = values[first[row] : row].tolist()
        assert found.past[row] == len(past)
        if past:
            assert found.usual[row] == pytest.approx(statistics.median(past))
            assert found.z[row] == pytest.approx(plain(values[row], past))
        else:
            assert np.isnan(found.z[row])


def test_a_past_that_is_mostly_equal_falls_back_to_the_mean_deviation() -> None:
    """And one that is all equal to one second."""
    values = np.array([5.0, 5.0, 5.0, 9.0, 6.0, 5.0, 5.0, 7.0])
    found = scores(values, np.array([0, 0, 0, 0, 0, 5, 5, 5]), np.array([3, 4, 7]))
    assert found.z == pytest.approx([4.0, 1 / (1.2533 * 1.0), 2.0])


def test_no_rows_have_no_scores() -> None:
    """An empty answer is no error."""
    assert len(scores(np.empty(0), np.empty(0, "int64"), np.empty(0, "int64")).z) == 0
