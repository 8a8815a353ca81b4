"""The figures by pandas, numpy and scipy from the dump's text: no database, and nothing of the toolkit."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import CensoredData, binomtest, ecdf

from .pandas_changes import changes
from .views import Tables, View

Rows = list[dict[str, Any]]

_CALENDAR = {"hour": "h", "day": "D", "week": "W-SUN", "month": "M"}  # periods of pandas
_CYCLES = {"hour_of_day": lambda local: local.dt.hour, "weekday": lambda local: local.dt.dayofweek + 1}
_DEVICE = {
    "device": ["device_id", "hostname"],
    "device_type": ["device_type"],
    "tag:location": ["location"],
    "tag:role": ["role"],
}
_GONE = "(deleted device)"
_FRACTIONS = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}


class ByPandas:
    """Answers views from the tables of the dump."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        # Line counts are of pairs, whatever the view: they are made once.
        self.changes = changes(tables)

    def newest(self) -> datetime:
        jobs, configurations = self.tables["jobs"], self.tables["device_configurations"]
        instants = pd.concat([jobs.started_at, jobs.completed_at, configurations.retrieved_at])
        return instants.max().to_pydatetime()  # type: ignore[no-any-return]

    def left_out(self) -> Rows:
        """The snapshots that are no change: the first of each device, and those like the one before."""
        stored = self.tables["device_configurations"]
        first = stored.device_id.nunique()
        unchanged = len(stored) - first - len(self.changes)
        return [{"baseline": first, "unchanged_or_noise_only": unchanged}]

    def answer(self, report: str, view: View) -> Rows:
        made = {
            "job_durations": self._job_durations,
            "failure_rates": self._failure_rates,
            "config_changes": self._config_changes,
        }[report](view)
        return made.to_dict("records")  # type: ignore[no-any-return]

    def _job_durations(self, view: View) -> pd.DataFrame:
        runs = self._runs(view)
        measure = _with_running if view.include_running else _finished
        made = _grouped(runs, _columns(view), measure)
        return _ordered(made, view, "duration_p95_seconds")

    def _failure_rates(self, view: View) -> pd.DataFrame:
        columns, times = _columns(view), _times(view)
        of_device = [name for name in columns if name not in times]
        held = _devices_by(self._devices(view), of_device)
        made = _grouped(self._runs(view), columns, _rates)
        made = made.merge(held, on=of_device, how="left" if times else "outer") if of_device else made
        made["devices"] = made["devices"].fillna(0) if of_device else held["devices"].iloc[0]
        counts = ["runs", "terminal", "failed", "running", "stuck", "pending", "other", "heard"]
        made[counts] = made[counts].fillna(0)
        made["devices_without_run"] = made.devices - made.heard
        return _ordered(made.drop(columns=["devices", "heard"]), view, "rate_low")

    def _config_changes(self, view: View) -> pd.DataFrame:
        found = self.changes
        found = found[found.found_at.between(view.since, view.until, inclusive="left")]
        found = found[(found.found_at <= view.as_of) & found.device_id.isin(self._devices(view).device_id)]
        return found.sort_values(["found_at", "to_id"], ascending=False)

    def _devices(self, view: View) -> pd.DataFrame:
        """The devices that the view is about, as they are today, with a column for each tag type."""
        devices = self.tables["devices"]
        chosen = devices[view.pandas_devices(self.tables)] if view.pandas_devices else devices
        tags = self.tables["device_tag_association"].merge(
            self.tables["tags"], left_on="tag_id", right_on="id"
        )
        tag = tags.pivot(index="device_id", columns="type", values="name")
        known = chosen[["id", "hostname", "device_type"]].rename(columns={"id": "device_id"})
        return known.join(tag, on="device_id")

    def _runs(self, view: View) -> pd.DataFrame:
        """The runs of the window, as they looked at ``as_of``, beside what groups need."""
        jobs = self.tables["jobs"]
        jobs = jobs[~(jobs.started_at > view.as_of)]
        at = jobs.started_at.fillna(jobs.scheduled_for).fillna(jobs.completed_at)
        runs = jobs.assign(at=at)[at.between(view.since, view.until, inclusive="left")]
        runs = runs.merge(self._devices(view), on="device_id", how="left")
        if view.pandas_devices:
            runs = runs[runs.hostname.notna()]
        runs[["hostname", "device_type", "location", "role"]] = runs[
            ["hostname", "device_type", "location", "role"]
        ].fillna(_GONE)
        later = runs.completed_at > view.as_of
        outcome = runs.status.replace({"completed": "succeeded"}).mask(later, "running")
        took = (runs.completed_at - runs.started_at).where(outcome.isin(["succeeded", "failed"]))
        so_far = (view.as_of - runs.started_at).where(outcome == "running")
        runs = runs.assign(outcome=outcome, took=took.where(took >= pd.Timedelta(0)), so_far=so_far)
        return runs.assign(**_buckets(runs["at"].dt.tz_convert(view.tz), view))


