"""The answer key: what was planted where, for tests to hold the reports against.

Every instant is aware UTC; every id is the id of a row.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

ChangeKind = Literal["edit", "rollout", "drift", "revert", "suspect", "recovered"]


@dataclass(frozen=True)
class Outage:
    """Every run started at the site in ``[start, end)`` failed; ``job_ids`` are those runs."""

    site: str
    start: datetime
    end: datetime
    device_ids: tuple[int, ...]
    job_ids: tuple[int, ...]


@dataclass(frozen=True)
class CredentialFailure:
    """The site's credential was bad in ``[start, end)``: each of these runs failed to log in."""

    site: str
    credential: str
    start: datetime
    end: datetime
    job_ids: tuple[int, ...]


@dataclass(frozen=True)
class SlowDevice:
    device_id: int
    hostname: str
    factor: float


@dataclass(frozen=True)
class Congestion:
    """Runs that started in this hour of the day (UTC) took so many times as long."""

    hour: int
    factor: float


@dataclass(frozen=True)
class QueueBurst:
    """Runs scheduled at the site in ``[start, end)`` waited minutes instead of seconds."""

    site: str
    start: datetime
    end: datetime
    job_ids: tuple[int, ...]


@dataclass(frozen=True)
class DeletedDevice:
    hostname: str
    deleted_at: datetime
    job_ids: tuple[int, ...]


@dataclass(frozen=True)
class DstDay:
    """A local day of 23 or 25 hours (23.5 or 24.5 in some places) within the history."""

    site: str
    tz: str
    date: date
    hours: float


@dataclass(frozen=True)
class ConfigChange:
    """Two consecutive snapshots whose texts differ in more than noise.

    ``kind`` says why; ``suspect`` is the step to an empty or cut text and ``recovered`` the step back.
    Lines are counted by the longest common subsequence of the texts without their noise lines.
    ``happened_at`` is the truth, between ``previous_at`` and ``found_at`` (which a report can know);
    ``claimed_user`` is the name that the later text's own noise lines give. ``reverted_to`` is the
    latest earlier snapshot of the device with the same text.
    """

    device_id: int
    from_id: int
    to_id: int
    previous_at: datetime
    found_at: datetime
    happened_at: datetime
    lines_added: int
    lines_removed: int
    kind: ChangeKind
    claimed_user: str | None
    reverted_to: int | None


@dataclass(frozen=True)
class Rollout:
    """One hunk on many devices of a role and type; ``laggards`` are their peers that did not get it."""

    role: str
    device_type: str
    start: datetime
    end: datetime
    added: tuple[str, ...]
    removed: tuple[str, ...]
    device_ids: tuple[int, ...]
    snapshot_ids: tuple[int, ...]
    laggards: tuple[int, ...]


@dataclass(frozen=True)
class Drift:
    """A device whose section is not its peers': the lines it has alone, and those it lacks.

    It stays so from that snapshot on. A rollout's laggards differ from their peers too, in its section.
    """

    device_id: int
    role: str
    device_type: str
    section: str
    odd_lines: tuple[str, ...]
    missing_lines: tuple[str, ...]
    snapshot_id: int


@dataclass(frozen=True)
class Hostile:
    """A legal value that breaks careless output: its table, its row's id, its text."""

    table: str
    id: int
    text: str


@dataclass(frozen=True)
class DeviceTotals:
    """How many runs a device has, by outcome.

    ``undated`` (no time at all) and ``invalid`` (terminal, but no duration or a negative one) are counted
    among the others too. ``last_success`` is the end of the last succeeded run.
    """

    device_id: int
    hostname: str
    runs: int
    pending: int
    running: int
    succeeded: int
    failed: int
    other: int
    undated: int
    invalid: int
    snapshots: int
    last_success: datetime | None


@dataclass(frozen=True)
class AnswerKey:
    """What was planted where. Tuples are in order of id, or of time where there is no id.

    ``manual_jobs`` are dated jobs without ``scheduled_for``, ``completed_only_jobs`` among them;
    ``pending_jobs`` leave the undated out; ``stuck_jobs`` run since more than a day before ``until``,
    ``running_jobs`` since less. ``orphan_jobs`` (of deleted devices) are in the other lists as well.
    """

    since: datetime
    until: datetime
    rows: dict[str, int]

    outages: tuple[Outage, ...]
    credential_failures: tuple[CredentialFailure, ...]
    slow_devices: tuple[SlowDevice, ...]
    congestion: Congestion
    queue_bursts: tuple[QueueBurst, ...]
    flapping_devices: tuple[int, ...]
    never_backed_up: tuple[int, ...]
    without_runs: tuple[int, ...]
    deleted_devices: tuple[DeletedDevice, ...]

    stuck_jobs: tuple[int, ...]
    running_jobs: tuple[int, ...]
    pending_jobs: tuple[int, ...]
    negative_duration_jobs: tuple[int, ...]
    invalid_duration_jobs: tuple[int, ...]
    undated_jobs: tuple[int, ...]
    completed_only_jobs: tuple[int, ...]
    manual_jobs: tuple[int, ...]
    unknown_status_jobs: tuple[int, ...]
    orphan_jobs: tuple[int, ...]
    failures_by_reason: dict[str, int]

    without_role: tuple[int, ...]
    two_locations: tuple[int, ...]
    without_type: tuple[int, ...]
    untyped_tag: str
    dst_days: tuple[DstDay, ...]

    config_changes: tuple[ConfigChange, ...]
    noise_only_snapshots: tuple[int, ...]
    suspect_snapshots: tuple[int, ...]
    rollouts: tuple[Rollout, ...]
    drift: tuple[Drift, ...]

    secrets: tuple[str, ...]
    hostile: tuple[Hostile, ...]
    totals: tuple[DeviceTotals, ...]

    @property
    def dst_day(self) -> DstDay | None:
        """The first of ``dst_days``, or None where the history covers none."""
        return self.dst_days[0] if self.dst_days else None

    @property
    def reverts(self) -> dict[int, int]:
        """Snapshot → the latest earlier snapshot whose text it brought back."""
        return {c.to_id: c.reverted_to for c in self.config_changes if c.reverted_to is not None}

    def to_json(self) -> str:
        """The whole key as JSON, with instants and dates in ISO 8601."""
        return json.dumps({**asdict(self), "reverts": self.reverts}, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")
