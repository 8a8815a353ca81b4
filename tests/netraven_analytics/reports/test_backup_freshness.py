"""The definitions behind backup_freshness: rows in, answers out."""

from scipy.stats import binomtest

from netraven_analytics import backup_freshness
from netraven_analytics.facts.run_history import NO_RUN_HISTORY
from tests.netraven_analytics.plans import plan_of, store_history
from tests.netraven_analytics.spec import NOW, about, device, job, rows, snapshot, store

JUNOS = "system {\n    host-name a;\n}\ninterfaces {\n    ge-0/0/0 {\n        disable;\n    }\n}\n"


async def test_the_age_counts_from_the_end_of_the_last_success(empty_database: str) -> None:
    """Later failures and running runs do not make a backup younger; where the end is unknown, its time."""
    a, b = device("a"), device("b")
    await store(
        job(a, "completed", "11-20 12:00", "11-20 12:10"),
        job(a, "completed", "11-22 06:00", "11-22 06:10"),
        job(a, "failed", "11-22 07:00", "11-22 07:10"),
        job(a, "running", "11-22 11:00"),
        job(b, "completed", "11-21 11:00", None),
    )
    table = await backup_freshness(by="device", as_of=NOW)
    assert rows(table, "hostname", "last_success_at", "age", "fresh") == [
        ("b", "2026-11-21T11:00:00+00:00", 90_000.0, False),
        ("a", "2026-11-22T06:10:00+00:00", 21_000.0, True),
    ]


async def test_coverage_is_the_share_of_devices_that_are_fresh(empty_database: str) -> None:
    """Fresher than the objective, 24 hours unless told otherwise; devices never backed up count as well."""
    a, b, c = device("a"), device("b"), device("c")
    await store(
        job(a, "completed", "11-22 06:00", "11-22 06:10"),
        job(b, "completed", "11-21 11:00", "11-21 12:00"),
        job(c, "failed", "11-22 06:00", "11-22 06:10"),
        device("d"),
    )
    interval = binomtest(1, 4).proportion_ci(method="wilson")
    columns = ("devices", "fresh", "coverage", "coverage_low", "coverage_high", "never")
    assert rows(await backup_freshness(as_of=NOW), *columns) == [
        (4, 1, 0.25, round(interval.low, 6), round(interval.high, 6), 2)
    ]
    assert rows(await backup_freshness(as_of=NOW, objective="25h"), "fresh", "coverage") == [(2, 0.5)]
    assert rows(await backup_freshness(as_of=NOW), "age_p50", "age_max") == [(53_700.0, 86_400.0)]


async def test_devices_never_backed_up_come_first_with_nothing_known(empty_database: str) -> None:
    """Their age is missing, and they are not fresh; a device whose success is years old has an age."""
    old = device("old")
    await store(job(old, "completed", "2021-03-01 06:00", "2021-03-01 06:01"), device("never"))
    table = await backup_freshness(by="device", as_of=NOW)
    assert rows(table, "hostname", "age", "fresh") == [
        ("never", None, False),
        ("old", 180_770_340.0, False),
    ]
    assert rows(await backup_freshness(as_of=NOW, since="30d"), "never") == [(2,)]


async def test_a_run_that_ends_later_is_no_backup_yet(empty_database: str) -> None:
    """Seen from before its end it was running, and the snapshot was not there."""
    a = device("a")
    await store(
        job(a, "completed", "11-20 06:00", "11-20 06:10"),
        job(a, "completed", "11-21 06:00", "11-21 06:10"),
        snapshot(a, "11-21 06:10", "end\n"),
    )
    table = await backup_freshness(by="device", as_of="2026-11-21T06:05Z")
    assert rows(table, "age", "last_snapshot_at") == [(86_100.0, None)]


async def test_without_any_run_freshness_is_missing_and_said(empty_database: str) -> None:
    """An imported archive is neither 0 % covered nor never backed up."""
    await store(snapshot(device("a"), "11-21 06:10", "end\n"))
    table = await backup_freshness(as_of=NOW)
    assert rows(table, "devices", "fresh", "coverage", "coverage_high", "never") == [(1, *(None,) * 4)]
    assert about(table)["notes"] == [NO_RUN_HISTORY]
    by_device = await backup_freshness(by="device", as_of=NOW)
    assert rows(by_device, "fresh", "last_snapshot_at") == [(None, "2026-11-21T06:10:00+00:00")]
    assert NO_RUN_HISTORY in about(by_device)["notes"]
    await store(job(None, "failed", "11-20 06:00"))
    assert about(await backup_freshness(as_of=NOW))["notes"] == []


