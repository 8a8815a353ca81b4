"""The fact *run*: one execution of a job against a device."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, case, func, literal, or_, select, true

from netraven_analytics.facts.constructs import elapsed
from netraven_analytics.facts.fact import AS_OF, Fact
from netraven_analytics.facts.windows import FIRST
from netraven_db.db.base import UTCDateTime
from netraven_db.db.models import Job

OUTCOMES = ("pending", "running", "succeeded", "failed", "other")

_ended = Job.status.in_(("completed", "failed"))
# Seen from as_of, a run that finished later was still running.
_is_over = (Job.completed_at > AS_OF).is_not(true())
_terminal = _ended & _is_over
# The time first: it is seldom later, and cheaper to compare than text.
_running = or_(Job.status == "running", (Job.completed_at > AS_OF) & _ended)
# Negative and missing durations are no durations, nor are those from before the calendar, which begin at
# -infinity or by a broken clock; they are counted as invalid, never clipped.
_has_duration = and_(Job.completed_at >= Job.started_at, Job.started_at >= literal(FIRST, UTCDateTime()))

# The server evaluates a column again wherever it is used: flags are what most reports count by, and cheaper
# than comparing the outcome, which costs several comparisons of text to find out.
_runs = select(
    Job.id.label("run_id"),
    Job.id.label("job_id"),
    Job.device_id,
    case(
        (_running, "running"),
        (Job.status == "completed", "succeeded"),
        (Job.status.in_(("failed", "pending")), Job.status),
        else_="other",
    ).label("outcome"),
    Job.status,
    Job.scheduled_for.label("scheduled_at"),
    Job.started_at,
    case((Job.completed_at <= AS_OF, Job.completed_at)).label("finished_at"),
    # Exactly the expression that the index ix_jobs_run_at is built on.
    func.coalesce(Job.started_at, Job.scheduled_for, Job.completed_at, type_=UTCDateTime()).label("run_at"),
    case((_terminal & _has_duration, elapsed(Job.started_at, Job.completed_at))).label("duration"),
    _terminal.label("terminal"),
    (_terminal & _has_duration.is_not(true())).label("invalid"),
    ((Job.status == "failed") & _is_over).label("failed"),
    _running.label("running"),
    (Job.status == "pending").label("pending"),
    # Compared first: from the server's last instant back to a moment before 2000 is too long for it.
    case((_running & (Job.started_at <= AS_OF), elapsed(Job.started_at, AS_OF))).label("running_for"),
)

_begun = (Job.started_at > AS_OF).is_not(true())

runs = Fact(
    _runs.where(_begun).subquery("runs"),
    key="run_id",
    at="run_at",
    # A run that started has that as its time, and the window's end leaves out what started later.
    in_past=_runs.subquery("runs"),
)


def not_over_at(instant: datetime) -> Fact:
    """The runs without those of which an index says that they were over by then."""
    may_go_on = or_(Job.status == "running", Job.completed_at > instant)
    return replace(runs, rows=_runs.where(_begun, may_go_on).subquery("runs"))
