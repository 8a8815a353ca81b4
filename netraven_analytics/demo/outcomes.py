"""How each run went: how long it waited, how long it took, whether and why it failed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netraven_analytics.demo.instants import DAY, HOUR, MINUTE, NONE, SECOND, Ints, Mask, micros
from netraven_analytics.demo.inventory import Device
from netraven_analytics.demo.plan import CONGESTED_HOUR, CONGESTION_FACTOR, SLOW_FACTOR, Incident, Plan
from netraven_analytics.demo.schedule import Attempts
from netraven_analytics.demo.spec import FleetSpec

STATUSES = ("pending", "running", "completed", "failed", "cancelled")
PENDING, RUNNING, COMPLETED, FAILED, CANCELLED = range(len(STATUSES))

REASONS = (
    "authentication",
    "timeout",
    "no_route",
    "refused",
    "prompt",
    "key_exchange",
    "truncated_read",
    "enable",
    "worker_lost",
)
AUTHENTICATION, TIMEOUT, NO_ROUTE, REFUSED, PROMPT, KEY_EXCHANGE, TRUNCATED, ENABLE, WORKER_LOST = range(9)
NO_REASON = -1

BASE_FAILURE_RATE = 0.02
_BASE_REASONS = {
    TIMEOUT: 0.4,
    REFUSED: 0.15,
    PROMPT: 0.15,
    KEY_EXCHANGE: 0.08,
    TRUNCATED: 0.12,
    WORKER_LOST: 0.1,
}
_MEDIAN_SECONDS = {"cisco_ios": 38.0, "cisco_nxos": 55.0, "arista_eos": 14.0, "juniper_junos": 24.0}
# By reason, in the order of REASONS: three timeouts take their time, a refused login does not.
_FAILURE_SECONDS = np.array([7.0, 63.0, 21.0, 4.0, 48.0, 3.0, 75.0, 11.0, 190.0])
_LONGEST = 3 * HOUR


@dataclass(frozen=True)
class Outcomes:
    """Parallel to the attempts."""

    status: Ints
    reason: Ints
    started: Ints
    completed: Ints


def outcomes(spec: FleetSpec, devices: Sequence[Device], plan: Plan, due: Attempts) -> Outcomes:
    """Play every attempt up to the end of the history."""
    site = np.array([d.site for d in devices], dtype=np.int64)[due.device]
    started = due.due + _delays(spec, plan, due, site)
    reason = _reasons(spec, plan, due, site, started)
    completed = started + _durations(spec, devices, plan, due.device, started, reason)
    status = np.where(reason == NO_REASON, COMPLETED, FAILED)
    until = micros(spec.until)
    unfinished, unstarted = completed > until, started > until
    status[unfinished] = RUNNING
    status[unstarted] = PENDING
    reason[unfinished] = NO_REASON
    completed[unfinished] = NONE
    started[unstarted] = NONE
    return Outcomes(status, reason, started, completed)


def during(incident: Incident, site: Ints, instants: Ints) -> Mask:
    """Which of the instants lie in the incident, at its site."""
    mask: Mask = (site == incident.site) & (instants >= incident.start) & (instants < incident.end)
    return mask


def _delays(spec: FleetSpec, plan: Plan, due: Attempts, site: Ints) -> Ints:
    chance = spec.generator("queue")
    waits = chance.exponential(4 * SECOND, len(due.due)).astype(np.int64) + SECOND // 5
    burst = chance.integers(8 * MINUTE, 40 * MINUTE, len(due.due))
    for incident in plan.bursts:
        waits = waits + burst * during(incident, site, due.scheduled)
    return np.where(due.scheduled == NONE, 0, waits)


def _reasons(spec: FleetSpec, plan: Plan, due: Attempts, site: Ints, started: Ints) -> Ints:
    chance = spec.generator("failures")
    count = len(started)
    share = list(_BASE_REASONS.values())
    usual = chance.choice(list(_BASE_REASONS), count, p=share)
    reason = np.where(chance.random(count) < BASE_FAILURE_RATE, usual, NO_REASON)
    for index in plan.flapping:
        own = np.flatnonzero(due.device == index)
        reason[own] = np.where(np.arange(len(own)) % 2 == 0, PROMPT, NO_REASON)
    for number, index in enumerate(plan.failing):
        reason[due.device == index] = KEY_EXCHANGE if number % 2 else ENABLE
    reason[during(plan.bad_credential, site, started)] = AUTHENTICATION
    dark = during(plan.outage, site, started)
    reason[dark] = np.where(chance.random(count) < 0.7, TIMEOUT, NO_ROUTE)[dark]
    return reason.astype(np.int64)


def _durations(
    spec: FleetSpec, devices: Sequence[Device], plan: Plan, device: Ints, started: Ints, reason: Ints
) -> Ints:
    """Log-normal with a long tail; never nothing, never longer than three hours."""
    chance = spec.generator("durations")
    count = len(device)
    median = np.array([_MEDIAN_SECONDS[d.platform] for d in devices])[device]
    median[np.isin(device, plan.slow)] *= SLOW_FACTOR
    median[started % DAY // HOUR == CONGESTED_HOUR] *= CONGESTION_FACTOR
    spread = np.exp(0.42 * chance.standard_normal(count))
    tail = np.where(chance.random(count) < 0.015, chance.uniform(4, 15, count), 1.0)
    failed = _FAILURE_SECONDS[np.maximum(reason, 0)] * np.sqrt(spread)
    seconds = np.where(reason == NO_REASON, median * spread * tail, failed)
    return np.clip((seconds * SECOND).astype(np.int64), SECOND // 2, _LONGEST)
