"""A numpy array that grows as blocks of an answer arrive, so that no column is in memory twice."""

import mmap
from typing import Any

import numpy as np


class Growing:
    """Takes values in pieces and hands them out as one array.

    Its memory comes from the system and goes back to it whole. What malloc gives to the threads that parse
    stays theirs after it is freed, and an answer then takes up twice its size.
    """

    def __init__(self) -> None:
        self._array: np.ndarray[Any, Any] | None = None
        self._used = 0

    def add(self, values: np.ndarray[Any, Any]) -> None:
        if self._array is None:  # often it is the only piece
            self._array, self._used = values, len(values)
            return
        end = self._used + len(values)
        if end > len(self._array) or not self._array.flags.writeable:
            self._array = _with_room(self._array[: self._used], 2 * end)
        self._array[self._used : end] = values
        self._used = end

    def whole(self) -> np.ndarray[Any, Any]:
        assert self._array is not None
        used = self._array[: self._used]
        return used if used.flags.writeable else used.copy()


def _with_room(values: np.ndarray[Any, Any], length: int) -> np.ndarray[Any, Any]:
    """A copy with room for more; what is not used yet takes up no memory."""
    memory = mmap.mmap(-1, max(length * values.itemsize, 1), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    array = np.frombuffer(memory, values.dtype, length)
    array[: len(values)] = values
    return array
