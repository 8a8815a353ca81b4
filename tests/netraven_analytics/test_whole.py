"""Whole numbers that a caller gives, of Python or of numpy."""

from typing import Any

import numpy as np
import pytest

from netraven_analytics.whole import whole_number
from netraven_db.errors import ParameterError


def test_numpys_whole_numbers_are_taken() -> None:
    """As Python's own, so that they can go into JSON."""
    assert type(whole_number(np.int64(3), "top")) is int


@pytest.mark.parametrize("value", [0, -1, 1.0, "1", None, True, np.bool_(True), np.float64(1)])
def test_anything_else_is_refused(value: Any) -> None:
    """In one sentence with what is accepted."""
    with pytest.raises(ParameterError) as caught:
        whole_number(value, "limit", ", or 'all'")
    assert str(caught.value) == (
        f"limit={value!r} is not understood: it takes a whole number from 1, or 'all'."
    )
