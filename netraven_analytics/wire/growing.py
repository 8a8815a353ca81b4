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
        self._memory: mmap.mmap | None = None

    def add(self, values: np.ndarray[Any, Any]) -> None:
        if self._array is None:  # often it is the only piece
            self._array, self._used = values, len(values)
            return
        end = self._used + len(values)
        if end > len(self._array) or not self._array.flags.writeable:
            self._array = self._with_room(self._array, 2 * end)
        self._array[self._used : end] = values
        self._used = end

    def whole(self) -> np.ndarray[Any, Any]:
        assert self._array is not None
        used = self._array[: self._used]
        return used if used.flags.writeable else used.copy()

    def _with_room(self, values: np.ndarray[Any, Any], length: int) -> np.ndarray[Any, Any]:
        """The same values with room for more; what is not used yet takes up no memory."""
        dtype, size = values.dtype, max(length * values.itemsize, 1)
        if self._memory is None:
            self._memory = _memory(size)
            array = np.frombuffer(self._memory, dtype, length)
            array[: self._used] = values[: self._used]
            return array
        self._array = values = None  # type: ignore[assignment] # who looks at memory keeps it from growing
        self._memory = resized(self._memory, size)
        return np.frombuffer(self._memory, dtype, length)


def resized(memory: mmap.mmap, size: int) -> mmap.mmap:
    """The memory with its content and a larger size; where the system can, nothing is copied for it."""
    try:
        memory.resize(size)
    except (SystemError, BufferError):  # macOS cannot, or a debugger looks at it
        larger = _memory(size)
        larger[: len(memory)] = memory[:]
        return larger
    return memory


def _memory(size: int) -> mmap.mmap:
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
