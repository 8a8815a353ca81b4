"""The definitions behind queue_delays: rows in, answers out."""

from datetime import timedelta
from random import Random

import numpy as np
import pytest
from scipy.stats import binomtest

from netraven_analytics import frame, queue_delays
from netraven_analytics.facts import runs
from netraven_db.db.models import Job
from netraven_db.errors import ParameterError
from tests.netraven_analytics.plans import plan_of, store_history
from tests.netraven_analytics.spec import NOW, about, at, device, job, rows, store

COUNTS = ("runs", "started", "late", "waiting", "overdue", "unstarted", "early", "manual")


async def test_the_delay_runs_from_the_schedule_to_the_start(empty_database: str) -> None:
    """Whatever became of the run afterwards: succeeded, failed, running and unknown ones have waited too."""
    d, due = device("a"), "11-20 06:00:00"
    await store(
        job(d, "completed", "11-20 06:00:00", "11-20 06:01:00", scheduled=due),
        job(d, "failed", "11-20 06:00:10", "11-20 06:01:00", scheduled=due),
        job(d, "running", "11-20 06:00:20", scheduled=due),
        job(d, "cancelled", "11-20 06:00:50", scheduled=due),
    )
    table = await queue_delays(as_of=NOW)
    assert rows(table, "runs", "started", "delay_mean", "delay_p50", "delay_max") == [
        (4, 4, 20.0, 15.0, 50.0)
    ]


async def test_manual_runs_are_counted_and_have_no_delay(empty_database: str) -> None:
    """A run without a schedule is in no statistic, and in no share."""
    d = device("a")
    await store(
        job(d, "completed", "11-20 06:00:08", "11-20 06:01:00", scheduled="11-20 06:00:00"),
        job(d, "completed", "11-20 07:00:00", "11-20 07:01:00"),
        job(d, "failed", None, "11-20 08:00:00"),
    )
    table = await queue_delays(as_of=NOW)
    assert rows(table, *COUNTS) == [(3, 1, 0, 0, 0, 0, 0, 2)]
    assert rows(table, "delay_mean", "late_share") == [(8.0, 0.0)]


async def test_an_early_start_is_counted_and_never_clipped(empty_database: str) -> None:
    """A start before the schedule is no delay of 0: it is early, and in no statistic."""
    d = device("a")
    await store(
        job(d, "completed", "11-20 05:59:59", "11-20 06:01:00", scheduled="11-20 06:00:00"),
        job(d, "completed", "11-20 06:00:00", "11-20 06:01:00", scheduled="11-20 06:00:00"),
        job(d, "completed", "11-20 06:00:30", "11-20 06:01:00", scheduled="11-20 06:00:00"),
    )
    table = await queue_delays(as_of=NOW)
    assert rows(table, "runs", "started", "early", "delay_p50") == [(3, 2, 1, 15.0)]


async def test_late_is_longer_than_a_limit(empty_database: str) -> None:
    """5 minutes unless told otherwise; exactly the limit is not late; the bounds are Wilson's."""
    d, due = device("a"), "11-20 06:00:00"
    await store(
        *(
            job(d, "completed", start, "11-20 07:00:00", scheduled=due)
            for start in ("11-20 06:05:00", "11-20 06:05:01", "11-20 06:09:00", "11-20 06:00:01")
        )
    )
    interval = binomtest(2, 4).proportion_ci(method="wilson")
    assert rows(await queue_delays(as_of=NOW), "late", "late_share", "late_low", "late_high") == [
        (2, 0.5, round(interval.low, 6), round(interval.high, 6))
    ]
    assert rows(await queue_delays(as_of=NOW, late_after="8min"), "late") == [(1,)]
    table = await queue_delays(as_of=NOW, late_after=timedelta(0))
    assert rows(table, "late", "late_share", "late_high") == [(4, 1.0, 1.0)]


