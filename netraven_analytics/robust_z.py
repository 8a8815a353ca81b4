"""How unusual each value of a series is beside those before it: robust z-scores over a rolling past."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

MAD_SCALE = 1.4826  # makes the MAD of a normal distribution its standard deviation
MEAN_SCALE = 1.2533  # the same for the mean absolute deviation
_BLOCK = 20_000  # rows; the work area stays below some tens of megabytes


@dataclass(frozen=True)
class Scores:
    """Parallel to the rows asked for; NaN where there is no past at all."""

    past: "Ints"
    usual: "Floats"
    z: "Floats"


def scores(values: "Floats", first: "Ints", rows: "Ints", least_spread: float = 1.0) -> Scores:
    """The robust z-score of ``values[row]`` beside ``values[first[row]:row]``, for each of ``rows``.

    z = (value - median) / (1.4826 * MAD). Where the MAD is 0, since half of the past is equal, 1.2533 times
    the mean absolute deviation takes its place; where that is 0 too, ``least_spread``.

    Source: B. Iglewicz and D. C. Hoaglin, "How to Detect and Handle Outliers", ASQC Quality Press 1993; the
    factor 1.4826 as in P. J. Rousseeuw and C. Croux, "Alternatives to the median absolute deviation", Journal
    of the American Statistical Association 88 (1993), 1273 to 1283.
    """
    import numpy as np

    parts = [
        _block(values, first, rows[start : start + _BLOCK], least_spread)
        for start in range(0, len(rows), _BLOCK)
    ]
    if not parts:
        nothing = np.empty(0)
        return Scores(nothing.astype("int64"), nothing, nothing)
    past, usual, z = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Scores(past, usual, z)


def _block(values: "Floats", first: "Ints", rows: "Ints", least_spread: float) -> tuple[Any, Any, Any]:
    import numpy as np

    past = rows - first[rows]
    width = max(1, int(past.max()))
    back = np.arange(width, 0, -1)
    inside = back[None, :] <= past[:, None]
    places = np.maximum(rows[:, None] - back[None, :], 0)
    # What is outside sorts behind everything.
    before = np.sort(np.where(inside, values[places], np.inf), axis=1)
    inside = np.arange(width)[None, :] < past[:, None]
    usual = _median(before, past)
    with np.errstate(invalid="ignore"):
        away = np.sort(np.where(inside, np.abs(before - usual[:, None]), np.inf), axis=1)
        spread = MAD_SCALE * _median(away, past)
        mean = np.where(inside, away, 0.0).sum(axis=1) / np.maximum(past, 1)
    spread = np.where(spread > 0, spread, MEAN_SCALE * mean)
    spread = np.where(spread > 0, spread, least_spread)
    return past, usual, np.where(past > 0, (values[rows] - usual) / spread, np.nan)


def _median(ordered: "Floats", count: "Ints") -> "Floats":
    """The median of the first ``count`` of each row; NaN where that is 0."""
    import numpy as np

    row, last = np.arange(len(ordered)), ordered.shape[1] - 1
    low = ordered[row, np.maximum(count - 1, 0) // 2]
    high = ordered[row, np.minimum(count // 2, last)]
    known = count > 0
    return np.where(known, low + np.subtract(high, low, where=known, out=np.zeros_like(low)) / 2, np.nan)
