"""The fact *run*: one execution of a job against a device."""

from sqlalchemy import case, func, or_, select

from netraven_analytics.facts.constructs import elapsed
from netraven_analytics.facts.fact import AS_OF, Fact
from netraven_db.db.base import UTCDateTime
from netraven_db.db.models import Job

OUTCOMES = ("pending", "running", "succeeded", "failed", "other")

_terminal = Job.status.in_(("completed", "failed"))
_outcome = case(
    # Seen from as_of, a run that finished later was still running.
    (_terminal & (Job.completed_at > AS_OF), "running"),
    (Job.status == "completed", "succeeded"),
    (Job.status.in_(("failed", "pending", "running")), Job.status),
    else_="other",
)

_recorded = select(
    Job.id.label("run_id"),
    Job.id.label("job_id"),
    Job.device_id,
    _outcome.label("outcome"),
    Job.status,
    Job.scheduled_for.label("scheduled_at"),
    Job.started_at,
    case((Job.completed_at <= AS_OF, Job.completed_at)).label("finished_at"),
    # Exactly the expression that the index ix_jobs_run_at is built on.
    func.coalesce(Job.started_at, Job.scheduled_for, Job.completed_at, type_=UTCDateTime()).label("run_at"),
).where(or_(Job.started_at.is_(None), Job.started_at <= AS_OF))

_r = _recorded.subquery("recorded")
_finished = _r.c.outcome.in_(("succeeded", "failed"))
# Negative and missing durations are no durations; they are counted as invalid, never clipped.
_duration = case(
    (_finished & (_r.c.finished_at >= _r.c.started_at), elapsed(_r.c.started_at, _r.c.finished_at))
)
_running_for = case((_r.c.outcome == "running", elapsed(_r.c.started_at, AS_OF)))

runs = Fact(
    select(
        _r,
        _duration.label("duration"),
        (_finished & _duration.is_(None)).label("invalid"),
        _running_for.label("running_for"),
    ).subquery("runs"),
    key="run_id",
    at="run_at",
)
