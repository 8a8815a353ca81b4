"""How fast changes are found: ``venv/bin/python benchmarks/changes.py`` (see ``--help``).

A made-up history, one snapshot of each device a day, goes into a throw-away server as NetRaven stores it;
then it is upgraded, filled in and refreshed. In every third snapshot only noise is new, in every fiftieth the
configuration is. What the report needs is held against reading the window's texts and comparing them, in
Python and in SQL. The table goes to ``benchmarks/RESULTS.md`` between its markers.
"""

import argparse
import asyncio
import os
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from results import write_section

from netraven_analytics import config_changes
from netraven_analytics.configs.normalise import normalise
from netraven_analytics.frames import stream
from netraven_analytics.refresh import refresh
from netraven_db import embedded, migrate
from netraven_db.db.connection import connect
from netraven_db.db.session import frozen_session
from netraven_db.schema.tables import NETRAVEN_REVISION
from netraven_db.services.digests import backfill

NEWEST = datetime(2026, 11, 22, 6, tzinfo=UTC)
SINCE = NEWEST - timedelta(days=30)
PASS = """
    select count(*) from (
        select normalised_sha256, lag(normalised_sha256) over (
            partition by device_id order by retrieved_at, configuration_id) as previous
        from analytics.configuration_digests) as s
    where normalised_sha256 is distinct from previous
"""
LAG = """
    select count(*) from (
        select config_data,
               lag(config_data) over (partition by device_id order by retrieved_at, id) as previous
        from device_configurations where retrieved_at >= $1) as s
    where config_data is distinct from previous
"""
HASH = "select sum(length(sha256(convert_to(config_data, 'UTF8')))) from device_configurations"


def body(device: int, size: int) -> list[str]:
    """Lines that compress about as well as configurations do."""
    chance = random.Random(device)
    lines = [f"hostname r{device}"]
    length = 0
    while length < size:
        port = chance.randrange(10**6)
        block = [
            f"interface GigabitEthernet{port % 9}/{port % 48}.{port}",
            f" description to-{chance.randrange(16**8):08x}",
            f" ip address 10.{port % 250}.{chance.randrange(250)}.{chance.randrange(250)} 255.255.255.252",
            " no ip redirects",
            "!",
        ]
        length += sum(map(len, block)) + len(block)
        lines += block
    return lines


def history(device: int, days: int, size: int) -> Any:
    """``(day, text)``: the head changes every third day, one line of the body every fiftieth."""
    lines = body(device, size)
    chance = random.Random(-device)
    text = ""
    for day in range(days):
        if (day + device) % 50 == 0:
            lines[2 + 5 * chance.randrange(len(lines) // 5)] = (
                f" description to-{chance.randrange(16**8):08x}"
            )
        if not text or (day + device) % 3 == 0 or (day + device) % 50 == 0:
            at = NEWEST - timedelta(days=days - day)
            text = f"! Last configuration change at {at:%H:%M:%S UTC %a %b %d %Y} by ann\n" + "\n".join(lines)
        yield day, f"{text}\nend\n"


async def load(connection: Any, snapshots: int, devices: int, size: int) -> None:
    days = snapshots // devices
    await connection.execute(
        "insert into devices (hostname, ip_address, device_type) "
        f"select 'r' || n, '192.0.2.' || n, 'cisco_ios' from generate_series(1, {devices}) n"
    )
    # Day by day, as a fleet is backed up: a device's snapshots lie apart.
    fleet = [history(device, days, size) for device in range(1, devices + 1)]

    async def rows() -> AsyncIterator[tuple[Any, ...]]:
        for _ in range(days):
            for device, texts in enumerate(fleet, start=1):
                day, text = next(texts)
                at = NEWEST - timedelta(days=days - 1 - day) + timedelta(seconds=device % 3600)
                yield device, text, at.replace(tzinfo=None)

    await connection.copy_records_to_table(
        "device_configurations", records=rows(), columns=["device_id", "config_data", "retrieved_at"]
    )
    await connection.execute("vacuum analyze device_configurations")


async def timed(work: Callable[[], Awaitable[Any]], repeats: int = 1) -> tuple[float, Any]:
    """The median, and what was made last."""
    times, made = [], None
    for _ in range(repeats):
        begin = time.perf_counter()
        made = await work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times), made


