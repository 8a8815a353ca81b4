"""A question in context: its cost follows its window, and its groups hold everything."""

from typing import Any

import pytest

from netraven_analytics import failure_rates, job_durations, sql
from netraven_analytics.report import Report
from netraven_db.db.connection import connect
from tests.netraven_analytics.spec import NOW, device, job, rows, store

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
