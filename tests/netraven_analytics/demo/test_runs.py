"""What the answer key says about runs is what the rows say."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from netraven_analytics.demo import AnswerKey, FleetSpec, generate
from tests.netraven_analytics.demo.oracle import Tables, utc


class Job(NamedTuple):
    id: int
    device_id: int | None
    status: str
    scheduled_for: datetime | None
    started_at: datetime | None
    completed_at: datetime | None

    @property
    def terminal(self) -> bool:
        return self.status in ("completed", "failed")

    @property
    def times(self) -> tuple[datetime | None, ...]:
        return self.scheduled_for, self.started_at, self.completed_at

    @property
    def duration(self) -> timedelta | None:
        return self.completed_at - self.started_at if self.completed_at and self.started_at else None


@pytest.fixture(scope="module")
def jobs(tables: Tables) -> dict[int, Job]:
    return {row[0]: Job(*row) for row in tables["jobs"]}


@pytest.fixture(scope="module")
def locations(tables: Tables) -> dict[int, set[str]]:
    names = {tag: name for tag, name, kind in tables["tags"] if kind == "location"}
    found: dict[int, set[str]] = {}
    for device, tag in tables["device_tag_association"]:
        if tag in names:
            found.setdefault(device, set()).add(names[tag])
    return found


def _ids(jobs: dict[int, Job], wanted: Any) -> tuple[int, ...]:
    return tuple(job.id for job in jobs.values() if wanted(job))


def test_statuses_and_missing_times_are_where_the_key_says(jobs: dict[int, Job], key: AnswerKey) -> None:
    """Running, stuck, pending, skipped and unknown runs, and no others."""
    long_ago = key.until - timedelta(days=1)
    running = {job.id for job in jobs.values() if job.status == "running"}
    started = {id_: utc(job.started_at) for id_, job in jobs.items() if job.started_at}
    assert key.stuck_jobs == tuple(sorted(id_ for id_ in running if started[id_] < long_ago))
    assert key.running_jobs == tuple(sorted(running - set(key.stuck_jobs)))
    assert key.pending_jobs == _ids(jobs, lambda job: job.status == "pending" and any(job.times))
    assert key.undated_jobs == _ids(jobs, lambda job: not any(job.times))
    assert key.unknown_status_jobs == _ids(jobs, lambda job: job.status == "cancelled")
    assert key.manual_jobs == _ids(jobs, lambda job: not job.scheduled_for and any(job.times))
    assert key.completed_only_jobs == _ids(
        jobs, lambda job: job.completed_at and not job.scheduled_for and not job.started_at
    )
    assert {job.status for job in jobs.values()} == {"pending", "running", "completed", "failed", "cancelled"}


def test_durations_are_invalid_where_the_key_says(jobs: dict[int, Job], key: AnswerKey) -> None:
    """Negative and missing ones are planted, and known."""

    def negative(job: Job) -> bool:
        return job.duration is not None and job.duration < timedelta()

    assert key.negative_duration_jobs == _ids(jobs, negative)
    assert key.invalid_duration_jobs == _ids(
        jobs, lambda job: job.terminal and (job.duration is None or negative(job))
    )


@pytest.mark.parametrize(
    "planted",
    [
        "outages",
        "credential_failures",
        "slow_devices",
        "queue_bursts",
        "flapping_devices",
        "never_backed_up",
        "without_runs",
        "deleted_devices",
        "stuck_jobs",
        "running_jobs",
        "pending_jobs",
        "negative_duration_jobs",
        "undated_jobs",
        "completed_only_jobs",
        "manual_jobs",
        "unknown_status_jobs",
        "orphan_jobs",
        "without_role",
        "two_locations",
        "without_type",
        "dst_days",
        "noise_only_snapshots",
        "suspect_snapshots",
        "rollouts",
        "drift",
        "reverts",
        "secrets",
        "hostile",
    ],
)
def test_everything_is_planted_at_least_once(key: AnswerKey, planted: str) -> None:
    """A fleet of the default size has each kind of trouble."""
    assert getattr(key, planted)


def test_totals_are_the_counts_of_the_rows(jobs: dict[int, Job], tables: Tables, key: AnswerKey) -> None:
    """The key's totals are what counting the rows gives."""
    counted = Counter((job.device_id, job.status) for job in jobs.values())
    invalid = Counter(jobs[id_].device_id for id_ in key.invalid_duration_jobs)
    undated = Counter(jobs[id_].device_id for id_ in key.undated_jobs)
    snapshots = Counter(row[1] for row in tables["device_configurations"])
    for total, row in zip(key.totals, tables["devices"], strict=True):
        by_status = [total.pending, total.running, total.succeeded, total.failed, total.other]
        names = ("pending", "running", "completed", "failed", "cancelled")
        assert by_status == [counted[total.device_id, name] for name in names]
        assert total.runs == sum(by_status)
        assert (total.device_id, total.hostname) == row[:2]
        assert total.invalid == invalid[total.device_id]
        assert total.undated == undated[total.device_id]
        assert total.snapshots == snapshots[total.device_id]
    assert sum(key.failures_by_reason.values()) == sum(job.status == "failed" for job in jobs.values())


