"""How the server means to answer, over a history that is too long to be read whole."""

from typing import Any

from netraven_analytics import sql
from netraven_analytics.report import Report
from netraven_db.db.connection import connect

# 4.5 years: 20 devices, a run every hour, a snapshot a day, and two runs that hang.
HISTORY = """
insert into devices (hostname, ip_address, device_type)
select 'd' || i, '192.0.2.' || i, 'cisco_ios' from generate_series(0, 19) i;
insert into jobs (device_id, status, scheduled_for, started_at, completed_at)
select (select min(id) from devices) + i % 20, 'completed', t, t + interval '3 s', t + interval '9 s'
from (select i, timestamp '2026-11-22 12:00' - i * interval '1 hour' as t from generate_series(1, 40000) i) x;
insert into jobs (device_id, status, started_at)
select min(id), 'running', timestamp '2026-11-01 06:00' from devices
union all select max(id), 'running', timestamp '2024-03-01 06:00' from devices;
insert into device_configurations (device_id, retrieved_at, config_data)
select (select min(id) from devices) + i % 20, timestamp '2026-11-22 12:00' - i * interval '1 day', 'end'
from generate_series(1, 1600) i, generate_series(1, 10);
analyze;
"""


async def store_history(url: str) -> None:
    """Put HISTORY into that empty database."""
    connection = await connect(url)
    await connection.execute(HISTORY)
    await connection.close()


async def plan_of(report: Report[Any], **options: Any) -> str:
    """The server's plan for a report."""
    plan = await sql("explain " + report.sql(**options))
    return "\n".join(plan["QUERY PLAN"])
