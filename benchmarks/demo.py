"""How long the made-up fleet takes: ``venv/bin/python benchmarks/demo.py [JOBS]`` (a million if not given).

It is made and loaded into a throw-away server by ``demo.ensure``, as ``netraven-analytics demo`` does.
"""

import asyncio
import os
import sys
import time
from datetime import UTC, datetime

from results import write_section

from netraven_analytics import demo
from netraven_db import embedded, migrate
from netraven_db.db.connection import connected

DAYS, RUNS_PER_DAY = 365, 4


async def _load(url: str, spec: demo.FleetSpec) -> tuple[float, dict[str, int]]:
    await migrate.upgrade(url)
    async with connected(url) as connection:
        begin = time.perf_counter()
        await demo.ensure(connection, spec)
        took = time.perf_counter() - begin
        tables = ("jobs", "job_logs", "device_configurations")
        return took, {table: await connection.fetchval(f"select count(*) from {table}") for table in tables}


def main() -> None:
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    devices = -(-jobs // (DAYS * RUNS_PER_DAY))
    spec = demo.FleetSpec(devices, DAYS, RUNS_PER_DAY, until=datetime(2026, 11, 22, tzinfo=UTC))
    with embedded.throwaway() as server:
        os.environ["NETRAVEN_DATABASE_URL"] = server.url()
        took, rows = asyncio.run(_load(server.url(), spec))
    held = ", ".join(f"{count:,} {table.replace('_', ' ')}" for table, count in rows.items())
    fleet = f"{devices} devices, {DAYS} days, {RUNS_PER_DAY} runs a day"
    report = (
        f"`venv/bin/python benchmarks/demo.py {jobs}`: {fleet} are {held}, made and loaded in {took:.0f} s.\n"
    )
    print(report)
    write_section("demo", "The demo fleet", report)


if __name__ == "__main__":
    main()
