"""The definitions behind config_changes: snapshots in, changes out."""

import os
import random
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest

from netraven_analytics import config_changes, sql
from netraven_analytics.facts import digests
from netraven_analytics.refresh import refresh
from netraven_db import migrate
from netraven_db.db.connection import connect
from netraven_db.db.models import DeviceConfiguration
from netraven_db.db.session import get_db
from tests.netraven_analytics.spec import NOW, about, at, device, rows, snapshot, store

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


async def test_where_a_change_is_and_whom_it_names(empty_database: str) -> None:
    """Sections are named by their headers; the claimed user is whom the new text names."""
    head = "! Last configuration change at 10:11:12 UTC Tue Mar 3 2026 by {}\n"
    text = "hostname a\ninterface Gi1\n mtu {}\nrouter bgp 1\n address-family ipv4\n  neighbor {}\n"
    d = device("a")
    await store(
        snapshot(d, "11-01 06:00:00", head.format("ann") + text.format(1500, "192.0.2.1")),
        snapshot(d, "11-02 06:00:00", head.format("bob") + text.format(9000, "192.0.2.2")),
        snapshot(d, "11-03 06:00:00", text.format(9000, "192.0.2.2") + "ntp server 192.0.2.3\n"),
    )
    assert rows(await config_changes(as_of=NOW), "sections", "claimed_user") == [
        ("(global)", None),
        ("interface Gi1; router bgp 1 > address-family ipv4", "bob"),
    ]


async def test_where_over_the_digests(empty_database: str) -> None:
    """Conditions take the columns of the fact, and choose the snapshots that are compared."""
    d = device("a")
    await store(*(snapshot(d, f"11-0{n} 06:00:00", text) for n, text in ((1, "A\n"), (2, ""), (3, "A\nB\n"))))
    table = await config_changes(as_of=NOW, where=digests.c.size > 0)
    assert rows(table, "from_id", "to_id") == [(1, 3)]


EVERYTHING = (*CHANGE, "previous_at", "found_at", "raw_lines_added", "raw_lines_removed", "sections")


async def _refreshed_and_not() -> list[tuple[object, ...]]:
    """The changes, which are the same before and after a refresh, over everything and over a window."""
    before = rows(await config_changes(as_of=NOW, since="all"), *EVERYTHING)
    await refresh()
    table = await config_changes(as_of=NOW, since="all")
    assert rows(table, *EVERYTHING) == before
    assert "config refresh" not in str(about(table)["notes"])
    for since in ("2026-11-02", "2026-11-05"):
        part = rows(await config_changes(as_of=NOW, since=since), *EVERYTHING)
        assert part == [row for row in before if str(row[7]) >= since]  # found_at
    return [row[1:6] for row in before[::-1]]


async def test_snapshots_out_of_order(empty_database: str) -> None:
    """One that is stored later and was taken earlier makes two changes of one, also after a refresh."""
    d = device("a")
    await store(snapshot(d, "11-01 06:00:00", "A\n"), snapshot(d, "11-05 06:00:00", "C\n"))
    assert await _refreshed_and_not() == [(1, 2, 1, 1, None)]
    async with get_db() as db:
        db.add(DeviceConfiguration(device_id=1, retrieved_at=at("11-03 06:00:00"), config_data="A\nB\n"))
    assert await _refreshed_and_not() == [(1, 3, 1, 0, None), (3, 2, 1, 2, None)]


async def test_an_edited_snapshot(empty_database: str) -> None:
    """A text that was edited in the database is compared as it is now."""
    d = device("a")
    await store(*(snapshot(d, f"11-0{n} 06:00:00", f"{n}\n") for n in (1, 3, 5)))
    assert len(await _refreshed_and_not()) == 2
    await _execute("update device_configurations set config_data = E'1\n' where id = 2")
    assert await _refreshed_and_not() == [(2, 3, 1, 1, None)]
    await _execute("update device_configurations set retrieved_at = '2026-11-06 06:00' where id = 2")
    assert await _refreshed_and_not() == [(1, 3, 1, 1, None), (3, 2, 1, 1, 1)]


async def test_a_deleted_snapshot(empty_database: str) -> None:
    """Its neighbours are consecutive from then on, and nothing goes back to it."""
    d = device("a")
    await store(*(snapshot(d, f"11-0{n} 06:00:00", text) for n, text in enumerate("ABCA", start=1)))
    assert await _refreshed_and_not() == [(1, 2, 1, 1, None), (2, 3, 1, 1, None), (3, 4, 1, 1, 1)]
    await _execute("delete from device_configurations where id in (1, 3)")
    assert await _refreshed_and_not() == [(2, 4, 1, 1, None)]
    await _execute("delete from devices")
    assert await _refreshed_and_not() == []


async def test_another_device_type(empty_database: str) -> None:
    """What was normalised for one platform is not taken for another's."""
    d = device("a")
    await store(*(snapshot(d, f"11-0{n} 06:00:00", f"ntp clock-period {n}\n") for n in (1, 3)))
    assert await _refreshed_and_not() == []
    await _execute("update devices set device_type = 'juniper_junos'")
    assert await _refreshed_and_not() == [(1, 2, 1, 1, None)]


