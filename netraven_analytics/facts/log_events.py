"""The fact *log event*: one message of a run."""

from sqlalchemy import func, select

from netraven_analytics.facts.fact import AS_OF, Fact
from netraven_analytics.facts.runs import runs
from netraven_db.db.models import JobLog

# Messages come from devices and may be a megabyte long; what kind of message it is, its beginning says. Twice
# as much is read as is shown, since a secret may be known by what stands behind it, such as the @ of a URL.
HEAD, SHOWN = 1000, 500  # characters

_run = runs.c

log_events = Fact(
    select(
        JobLog.id.label("log_id"),
        JobLog.job_id.label("run_id"),
        _run.device_id,
        _run.run_at,
        JobLog.level,
        func.substr(JobLog.message, 1, HEAD).label("head"),
        JobLog.timestamp.label("logged_at"),
    )
    .join_from(JobLog, runs.rows, _run.run_id == JobLog.job_id)
    .where(JobLog.timestamp <= AS_OF)
    .subquery("log_events"),
    key="log_id",
    at="run_at",
)
