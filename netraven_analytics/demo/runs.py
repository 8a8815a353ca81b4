"""The jobs table, as arrays: what was due and how it went, with the odd rows real databases hold."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from netraven_analytics.demo.instants import DAY, HOUR, MINUTE, NONE, SECOND, Ints, Mask, micros
from netraven_analytics.demo.inventory import Device
from netraven_analytics.demo.outcomes import (
    CANCELLED,
    COMPLETED,
    FAILED,
    NO_REASON,
    PENDING,
    REFUSED,
    RUNNING,
    WORKER_LOST,
    during,
    outcomes,
)
from netraven_analytics.demo.plan import Plan
from netraven_analytics.demo.schedule import attempts
from netraven_analytics.demo.spec import FleetSpec

_UNDATED_STATUSES = (PENDING, PENDING, FAILED)


@dataclass(frozen=True)
class Runs:
    """One entry a job, in order of id: ``id`` is the place here + 1.

    ``device`` is the index in the inventory (of deleted devices too); ``created`` orders the ids and is
    no column; instants are microseconds or NONE.
    """

    device: Ints
    status: Ints
    reason: Ints
    scheduled: Ints
    started: Ints
    completed: Ints
    created: Ints

    @property
    def count(self) -> int:
        return len(self.device)

    def ids(self, mask: Mask) -> tuple[int, ...]:
        """The ids of the jobs where the mask holds."""
        return tuple((np.flatnonzero(mask) + 1).tolist())

    @property
    def terminal(self) -> Mask:
        mask: Mask = (self.status == COMPLETED) | (self.status == FAILED)
        return mask

    @property
    def negative(self) -> Mask:
        """Which jobs ended before they began?"""
        known: Mask = (self.started != NONE) & (self.completed != NONE)
        return known & (self.completed < self.started)

    @property
    def invalid(self) -> Mask:
        """Which terminal jobs have no duration, or a negative one?"""
        missing: Mask = (self.started == NONE) | (self.completed == NONE)
        return self.terminal & (missing | self.negative)

    @property
    def undated(self) -> Mask:
        mask: Mask = (self.scheduled == NONE) & (self.started == NONE) & (self.completed == NONE)
        return mask


def make_runs(spec: FleetSpec, devices: Sequence[Device], plan: Plan) -> Runs:
    """All jobs of the history."""
    due = attempts(spec, devices, plan)
    went = outcomes(spec, devices, plan, due)
    runs = Runs(due.device, went.status, went.reason, due.scheduled, went.started, went.completed, due.due)
    site = np.array([d.site for d in devices], dtype=np.int64)[runs.device]
    _plant_odd_ones(spec, runs, _ordinary(spec, plan, runs, site))
    return _in_order([runs, _extra(spec, devices, plan)])


def _ordinary(spec: FleetSpec, plan: Plan, runs: Runs, site: Ints) -> Mask:
    """Succeeded, scheduled runs with nothing about them, days before the end."""
    troubled = during(plan.outage, site, runs.started) | during(plan.bad_credential, site, runs.started)
    settled = (runs.started != NONE) & (runs.started < micros(spec.until) - 3 * DAY)
    special = np.isin(runs.device, sorted(plan.special))
    mask: Mask = (runs.status == COMPLETED) & (runs.scheduled != NONE) & settled & ~special & ~troubled
    return mask


def _plant_odd_ones(spec: FleetSpec, runs: Runs, ordinary: Mask) -> None:
    """Turn some ordinary runs (in place) into what hurts reports that do not expect it."""
    chance = spec.generator("odd runs")
    pool = chance.permutation(np.flatnonzero(ordinary))
    few = max(3, spec.devices // 40)
    cuts = np.minimum(few * np.arange(1, 5), len(pool))
    stuck, negative, cancelled, unstarted, _ = np.split(pool, cuts)
    runs.status[stuck] = RUNNING
    runs.completed[stuck] = NONE
    runs.completed[negative] = runs.started[negative] - chance.integers(SECOND, 5 * MINUTE, len(negative))
    runs.status[cancelled] = CANCELLED
    runs.started[cancelled[::2]] = NONE
    runs.completed[cancelled[::2]] = NONE
    runs.status[unstarted] = FAILED
    runs.reason[unstarted] = WORKER_LOST
    runs.started[unstarted] = NONE


def _extra(spec: FleetSpec, devices: Sequence[Device], plan: Plan) -> Runs:
    """Fresh running jobs, jobs with no time at all, and jobs of which only the end was recorded."""
    chance = spec.generator("extra runs")
    until = micros(spec.until)
    pool = [d.index for d in devices if d.index not in plan.special]
    fresh, undated, ended = max(3, spec.devices // 60), len(_UNDATED_STATUSES), 2
    count = fresh + undated + ended
    created = chance.integers(micros(spec.since) + DAY, until - 3 * DAY, count)
    created[:fresh] = until - chance.integers(MINUTE, HOUR // 2, fresh)
    none = np.full(count, NONE)
    scheduled, started, completed = none.copy(), none.copy(), none.copy()
    scheduled[:fresh] = created[:fresh]
    started[:fresh] = created[:fresh] + chance.integers(SECOND, 9 * SECOND, fresh)
    completed[-ended:] = created[-ended:]
    status = np.array([RUNNING] * fresh + list(_UNDATED_STATUSES) + [FAILED] * ended, dtype=np.int64)
    reason = np.where(status == FAILED, REFUSED, NO_REASON).astype(np.int64)
    return Runs(chance.choice(pool, count), status, reason, scheduled, started, completed, created)


def _in_order(parts: list[Runs]) -> Runs:
    whole = {f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Runs)}
    order = np.lexsort((whole["device"], whole["created"]))
    return Runs(**{name: values[order] for name, values in whole.items()})
