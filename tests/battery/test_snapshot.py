"""A bundle sees one instant, whatever is written meanwhile."""

import asyncio
import json
from pathlib import Path

from netraven_analytics.bundle import write_bundle
from netraven_db.db.connection import connect
from tests.battery.conftest import MakeTrial

# In one transaction: a run and a snapshot of one device, both or neither of which a bundle can have seen.
WRITE = """
    with one as (select id from devices where hostname is not null order by id limit 1),
    run as (
        insert into jobs (device_id, status, started_at, completed_at)
        select id, 'completed', timestamp '2026-04-05 12:00', timestamp '2026-04-05 12:01' from one
    )
    insert into device_configurations (device_id, config_data, retrieved_at)
    select id, 'hostname ' || clock_timestamp(), timestamp '2026-04-05 12:01' from one
"""


async def write_on(url: str) -> None:
    """Runs and snapshots, in pairs, until it is cancelled."""
    connection = await connect(url)
    try:
        while True:
            async with connection.transaction():
                await connection.execute(WRITE)
            await asyncio.sleep(0.01)
    finally:
        await connection.close()


async def test_bundles_under_a_writer(fleet: str, tmp_path: Path, trial: MakeTrial) -> None:
    """Reports on runs and reports on snapshots agree in every bundle on how many pairs there were."""
    runs = trial(
        "a bundle while another session writes a run and a snapshot in each transaction",
        losing="bundles whose reports disagree",
        quick=2,
        long=200,
    )
    seen = {"since": "2026-04-05 12:00", "as_of": "2026-04-06"}
    counts = await counted(tmp_path / "before", seen)
    offset = counts[1] - counts[0]
    writer = asyncio.create_task(write_on(fleet.replace("battery", "writer")))
    for _ in runs:
        counted_runs, counted_changes = await counted(tmp_path / "reports", seen)
        if counted_changes - counted_runs != offset:
            runs.lose(f"{counted_runs} runs and {counted_changes} changes")
    assert counted_runs > counts[0], "nothing was written meanwhile"
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)


async def counted(folder: Path, seen: dict[str, str]) -> tuple[int, int]:
    """How many runs the bundle tells of, and how many changes of a configuration."""
    bundle = await write_bundle(folder, seen)
    answers = {item.report.name: item for item in bundle.answers}
    totals = answers["job_durations"].answer["totals"]
    manifest = json.loads((folder / "manifest.json").read_text())
    return int(totals["runs"]), int(manifest["files"]["config_changes.csv"]["rows"])
