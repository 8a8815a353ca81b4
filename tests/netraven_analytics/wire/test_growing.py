"""Columns that grow while an answer arrives."""

import mmap

import numpy as np
import pytest

from netraven_analytics.wire.growing import Growing, resized


@pytest.mark.parametrize("dtype", ["int64", "float64", "bool", "M8[us]"])
@pytest.mark.parametrize("lengths", [[0], [3], [0, 0], [5, 1, 7], [1] * 100, [1000, 1]])
def test_pieces_make_one_array_in_their_order(dtype: str, lengths: list[int]) -> None:
    """Whatever the pieces' lengths, the whole is what numpy joins them to."""
    pieces = [np.arange(place, place + length).astype(dtype) for place, length in enumerate(lengths)]
    growing = Growing()
    for piece in pieces:
        growing.add(piece)
    whole = growing.whole()
    assert whole.dtype == dtype
    assert whole.tolist() == np.concatenate(pieces).tolist()


def test_the_pieces_stay_as_they_are() -> None:
    """What is added later, or written to the whole, is not seen in a piece."""
    first, second = np.array([1, 2]), np.array([3])
    first.flags.writeable = False
    growing = Growing()
    growing.add(first)
    growing.add(second)
    growing.whole()[:] = 9
    assert (first.tolist(), second.tolist()) == ([1, 2], [3])


def test_an_empty_piece_that_cannot_be_written_to() -> None:
    """It is replaced by one that can, as any is."""
    first = np.array([], dtype="int64")
    first.flags.writeable = False
    growing = Growing()
    growing.add(first)
    growing.add(first)
    growing.add(np.array([7]))
    assert growing.whole().tolist() == [7]


def test_memory_that_cannot_be_resized_is_copied() -> None:
    """Its content is the same, as where pages are moved."""
    memory = mmap.mmap(-1, 3)
    memory[:] = b"abc"
    with memoryview(memory):  # as somebody who looks at it
        larger = resized(memory, 5000)
    assert larger is not memory
    assert (len(larger), larger[:4]) == (5000, b"abc\0")