async def test_other_noise_rules(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stored digests of other rules are not used, and a refresh makes them anew."""
    d = device("a")
    await store(*(snapshot(d, f"11-0{n} 06:00:00", f"x\nuptime is {n}\n") for n in (1, 3)))
    assert len(await _refreshed_and_not()) == 1
    (tmp_path / "noise.toml").write_text("[all]\nlines = ['uptime is ']\n")
    monkeypatch.setenv("NETRAVEN_NOISE", str(tmp_path / "noise.toml"))
    assert await _refreshed_and_not() == []
    monkeypatch.delenv("NETRAVEN_NOISE")
    assert len(await _refreshed_and_not()) == 1


async def test_an_unfinished_backfill(blank_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots without digests are read, some or all, and the answer is the same and says so."""
    url = await _netravens(blank_database, monkeypatch)
    plain = rows(await config_changes(as_of=NOW), *EVERYTHING)
    assert [row[1:6] for row in plain] == [(3, 4, 1, 1, 2), (2, 3, 1, 1, None)]
    await migrate.upgrade(url)
    table = await config_changes(as_of=NOW)
    assert rows(table, *EVERYTHING) == plain
    assert "'netraven-analytics config refresh'" in about(table)["notes"][0]
    await _execute(
        "insert into analytics.configuration_digests select id, device_id, retrieved_at, 0, "
        "sha256(config_data::bytea) from device_configurations where id in (1, 3)"
    )
    assert rows(await config_changes(as_of=NOW), *EVERYTHING) == plain
    await refresh()
    table = await config_changes(as_of=NOW)
    assert rows(table, *EVERYTHING) == plain
    assert about(table)["notes"] == []


async def test_without_the_upgrade_and_without_rights(
    blank_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may only read, and may not read our schema, gets the same answer and a note, before and after."""
    url = await _netravens(blank_database, monkeypatch)
    plain = rows(await config_changes(as_of=NOW), *EVERYTHING)
    role = f"test_{uuid4().hex[:12]}"
    await _execute(f"create role {role}", f"grant select on devices, device_configurations to {role}")
    try:
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", f"{url}{'&' if '?' in url else '?'}role={role}")
        table = await config_changes(as_of=NOW, device="a")
        assert rows(table, *EVERYTHING) == plain
        assert "has not been upgraded" in about(table)["notes"][0]
        await migrate.upgrade(url)
        table = await config_changes(as_of=NOW)
        assert rows(table, *EVERYTHING) == plain
        assert "config refresh" in about(table)["notes"][0]  # readers of texts may read digests
        await _execute(f"revoke all on all tables in schema analytics from {role}", url=url)
        table = await config_changes(as_of=NOW, where=digests.c.size > 0)
        assert rows(table, *EVERYTHING) == plain
        assert "may not read the digests" in about(table)["notes"][0]
    finally:
        await _execute(f"drop owned by {role}", f"drop role {role}", url=url)


async def test_whatever_happens(empty_database: str) -> None:
    """After random inserts, edits, moves, deletes and refreshes the changes are those of the texts."""
    chance = random.Random(4)
    async with get_db() as db:
        db.add_all([device(name) for name in "ab"])
    for step in range(25):
        what = chance.choice(("insert", "insert", "insert", "edit", "move", "delete", "refresh"))
        row = chance.choice(list(await _stored_texts()) or [0])
        text, when = chance.choice("ABC"), f"2026-11-{chance.randint(1, 9):02} 06:00"
        noise = f"ntp clock-period {chance.randint(1, 3)}\n{text}\n"
        if what == "refresh":
            await refresh()
        else:
            await _execute(
                {
                    "insert": "insert into device_configurations (device_id, config_data, retrieved_at) "
                    f"values ({chance.randint(1, 2)}, '{noise}', '{when}')",
                    "edit": f"update device_configurations set config_data = '{noise}' where id = {row}",
                    "move": "update device_configurations set device_id = 3 - device_id, "
                    f"retrieved_at = '{when}' where id = {row}",
                    "delete": f"delete from device_configurations where id = {row}",
                }[what]
            )
        since = chance.choice(("all", "2026-11-04"))
        table = await config_changes(as_of=NOW, since=since)
        expected, counted = _told_by_the_texts(await _stored_texts(), since)
        assert sorted(rows(table, "from_id", "to_id", "reverted_to")) == expected, (step, what)
        assert about(table)["left_out"] == counted, (step, what)


def _told_by_the_texts(stored: dict[int, tuple[int, str, str]], since: str) -> tuple[object, object]:
    """Changes and what is none, straight from the definition."""
    changes, counted = [], Counter[str]()
    for device_id in (1, 2):
        past: list[tuple[int, str]] = []
        for snapshot_id, (of, when, text) in sorted(stored.items(), key=lambda row: (row[1][1], row[0])):
            if of != device_id:
                continue
            if since == "all" or when >= since:
                if not past:
                    counted["baseline"] += 1
                elif past[-1][1] == text:
                    counted["unchanged_or_noise_only"] += 1
                else:
                    same = [earlier for earlier, its in past if its == text]
                    changes.append((past[-1][0], snapshot_id, same[-1] if same else None))
            past.append((snapshot_id, text))
    return sorted(changes, key=lambda row: row[:2]), dict(counted)


async def _stored_texts() -> dict[int, tuple[int, str, str]]:
    """By id: device, time and the text's last line."""
    query = "select id, device_id, retrieved_at::text as at, config_data as text from device_configurations"
    table = await sql(f"{query} order by id")
    return {
        row.id: (row.device_id, row.at, row.text.splitlines()[-1]) for row in table.itertuples(index=False)
    }


async def _netravens(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database that only NetRaven's own migration made, with one device's texts A, A, B, A."""
    await migrate.upgrade(url, "8a76c492719c")
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", url)
    d = device("a")
    await store(*(snapshot(d, f"11-0{n} 06:00:00", f"{text}\n") for n, text in enumerate("AABA", start=1)))
    return url


async def _execute(*statements: str, url: str | None = None) -> None:
    connection = await connect(url or os.environ["NETRAVEN_DATABASE_URL"])
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
