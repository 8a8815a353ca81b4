"""What the page asks the reports, all of it of one state of the database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from netraven_analytics.facts.windows import Span, Window, resolve_window
from netraven_analytics.report import Report
from netraven_analytics.reports import find_report
from netraven_db.errors import ParameterError

SIGNATURES, UNUSUAL = 50, 200  # rows; the reports have them all
_BUCKETS = {"hour": timedelta(days=3), "day": timedelta(days=150), "week": timedelta(days=1000)}


@dataclass(frozen=True)
class Asked:
    """The page's options: ``shared`` are those that reports take, by their names."""

    shared: Mapping[str, Any]
    by: tuple[str, ...]
    objective: Span
    stuck_after: Span
    diffs: int

    @property
    def window(self) -> Window:
        """The window; that of ``as_of="data"`` is near enough to choose the length of buckets."""
        shared = self.shared
        as_of = None if shared["as_of"] == "data" else shared["as_of"]
        return resolve_window(shared["since"], shared["until"], as_of, shared["tz"])

    @property
    def bucket(self) -> str:
        """The calendar buckets in which the window is neither one point nor a thousand."""
        window = self.window
        if window.since is None:
            return "month"
        length = window.until - window.since
        return next((name for name, most in _BUCKETS.items() if length <= most), "month")


@dataclass(frozen=True)
class Question:
    """A report with its options."""

    report: Report[Any]
    options: Mapping[str, Any]

    def check(self) -> None:
        """Raises ParameterError where an option has no accepted value, before anything is read."""
        as_of = self.options["as_of"]
        self.report.statement(**{**self.options, "as_of": None if as_of == "data" else as_of})


def questions(asked: Asked) -> dict[str, Question]:
    """Each question under the name by which the page knows its answer."""
    # How things stand now does not depend on a window.
    now = {name: value for name, value in asked.shared.items() if name not in ("since", "until")}
    window = asked.shared
    objective, stuck = {"objective": asked.objective}, {"stuck_after": asked.stuck_after}
    over_time: dict[str, Any] = {"by": asked.bucket}
    found = {
        "inventory": Question(find_report("device_inventory"), {**now, "by": "device"}),
        "freshness": Question(find_report("backup_freshness"), {**now, **objective, "by": "device"}),
        "stuck": Question(find_report("stuck_jobs"), {**now, "limit": asked.stuck_after}),
        "credentials": Question(find_report("credential_health"), now),
        "open": Question(find_report("failure_episodes"), {**now, "since": "all"}),
        "rates": Question(find_report("failure_rates"), {**window, **stuck, "by": "device"}),
        "rates_over_time": Question(find_report("failure_rates"), {**window, **stuck, **over_time}),
        "durations_over_time": Question(find_report("job_durations"), {**window, **over_time}),
        "episodes": Question(find_report("failure_episodes"), window),
        "delays": Question(find_report("queue_delays"), window),
        "signatures": Question(find_report("error_signatures"), {**window, "top": SIGNATURES}),
        "unusual": Question(find_report("duration_anomalies"), {**window, "top": UNUSUAL}),
        "changes": Question(find_report("config_changes"), window),
    }
    for by in asked.by:
        group: dict[str, Any] = {"by": by}
        found[f"freshness {by}"] = Question(find_report("backup_freshness"), {**now, **objective, **group})
        found[f"rates {by}"] = Question(find_report("failure_rates"), {**window, **stuck, **group})
        found[f"durations {by}"] = Question(find_report("job_durations"), {**window, **group})
        found[f"episodes {by}"] = Question(find_report("failure_episodes"), {**window, **group})
    return found


def dimensions(by: str | Collection[str]) -> tuple[str, ...]:
    """What devices are grouped by.

    Raises:
        ParameterError: it is neither a tag's type nor ``device_type``.
    """
    names = dict.fromkeys([by] if isinstance(by, str) else by)
    for name in names:
        if not isinstance(name, str) or not (
            name.startswith("tag:") or name in ("device_type", "device-type")
        ):
            raise ParameterError(
                f"by={name!r} is nothing that the page groups by: it takes device_type or tag:<type>, such "
                "as tag:location, one or several."
            )
    return tuple(names)


def named(by: str) -> str:
    """A dimension as people call it: ``location``, ``device type``."""
    return by.removeprefix("tag:").replace("_", " ").replace("-", " ")
