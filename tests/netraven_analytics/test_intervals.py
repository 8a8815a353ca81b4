"""The intervals are those of the papers, and of scipy."""

import numpy as np
import pytest
from scipy.stats import binomtest, chi2, ttest_ind

from netraven_analytics.intervals import Interval, Logs, difference, events, ratio, shares


def _logs(values: list[float]) -> Logs:
    logs = np.log(values)
    return Logs.of(*(np.array([figure]) for figure in (float(len(logs)), logs.sum(), (logs**2).sum())))


def test_events_have_garwoods_interval() -> None:
    """Of 0 it begins at 0; without exposure there is no rate."""
    value, low, high = events(np.array([0, 3, 2]), np.array([2.0, 2.0, 0.0]))
    assert value[:2].tolist() == [0.0, 1.5]
    assert low[:2] == pytest.approx([0.0, chi2.ppf(0.025, 6) / 4])
    assert high[:2] == pytest.approx([chi2.ppf(0.975, 2) / 4, chi2.ppf(0.975, 8) / 4])
    assert np.isnan([value[2], low[2], high[2]]).all()


def test_garwoods_bounds_are_where_so_few_or_many_become_unlikely() -> None:
    """At the lower bound 3 or more have a chance of 2.5 %, at the upper one 3 or fewer."""
    from scipy.stats import poisson

    _, low, high = events(np.array([3]), np.array([1.0]))
    assert poisson.sf(2, low[0]) == pytest.approx(0.025)
    assert poisson.cdf(3, high[0]) == pytest.approx(0.025)


def test_shares_have_wilsons_interval() -> None:
    """They meet 0 and 1 exactly, and of nothing there is no share."""
    part, whole = np.array([0.0, 2.0, 9.0, 0.0]), np.array([7.0, 9.0, 9.0, 0.0])
    value, low, high = shares(part, whole)
    for place in range(3):
        expected = binomtest(int(part[place]), int(whole[place])).proportion_ci(method="wilson")
        assert (low[place], high[place]) == pytest.approx((expected.low, expected.high))
    assert (low[0], high[2]) == (0.0, 1.0)
    assert np.isnan([value[3], low[3], high[3]]).all()


def test_the_difference_of_two_shares_is_newcombes() -> None:
    """The first example of his paper: 56 of 70 beside 48 of 80 is 0.2, from 0.0524 to 0.3339."""
    found = difference(*(shares(np.array([k]), np.array([n])) for k, n in ((56.0, 70.0), (48.0, 80.0))))
    assert [round(float(each[0]), 4) for each in found] == [0.2, 0.0524, 0.3339]


def test_a_difference_without_doubt_has_no_width() -> None:
    """Bounds that meet the figure stay there."""
    one, other = (Interval(*(np.array([v]),) * 3) for v in (0.5, 0.2))
    assert [round(float(each[0]), 6) for each in difference(one, other)] == [0.3] * 3


def test_a_ratio_of_durations_has_welchs_interval() -> None:
    """Over the logarithms, as scipy's t-test without equal variances."""
    after, before = [30.0, 42.0, 35.0, 90.0], [20.0, 22.0, 31.0]
    value, low, high = ratio([_logs(after)], [_logs(before)])
    test = ttest_ind(np.log(after), np.log(before), equal_var=False)
    bounds = test.confidence_interval(0.95)
    assert value[0] == pytest.approx(np.exp(np.log(after).mean() - np.log(before).mean()))
    assert (low[0], high[0]) == pytest.approx((np.exp(bounds.low), np.exp(bounds.high)))


def test_a_ratio_of_ratios_covers_the_true_one_in_95_of_100() -> None:
    """Of four samples of known geometric means, with unequal spreads and sizes."""
    chance, hits = np.random.default_rng(8), 0
    cells = ((3.0, 0.4, 7), (2.5, 0.6, 6), (3.1, 0.3, 30), (2.9, 0.5, 25))
    true = np.exp(3.0 - 2.5 - 3.1 + 2.9)
    for _ in range(1000):
        a, b, c, d = (_logs(np.exp(chance.normal(mean, spread, n)).tolist()) for mean, spread, n in cells)
        _, low, high = ratio([a, d], [b, c])
        hits += bool(low[0] <= true <= high[0])
    assert 0.93 < hits / 1000 < 0.97


def test_too_few_durations_have_no_ratio_and_equal_ones_no_width() -> None:
    """One value has no spread to be known by; values that are all the same leave no doubt."""
    assert np.isnan([each[0] for each in ratio([_logs([3.0])], [_logs([3.0, 4.0])])[1:]]).all()
    assert [round(float(each[0]), 6) for each in ratio([_logs([6.0] * 3)], [_logs([3.0] * 3)])] == [2.0] * 3
