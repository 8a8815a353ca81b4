"""Percentiles of durations of which some are still going on."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FINISHED, CENSORED = "finished", "censored"  # columns of lists of seconds


def with_running(table: "pd.DataFrame", percentiles: Mapping[str, float]) -> "pd.DataFrame":
    """The table with its percentiles estimated from the lists ``finished`` and ``censored``, then dropped.

    A table that has no such lists comes back as it is.
    """
    import pandas as pd

    if CENSORED not in table:
        return table
    lists = list(zip(table[FINISHED], table[CENSORED], strict=True))
    for name, fraction in percentiles.items():
        estimates = [estimate(finished or [], censored or [], fraction) for finished, censored in lists]
        table[name] = pd.to_timedelta(pd.Series(estimates, dtype="float64"), unit="s").astype(
            "timedelta64[us]"
        )
    return table.drop(columns=[FINISHED, CENSORED])


def estimate(finished: Sequence[float], censored: Sequence[float], fraction: float) -> float | None:
    """The smallest time by which that share is estimated to have finished, in seconds; None if never reached.

    Source: E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", Journal of the
    American Statistical Association 53 (1958), 457 to 481; as ``scipy.stats.ecdf`` of right-censored data.
    """
    import numpy as np
    from scipy.stats import CensoredData, ecdf

    if not len(finished):
        return None
    cdf = ecdf(CensoredData(uncensored=np.asarray(finished), right=np.asarray(censored))).cdf
    reached = np.flatnonzero(cdf.probabilities >= fraction - 1e-12)  # sums of products round
    return float(cdf.quantiles[reached[0]]) if len(reached) else None
