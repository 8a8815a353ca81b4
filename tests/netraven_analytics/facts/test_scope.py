"""A question in context: its cost follows its window, and its groups hold everything."""

from typing import Any

import pytest

from netraven_analytics import failure_rates, job_durations, sql
from netraven_analytics.facts import runs
from netraven_analytics.report import Report
from netraven_db.db.connection import connect
from tests.netraven_analytics.spec import NOW, at, device, job, rows, store

HISTORY = """
insert into devices (hostname, ip_address) select 'd' || i, '192.0.2.' || i from generate_series(0, 19) i;
insert into jobs (device_id, status, started_at, completed_at)
select (select min(id) from devices) + i % 20, 'completed', t, t + interval '10 seconds'
from (select i, timestamp '2026-11-22 12:00' - i * interval '1 hour' as t from generate_series(1, 40000) i) x;
analyze jobs;
"""


@pytest.mark.parametrize("report", [job_durations, failure_rates], ids=lambda report: report.name)
@pytest.mark.parametrize("by", [None, "device", "week"])
async def test_a_window_is_found_by_index(empty_database: str, report: Report[Any], by: str | None) -> None:
    """A week of 4.5 years of runs is read without a scan of them all."""
    connection = await connect(empty_database)
    await connection.execute(HISTORY)
    await connection.close()
    plan = await sql("explain " + report.sql(by=by, since="7d", as_of=NOW))
    text = "\n".join(plan["QUERY PLAN"])
    assert "ix_jobs_run_at" in text
    assert "Seq Scan on jobs" not in text


async def test_groups_add_up_to_the_whole(empty_database: str) -> None:
    """Whatever a device lacks, its runs are in some group, and only tags count one twice."""
    await store(
        job(device("a", device_type=None), "completed", "11-20 06:00", "11-20 06:01"),
        job(device("b", "role:core"), "failed", "11-20 06:00", "11-20 06:01"),
        job(None, "cancelled", "11-20 06:00"),
    )
    for by in ("device", "device_type", "tag:role", "outcome", "day", "weekday", "hour_of_day", "month"):
        table = await job_durations(by=by, as_of=NOW)
        assert sum(row[0] for row in rows(table, "runs")) == 3


async def test_a_window_holds_no_run_that_started_after_as_of(empty_database: str) -> None:
    """Whether it ends before as_of, with it or after it; what is only scheduled for later may be in it."""
    await store(
        job(device("a"), "completed", "11-20 06:00", "11-20 06:01"),
        job(device("b"), "completed", "11-20 06:02", "11-20 06:03"),
        job(device("c"), "pending", None, scheduled="11-20 06:02"),
    )
    as_of, only_a = at("11-20 06:01"), {"by": "device", "where": runs.c.status == "completed"}
    for until, found, without in ((at("11-20 06:01"), 1, 2), (at("11-20 06:04"), 2, 1)):
        table = await failure_rates(since="1h", until=until, as_of=as_of)
        assert rows(table, "runs", "devices_without_run") == [(found, without)]
        table = await failure_rates(since="1h", until=until, as_of=as_of, **only_a)
        assert rows(table, "hostname", "runs") == [("a", 1), ("b", 0), ("c", 0)]
    assert ".started_at > " not in failure_rates.sql(as_of=as_of)  # such a window's end says it already
    assert ".started_at > " in failure_rates.sql(until=at("11-20 06:04"), as_of=as_of)
