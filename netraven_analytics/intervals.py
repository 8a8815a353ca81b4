"""95 % intervals of whole columns at once: of rates of events, shares, ratios, and their differences."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from netraven_analytics.facts.statistics import Z

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LOW, _HIGH = 0.025, 0.975


class Interval(NamedTuple):
    """A figure between its bounds; NaN where there is none."""

    value: "Floats"
    low: "Floats"
    high: "Floats"


@dataclass(frozen=True)
class Logs:
    """How many values there are, and the mean and variance of their logarithms."""

    count: "Floats"
    mean: "Floats"
    variance: "Floats"

    @classmethod
    def of(cls, count: "Floats", total: "Floats", squares: "Floats") -> "Logs":
        """From the sum of the logarithms and that of their squares."""
        import numpy as np

        with np.errstate(divide="ignore", invalid="ignore"):
            mean = total / count
            variance = np.maximum(squares - total * mean, 0.0) / (count - 1)
        return cls(count, mean, np.where(count > 1, variance, np.nan))


def events(count: "Floats", exposure: "Floats") -> Interval:
    """Events per exposure, as if they came independently of one another; NaN without exposure.

    Source: F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936), 437 to 442.
    """
    import numpy as np
    from scipy.stats import chi2

    count, exposure = np.asarray(count, float), np.asarray(exposure, float)
    time = np.where(exposure > 0, exposure, np.nan)
    low = np.where(count > 0, chi2.ppf(_LOW, 2 * np.maximum(count, 1)) / 2, 0.0)
    return Interval(count / time, low / time, chi2.ppf(_HIGH, 2 * count + 2) / 2 / time)


def shares(part: "Floats", whole: "Floats") -> Interval:
    """``part / whole`` with Wilson's score interval, as the SQL of ``facts.statistics``."""
    import numpy as np

    n = np.where(whole > 0, whole, np.nan)
    p, scale = part / n, 1 + Z * Z / n
    middle, spread = p + Z * Z / (2 * n), Z * np.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    low = np.where(part == 0, 0 * n, (middle - spread) / scale)
    return Interval(p, low, np.where(part == whole, 1 + 0 * n, (middle + spread) / scale))


def difference(one: Interval, other: Interval) -> Interval:
    """``one - other`` of two independent figures; of two shares it is Newcombe's hybrid score interval.

    Source: G. Y. Zou and A. Donner, "Construction of confidence limits about effect measures: a general
    approach", Statistics in Medicine 27 (2008), 1693 to 1702.
    """
    import numpy as np

    value = one.value - other.value
    return Interval(
        value,
        value - np.hypot(one.value - one.low, other.high - other.value),
        value + np.hypot(one.high - one.value, other.value - other.low),
    )


def ratio(above: "Sequence[Logs]", below: "Sequence[Logs]") -> Interval:
    """The geometric means above divided by those below; NaN where one has fewer than two values.

    Source: B. L. Welch, "The generalization of 'Student's' problem when several different population
    variances are involved", Biometrika 34 (1947), 28 to 35, over the logarithms.
    """
    import numpy as np
    from scipy.stats import t

    everything = [*above, *below]
    value = sum(logs.mean for logs in above) - sum(logs.mean for logs in below)
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = [logs.variance / logs.count for logs in everything]
        error = np.asarray(sum(errors))
        pairs = zip(errors, everything, strict=True)
        freedom = error**2 / sum(each**2 / (logs.count - 1) for each, logs in pairs)
    # Without any spread there is no doubt, and nothing to divide by.
    width = np.where(error > 0, t.ppf(_HIGH, np.where(error > 0, freedom, 1.0)) * np.sqrt(error), error)
    return Interval(np.exp(value), np.exp(value - width), np.exp(value + width))
