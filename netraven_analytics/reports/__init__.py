"""The catalogue: one report, one module, a line and a word here; it loads when it is asked for."""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from netraven_analytics import report
from netraven_analytics.report import Report
from netraven_analytics.text import nearest
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    from netraven_analytics.report import catalogue as catalogue
    from netraven_analytics.reports.after_change import after_change as after_change
    from netraven_analytics.reports.backup_freshness import backup_freshness as backup_freshness
    from netraven_analytics.reports.change_clusters import change_clusters as change_clusters
    from netraven_analytics.reports.config_changes import config_changes as config_changes
    from netraven_analytics.reports.config_churn import config_churn as config_churn
    from netraven_analytics.reports.config_drift import config_drift as config_drift
    from netraven_analytics.reports.credential_health import credential_health as credential_health
    from netraven_analytics.reports.device_inventory import device_inventory as device_inventory
    from netraven_analytics.reports.duration_anomalies import duration_anomalies as duration_anomalies
    from netraven_analytics.reports.error_signatures import error_signatures as error_signatures
    from netraven_analytics.reports.failure_episodes import failure_episodes as failure_episodes
    from netraven_analytics.reports.failure_rates import failure_rates as failure_rates
    from netraven_analytics.reports.job_durations import job_durations as job_durations
    from netraven_analytics.reports.job_timeline import job_timeline as job_timeline
    from netraven_analytics.reports.queue_delays import queue_delays as queue_delays
    from netraven_analytics.reports.stuck_jobs import stuck_jobs as stuck_jobs

__all__ = [
    "Report",
    "after_change",
    "backup_freshness",
    "catalogue",
    "change_clusters",
    "config_changes",
    "config_churn",
    "config_drift",
    "credential_health",
    "device_inventory",
    "duration_anomalies",
    "error_signatures",
    "failure_episodes",
    "failure_rates",
    "find_report",
    "job_durations",
    "job_timeline",
    "queue_delays",
    "stuck_jobs",
]
NAMES = tuple(name for name in __all__ if name not in ("Report", "catalogue", "find_report"))


def find_report(name: str) -> Report[Any]:
    """The report of that name, written with hyphens or underscores; only its module is imported.

    Raises:
        ParameterError: there is none; the nearest name is suggested.
    """
    name = name.replace("-", "_")
    if name in NAMES:
        import_module(f"{__name__}.{name}")
    if name not in report.catalogue:
        raise ParameterError(
            f"There is no report {name!r}{nearest(name, NAMES)}: 'netraven-analytics report list' shows them."
        )
    return report.catalogue[name]


def __getattr__(name: str) -> Any:
    if name in NAMES:
        return find_report(name)
    if name == "catalogue":  # who asks for it wants them all
        for each in NAMES:
            find_report(each)
        return report.catalogue
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Reports(ModuleType):
    """Gives each name to the report, where an import would give it to the module of the same name."""

    def __setattr__(self, name: str, value: Any) -> None:
        of_report = isinstance(value, ModuleType) and name in NAMES
        super().__setattr__(name, vars(value)[name] if of_report else value)


sys.modules[__name__].__class__ = _Reports
