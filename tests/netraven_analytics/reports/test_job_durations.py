"""The definitions behind job_durations: rows in, answers out."""

from datetime import timedelta
from random import Random

import numpy as np
from scipy.stats import CensoredData, ecdf

from netraven_analytics import job_durations
from tests.netraven_analytics.plans import plan_of, store_history
from tests.netraven_analytics.spec import NOW, about, at, device, job, rows, store


async def test_a_duration_runs_from_start_to_end_of_terminal_runs(empty_database: str) -> None:
    """Succeeded and failed runs have a duration; pending, running and unknown ones have none."""
    d = device("a")
    await store(
        job(d, "completed", "11-20 06:00:00", "11-20 06:00:10"),
        job(d, "failed", "11-20 07:00:00", "11-20 07:00:30"),
        job(d, "running", "11-22 11:00:00"),
        job(d, "pending", None, scheduled="11-20 09:00:00"),
        job(d, "cancelled", "11-20 10:00:00", "11-20 10:10:00"),
    )
    table = await job_durations(as_of=NOW)
    assert rows(table, "runs", "running", "invalid", "duration_mean", "duration_p50", "duration_max") == [
        (5, 1, 0, 20.0, 20.0, 30.0)
    ]


async def test_negative_and_missing_durations_are_invalid_and_in_no_statistic(empty_database: str) -> None:
    """They are counted, never clipped to 0, and a duration of 0 is valid."""
    d = device("a")
    await store(
        job(d, "completed", "11-20 06:00:10", "11-20 06:00:00"),
        job(d, "completed", "11-20 06:00:00", None),
        job(d, "failed", None, "11-20 06:00:00"),
        job(d, "completed", "11-20 06:00:00", "11-20 06:00:00"),
        job(d, "completed", "11-20 06:00:00", "11-20 06:00:04"),
    )
    table = await job_durations(as_of=NOW)
    assert rows(table, "runs", "invalid", "duration_mean", "duration_p50") == [(5, 3, 2.0, 2.0)]


async def test_percentiles_interpolate_linearly(empty_database: str) -> None:
    """They are numpy's default percentiles, to the microsecond."""
    d, lengths = device("a"), [3.5, 1.25, 8.000001, 2.0, 13.75, 21.5]
    start = at("11-20 06:00:00")
    jobs = [job(d, "completed", "11-20 06:00:00") for _ in lengths]
    for one, seconds in zip(jobs, lengths, strict=True):
        one.completed_at = start + timedelta(seconds=seconds)
    await store(*jobs)
    table = await job_durations(as_of=NOW)
    found = rows(table, "duration_p50", "duration_p90", "duration_p95", "duration_p99")[0]
    assert np.allclose(found, np.percentile(lengths, [50, 90, 95, 99]), atol=1e-6)


async def test_nothing_to_measure_is_missing_and_not_zero(empty_database: str) -> None:
    """An empty window counts 0 runs, has no durations, and says when the newest run was."""
    await store(job(device("a"), "completed", "2026-01-02 06:00:00", "2026-01-02 06:00:09"))
    table = await job_durations(as_of=NOW, since="7d")
    assert rows(table, "runs", "duration_mean", "duration_p95") == [(0, None, None)]
    assert about(table)["notes"][-1] == "No runs in the window: the newest is of 2026-01-02T06:00:00+00:00."


async def test_no_run_history_at_all_is_said(empty_database: str) -> None:
    """A database without runs, such as an imported archive, says so instead of showing a plain 0."""
    table = await job_durations(as_of=NOW)
    assert about(table)["notes"][-1] == "The database holds no runs at all."


async def test_an_empty_result_has_the_columns_and_dtypes_of_a_full_one(empty_database: str) -> None:
    """No rows by device, or some: the frame has the same shape."""
    empty = await job_durations(by=["device", "week"], as_of=NOW)
    await store(job(device("a"), "completed", "11-20 06:00:00", "11-20 06:00:10"))
    full = await job_durations(by=["device", "week"], as_of=NOW)
    assert len(empty) == 0
    assert len(full) == 1
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()
    assert {str(dtype) for dtype in full.dtypes} == {
        "Int64",
        "str",
        "boolean",
        "datetime64[us]",
        "timedelta64[us]",
    }


async def test_running_runs_come_in_by_the_kaplan_meier_estimate(empty_database: str) -> None:
    """With 14 % still running, which have run for long, the p90 is not pulled down to the finished runs'."""
    d = device("a")
    finished = [10.0 + i for i in range(43)]
    jobs = [job(d, "completed", "11-22 06:00:00") for _ in finished]
    for one, seconds in zip(jobs, finished, strict=True):
        one.completed_at = at("11-22 06:00:00") + timedelta(seconds=seconds)
    running = [job(d, "running", f"11-22 11:{minute}:00") for minute in range(30, 37)]
    await store(*jobs, *running)
    plain = await job_durations(as_of=NOW)
    with_running = await job_durations(as_of=NOW, include_running=True)
    censored = [(NOW - one.started_at).total_seconds() for one in running]
    curve = ecdf(CensoredData(uncensored=finished, right=censored)).cdf
    expected = curve.quantiles[np.flatnonzero(curve.probabilities >= 0.5)[0]]
    assert rows(with_running, "runs", "running", "duration_p50") == [(50, 7, expected)]
    assert rows(plain, "duration_p90")[0][0] < 50
    assert rows(with_running, "duration_p90", "duration_p99") == [(None, None)]
    assert list(with_running.columns) == list(plain.columns)
    assert with_running.dtypes.to_dict() == plain.dtypes.to_dict()