async def read_and_compare() -> int:
    """The window's texts, read by COPY and compared as the report's definition says."""
    from sqlalchemy import select

    from netraven_db.db.models import DeviceConfiguration as Stored

    # In order of devices: the comparison needs no more memory than one text.
    statement = (
        select(Stored.device_id, Stored.config_data)
        .where(Stored.retrieved_at >= SINCE)
        .order_by(Stored.device_id, Stored.retrieved_at, Stored.id)
    )
    found, device, before = 0, None, ""
    async with frozen_session() as db:
        async for part in stream(statement, db, rows=1000):
            for of, text in zip(part["device_id"], part["config_data"], strict=True):
                after = normalise(text, "cisco_ios")
                found += of == device and after != before
                device, before = of, after
    return found


async def measure(options: argparse.Namespace) -> str:
    connection = await connect(os.environ["NETRAVEN_DATABASE_URL"])
    try:
        await migrate.upgrade(revision=NETRAVEN_REVISION)
        await load(connection, options.snapshots, options.devices, options.size)
        since = SINCE.replace(tzinfo=None)
        count, texts, inside = await connection.fetchrow(
            "select count(*), sum(octet_length(config_data)), count(*) filter (where retrieved_at >= $1) "
            "from device_configurations",
            since,
        )
        hashed, _ = await timed(lambda: connection.fetchval(HASH))
        upgraded, _ = await timed(migrate.upgrade)
        filled, _ = await timed(backfill)
        unrefreshed, _ = await timed(lambda: config_changes(since=SINCE, as_of="data"))
        refreshed, _ = await timed(refresh)
        again, _ = await timed(refresh)
        passed, _ = await timed(lambda: connection.fetchval(PASS), options.repeats)
        month, of_month = await timed(lambda: config_changes(since=SINCE, as_of="data"), options.repeats)
        all_, of_all = await timed(lambda: config_changes(since="all", as_of="data"), options.repeats)
        python, _ = await timed(read_and_compare)
        sql, _ = await timed(lambda: connection.fetchval(LAG, since))
        sizes = await connection.fetchrow(
            "select pg_size_pretty(pg_table_size('device_configurations')), "
            "pg_size_pretty(pg_total_relation_size('analytics.configuration_digests'))"
        )
    finally:
        await connection.close()
    rate = texts / 1e6
    rows = [
        (f"`config_changes`, 30 days: {inside:,} snapshots, {len(of_month):,} changes", month, "1"),
        ("reading these texts, normalising and comparing them in Python", python, f"{python / month:.0f}"),
        ("`lag()` over these texts in SQL, noise and all", sql, f"{sql / month:.0f}"),
        ("`config_changes`, 30 days, before `config refresh`", unrefreshed, f"{unrefreshed / month:.0f}"),
        (f"`config_changes`, everything: {len(of_all):,} changes", all_, f"{all_ / month:.1f}"),
        ("one window function over all digests", passed, f"{passed / month:.1f}"),
        (f"backfill, {rate / filled:.0f} MB/s", filled, ""),
        (f"`sum(length(sha256(...)))` over the texts, {rate / hashed:.0f} MB/s", hashed, ""),
        ("upgrade of the schema", upgraded, ""),
        ("`config refresh`, the first time", refreshed, ""),
        ("`config refresh`, nothing to do", again, ""),
    ]
    command = f"--snapshots {options.snapshots} --devices {options.devices} --size {options.size}"
    return "\n".join(
        [
            f"`venv/bin/python benchmarks/changes.py {command} --repeats {options.repeats}`",
            "",
            f"{count:,} snapshots of {options.devices:,} devices, {texts / count / 1000:.1f} kB each, "
            f"{texts / 1e9:.1f} GB of text ({sizes[0]} stored); the digests with their indexes {sizes[1]}.",
            "",
            "| what | s | times the 30 days |",
            "|---|---|---|",
            *(f"| {what} | {took:.3f} | {ratio} |" for what, took, ratio in rows),
            "",
            f"- 30 days take 1/{python / month:.0f} of reading and comparing the texts; the aim is 1/200.",
            f"- Everything takes {all_ / passed:.1f} times one window function; the aim is 3.",
            f"- The backfill takes {filled / hashed:.1f} times the hashing alone; the aim is 2, or 100 MB/s.",
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshots", type=int, default=1_000_000)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=20_000, help="characters of a text")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    with embedded.throwaway() as server:
        os.environ["NETRAVEN_DATABASE_URL"] = server.url()
        report = asyncio.run(measure(options))
    print(report)
    if not options.dry:
        write_section("changes", "Changes", report)


if __name__ == "__main__":
    main()
