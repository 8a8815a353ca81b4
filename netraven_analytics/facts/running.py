"""Which runs are going on at ``as_of``, however long ago they started, found without a scan of all runs."""

from sqlalchemy import ColumnElement, and_, or_, select

from netraven_analytics.facts.fact import AS_OF
from netraven_analytics.facts.runs import runs
from netraven_db.db.models import Job

# What every running run fulfils, said of columns that have an index.
_candidates = select(Job.id).where(or_(Job.status == "running", Job.completed_at > AS_OF))

IS_RUNNING: ColumnElement[bool] = and_(runs.c.run_id.in_(_candidates), runs.c.running)
