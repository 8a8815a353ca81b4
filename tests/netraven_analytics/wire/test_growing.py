"""Columns that grow while an answer arrives."""

import numpy as np
import pytest

from netraven_analytics.wire.growing import Growing


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