async def test_groups_come_with_the_worst_coverage_first(empty_database: str) -> None:
    """A device with several tags counts in each, and the totals count it once."""
    a, b = device("a", "location:berlin", "role:core"), device("b", "location:rome")
    await store(job(a, "completed", "11-22 06:00", "11-22 06:10"), b, device("c", device_type="x"))
    table = await backup_freshness(by="tag:location", as_of=NOW)
    assert rows(table, "location", "devices", "fresh", "coverage") == [
        ("(none)", 1, 0, 0.0),
        ("rome", 1, 0, 0.0),
        ("berlin", 1, 1, 1.0),
    ]
    assert about(table)["totals"]["devices"] == 3
    assert rows(await backup_freshness(by="tag:location", as_of=NOW, top=1), "location") == [("(none)",)]
    assert rows(await backup_freshness(by="device", as_of=NOW, tag="role:core"), "hostname") == [("a",)]


SNAPSHOTS = {
    ("cisco_ios", "hostname a\nend\n"): None,
    ("cisco_ios", "hostname a\r\nend\r\n\r\n"): None,
    ("cisco_ios", "hostname a\nvlan 7\n"): "no end",
    ("cisco_ios", "hostname a\nbackend\n"): "no end",
    ("cisco_ios", " \n\n"): "empty",
    ("arista_eos", ""): "empty",
    ("cisco_nxos", "hostname a\nvlan 7\n"): None,
    (None, "hostname a\n"): None,
    ("cisco_nxos", "x" * 100, "x" * 49): "under half the size before",
    ("cisco_nxos", "x" * 100, "x" * 50): None,
    ("cisco_nxos", "x" * 500, "x" * 100, "x" * 99): None,
    ("juniper_junos", JUNOS): None,
    ("juniper_junos", JUNOS[:-3]): "no end",
    ("juniper_junos", JUNOS.replace("\n", "\r\n")): None,
    ("juniper_junos", "set system host-name a\nset vlans x\n"): None,
}


async def test_a_snapshot_is_suspect_that_cannot_be_whole(empty_database: str) -> None:
    """Empty, under half the size of the one before, or without the end that its platform gives."""
    for number, (device_type, *texts) in enumerate(SNAPSHOTS):
        d = device(f"{number}", device_type=device_type)
        await store(*(snapshot(d, f"11-{day} 06:00", text) for day, text in enumerate(texts, start=10)))
    table = await backup_freshness(by="device", as_of=NOW)
    found = {int(row[0]): row[1:] for row in rows(table, "hostname", "suspect", "suspect_reason")}
    assert found == {n: (reason is not None, reason) for n, reason in enumerate(SNAPSHOTS.values())}


async def test_suspect_and_missing_snapshots_are_counted(empty_database: str) -> None:
    """A suspect one leaves its device fresh: whether the backup succeeded is what its run says."""
    a = device("a")
    await store(job(a, "completed", "11-22 06:00", "11-22 06:10"), snapshot(a, "11-22 06:10", ""))
    await store(device("b"))
    columns = ("devices", "fresh", "suspect", "without_snapshot")
    assert rows(await backup_freshness(as_of=NOW), *columns) == [(2, 1, 1, 1)]


async def test_an_empty_answer_has_the_columns_and_dtypes_of_a_full_one(empty_database: str) -> None:
    """No device, or one: the frame has the same shape."""
    groups = ("device", ["device", "device_type"], "device_type", "tag:location")
    empty = [await backup_freshness(by=by, as_of=NOW) for by in groups]
    d = device("a", "location:rome")
    await store(job(d, "completed", "11-22 06:00", "11-22 06:10"), snapshot(d, "11-22 06:10", "end"))
    for by, none in zip(groups, empty, strict=True):
        full = await backup_freshness(by=by, as_of=NOW)
        assert (len(none), len(full)) == (0, 1)
        assert none.dtypes.to_dict() == full.dtypes.to_dict()


async def test_all_of_history_is_looked_through_by_index(empty_database: str) -> None:
    """A device's last success and its last snapshots are found without a scan of runs or texts."""
    await store_history(empty_database)
    for by in (None, "device", "tag:location"):
        plan = await plan_of(backup_freshness, by=by, as_of=NOW)
        assert "ix_jobs_device_run_at" in plan
        assert "ix_device_configurations_history" in plan
        assert "Seq Scan on jobs" not in plan
        assert "Seq Scan on device_configurations" not in plan
