"""The definitions behind job_timeline: rows in, answers out."""

from datetime import timedelta
from random import Random

import numpy as np
import pandas as pd
import pytest

from netraven_analytics import frame, job_timeline, sql
from netraven_analytics.facts import runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.windows import resolve_window
from netraven_analytics.report import sql_text
from netraven_analytics.reports.job_timeline import older
from netraven_db.errors import ParameterError
from tests.netraven_analytics.plans import plan_of, store_history
from tests.netraven_analytics.spec import NOW, about, at, device, job, rows, store


async def test_each_run_of_the_window_shows_how_many_ran_at_its_start(empty_database: str) -> None:
    """Itself included; a run that ends when another starts does not run along; the newest comes first."""
    a, b = device("a"), device("b")
    await store(
        job(a, "completed", "11-20 06:00", "11-20 06:10"),
        job(b, "failed", "11-20 06:05", "11-20 06:20"),
        job(a, "completed", "11-20 06:10", "11-20 06:10"),
        job(b, "cancelled", "11-20 06:20", "11-20 06:30"),
    )
    table = await job_timeline(as_of=NOW)
    assert rows(table, "hostname", "outcome", "concurrent") == [
        ("b", "other", 1),
        ("a", "succeeded", 2),
        ("b", "failed", 2),
        ("a", "succeeded", 1),
    ]
    totals = about(table)["totals"]
    assert (totals["runs"], totals["peak_running"]) == (4, 2)
    assert totals["peak_at"] == "2026-11-20T06:05:00+00:00"


async def test_a_running_run_goes_on_until_as_of(empty_database: str) -> None:
    """Also one that has ended since, seen from before its end."""
    await store(job(device("a"), "completed", "11-20 06:00", "11-20 08:00"))
    table = await job_timeline(as_of="2026-11-20T07:00Z")
    assert rows(table, "outcome", "finished_at") == [("running", "2026-11-20T07:00:00+00:00")]


async def test_runs_that_reach_into_the_window_run_along(empty_database: str) -> None:
    """They are looked for up to a day before it, and have no row of their own."""
    a, b, c = device("a"), device("b"), device("c")
    await store(
        job(a, "completed", "11-19 22:00", "11-20 00:30"),
        job(b, "completed", "11-18 22:00", "11-20 00:30"),
        job(c, "completed", "11-20 00:10", "11-20 00:20"),
    )
    options = {"since": "2026-11-20", "until": "2026-11-21", "as_of": NOW}
    assert rows(await job_timeline(**options), "run_id", "concurrent") == [(3, 2)]
    assert rows(await job_timeline(**options, reach="3d"), "run_id", "concurrent") == [(3, 3)]
    assert rows(await job_timeline(**options, reach="0h"), "run_id", "concurrent") == [(3, 1)]
    by_hour = await job_timeline(by="hour", **options)
    assert rows(by_hour, "runs", "peak_running", "mean_running") == [(1, 2, round(40 / 60, 6))]
    assert about(by_hour)["totals"]["runs"] == 1


async def test_older_runs_that_reach_into_the_window_are_told(empty_database: str) -> None:
    """How many of those that pass the filters there are, and how far to look back to count them."""
    a, b = device("a"), device("b")
    await store(
        job(a, "running", "11-02 06:00"),
        job(a, "running", "11-20 00:10"),
        job(b, "completed", "11-18 22:00", "11-20 00:30"),
        job(b, "completed", "11-18 22:00", "11-19 23:00"),
        job(b, "completed", None, "11-20 00:30", scheduled="11-18 22:00"),
    )
    options = {"since": "2026-11-20", "until": "2026-11-21", "as_of": NOW, "tz": "Europe/Berlin"}
    for by in (None, "hour"):
        told = about(await job_timeline(by=by, **options))["notes"]
        assert told == [
            "2 more runs go on in the window, begun before 2026-11-19T00:00:00+01:00 and so not counted: "
            "reach='18d' does."
        ]
    (of_b,) = [note for note in about(await job_timeline(device="b", **options))["notes"] if "more" in note]
    assert of_b.startswith("1 more run goes on in the window")
    assert "reach='2d'" in of_b
    for reach in ("18d", "999999d"):
        everything = await job_timeline(reach=reach, **options)
        assert about(everything)["notes"] == []
        assert rows(everything, "concurrent") == [(3,)]
    assert about(await job_timeline(since="all", as_of=NOW))["notes"] == []