def test_last_seen_is_the_last_success(jobs: dict[int, Job], tables: Tables, key: AnswerKey) -> None:
    """Of each device that had one."""
    for total, row in zip(key.totals, tables["devices"], strict=True):
        own = [job for job in jobs.values() if job.device_id == row[0] and job.status == "completed"]
        last = max((job.completed_at for job in own if job.completed_at), default=None)
        assert row[4] == last
        assert total.last_success == (utc(last) if last else None)
        if own:  # the same run is the newest by when it started
            newest = max((job for job in own if job.started_at), key=lambda job: job.started_at)
            assert newest.completed_at == last


def test_devices_without_success_or_runs_are_known(key: AnswerKey) -> None:
    """The key lists them, and the rows agree."""
    assert key.never_backed_up == tuple(t.device_id for t in key.totals if not t.succeeded)
    assert key.without_runs == tuple(t.device_id for t in key.totals if not t.runs)
    assert set(key.without_runs) < set(key.never_backed_up)


def test_every_run_in_an_outage_failed(
    jobs: dict[int, Job], locations: dict[int, set[str]], key: AnswerKey
) -> None:
    """From its first run to its last."""
    for outage in key.outages:
        here = {device for device, names in locations.items() if outage.site in names}
        assert here == set(outage.device_ids)
        inside = {
            job.id
            for job in jobs.values()
            if job.device_id in outage.device_ids
            and job.started_at
            and outage.start <= utc(job.started_at) < outage.end
        }
        assert inside == set(outage.job_ids) - set(key.orphan_jobs)
        assert {jobs[id_].status for id_ in outage.job_ids} == {"failed"}
        assert outage.end - outage.start == timedelta(days=2)


def test_a_bad_credential_fails_every_login(
    jobs: dict[int, Job], locations: dict[int, set[str]], tables: Tables, key: AnswerKey
) -> None:
    """All runs of its devices while it was bad say so in their logs."""
    messages = [(row[1], row[2]) for row in tables["job_logs"] if row[3] == "ERROR"]
    for failure in key.credential_failures:
        refused = {job for job, text in messages if text.startswith("Authentication failed")}
        assert refused == set(failure.job_ids)
        assert all(failure.credential in text for job, text in messages if job in refused)
        assert all(
            failure.site in locations[jobs[id_].device_id]
            for id_ in failure.job_ids
            if jobs[id_].device_id is not None
        )
        assert all(failure.start <= utc(jobs[id_].started_at) < failure.end for id_ in failure.job_ids)


def test_flapping_devices_alternate(jobs: dict[int, Job], key: AnswerKey) -> None:
    """No two runs in a row end alike."""
    for device in key.flapping_devices:
        statuses = [
            job.status
            for job in sorted(
                (job for job in jobs.values() if job.started_at), key=lambda job: job.started_at
            )
            if job.device_id == device and job.terminal
        ]
        assert len(statuses) > 20
        assert all(a != b for a, b in pairwise(statuses))