def _buckets(local: pd.Series, view: View) -> dict[str, pd.Series]:
    """The view's times; a calendar bucket also says whether the window holds all of it."""
    made: dict[str, pd.Series] = {}
    for by in view.by:
        if by in _CYCLES:
            made[by] = _CYCLES[by](local)
        elif by in _CALENDAR:
            period = local.dt.tz_localize(None).dt.to_period(_CALENDAR[by])
            starts = period.dt.start_time.dt.tz_localize(view.tz)
            ends = (period + 1).dt.start_time.dt.tz_localize(view.tz)
            made[by] = starts if by == "hour" else period.dt.start_time
            made["complete"] = (starts >= view.since) & (ends <= view.until)
    return made


def _columns(view: View) -> list[str]:
    return [name for by in view.by for name in _DEVICE.get(by, [by])]


def _times(view: View) -> list[str]:
    return [by for by in view.by if by in _CALENDAR or by in _CYCLES]


def _grouped(runs: pd.DataFrame, columns: list[str], measure: Any) -> pd.DataFrame:
    if not columns:
        return pd.DataFrame([measure(runs)])
    rows = []
    for key, group in runs.groupby(columns, dropna=False):
        bucket = {"complete": group.complete.iloc[0]} if "complete" in group else {}
        rows.append({**dict(zip(columns, key, strict=True)), **bucket, **measure(group)})
    return pd.DataFrame(rows)


def _devices_by(devices: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    if not columns:
        return pd.DataFrame({"devices": [len(devices)]})
    return devices.groupby(columns, dropna=False).size().rename("devices").reset_index()


def _finished(runs: pd.DataFrame) -> dict[str, Any]:
    # Whole microseconds: floats hold them exactly.
    took = runs.took.dropna().to_numpy().astype("timedelta64[us]").astype("int64")
    known = len(took) > 0
    return {
        "runs": len(runs),
        "running": (runs.outcome == "running").sum(),
        "invalid": (runs.outcome.isin(["succeeded", "failed"]) & runs.took.isna()).sum(),
        "duration_mean_seconds": took.mean() / 1e6 if known else None,
        "duration_max_seconds": took.max() / 1e6 if known else None,
        **{
            f"duration_{name}_seconds": np.percentile(took, 100 * fraction) / 1e6 if known else None
            for name, fraction in _FRACTIONS.items()
        },
    }


def _with_running(runs: pd.DataFrame) -> dict[str, Any]:
    took, so_far = (runs[name].dropna().dt.total_seconds().to_numpy() for name in ("took", "so_far"))
    made = _finished(runs)
    if len(took):
        cdf = ecdf(CensoredData(uncensored=took, right=so_far)).cdf
        for name, fraction in _FRACTIONS.items():
            reached = cdf.quantiles[cdf.probabilities >= fraction - 1e-9]
            made[f"duration_{name}_seconds"] = reached[0] if len(reached) else None
    return made


def _rates(runs: pd.DataFrame) -> dict[str, Any]:
    count = runs.outcome.value_counts()
    failed = int(count.get("failed", 0))
    terminal = failed + int(count.get("succeeded", 0))
    bounds = binomtest(failed, terminal).proportion_ci(0.95, "wilson") if terminal else (None, None)
    return {
        "runs": len(runs),
        "terminal": terminal,
        "failed": failed,
        "failure_rate": failed / terminal if terminal else None,
        "rate_low": bounds[0],
        "rate_high": bounds[1],
        "running": count.get("running", 0),
        "stuck": (runs.so_far > pd.Timedelta(hours=24)).sum(),
        "pending": count.get("pending", 0),
        "other": len(runs) - terminal - count.get("running", 0) - count.get("pending", 0),
        "heard": runs.device_id.nunique(),
    }


def _ordered(made: pd.DataFrame, view: View, worst: str) -> pd.DataFrame:
    """The calendar first, then the worst group, then by name."""
    names = [name for name in _columns(view) if name not in _times(view)][-1:]
    # What rounds differently is still a tie.
    made = made.assign(worst=pd.to_numeric(made[worst]).round(12))
    keys = [*_times(view), "worst", *names]
    return made.sort_values(keys, ascending=[key != "worst" for key in keys]).drop(columns="worst")