async def test_older_runs_are_found_by_index(empty_database: str) -> None:
    """Without a scan of 4.5 years of runs."""
    await store_history(empty_database)
    scope = Scope(fact=runs, window=resolve_window("7d", None, NOW))
    plan = "\n".join((await sql("explain " + sql_text(older(scope, "24h"))))["QUERY PLAN"])
    assert "ix_jobs_finished_at" in plan
    assert "Seq Scan on jobs" not in plan
    assert (await frame(older(scope, "24h")))["runs"].tolist() == [2]


async def test_buckets_have_a_peak_and_a_mean(empty_database: str) -> None:
    """A run counts in each bucket that it reaches into; those in which nothing ran are absent, or filled."""
    a, b = device("a"), device("b")
    await store(
        job(a, "completed", "11-20 06:30", "11-20 08:30"), job(b, "completed", "11-20 08:15", "11-20 08:45")
    )
    options = {"since": "2026-11-20T06:00Z", "until": "2026-11-20T10:00Z", "as_of": NOW}
    expected = [
        ("2026-11-20T06:00:00+00:00", True, 1, 1, "2026-11-20T06:30:00+00:00", 0.5),
        ("2026-11-20T07:00:00+00:00", True, 0, 1, "2026-11-20T07:00:00+00:00", 1.0),
        ("2026-11-20T08:00:00+00:00", True, 1, 2, "2026-11-20T08:15:00+00:00", 1.0),
    ]
    assert rows(await job_timeline(by="hour", **options)) == expected
    empty_hour = ("2026-11-20T09:00:00+00:00", True, 0, 0, None, 0.0)
    assert rows(await job_timeline(by="hour", **options, fill=True)) == [*expected, empty_hour]
    top = await job_timeline(by="hour", **options, top=1)
    assert rows(top, "hour") == [("2026-11-20T08:00:00+00:00",)]


async def test_buckets_are_of_the_local_calendar(empty_database: str) -> None:
    """A day on which the clock goes back has 25 hours, and what the window cuts is not complete."""
    await store(job(device("a"), "completed", "10-25 00:00", "10-25 12:30"))
    table = await job_timeline(
        by="day", since="2026-10-24", until="2026-10-27", as_of=NOW, tz="Europe/Berlin"
    )
    assert rows(table, "day", "complete", "mean_running") == [("2026-10-25T00:00:00", True, 0.5)]
    cut = await job_timeline(by="week", since="2026-10-20", until="2026-10-27", as_of=NOW)
    assert rows(cut, "week", "complete") == [("2026-10-19T00:00:00", False)]


async def test_runs_without_a_place_are_left_out_and_counted(empty_database: str) -> None:
    """Not started, ended before their start, or without an end; but only those of the window."""
    d = device("a")
    await store(
        job(d, "pending", None, scheduled="11-20 06:00"),
        job(d, "failed", None, "11-20 06:00", scheduled="11-20 05:00"),
        job(d, "completed", "11-20 06:10", "11-20 06:00"),
        job(d, "skipped", "11-20 06:00"),
        job(d, "pending", None, scheduled="10-22 18:00"),
    )
    table = await job_timeline(as_of=NOW)
    assert len(table) == 0
    assert about(table)["left_out"] == {"not_started": 2, "without_end": 1, "ended_before_start": 1}
    assert about(table)["totals"] == {
        "runs": 0,
        "peak_running": 0,
        "peak_at": None,
        "mean_running": 0.0,
    }