async def test_a_dead_worker_shows_as_waiting_and_overdue(empty_database: str) -> None:
    """Nothing started, so the share is missing and not 0; what is not due yet does not wait."""
    d = device("a")
    await store(
        job(d, "pending", None, scheduled="11-22 11:58:00"),
        job(d, "pending", None, scheduled="11-22 11:00:00"),
        job(d, "pending", None, scheduled="11-22 13:00:00"),
        job(d, "failed", None, "11-22 11:30:00", scheduled="11-22 11:00:00"),
    )
    table = await queue_delays(as_of=NOW, until="2026-11-23")
    assert rows(table, *COUNTS) == [(4, 0, 0, 2, 1, 1, 0, 0)]
    assert rows(table, "delay_p50", "delay_max", "late_share", "late_low", "late_high") == [(None,) * 5]


async def test_a_limit_that_is_no_length_is_refused() -> None:
    """Before any SQL, in one sentence."""
    with pytest.raises(ParameterError, match="late_after='5m' is ambiguous"):
        await queue_delays(late_after="5m")


async def test_the_latest_group_comes_first(empty_database: str) -> None:
    """By the p95 of its delays; a group in which nothing started comes last."""
    prompt, slow, silent = device("prompt"), device("slow"), device("silent")
    await store(
        job(prompt, "completed", "11-20 06:00:01", "11-20 07:00:00", scheduled="11-20 06:00:00"),
        job(slow, "completed", "11-20 06:09:00", "11-20 07:00:00", scheduled="11-20 06:00:00"),
        job(silent, "pending", None, scheduled="11-20 06:00:00"),
    )
    table = await queue_delays(by="device", as_of=NOW)
    assert rows(table, "hostname", "delay_p95") == [("slow", 540.0), ("prompt", 1.0), ("silent", None)]
    assert about(table)["totals"]["started"] == 2


async def test_an_empty_answer_has_the_columns_and_dtypes_of_a_full_one(empty_database: str) -> None:
    """No group, or some: the frame has the same shape."""
    empty = await queue_delays(by=["device", "day"], as_of=NOW)
    await store(job(device("a"), "completed", "11-20 06:00:01", scheduled="11-20 06:00:00"))
    full = await queue_delays(by=["device", "day"], as_of=NOW)
    assert (len(empty), len(full)) == (0, 1)
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


async def test_numpy_and_pandas_find_the_same_in_random_rows(empty_database: str) -> None:
    """An oracle over the raw rows: counts and percentiles of each device, to the microsecond."""
    await store(*_random_jobs(Random(3)))
    raw = await frame(runs.rows.select().params(as_of=NOW))
    table = await queue_delays(by="device", as_of=NOW)
    for row in table.itertuples(index=False):
        own = raw[raw["device_id"] == row.device_id]
        delay = (own["started_at"] - own["scheduled_at"]).dt.total_seconds()
        measured = delay[delay >= 0]
        assert (row.runs, row.started, row.early) == (len(own), len(measured), (delay < 0).sum())
        assert row.late == (measured > 300).sum()
        assert row.manual == own["scheduled_at"].isna().sum()
        found = [getattr(row, f"delay_p{n}").total_seconds() for n in (50, 95, 99)]
        assert np.allclose(found, np.percentile(measured, [50, 95, 99]), atol=1e-6)


def _random_jobs(chance: Random) -> list[Job]:
    devices = [device(name) for name in "abc"]
    made = []
    for _ in range(300):
        due = at("11-01 00:00:00") + timedelta(microseconds=chance.randrange(20 * 86_400_000_000))
        begun = due + timedelta(microseconds=round(chance.gauss(200, 150) * 1e6))
        by_hand, pending = chance.random() < 0.2, chance.random() < 0.1
        one = job(chance.choice(devices), "pending" if pending and not by_hand else "running", None)
        one.scheduled_for = None if by_hand else due
        one.started_at = None if pending and not by_hand else begun
        made.append(one)
    return made


async def test_a_window_is_found_by_index(empty_database: str) -> None:
    """A week of 4.5 years of runs is read without a scan of them all."""
    await store_history(empty_database)
    for by in (None, "device", "hour_of_day"):
        plan = await plan_of(queue_delays, by=by, since="7d", as_of=NOW)
        assert "ix_jobs_run_at" in plan
        assert "Seq Scan on jobs" not in plan
