"""When runs are due: every night in each site's local time, and now and then by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netraven_analytics.demo.instants import HOUR, MINUTE, NONE, Ints, micros
from netraven_analytics.demo.inventory import Device
from netraven_analytics.demo.plan import Plan
from netraven_analytics.demo.sites import SITES, window_starts
from netraven_analytics.demo.spec import FleetSpec

# A site's devices are spread over its window.
STAGGER = 170 * MINUTE
# How far ahead the next run of a device is already in the table.
HORIZON = 12 * HOUR


@dataclass(frozen=True)
class Attempts:
    """Runs due, by device and time: the device's index, its schedule (or no time), when it is to start."""

    device: Ints
    scheduled: Ints
    due: Ints


def attempts(spec: FleetSpec, devices: Sequence[Device], plan: Plan) -> Attempts:
    """Every run that is due in the history, and the next one of each device."""
    device, scheduled = _scheduled(spec, devices, plan)
    by_hand, due = _manual(spec, devices, plan)
    return Attempts(
        np.concatenate([device, by_hand]),
        np.concatenate([scheduled, np.full(len(due), NONE)]),
        np.concatenate([scheduled, due]),
    )


def _scheduled(spec: FleetSpec, devices: Sequence[Device], plan: Plan) -> tuple[Ints, Ints]:
    since, until = micros(spec.since), micros(spec.until)
    stagger = spec.generator("stagger").integers(0, STAGGER, len(devices))
    gone_at = np.full(len(devices), np.iinfo(np.int64).max)
    gone_at[list(plan.deleted_at)] = list(plan.deleted_at.values())
    gone_at[list(plan.runless)] = NONE
    found = []
    for number, site in enumerate(SITES):
        here = np.array([d.index for d in devices if d.site == number], dtype=np.int64)
        due = window_starts(site, spec, spec.runs_per_day)[None, :] + stagger[here][:, None]
        upcoming = due > until
        # Of the coming runs only each device's first is in the table yet.
        next_only = upcoming & (np.cumsum(upcoming, axis=1) == 1) & (due <= until + HORIZON)
        kept = (due >= since) & (~upcoming | next_only) & (due < gone_at[here][:, None])
        rows, columns = np.nonzero(kept)
        found.append((here[rows], due[rows, columns]))
    device = np.concatenate([part[0] for part in found])
    due = np.concatenate([part[1] for part in found])
    order = np.lexsort((due, device))
    return device[order], due[order]


def _manual(spec: FleetSpec, devices: Sequence[Device], plan: Plan) -> tuple[Ints, Ints]:
    """One run in two hundred device-days is started by a person."""
    chance = spec.generator("manual")
    ordinary = np.array([d.index for d in devices if d.index not in plan.special], dtype=np.int64)
    count = max(4, spec.devices * spec.days // 200)
    due = chance.integers(micros(spec.since), micros(spec.until) - HOUR, count)
    return chance.choice(ordinary, count), due