async def test_without_running_runs_the_estimate_is_an_observed_duration(empty_database: str) -> None:
    """Where nothing is censored, Kaplan-Meier gives the smallest duration that the share did not exceed."""
    d = device("a")
    await store(
        *(job(d, "completed", "11-20 06:00:00", f"11-20 06:00:{seconds}") for seconds in (10, 20, 30, 40))
    )
    table = await job_durations(as_of=NOW, include_running=True)
    assert rows(table, "duration_p50", "duration_p90") == [(20.0, 40.0)]


async def test_a_percentile_that_is_never_reached_is_the_worst(empty_database: str) -> None:
    """Its group comes before known ones, and is what ``top`` keeps; one in which nothing ran comes last."""
    hangs, stalls, slow, silent = device("hangs"), device("stalls"), device("slow"), device("silent")
    await store(
        *(job(hangs, "completed", "11-22 06:00:00", "11-22 06:00:01") for _ in range(9)),
        job(hangs, "running", "11-22 11:00:00"),
        job(stalls, "running", "11-22 11:00:00"),
        job(slow, "completed", "11-22 06:00:00", "11-22 06:00:09"),
        job(slow, "running", "11-22 11:59:59"),
        job(silent, "pending", None, scheduled="11-22 06:00:00"),
    )
    table = await job_durations(by="device", as_of=NOW, include_running=True)
    assert rows(table, "hostname", "duration_p50", "duration_p95") == [
        ("stalls", None, None),
        ("hangs", 1.0, None),
        ("slow", 9.0, 9.0),
        ("silent", None, None),
    ]
    worst = await job_durations(by=["device", "day"], as_of=NOW, include_running=True, top=2)
    assert [name for (name,) in rows(worst, "hostname")] == ["stalls", "hangs"]
    plain = await job_durations(by="device", as_of=NOW)
    assert list(plain.columns) == list(table.columns)
    assert list(about(plain)["totals"]) == list(about(worst)["totals"])


async def test_estimated_percentiles_are_exact_to_the_microsecond(empty_database: str) -> None:
    """Where one run is all there is, every percentile of it is its duration, whatever a float makes of it."""
    begun, random = at("11-20 06:00:00"), Random(7)
    lasted = [timedelta(microseconds=random.randrange(10**10)) for _ in range(300)]
    jobs = [job(device(f"d{n}"), "completed", "11-20 06:00:00") for n, _ in enumerate(lasted)]
    for one, duration in zip(jobs, lasted, strict=True):
        one.completed_at = begun + duration
    await store(*jobs)
    table = await job_durations(by="device", as_of=NOW, include_running=True)
    assert sorted(table["duration_max"]) == sorted(lasted)
    for name in ("duration_p50", "duration_p99"):
        assert table[name].tolist() == table["duration_max"].tolist()


async def test_the_worst_device_comes_first(empty_database: str) -> None:
    """Groups that are no times come by their p95, the largest first, and those without one last."""
    fast, slow, silent = device("fast"), device("slow"), device("silent")
    await store(
        job(fast, "completed", "11-20 06:00:00", "11-20 06:00:01"),
        job(slow, "completed", "11-20 06:00:00", "11-20 06:00:09"),
        job(silent, "pending", None, scheduled="11-20 06:00:00"),
    )
    table = await job_durations(by="device", as_of=NOW)
    assert rows(table, "hostname", "duration_p95") == [("slow", 9.0), ("fast", 1.0), ("silent", None)]


async def test_outcome_is_a_dimension_and_shows_unknown_statuses(empty_database: str) -> None:
    """A status nobody knows is counted as other, never dropped."""
    d = device("a")
    await store(
        job(d, "completed", "11-20 06:00:00", "11-20 06:00:10"),
        job(d, "COMPLETED_SUCCESS", "11-20 06:00:00", "11-20 06:00:10"),
    )
    table = await job_durations(by="outcome", as_of=NOW)
    assert rows(table, "outcome", "runs") == [("succeeded", 1), ("other", 1)]


async def test_a_window_is_found_by_index(empty_database: str) -> None:
    """A week of 4.5 years of runs is read without a scan of them all."""
    await store_history(empty_database)
    for by in (None, "device", ["device_type", "week"]):
        plan = await plan_of(job_durations, by=by, since="7d", as_of=NOW)
        assert "ix_jobs_run_at" in plan
        assert "Seq Scan on jobs" not in plan
