"""What happened on each device in order of time, so that sums over many devices and times are looked up."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


class Timeline:
    """Events of devices, each with figures."""

    def __init__(self, device: "Ints", at: "Ints", figures: "Mapping[str, Floats]") -> None:
        import numpy as np

        self._devices, rank = np.unique(device, return_inverse=True)
        self._times, place = np.unique(at, return_inverse=True)
        order = np.lexsort((place, rank))
        # One number that grows over devices and time, so that one search finds every place.
        self._keys = (rank * (len(self._times) + 1) + place)[order]
        self._sums = {name: np.append(0.0, np.cumsum(each[order])) for name, each in figures.items()}

    def sums(self, device: "Ints", start: "Ints", end: "Ints") -> "dict[str, Floats]":
        """The sum of each figure over the events in ``[start, end)`` of each device; 0 where it has none."""
        import numpy as np

        first = self._place(device, start)
        last = np.maximum(first, self._place(device, end))
        known = np.isin(device, self._devices)
        return {name: np.where(known, sums[last] - sums[first], 0.0) for name, sums in self._sums.items()}

    def _place(self, device: "Ints", at: "Ints") -> "Ints":
        rank = self._devices.searchsorted(device)
        return self._keys.searchsorted(rank * (len(self._times) + 1) + self._times.searchsorted(at))
