"""The definitions behind stuck_jobs: rows in, answers out."""

from datetime import timedelta

import numpy as np

from netraven_analytics import stuck_jobs
from netraven_analytics.facts import runs
from tests.netraven_analytics.plans import plan_of, store_history
from tests.netraven_analytics.spec import NOW, about, at, device, job, rows, store


async def test_a_run_hangs_when_it_runs_for_longer_than_a_limit(empty_database: str) -> None:
    """24 hours unless told otherwise, exactly that is not longer; the longest comes first."""
    d = device("a")
    await store(
        job(d, "running", "11-21 11:59:59"),
        job(d, "running", "11-21 12:00:00"),
        job(d, "running", "11-20 12:00:00"),
        job(d, "completed", "11-01 06:00:00", "11-22 06:00:00"),
        job(d, "pending", None, scheduled="11-01 06:00:00"),
    )
    table = await stuck_jobs(as_of=NOW)
    assert rows(table, "run_id", "started_at", "running_for") == [
        (3, "2026-11-20T12:00:00+00:00", 172_800.0),
        (1, "2026-11-21T11:59:59+00:00", 86_401.0),
    ]
    assert rows(await stuck_jobs(as_of=NOW, limit="23h"), "run_id") == [(3,), (1,), (2,)]


async def test_a_run_that_started_years_ago_is_found(empty_database: str) -> None:
    """The window is all of history; a since chooses by the start."""
    await store(job(device("a"), "running", "2021-03-01 06:00:00"))
    table = await stuck_jobs(as_of=NOW)
    assert len(table) == 1
    assert about(table)["window"]["since"] == "all"
    assert len(await stuck_jobs(as_of=NOW, since="30d")) == 0


async def test_seen_from_before_its_end_a_run_hung(empty_database: str) -> None:
    """A run that ended today hung yesterday, and was not there before its start."""
    await store(job(device("a"), "failed", "11-18 06:00:00", "11-22 06:00:00"))
    assert rows(await stuck_jobs(as_of="2026-11-21T06:00Z"), "running_for") == [(3 * 86_400.0,)]
    assert len(await stuck_jobs(as_of=NOW)) == 0
    assert len(await stuck_jobs(as_of="2026-11-18T05:00Z")) == 0


async def test_the_usual_is_the_p99_of_the_device_type_in_90_days(empty_database: str) -> None:
    """Of its terminal runs before as_of, on any of its devices; older ones and other types do not count."""
    d, peer, other = device("a"), device("b"), device("c", device_type="arista_eos")
    lengths = [10, 20, 30, 45]
    start = at("11-20 06:00:00")
    usual = [job(peer, "completed", "11-20 06:00:00") for _ in lengths]
    for one, seconds in zip(usual, lengths, strict=True):
        one.completed_at = start + timedelta(seconds=seconds)
    await store(
        *usual,
        job(peer, "completed", "2026-08-01 06:00", "2026-08-01 09:00"),
        job(other, "completed", "11-20 06:00", "11-20 07:00"),
        job(d, "running", "11-20 12:00:00"),
    )
    p99 = float(np.percentile(lengths, 99))
    table = await stuck_jobs(as_of=NOW, device="a")
    assert rows(table, "hostname", "device_type", "usual_p99", "times_usual") == [
        ("a", "cisco_ios", round(p99, 6), round(172_800 / p99, 6))
    ]


async def test_nothing_usual_is_missing_and_not_zero(empty_database: str) -> None:
    """A type of which no run ever ended has no p99, and its hanging runs are shown all the same."""
    await store(
        job(device("a", device_type=None), "running", "11-20 12:00:00"), job(None, "running", "11-20 06:00")
    )
    table = await stuck_jobs(as_of=NOW)
    assert rows(table, "device_id", "hostname", "device_type", "usual_p99", "times_usual") == [
        (None, "(deleted device)", "(deleted device)", None, None),
        (1, "a", "(none)", None, None),
    ]


async def test_a_running_run_without_a_start_is_left_out_and_counted(empty_database: str) -> None:
    """Since when it runs is not known."""
    d = device("a")
    await store(job(d, "running", None, scheduled="11-01 06:00"), job(d, "running", "11-20 06:00"))
    table = await stuck_jobs(as_of=NOW)
    assert len(table) == 1
    assert about(table)["left_out"] == {"running_without_start": 1}
    assert about(table)["totals"] == {"stuck": 1, "devices": 1}


async def test_nothing_that_hangs_is_no_lack_of_runs(empty_database: str) -> None:
    """The answer is empty and needs no excuse; without any run it says that there are none."""
    empty = await stuck_jobs(as_of=NOW)
    assert about(empty)["notes"] == ["The database holds no runs at all."]
    await store(job(device("a"), "completed", "11-20 06:00", "11-20 06:01"))
    assert about(await stuck_jobs(as_of=NOW))["notes"] == []
    await store(job(device("b"), "running", "11-20 06:00"))
    assert empty.dtypes.to_dict() == (await stuck_jobs(as_of=NOW)).dtypes.to_dict()


async def test_filters_conditions_and_top_narrow_what_is_shown(empty_database: str) -> None:
    """top keeps the longest."""
    a, b = device("a"), device("b")
    await store(job(a, "running", "11-19 06:00"), job(b, "running", "11-18 06:00"))
    assert rows(await stuck_jobs(as_of=NOW, top=1), "hostname") == [("b",)]
    assert rows(await stuck_jobs(as_of=NOW, device="a"), "hostname") == [("a",)]
    found = await stuck_jobs(as_of=NOW, where=runs.c.started_at < at("11-19 00:00"))
    assert rows(found, "hostname") == [("b",)]


async def test_hanging_runs_are_found_by_index_however_old(empty_database: str) -> None:
    """Neither all of history nor what is usual needs a scan of all runs."""
    await store_history(empty_database)
    plan = await plan_of(stuck_jobs, as_of=NOW)
    assert "Seq Scan on jobs" not in plan
    assert {"ix_jobs_status", "ix_jobs_run_at"} <= set(plan.replace("\n", " ").split())
    assert len(await stuck_jobs(as_of=NOW)) == 2
