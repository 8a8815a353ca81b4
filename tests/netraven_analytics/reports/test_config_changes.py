"""The definitions behind config_changes: snapshots in, changes out."""

from netraven_analytics import config_changes
from tests.netraven_analytics.spec import NOW, about, device, rows, snapshot, store

CHANGE = ("hostname", "from_id", "to_id", "lines_added", "lines_removed", "reverted_to")


async def _stored(*texts: str, **options: str) -> list[tuple[object, ...]]:
    """The changes of a device that had these texts on consecutive days, the oldest first."""
    d = device("a", **options)
    await store(*(snapshot(d, f"11-{day:02} 06:00:00", text) for day, text in enumerate(texts, start=1)))
    return rows(await config_changes(as_of=NOW), *CHANGE)[::-1]


async def test_a_change_is_two_consecutive_snapshots_that_differ(empty_database: str) -> None:
    """The first snapshot is a baseline, an equal one is no change."""
    assert await _stored("x\n", "x\n", "x\ny\n", "y\n") == [
        ("a", 2, 3, 1, 0, None),
        ("a", 3, 4, 0, 1, None),
    ]


async def test_there_and_back_is_two_changes(empty_database: str) -> None:
    """The second is marked with the latest earlier snapshot of the same text."""
    assert await _stored("A\n", "A\n", "B\n", "A\n") == [("a", 2, 3, 1, 1, None), ("a", 3, 4, 1, 1, 2)]


async def test_line_ends_are_no_change(empty_database: str) -> None:
    """CRLF, bare CR, LF and a missing last line end are the same text."""
    assert await _stored("x\ny\n", "x\r\ny\r\n", "x\ry\r", "x\ny") == []


async def test_noise_is_no_change(empty_database: str) -> None:
    """Lines that the platform rewrites by itself are left out before the texts are compared."""
    first = "! Last configuration change at 10:11:12 UTC Tue Mar 3 2026 by ann\nname a\nntp clock-period 1\n"
    second = "! Last configuration change at 11:00:00 UTC Wed Mar 4 2026 by bob\nname a\nntp clock-period 2\n"
    assert await _stored(first, second, second + "vlan 7\n") == [("a", 2, 3, 1, 0, None)]


async def test_noise_belongs_to_its_platform(empty_database: str) -> None:
    """What is noise on IOS is configuration on Junos."""
    assert (
        len(await _stored("ntp clock-period 1\n", "ntp clock-period 2\n", device_type="juniper_junos")) == 1
    )


async def test_raw_counts_show_the_noise_beside_the_change(empty_database: str) -> None:
    """lines_* are of the normalised texts, raw_lines_* of the texts as stored."""
    d = device("a")
    await store(
        snapshot(d, "11-01 06:00:00", "ntp clock-period 1\nx\n"),
        snapshot(d, "11-02 06:00:00", "ntp clock-period 2\nx\ny\n"),
    )
    counts = ("lines_added", "lines_removed", "raw_lines_added", "raw_lines_removed")
    assert rows(await config_changes(as_of=NOW), *counts) == [(1, 0, 2, 1)]


async def test_order_is_by_time_then_id(empty_database: str) -> None:
    """A snapshot stored late takes its place by when it was taken; equal times go by id."""
    d = device("a")
    await store(snapshot(d, "11-03 06:00:00", "C\n"))
    await store(snapshot(d, "11-01 06:00:00", "A\n"))
    await store(snapshot(d, "11-03 06:00:00", "D\n"))
    assert rows(await config_changes(as_of=NOW), *CHANGE)[::-1] == [
        ("a", 2, 1, 1, 1, None),
        ("a", 1, 3, 1, 1, None),
    ]


async def test_a_window_selects_by_found_at(empty_database: str) -> None:
    """The snapshot before may be older than the window, and what is reverted to as well."""
    d = device("a")
    await store(
        snapshot(d, "2026-01-01 06:00", "A\n"),
        snapshot(d, "2026-02-01 06:00", "B\n"),
        snapshot(d, "2026-11-20 06:00", "A\n"),
    )
    table = await config_changes(as_of=NOW, since="7d")
    assert rows(table, "from_id", "to_id", "previous_at", "found_at", "reverted_to") == [
        (2, 3, "2026-02-01T06:00:00+00:00", "2026-11-20T06:00:00+00:00", 1)
    ]
    assert about(table)["left_out"] == {}


async def test_snapshots_that_are_no_change_are_counted(empty_database: str) -> None:
    """The answer says how many snapshots of the window were baselines or brought nothing new."""
    d, e = device("a"), device("b")
    await store(
        snapshot(d, "11-18 06:00:00", "A\n"),
        snapshot(d, "11-19 06:00:00", "A\r\n"),
        snapshot(e, "11-19 06:00:00", "A\n"),
    )
    assert about(await config_changes(as_of=NOW))["left_out"] == {"baseline": 2, "unchanged_or_noise_only": 1}


async def test_what_is_found_after_as_of_is_not_there_yet(empty_database: str) -> None:
    """Seen from yesterday, today's snapshot does not exist."""
    d = device("a")
    await store(snapshot(d, "11-18 06:00:00", "A\n"), snapshot(d, "11-19 06:00:00", "B\n"))
    assert rows(await config_changes(as_of="2026-11-18T12:00Z"), *CHANGE) == []


async def test_an_empty_answer_has_the_columns_and_dtypes_of_a_full_one(empty_database: str) -> None:
    """No changes, or some: the frame has the same shape, and empty texts are texts."""
    empty = await config_changes(as_of=NOW)
    d = device("a", device_type=None)
    await store(snapshot(d, "11-18 06:00:00", ""), snapshot(d, "11-19 06:00:00", "B\n"))
    full = await config_changes(as_of=NOW)
    assert rows(full, *CHANGE, "device_type") == [("a", 1, 2, 1, 0, None, None)]
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


async def test_the_newest_change_comes_first_and_top_keeps_the_newest(empty_database: str) -> None:
    """top=1 of two changes keeps the later one and says that one was cut."""
    d = device("a")
    await store(*(snapshot(d, f"11-{day} 06:00:00", text) for day, text in ((17, "A"), (18, "B"), (19, "C"))))
    table = await config_changes(as_of=NOW, top=1)
    assert rows(table, "to_id") == [(3,)]
    assert about(table)["cut"] == {"rows": 2, "kept": 1, "cut": 1}
