"""Which runs were unusual for their device."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Unpack

from sqlalchemy import Float, Integer, Interval, Select, String, and_, case, column, literal, or_, select

from netraven_analytics.facts.constructs import seconds
from netraven_analytics.facts.dimensions import device_rows
from netraven_analytics.facts.runs import runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.windows import look_back
from netraven_analytics.options import EventOptions
from netraven_analytics.report import report
from netraven_analytics.robust_z import scores
from netraven_db.db.base import UTCDateTime
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

PAST = 50  # runs
LOOK_BACK = timedelta(days=90)
_OUTPUT = (
    column("device_id", Integer),
    column("hostname", String),
    column("device_type", String),
    column("run_id", Integer),
    column("run_at", UTCDateTime),
    column("outcome", String),
    column("duration", Interval),
    column("usual", Interval),
    column("past_runs", Integer),
    column("z", Float),
    column("reason", String),
)


def _find_anomalies(table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
    """The unusual runs of the window, the newest first."""
    import numpy as np
    import pandas as pd

    since = scope.window.since
    inside = np.full(len(table), True) if since is None else (table["run_at"] >= since).to_numpy()
    has_device, has_duration = table["device_id"].notna().to_numpy(), table["seconds"].notna().to_numpy()
    left_out = {
        "runs_of_deleted_devices": int((inside & ~has_device).sum()),
        "invalid": int((inside & has_device & ~has_duration).sum()),
    }
    known = has_device & has_duration
    table, inside = table[known].reset_index(drop=True), inside[known]
    found = scores(table["seconds"].to_numpy(), _first_of_past(table), np.flatnonzero(inside))
    enough = found.past >= (int(table["min_past"].iloc[0]) if len(table) else 0)
    unusual = enough & (np.abs(found.z) >= (table["threshold"].iloc[0] if len(table) else 0.0))
    made = table[inside][unusual].reset_index(drop=True)
    for name, lasted in {"duration": made["seconds"].to_numpy(), "usual": found.usual[unusual]}.items():
        made[name] = pd.to_timedelta(np.round(lasted * 1e6).astype("int64"), unit="us")
    made["past_runs"], made["z"] = found.past[unusual], found.z[unusual]
    made["reason"] = [
        _reason(*row) for row in zip(made["seconds"], found.usual[unusual], made["past_runs"], strict=True)
    ]
    made = made.sort_values(["run_at", "run_id"], ascending=False, ignore_index=True)
    made.attrs = {**left_out, "too_little_past": int((~enough).sum())}
    return made


def _first_of_past(table: "pd.DataFrame") -> Any:
    """For each run, the place where its past begins: of its device, at most PAST runs and LOOK_BACK ago."""
    import numpy as np

    place = np.arange(len(table))
    device, at = table["device_id"].to_numpy("int64"), table["run_at"].to_numpy("datetime64[us]")
    changes = np.flatnonzero(np.diff(device, prepend=-1))
    starts = np.repeat(changes, np.diff(changes, append=len(table)))
    # One number that grows over devices and time, so that one search finds every beginning.
    elapsed = at.astype("datetime64[ms]").astype("int64")
    elapsed = elapsed - min(elapsed, default=0)
    span = int(LOOK_BACK.total_seconds() * 1000)
    order = (
        np.cumsum(np.diff(device, prepend=device[:1]) != 0) * (elapsed.max(initial=0) + span + 1) + elapsed
    )
    return np.maximum.reduce([starts, place - PAST, np.searchsorted(order, order - span)])


def _reason(duration: float, usual: float, past: int) -> str:
    """In words, why the run is here."""
    of_what = f"the usual {_clock(usual)} of this device's last {past} runs"
    times = duration / usual if usual else 0.0
    if times >= 1.05:
        return f"{times:,.1f} times {of_what}"
    if 0.0 < times < 0.95:
        return f"{times:.2g} times {of_what}"
    word = "longer" if duration > usual else "shorter"
    return f"{_clock(abs(duration - usual))} {word} than {of_what}"


def _clock(seconds: float) -> str:
    """0:00:33, and 0:00:00.25 where whole seconds would say nothing."""
    if seconds < 10:
        return f"0:00:0{seconds:.2f}".rstrip("0").rstrip(".") if round(seconds, 2) else "0:00:00"
    return str(timedelta(seconds=round(seconds)))


@report(fact=runs, finish=_find_anomalies, output=_OUTPUT)
def duration_anomalies(
    scope: Scope, *, threshold: float = 3.5, min_past: int = 10, **options: Unpack[EventOptions]
) -> Select[Any]:
    """Which runs took unusually long, or short, for their device?

    A run is unusual where its robust z-score, beside the runs of the same device before it, is at least
    ``threshold`` in either direction: z = (duration - median) / (1.4826 * MAD), with the median and the
    median absolute deviation of the last 50 terminal runs that have a duration, none of them more than 90
    days before it. Later runs do not matter. Where the MAD is 0, since at least half of that past is equal,
    1.2533 times the mean absolute deviation takes its place; where all of it is equal, one second does. The
    newest run comes first.

    The report looks back 90 days beyond the window, by the index on the runs' time.

    Source: B. Iglewicz and D. C. Hoaglin, "How to Detect and Handle Outliers", ASQC Quality Press 1993, with
    their threshold of 3.5.

    Columns:
        device_id, hostname, device_type: the device.
        run_id, run_at, outcome: the run, which succeeded or failed.
        duration: how long it took.
        usual: the median of its past.
        past_runs: how many runs that is over.
        z: the robust z-score; negative where the run was shorter than usual.
        reason: the same in words.

    Args:
        threshold: how unusual a run must be to be shown, in robust standard deviations.
        min_past: how many runs a device must have had before; runs with fewer are counted as too_little_past.

    Example:
        ``await duration_anomalies(since="7d", threshold=5)``
    """
    limit, least = _positive(threshold, "threshold"), _positive(min_past, "min_past")
    if least != int(least) or least > PAST:
        raise ParameterError(
            f"min_past={min_past!r} is not understood: it takes a whole number from 1 to {PAST}."
        )
    since = scope.window.since
    past = None if since is None else look_back(since, LOOK_BACK)
    run, device = replace(scope, window=replace(scope.window, since=past)).rows(), device_rows()
    # Of the past only what can be compared is of use; of the window everything that ended is accounted for.
    useful = and_(run.c.duration.is_not(None), run.c.device_id.is_not(None))
    inside = literal(True) if since is None else run.c.run_at >= since
    return (
        select(
            run.c.device_id,
            case((inside, device.c.hostname)).label("hostname"),
            case((inside, device.c.device_type)).label("device_type"),
            run.c.run_id,
            run.c.run_at,
            case((inside, run.c.outcome)).label("outcome"),
            seconds(run.c.duration).label("seconds"),
            literal(limit).label("threshold"),
            literal(int(least)).label("min_past"),
        )
        .select_from(run.outerjoin(device, device.c.id == run.c.device_id))
        .where(run.c.terminal, or_(inside, useful))
        .order_by(run.c.device_id, run.c.run_at, run.c.run_id)
    )


def _positive(value: Any, name: str) -> float:
    """The number that an option means; the command line hands it on as text."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = 0.0
    if not 0 < number < float("inf") or isinstance(value, bool):
        raise ParameterError(f"{name}={value!r} is not understood: it takes a number above 0, such as 3.5.")
    return number
