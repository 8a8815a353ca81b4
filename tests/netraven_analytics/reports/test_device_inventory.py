"""The definitions behind device_inventory: rows in, answers out."""

from netraven_analytics import device_inventory
from tests.netraven_analytics.plans import plan_of, store_history
from tests.netraven_analytics.spec import NOW, about, at, device, job, rows, snapshot, store


async def _small_fleet() -> None:
    """Two devices with runs, one of them with snapshots, one with nothing, and runs of deleted devices."""
    a, b = device("a", "location:berlin", "role:core"), device("b", "location:rome", device_type="arista_eos")
    a.last_seen = at("11-22 06:10")
    await store(
        job(a, "completed", "11-22 06:00", "11-22 06:10"),
        job(b, "failed", "2024-01-01 06:00", "2024-01-01 06:10"),
        job(None, "completed", "11-20 06:00", "11-20 06:10"),
        job(None, "failed", "2024-11-20 06:00", "2024-11-20 06:10"),
        snapshot(a, "11-20 06:10", "x\n"),
        snapshot(a, "11-22 06:10", "y\n"),
    )
    await store(device("c", device_type=None))


async def test_without_by_there_is_one_row_over_the_fleet(empty_database: str) -> None:
    """Devices, those without a tag, a run, a snapshot or any of it, and the runs that nobody owns."""
    await _small_fleet()
    table = await device_inventory(as_of=NOW)
    counts = ("devices", "orphans", "untagged", "without_run", "without_snapshot", "snapshots")
    assert rows(table, *counts, "unattributed_runs") == [(3, 1, 1, 1, 2, 2, 2)]
    assert rows(table, "last_seen", "last_run_at", "first_snapshot_at", "last_snapshot_at") == [
        (
            "2026-11-22T06:10:00+00:00",
            "2026-11-22T06:00:00+00:00",
            "2026-11-20T06:10:00+00:00",
            "2026-11-22T06:10:00+00:00",
        )
    ]


async def test_by_device_there_is_a_row_for_each(empty_database: str) -> None:
    """With its type, address and tags in one text; runs without a device have the last row."""
    await _small_fleet()
    table = await device_inventory(by="device", as_of=NOW)
    columns = ("hostname", "device_type", "tags", "orphan", "snapshots", "unattributed_runs")
    assert rows(table, *columns) == [
        ("a", "cisco_ios", "location:berlin, role:core", False, 2, 0),
        ("b", "arista_eos", "location:rome", False, 0, 0),
        ("c", None, None, True, 0, 0),
        ("(deleted device)", None, None, None, 0, 2),
    ]
    assert about(table)["totals"]["devices"] == 3


async def test_groups_hold_every_device(empty_database: str) -> None:
    """The largest comes first; no value and deleted devices have groups of their own."""
    await _small_fleet()
    await store(device("d", "location:munich"))
    table = await device_inventory(by="device_type", as_of=NOW)
    assert rows(table, "device_type", "devices", "unattributed_runs") == [
        ("cisco_ios", 2, 0),
        ("(none)", 1, 0),
        ("arista_eos", 1, 0),
        ("(deleted device)", 0, 2),
    ]
    by_both = await device_inventory(by=["tag:location", "device_type"], as_of=NOW)
    assert ("berlin", "cisco_ios", 1) in rows(by_both, "location", "device_type", "devices")
    assert by_both["devices"].sum() == 4
    assert rows(await device_inventory(by="device_type", as_of=NOW, top=1), "device_type") == [("cisco_ios",)]


async def test_the_window_is_all_of_history_unless_told_otherwise(empty_database: str) -> None:
    """A since leaves out older runs and snapshots, an as_of what came later; devices are today's."""
    await _small_fleet()
    counts = ("devices", "without_run", "snapshots", "unattributed_runs")
    assert rows(await device_inventory(as_of=NOW, since="30d"), *counts) == [(3, 2, 2, 1)]
    assert rows(await device_inventory(as_of="2026-11-21"), *counts) == [(3, 2, 1, 2)]


async def test_filters_choose_devices_and_no_run_without_one(empty_database: str) -> None:
    """A run of a deleted device passes no filter."""
    await _small_fleet()
    table = await device_inventory(by="device", tag="location:berlin", as_of=NOW)
    assert rows(table, "hostname", "unattributed_runs") == [("a", 0)]


async def test_an_empty_answer_has_the_columns_and_dtypes_of_a_full_one(empty_database: str) -> None:
    """No device, or some: the frames have the same shape."""
    groups = ("device", "device_type", "tag:role", None)
    empty = [await device_inventory(by=by, as_of=NOW) for by in groups]
    await _small_fleet()
    for by, none in zip(groups, empty, strict=True):
        full = await device_inventory(by=by, as_of=NOW)
        assert none.dtypes.to_dict() == full.dtypes.to_dict()


async def test_last_runs_are_found_by_index(empty_database: str) -> None:
    """Neither they nor the runs without a device need a scan of all runs."""
    await store_history(empty_database)
    for by in (None, "device", "device_type"):
        plan = await plan_of(device_inventory, by=by, as_of=NOW)
        assert "ix_jobs_device_run_at" in plan
        assert "Seq Scan on jobs" not in plan