async def test_all_of_history_begins_with_the_first_run(empty_database: str) -> None:
    """So does its mean; with fill every month has its row."""
    d = device("a")
    await store(
        job(d, "completed", "09-10 06:00", "09-10 07:00"), job(d, "completed", "11-21 06:00", "11-22 06:00")
    )
    table = await job_timeline(by="month", since="all", as_of=NOW)
    assert rows(table, "month", "runs") == [("2026-09-01T00:00:00", 1), ("2026-11-01T00:00:00", 1)]
    filled = await job_timeline(by="month", since="all", as_of=NOW, fill=True)
    assert rows(filled, "runs") == [(1,), (0,), (1,)]


async def test_an_empty_answer_has_the_columns_and_dtypes_of_a_full_one(empty_database: str) -> None:
    """No run, or one: the frames have the same shape, with and without buckets."""
    empty = [
        await job_timeline(by=by, since=since, as_of=NOW)
        for by in (None, "hour", "day")
        for since in ("7d", "all")
    ]
    assert about(empty[0])["notes"] == ["The database holds no runs at all."]
    await store(job(device("a"), "completed", "11-20 06:00", "11-20 06:10"))
    full = [
        await job_timeline(by=by, since=since, as_of=NOW)
        for by in (None, "hour", "day")
        for since in ("7d", "all")
    ]
    for none, some in zip(empty, full, strict=True):
        assert (len(none), len(some)) == (0, 1)
        assert none.dtypes.to_dict() == some.dtypes.to_dict()


async def test_one_calendar_bucket_is_taken() -> None:
    """Other dimensions, and several at once, are a mistake."""
    with pytest.raises(ParameterError, match="takes hour, day, week, month"):
        await job_timeline(by="device")
    with pytest.raises(ParameterError, match="one calendar bucket"):
        job_timeline.statement(by=["day", "hour"])


async def test_a_plain_loop_over_random_rows_finds_the_same(empty_database: str) -> None:
    """An oracle over the raw rows: how many ran at each start, and the peak and mean of each day."""
    chance, devices = Random(5), [device(name) for name in "abc"]
    jobs = [job(chance.choice(devices), "completed", "11-01 00:00:00") for _ in range(250)]
    for one in jobs:
        one.started_at = at("11-10 00:00:00") + timedelta(seconds=chance.randrange(10 * 86_400))
        one.completed_at = one.started_at + timedelta(seconds=round(chance.expovariate(1 / 9_000)))
    await store(*jobs)
    raw = await frame(runs.rows.select().params(as_of=NOW))
    start, end = raw["started_at"], raw["finished_at"]
    options = {"since": "2026-11-12", "until": "2026-11-20", "as_of": NOW, "reach": "10d"}
    for row in (await job_timeline(**options)).itertuples():
        assert row.concurrent == ((start <= row.started_at) & (end > row.started_at)).sum()
    for row in (await job_timeline(by="day", **options)).itertuples():
        begin = row.day.tz_localize("UTC")
        close = begin + timedelta(days=1)
        moments = [begin, *start[(start >= begin) & (start < close)]]
        levels = [int(((start <= moment) & (end > moment)).sum()) for moment in moments]
        assert row.peak_running == max(levels)
        assert row.peak_at == min(m for m, level in zip(moments, levels, strict=True) if level == max(levels))
        shared = (end.clip(upper=close) - start.clip(lower=begin)).clip(lower=pd.Timedelta(0))
        assert np.isclose(row.mean_running, shared.sum() / timedelta(days=1))


async def test_a_window_is_found_by_index(empty_database: str) -> None:
    """A week of 4.5 years of runs, and the day before it, is read without a scan of them all."""
    await store_history(empty_database)
    for by in (None, "hour"):
        plan = await plan_of(job_timeline, by=by, since="7d", as_of=NOW)
        assert "ix_jobs_run_at" in plan
        assert "Seq Scan on jobs" not in plan
