"""Sums over many devices and times at once are those of looking at each."""

from random import Random

import numpy as np

from netraven_analytics.timeline import Timeline


def test_sums_are_of_the_device_and_the_half_open_time() -> None:
    """The start is inside, the end outside; a device without events, or between others, has nothing."""
    chance = Random(6)
    device = np.array([chance.choice((2, 3, 7)) for _ in range(60)])
    at = np.array([chance.randrange(20) for _ in range(60)])
    figure = np.array([float(chance.randrange(5)) for _ in range(60)])
    line = Timeline(device, at, {"figure": figure, "events": np.ones(60)})
    asked = [(d, start, end) for d in (1, 2, 3, 5, 7, 9) for start in (-1, 0, 4, 19) for end in (0, 9, 25)]
    found = line.sums(*(np.array(column) for column in zip(*asked, strict=True)))
    for place, (d, start, end) in enumerate(asked):
        inside = (device == d) & (at >= start) & (at < end)
        assert found["figure"][place] == figure[inside].sum()
        assert found["events"][place] == inside.sum()


def test_without_events_all_sums_are_0() -> None:
    """There is nothing to look up."""
    nothing = np.empty(0, dtype=np.int64)
    line = Timeline(nothing, nothing, {"figure": np.empty(0)})
    assert line.sums(np.array([1]), np.array([0]), np.array([9]))["figure"].tolist() == [0.0]
