"""The answer key, put together from what the parts of the generator planted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from netraven_analytics.demo.answers import (
    AnswerKey,
    Congestion,
    CredentialFailure,
    DeletedDevice,
    DeviceTotals,
    Hostile,
    Outage,
    QueueBurst,
    SlowDevice,
)
from netraven_analytics.demo.history import History
from netraven_analytics.demo.instants import DAY, MINUTE, NONE, Ints, Mask, aware, micros
from netraven_analytics.demo.inventory import ODD_HOSTNAMES, Device
from netraven_analytics.demo.logs import HOSTILE_MESSAGES, Logs
from netraven_analytics.demo.outcomes import COMPLETED, FAILED, PENDING, REASONS, RUNNING, STATUSES, during
from netraven_analytics.demo.plan import CONGESTED_HOUR, CONGESTION_FACTOR, SLOW_FACTOR, Plan
from netraven_analytics.demo.runs import Runs
from netraven_analytics.demo.sites import SITES, dst_days
from netraven_analytics.demo.spec import FleetSpec
from netraven_analytics.demo.tables import ODD_TAG, UNTYPED_TAG, Row, credential_names, tag_ids
from netraven_analytics.demo.transcripts import Transcripts


@dataclass(frozen=True)
class Parts:
    """What the key is made of."""

    spec: FleetSpec
    devices: Sequence[Device]
    plan: Plan
    runs: Runs
    history: History
    logs: Logs
    transcripts: Transcripts
    last_success: Ints
    credentials: Sequence[Row]

    @property
    def site(self) -> Ints:
        """The site of each job."""
        return np.array([d.site for d in self.devices], dtype=np.int64)[self.runs.device]

    def ids(self, indexes: Sequence[int]) -> tuple[int, ...]:
        return tuple(self.devices[index].id for index in indexes)


def make_key(parts: Parts, counts: Mapping[str, int]) -> AnswerKey:
    """The whole key; what is easily counted is counted in the rows themselves."""
    spec, plan, runs, history = parts.spec, parts.plan, parts.runs, parts.history
    here = [d for d in parts.devices if not d.deleted]
    totals = _totals(parts)
    old = runs.started < micros(spec.until) - DAY
    running = runs.status == RUNNING
    dated = ~runs.undated
    return AnswerKey(
        since=spec.since,
        until=spec.until,
        rows=dict(counts),
        outages=(_outage(parts),),
        credential_failures=(_credential_failure(parts),),
        slow_devices=tuple(
            SlowDevice(parts.devices[i].id, parts.devices[i].hostname, SLOW_FACTOR) for i in plan.slow
        ),
        congestion=Congestion(CONGESTED_HOUR, CONGESTION_FACTOR),
        queue_bursts=_queue_bursts(parts),
        flapping_devices=parts.ids(plan.flapping),
        never_backed_up=tuple(t.device_id for t in totals if t.succeeded == 0),
        without_runs=tuple(t.device_id for t in totals if t.runs == 0),
        deleted_devices=tuple(
            DeletedDevice(d.hostname, aware(plan.deleted_at[d.index]), runs.ids(runs.device == d.index))
            for d in parts.devices
            if d.deleted
        ),
        stuck_jobs=runs.ids(running & old),
        running_jobs=runs.ids(running & ~old),
        pending_jobs=runs.ids((runs.status == PENDING) & dated),
        negative_duration_jobs=runs.ids(runs.negative),
        invalid_duration_jobs=runs.ids(runs.invalid),
        undated_jobs=runs.ids(runs.undated),
        completed_only_jobs=runs.ids((runs.scheduled == NONE) & (runs.started == NONE) & dated),
        manual_jobs=runs.ids((runs.scheduled == NONE) & dated),
        unknown_status_jobs=runs.ids(runs.status == STATUSES.index("cancelled")),
        orphan_jobs=runs.ids(_of_deleted(parts)),
        failures_by_reason=_reasons(runs),
        without_role=tuple(d.id for d in here if not d.tagged_role),
        two_locations=tuple(d.id for d in here if d.second_location),
        without_type=tuple(d.id for d in here if d.device_type is None),
        untyped_tag=UNTYPED_TAG,
        dst_days=dst_days(spec),
        config_changes=tuple(history.changes),
        noise_only_snapshots=tuple(history.noise_only),
        suspect_snapshots=tuple(history.suspects),
        rollouts=tuple(history.rollouts),
        drift=tuple(history.drift),
        secrets=_secrets(parts),
        hostile=_hostile(parts),
        totals=totals,
    )


def _of_deleted(parts: Parts) -> Mask:
    gone: Mask = np.array([d.deleted for d in parts.devices])[parts.runs.device]
    return gone


def _outage(parts: Parts) -> Outage:
    plan = parts.plan.outage
    return Outage(
        site=SITES[plan.site].tag,
        start=aware(plan.start),
        end=aware(plan.end),
        device_ids=tuple(d.id for d in parts.devices if d.site == plan.site and not d.deleted),
        job_ids=parts.runs.ids(during(plan, parts.site, parts.runs.started)),
    )


def _credential_failure(parts: Parts) -> CredentialFailure:
    plan = parts.plan.bad_credential
    return CredentialFailure(
        site=SITES[plan.site].tag,
        credential=credential_names()[plan.site],
        start=aware(plan.start),
        end=aware(plan.end),
        job_ids=parts.runs.ids(during(plan, parts.site, parts.runs.started)),
    )


def _queue_bursts(parts: Parts) -> tuple[QueueBurst, ...]:
    runs = parts.runs
    waited = (runs.scheduled != NONE) & (runs.started != NONE) & (runs.started - runs.scheduled > 5 * MINUTE)
    return tuple(
        QueueBurst(
            SITES[burst.site].tag,
            aware(burst.start),
            aware(burst.end),
            runs.ids(waited & during(burst, parts.site, runs.scheduled)),
        )
        for burst in parts.plan.bursts
    )


def _reasons(runs: Runs) -> dict[str, int]:
    counts = np.bincount(runs.reason[runs.status == FAILED], minlength=len(REASONS))
    return dict(zip(REASONS, counts.tolist(), strict=True))


def _totals(parts: Parts) -> tuple[DeviceTotals, ...]:
    runs, size = parts.runs, len(parts.devices)

    def per_device(mask: Mask) -> list[int]:
        counts: list[int] = np.bincount(runs.device[mask], minlength=size).tolist()
        return counts

    outcome = [per_device(runs.status == number) for number in range(len(STATUSES))]
    undated, invalid = per_device(runs.undated), per_device(runs.invalid)
    snapshots = np.bincount(parts.history.device, minlength=size).tolist()
    last = parts.last_success.tolist()
    return tuple(
        DeviceTotals(
            device_id=d.id,
            hostname=d.hostname,
            runs=sum(counts[d.index] for counts in outcome),
            pending=outcome[PENDING][d.index],
            running=outcome[RUNNING][d.index],
            succeeded=outcome[COMPLETED][d.index],
            failed=outcome[FAILED][d.index],
            other=outcome[STATUSES.index("cancelled")][d.index],
            undated=undated[d.index],
            invalid=invalid[d.index],
            snapshots=snapshots[d.index],
            last_success=None if last[d.index] == NONE else aware(last[d.index]),
        )
        for d in parts.devices
        if not d.deleted
    )


def _secrets(parts: Parts) -> tuple[str, ...]:
    stored = {str(row[2]) for row in parts.credentials}
    return tuple(sorted(stored.union(parts.history.secrets, parts.logs.secrets, parts.transcripts.leaks)))


def _hostile(parts: Parts) -> tuple[Hostile, ...]:
    devices = [Hostile("devices", d.id, d.hostname) for d in parts.devices if d.hostname in ODD_HOSTNAMES]
    spoken = parts.logs.ids_spoken()
    logs = [Hostile("job_logs", spoken[text], text) for text in HOSTILE_MESSAGES if text in spoken]
    texts = [
        Hostile(
            "device_configurations", int(np.flatnonzero(parts.history.device == d.index)[0]) + 1, d.location
        )
        for d in parts.devices
        if d.hostname in ODD_HOSTNAMES and d.index in parts.history.device
    ]
    return (*devices, Hostile("tags", tag_ids()[ODD_TAG], ODD_TAG), *texts, *logs)
