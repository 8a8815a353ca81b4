"""Percentiles of durations of which some are still going on."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

from netraven_analytics.answers import BEYOND

FINISHED, CENSORED = "finished", "censored"  # columns of lists of seconds


def with_running(table: "pd.DataFrame", percentiles: Mapping[str, float], *, worst: str) -> "pd.DataFrame":
    """The table with its percentiles estimated from the lists ``finished`` and ``censored``, then dropped.

    Where the percentile ``worst`` lies beyond all that was observed, a column :data:`BEYOND` says how many of
    them do; elsewhere it is 0. A table that has no such lists comes back as it is.
    """
    import pandas as pd

    if CENSORED not in table:
        return table
    lists = list(zip(table[FINISHED], table[CENSORED], strict=True))
    for name, fraction in percentiles.items():
        estimates = [estimate(finished or [], censored or [], fraction) for finished, censored in lists]
        table[name] = pd.Series([_exact(each) for each in estimates], dtype="timedelta64[us]")
    unreached = pd.Series([bool(censored) for _, censored in lists], dtype="bool") & table[worst].isna()
    table[BEYOND] = table[list(percentiles)].isna().sum(axis="columns").where(unreached, 0)
    return table.drop(columns=[FINISHED, CENSORED])


def _exact(seconds: float | None) -> timedelta | None:
    """Whole microseconds, as the server measured them: a float of seconds lies beside them."""
    return None if seconds is None else timedelta(microseconds=round(seconds * 1e6))


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
