"""The fact *failure episode*: from a device's first failure after a success until its next success.

Terminal runs of a device are in the order of their time, then their id. Only those of the window are read
in bulk; what lies before and behind it is asked for device by device, by the index ix_jobs_device_run_at.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Subquery,
    and_,
    case,
    func,
    literal,
    select,
    true,
)
from sqlalchemy import tuple_ as both

from netraven_analytics.facts.constructs import elapsed
from netraven_analytics.facts.runs import runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.windows import FIRST, LAST
from netraven_db.db.base import UTCDateTime

FAILED, SUCCEEDED = "failed", "succeeded"
_FIRST, _LAST = literal(FIRST, UTCDateTime()), literal(LAST, UTCDateTime())  # before and after every run


@dataclass(frozen=True)
class Episodes:
    """The episodes that begin in the window of a question about runs, and what their devices went through."""

    scope: Scope

    @cached_property
    def runs(self) -> CTE:
        """The terminal runs of the window.

        ``begins`` is 1 where an episode begins and 0 elsewhere; ``at_risk`` is the time since the run before
        if that was a success. Runs of deleted devices are in nobody's order, and begin nothing.
        """
        run = self._ordered
        known = self._outcome_before(run)
        begins = and_(run.c.failed, func.coalesce(known, SUCCEEDED) == SUCCEEDED)
        at_risk = elapsed(func.coalesce(run.c.before_at, self.scope.window.since), run.c.run_at)
        has_device = run.c.device_id.is_not(None)
        return select(
            run,
            case((and_(has_device, begins), 1), else_=0).label("begins"),
            case((and_(has_device, known == SUCCEEDED), at_risk)).label("at_risk"),
        ).cte("run")

    @cached_property
    def rows(self) -> CTE:
        """One row an episode; ``ended_at`` is NULL where it is open."""
        island = self._islands
        success = self._success_behind(island)
        ended_at = func.coalesce(island.c.recovered_at, success.c.run_at, type_=UTCDateTime())
        failures = island.c.failures + self._failures_behind(island, success)
        return (
            select(
                island.c.device_id,
                island.c.first_run_id,
                island.c.started_at,
                ended_at.label("ended_at"),
                failures.label("failures"),
            )
            .select_from(island.outerjoin(success, true()))
            .cte("episode")
        )

    def last_success(self, device: FromClause) -> FromClause:
        """The last succeeded run of a device up to ``as_of``, however long ago; to be joined beside it."""
        good = self._terminal("good")
        return (
            select(good.c.run_at, good.c.run_id)
            .where(good.c.device_id == device.c.device_id, good.c.outcome != FAILED)
            .order_by(good.c.run_at.desc(), good.c.run_id.desc())
            .limit(1)
            .lateral("last")
        )

    def streak(self, device: FromClause, last: FromClause) -> ColumnElement[int]:
        """How often a device failed since its last success, or ever where it has none."""
        bad = self._terminal("bad")
        since = func.coalesce(last.c.run_at, _FIRST), func.coalesce(last.c.run_id, 0)
        return (
            select(func.count(bad.c.run_id))
            .where(
                bad.c.device_id == device.c.device_id,
                bad.c.outcome == FAILED,
                bad.c.run_at >= since[0],  # what an index can serve of the next line
                both(bad.c.run_at, bad.c.run_id) > both(*since),
            )
            .scalar_subquery()
        )

    @property
    def _ordered(self) -> Subquery:
        """The terminal runs of the window, each with what came before it there."""
        run, window = self._terminal("terminal", *self.scope.conditions()), self.scope.window
        order: dict[str, Any] = {"partition_by": run.c.device_id, "order_by": (run.c.run_at, run.c.run_id)}
        inside = [run.c.run_at < window.until]
        if window.since is not None:
            inside.append(run.c.run_at >= window.since)
        return (
            select(
                run.c.device_id,
                run.c.run_id,
                run.c.run_at,
                (run.c.outcome == FAILED).label("failed"),
                func.lag(run.c.outcome).over(**order).label("before"),
                func.lag(run.c.run_at).over(**order).label("before_at"),
            )
            .where(*inside)
            .subquery("ordered")
        )

    def _outcome_before(self, run: FromClause) -> ColumnElement[str]:
        """Of the run before; where that lies before the window, the server looks it up, once a device."""
        if self.scope.window.since is None:
            return run.c.before
        past = self._terminal("past")
        earlier = (
            select(past.c.outcome)
            .where(past.c.device_id == run.c.device_id, past.c.run_at < self.scope.window.since)
            .order_by(past.c.run_at.desc(), past.c.run_id.desc())
            .limit(1)
            .scalar_subquery()
        )
        return case((run.c.before.is_not(None), run.c.before), else_=earlier)

    @property
    def _islands(self) -> Subquery:
        """Each beginning with the runs up to the next one: failures first, then successes."""
        run = self.runs
        order: dict[str, Any] = {"partition_by": run.c.device_id, "order_by": (run.c.run_at, run.c.run_id)}
        numbered = select(*run.c, func.sum(run.c.begins).over(**order).label("number")).subquery("numbered")
        return (
            select(
                numbered.c.device_id,
                func.min(numbered.c.run_at).label("started_at"),
                func.min(numbered.c.run_id).filter(numbered.c.begins == 1).label("first_run_id"),
                func.count(numbered.c.run_id).filter(numbered.c.failed).label("failures"),
                func.min(numbered.c.run_at).filter(~numbered.c.failed).label("recovered_at"),
            )
            .where(numbered.c.number > 0)
            .group_by(numbered.c.device_id, numbered.c.number)
            .subquery("island")
        )

    def _success_behind(self, island: FromClause) -> FromClause:
        """The first success behind the window, of an episode that has none inside."""
        later = self._terminal("later")
        return (
            select(later.c.run_at, later.c.run_id)
            .where(
                island.c.recovered_at.is_(None),
                later.c.device_id == island.c.device_id,
                later.c.run_at >= self.scope.window.until,
                later.c.outcome != FAILED,
            )
            .order_by(later.c.run_at, later.c.run_id)
            .limit(1)
            .lateral("success")
        )

    def _failures_behind(self, island: FromClause, success: FromClause) -> ColumnElement[int]:
        """The failures of the episode that lie behind the window."""
        more = self._terminal("more")
        end = func.coalesce(success.c.run_at, _LAST), func.coalesce(success.c.run_id, 0)
        counted = (
            select(func.count(more.c.run_id))
            .where(
                more.c.device_id == island.c.device_id,
                more.c.outcome == FAILED,
                more.c.run_at >= self.scope.window.until,
                more.c.run_at <= end[0],
                both(more.c.run_at, more.c.run_id) < both(*end),
            )
            .scalar_subquery()
        )
        return case((island.c.recovered_at.is_(None), counted), else_=0)

    def _terminal(self, name: str, *conditions: ColumnElement[bool]) -> Subquery:
        """Every run that succeeded or failed and passes ``where=``.

        Asked for those that did not fail, the server walks a device's index from its end. Those that
        succeeded it takes for so rare that it reads and sorts all of the device's runs.
        """
        run = runs.c
        return (
            select(run.device_id, run.run_id, run.run_at, run.outcome)
            .where(run.outcome.in_((FAILED, SUCCEEDED)), *(conditions or self.scope.where))
            .subquery(name)
        )
