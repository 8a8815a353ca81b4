"""Runs before and after a moment, beside those of others over the same time, with 95 % intervals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from netraven_analytics.intervals import Interval, Logs, difference, ratio, shares
from netraven_analytics.timeline import Timeline

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_EVER = 2**62  # microseconds
SHORTEST = 0.001  # seconds: a shorter duration counts as this long, since none has a logarithm


@dataclass(frozen=True)
class Changes:
    """Changes of devices, with the time before and after each; instants in microseconds."""

    device: "Ints"
    previous: "Ints"
    found: "Ints"
    span: int

    @classmethod
    def of(cls, table: "pd.DataFrame", span: timedelta) -> "Changes":
        return cls(
            table["device_id"].to_numpy("int64"),
            micros(table["previous_at"]),
            micros(table["found_at"]),
            span // timedelta(microseconds=1),
        )

    @property
    def start(self) -> "Ints":
        return self.previous - self.span

    @property
    def end(self) -> "Ints":
        return self.found + self.span

    def within(self, device: "Ints", start: "Ints", end: "Ints") -> "Ints":
        """How many of these may have come to each device in that time."""
        import numpy as np

        one = {"changes": np.ones(len(self.device))}
        ever = np.full(len(device), _EVER)
        found = Timeline(self.device, self.found, one).sums(device, start, ever)["changes"]
        later = Timeline(self.device, self.previous, one).sums(device, end, ever)["changes"]
        return (found - later).astype(np.int64)

    def runs(self, line: Timeline, case: "Ints", device: "Ints") -> "tuple[Runs, Runs]":
        """The runs before and after each change: those of all devices that stand for its case, together."""
        import numpy as np

        both = []
        for start, end in ((self.start, self.previous), (self.found, self.end)):
            sums = line.sums(device, start[case], end[case])
            cells = {name: np.bincount(case, each, len(start)).astype(float) for name, each in sums.items()}
            both.append(counted(cells))
        return both[0], both[1]


class Runs(NamedTuple):
    """Terminal runs, failed ones, and the durations of the succeeded ones; a row for each case."""

    terminal: "Floats"
    failed: "Floats"
    durations: Logs

    @property
    def rate(self) -> Interval:
        return shares(self.failed, self.terminal)


def figures(runs: "pd.DataFrame") -> "dict[str, Floats]":
    """What is summed up of terminal runs, from ``failed`` and ``seconds``, missing without a duration."""
    import numpy as np

    failed = runs["failed"].to_numpy(dtype=float)
    lengths = runs["seconds"].to_numpy(dtype=float)
    measured = (failed == 0) & ~np.isnan(lengths)
    logs = np.log(np.maximum(np.where(measured, lengths, 1.0), SHORTEST))
    return {
        "terminal": np.ones(len(runs)),
        "failed": failed,
        "measured": measured.astype(float),
        "logs": logs,
        "squares": logs * logs,
    }


def counted(sums: "Mapping[str, Floats]") -> Runs:
    """From the sums of :func:`figures`."""
    return Runs(sums["terminal"], sums["failed"], Logs.of(sums["measured"], sums["logs"], sums["squares"]))


def compared(before: Runs, after: Runs, peers_before: Runs, peers_after: Runs) -> "dict[str, Floats]":
    """The columns that tell how the runs of each case went, and those of its peers."""
    import numpy as np

    own, others = difference(after.rate, before.rate), difference(peers_after.rate, peers_before.rate)
    up, down = [after.durations, peers_before.durations], [before.durations, peers_after.durations]
    return {
        "terminal_before": before.terminal,
        "failed_before": before.failed,
        **_named("failure_rate_before", before.rate),
        "terminal_after": after.terminal,
        "failed_after": after.failed,
        **_named("failure_rate_after", after.rate),
        **_named("rate_change", own),
        "peers_terminal_before": peers_before.terminal,
        "peers_rate_before": peers_before.rate.value,
        "peers_terminal_after": peers_after.terminal,
        "peers_rate_after": peers_after.rate.value,
        **_named("peers_rate_change", others),
        **_named("rate_beside_peers", difference(own, others)),
        "seconds_before": np.exp(before.durations.mean),
        "seconds_after": np.exp(after.durations.mean),
        **_named("duration_ratio", ratio(up[:1], down[:1])),
        **_named("peers_duration_ratio", ratio(down[1:], up[1:])),
        **_named("ratio_beside_peers", ratio(up, down)),
    }


def _named(name: str, figure: Interval) -> "dict[str, Floats]":
    return {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}


def micros(instants: "pd.Series") -> "Ints":
    """Instants as microseconds; what is missing is later than any."""
    import numpy as np

    known = instants.dt.tz_localize(None).to_numpy("datetime64[us]")
    micros: Ints = np.where(np.isnat(known), _EVER, known.astype("int64"))
    return micros
