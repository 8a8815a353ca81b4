"""The catalogue: one report, one module, one line here."""

from netraven_analytics.report import Report, catalogue
from netraven_analytics.reports.backup_freshness import backup_freshness
from netraven_analytics.reports.config_changes import config_changes
from netraven_analytics.reports.credential_health import credential_health
from netraven_analytics.reports.device_inventory import device_inventory
from netraven_analytics.reports.duration_anomalies import duration_anomalies
from netraven_analytics.reports.error_signatures import error_signatures
from netraven_analytics.reports.failure_episodes import failure_episodes
from netraven_analytics.reports.failure_rates import failure_rates
from netraven_analytics.reports.job_durations import job_durations
from netraven_analytics.reports.job_timeline import job_timeline
from netraven_analytics.reports.queue_delays import queue_delays
from netraven_analytics.reports.stuck_jobs import stuck_jobs

__all__ = [
    "Report",
    "backup_freshness",
    "catalogue",
    "config_changes",
    "credential_health",
    "device_inventory",
    "duration_anomalies",
    "error_signatures",
    "failure_episodes",
    "failure_rates",
    "job_durations",
    "job_timeline",
    "queue_delays",
    "stuck_jobs",
]
