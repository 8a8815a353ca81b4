"""Where there never was a run, as in an imported archive, reports say so instead of 0 % or never."""

import pytest

from netraven_analytics import device_inventory, failure_rates
from netraven_analytics.facts.run_history import NO_RUN_HISTORY
from netraven_analytics.facts.snapshots import snapshots
from netraven_analytics.reports import catalogue, find_report
from tests.netraven_analytics.spec import NOW, about, device, job, rows, snapshot, store


@pytest.mark.parametrize("name", sorted(catalogue))
async def test_every_report_about_runs_says_so(empty_database: str, name: str) -> None:
    """Once, and those about configurations do not; nor does any where there is a run."""
    report = find_report(name)
    await store(snapshot(device("a"), "11-20 06:00", "x\n"))
    said = about(await report(as_of=NOW, **report.bundle))["notes"]
    assert said.count(NO_RUN_HISTORY) == (report.fact.name != snapshots.name)
    assert not [note for note in said if "at all." in note]
    await store(job(None, "failed", "11-20 06:00"))
    assert NO_RUN_HISTORY not in about(await report(as_of=NOW, **report.bundle))["notes"]


async def test_devices_without_a_run_are_not_counted_where_all_are(empty_database: str) -> None:
    """That they have none says nothing of them."""
    await store(snapshot(device("a"), "11-20 06:00", "x\n"))
    assert rows(await failure_rates(as_of=NOW), "devices_without_run") == [(None,)]
    assert rows(await failure_rates(by="device", as_of=NOW), "hostname", "devices_without_run") == [
        ("a", None)
    ]
    assert rows(await device_inventory(as_of=NOW), "devices", "without_run") == [(1, None)]
    await store(job(None, "failed", "11-20 06:00"))
    assert rows(await failure_rates(as_of=NOW), "devices_without_run") == [(1,)]
    assert rows(await device_inventory(as_of=NOW), "devices", "without_run") == [(1, 1)]
