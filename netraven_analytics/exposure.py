"""Time under observation, shared out among groups of devices and slices of time."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_CELLS = 4_000_000  # of groups and slices that are worked on at once


def exposures(
    since: "Ints", group: "Ints", groups: int, edges: "Ints", key: "Ints", keys: int
) -> tuple["Ints", "Ints"]:
    """How long the devices of each group were observed in the slices of each key, and how many there were.

    Args:
        since: when the observation of each device begins; it goes on to the last edge.
        group: which group each device is in, from 0; a device that is in several is there several times.
        groups: how many groups there are.
        edges: where the slices begin, and where the last one ends.
        key: which key each slice has, from 0.
        keys: how many keys there are.

    Returns:
        Two tables of groups by keys: the time, in the unit of the edges, and the devices of which some time
        is in it.
    """
    import numpy as np

    time = np.zeros((groups, keys), dtype=np.int64)
    devices = np.zeros_like(time)
    seen = since < edges[-1]
    since, group = np.maximum(since[seen], edges[0]), group[seen]
    place = edges.searchsorted(since, side="right") - 1
    last = np.zeros(keys, dtype=np.int64)
    np.maximum.at(last, key, np.arange(len(key)))
    step = max(1, _CELLS // max(1, len(key)))
    for first in range(0, groups, step):
        some = (group >= first) & (group < first + step)
        at = group[some] - first, place[some]
        begun = np.zeros((min(step, groups - first), len(key)), dtype=np.int64)
        part = np.zeros_like(begun)
        np.add.at(begun, at, 1)
        np.add.at(part, at, since[some] - edges[place[some]])
        present = begun.cumsum(axis=1)
        spent = present * np.diff(edges) - part
        for number in range(len(key)):
            time[first : first + step, key[number]] += spent[:, number]
        devices[first : first + step] = present[:, last]
    return time, devices
