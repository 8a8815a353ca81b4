"""A bundle sees one instant, whatever is written meanwhile."""

import asyncio
import json
import os
from itertools import count
from pathlib import Path
from random import Random

import pytest

from netraven_analytics.bundle import Written, write_bundle
from netraven_db.db.connection import connect
from tests.battery.conftest import MakeTrial
from tests.battery.servers import named

SEEN = {"since": "2026-04-01", "as_of": "2026-04-06"}
FEWEST, MOST = 5, 15  # devices; of fewer there is nothing to compare
CLEAR = "delete from jobs; delete from devices; delete from credentials; delete from tags"
# All that there is comes in one statement, $1 times: a device of the one place, with a credential, a change
# that all have, and 14 runs, of which one failed with an error, one took an hour, one has hung for a day.
WRITE = """
    with place as (insert into tags (name, type) values ('hall', 'location') returning id),
    device as (
        insert into devices (hostname, ip_address, device_type, last_seen)
        select 'r' || n, '192.0.2.' || n, 'cisco_ios', timestamp '2026-04-04' from generate_series(1, $1) n
        returning id
    ),
    tagged as (insert into device_tag_association select device.id, place.id from device, place),
    credential as (
        insert into credentials (username, password, priority)
        select 'u' || n, 'unseen' || n, 1 from generate_series(1, $1) n returning id
    ),
    reached as (insert into credential_tag_association select credential.id, place.id from credential, place),
    usual as (
        insert into jobs (device_id, status, scheduled_for, started_at, completed_at)
        select id, 'completed', due, due, due + interval '1 minute'
        from device, generate_series(timestamp '2026-04-02', '2026-04-02 10:00', '1 hour') due
    ),
    failed as (
        insert into jobs (device_id, status, started_at, completed_at)
        select id, 'failed', timestamp '2026-04-03 11:00', timestamp '2026-04-03 11:01' from device
        returning id
    ),
    error as (
        insert into job_logs (job_id, message, level, timestamp)
        select id, 'no route to host', 'ERROR', timestamp '2026-04-03 11:01' from failed
    ),
    long as (
        insert into jobs (device_id, status, started_at, completed_at)
        select id, 'completed', timestamp '2026-04-03 12:00', timestamp '2026-04-03 13:00' from device
    ),
    hanging as (
        insert into jobs (device_id, status, started_at)
        select id, 'running', timestamp '2026-04-04 12:00' from device
    )
    insert into device_configurations (device_id, config_data, retrieved_at)
    select id, text, retrieved_at from device, (values
        (E'hostname x\\nend\\n', timestamp '2026-04-02 12:01'),
        (E'hostname x\\nntp server 192.0.2.1\\nend\\n', timestamp '2026-04-03 12:01')
    ) as text (text, retrieved_at)
"""
RUNS = 14
# Of each report, a total, the sum of a column or its rows, and how much of that there is for each device.
FIGURES: dict[str, tuple[str, int]] = {
    "after_change": ("changes", 1),
    "backup_freshness": ("devices", 1),
    "change_clusters": ("changes", 1),
    "config_changes": ("rows", 1),
    "config_churn": ("changes", 1),
    "config_drift": ("compared", 1),
    "credential_health": ("credentials", 1),
    "device_inventory": ("snapshots", 2),
    "duration_anomalies": ("rows", 1),
    "error_signatures": ("messages", 1),
    "failure_episodes": ("episodes", 1),
    "failure_rates": ("failed", 1),
    "job_durations": ("runs", RUNS),
    "job_timeline": ("runs", RUNS),
    "queue_delays": ("manual", 3),
    "stuck_jobs": ("stuck", 1),
}


async def write_on(url: str, chance: Random) -> None:
    """Another number of devices in each transaction, until it is cancelled."""
    connection = await connect(url)
    number = FEWEST
    try:
        for written in count():
            number = chance.choice([n for n in range(FEWEST, MOST + 1) if n != number])
            async with connection.transaction():
                await connection.execute(CLEAR)
                await connection.execute(WRITE, number)
            if written % 20 == 19:  # each round would read over all that was ever there
                await connection.execute("vacuum jobs, job_logs, device_configurations, devices")
            await asyncio.sleep(0.05)
    finally:
        await connection.close()


async def test_bundles_under_a_writer(
    empty_database: str, tmp_path: Path, trial: MakeTrial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All reports agree in every bundle on how many devices there were."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # 70 of them for a bundle: no power is lost here
    runs = trial(
        "a bundle while another session replaces the fleet by one of another size in each transaction",
        losing="bundles whose 16 reports disagree",
        quick=3,
        long=200,
    )
    writer = asyncio.create_task(write_on(named(empty_database, "writer"), runs.chance))
    await asyncio.sleep(0.5)
    sizes = set[float]()
    for _ in runs:
        seen = await devices_in_each(tmp_path / "reports")
        if len(set(seen.values())) > 1:
            runs.lose(f"so many devices: {seen}")
        sizes |= set(seen.values())
    assert len(sizes) > 1, "nothing was written meanwhile"
    assert min(sizes) >= FEWEST
    assert not writer.done()
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)


async def devices_in_each(folder: Path) -> dict[str, float]:
    """How many devices there were for each report of a bundle, by the figures of its file and its sidecar."""
    bundle = await write_bundle(folder, SEEN)
    rows = json.loads((folder / "manifest.json").read_text())["files"]
    return {item.report.name: devices_in(item, rows[item.path.name]["rows"]) for item in bundle.answers}


def devices_in(item: Written, rows: int) -> float:
    name, per_device = FIGURES[item.report.name]
    figures = {"rows": rows, **item.answer.get("totals", {})}
    found = figures[name] if name in figures else item.table[name].sum()
    return float(found) / per_device