def test_deleted_devices_left_their_runs(jobs: dict[int, Job], tables: Tables, key: AnswerKey) -> None:
    """Their runs have no device any more."""
    assert key.orphan_jobs == _ids(jobs, lambda job: job.device_id is None)
    assert sorted(id_ for gone in key.deleted_devices for id_ in gone.job_ids) == list(key.orphan_jobs)
    assert not {gone.hostname for gone in key.deleted_devices} & {row[1] for row in tables["devices"]}
    for gone in key.deleted_devices:
        assert all(utc(jobs[id_].scheduled_for) < gone.deleted_at for id_ in gone.job_ids)


def test_the_slow_device_is_slow(jobs: dict[int, Job], tables: Tables, key: AnswerKey) -> None:
    """Its typical duration is far above its peers'."""
    types = {row[0]: row[3] for row in tables["devices"]}

    def typical(devices: set[int]) -> float:
        good = [job for job in jobs.values() if job.status == "completed" and job.device_id in devices]
        return median(job.duration.total_seconds() for job in good if job.duration)

    for slow in key.slow_devices:
        peers = {device for device, kind in types.items() if kind == types[slow.device_id]} - {slow.device_id}
        assert slow.factor / 3 < typical({slow.device_id}) / typical(peers) < slow.factor * 3


def test_bursts_are_the_long_waits(jobs: dict[int, Job], key: AnswerKey) -> None:
    """Runs wait long in a burst, and not elsewhere."""
    waited = {
        job.id
        for job in jobs.values()
        if job.scheduled_for and job.started_at and job.started_at - job.scheduled_for > timedelta(minutes=5)
    }
    assert waited == {id_ for burst in key.queue_bursts for id_ in burst.job_ids}


def test_sites_keep_their_local_hour_across_a_clock_change(
    jobs: dict[int, Job], locations: dict[int, set[str]], key: AnswerKey
) -> None:
    """Backups begin at the same hour of the wall clock on both sides of it."""
    for day in key.dst_days:
        zone = ZoneInfo(day.tz)
        hours = {
            utc(job.scheduled_for).astimezone(zone).hour
            for job in jobs.values()
            if job.scheduled_for
            and job.device_id
            and job.id not in key.running_jobs  # queued off schedule
            and day.site in locations[job.device_id]
        }
        # The shortest day's window starts at the hour that does not exist, and so an hour later.
        assert hours <= {2, 3, 4, 5}
        assert day.hours in (23, 25)


def test_a_history_without_clock_change_says_so() -> None:
    """The key names none where there is none."""
    key = generate(FleetSpec(10, 7, until=datetime(2026, 1, 20, tzinfo=UTC))).answers
    assert key.dst_days == ()
    assert key.dst_day is None


def test_failed_runs_say_why(jobs: dict[int, Job], tables: Tables) -> None:
    """Each has one log line of an error, and no other run has any."""
    errors = Counter(row[1] for row in tables["job_logs"] if row[3] == "ERROR")
    assert errors == Counter(job.id for job in jobs.values() if job.status == "failed")
    assert {row[3] for row in tables["job_logs"]} == {"INFO", "WARNING", "ERROR"}


def test_labels_are_unusual_where_the_key_says(
    tables: Tables, locations: dict[int, set[str]], key: AnswerKey
) -> None:
    """Devices without role or type, with two locations, and the tag without a type."""
    kinds = {row[0]: row[2] for row in tables["tags"]}
    with_role = {device for device, tag in tables["device_tag_association"] if kinds[tag] == "role"}
    devices = {row[0] for row in tables["devices"]}
    assert set(key.without_role) == devices - with_role
    assert set(key.two_locations) == {device for device, names in locations.items() if len(names) > 1}
    assert key.without_type == tuple(row[0] for row in tables["devices"] if row[3] is None)
    assert [row[1] for row in tables["tags"] if row[2] is None] == [key.untyped_tag]


def test_hostile_values_are_in_the_rows(tables: Tables, key: AnswerKey) -> None:
    """Formulas, markup and escapes that outputs have to make harmless."""
    by_id = {table: {row[0]: row for row in rows} for table, rows in tables.items()}
    for hostile in key.hostile:
        row = by_id[hostile.table][hostile.id]
        assert any(isinstance(value, str) and hostile.text in value for value in row)
    assert {hostile.table for hostile in key.hostile} == {
        "devices",
        "tags",
        "job_logs",
        "device_configurations",
    }
