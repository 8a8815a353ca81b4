"""The definitions behind change_clusters: changes in, rollouts and who is without them out."""

import pytest

from netraven_analytics import change_clusters
from netraven_analytics.refresh import refresh
from netraven_db import migrate
from netraven_db.db.models import Device, Tag
from netraven_db.errors import ParameterError
from tests.netraven_analytics.spec import NOW, about, device, rows, snapshot, store

TEXT = "hostname {name}\nlogging host 192.0.2.1\ntacacs-server key 7 {key}\nend\n"
NEW = TEXT.replace("192.0.2.1\n", "192.0.2.1\nlogging host 192.0.2.2\n")
ROW = ("section", "removed_lines", "added_lines", "devices", "hostnames", "without", "without_hostnames")
KEYS = ("0822455D0A16", "094F471A1A0A", "13061E010803", "060506324F41", "045802150C2E", "121A0C041104")


def _access(count: int) -> list[Device]:
    """Devices acc-1, acc-2, … of one role."""
    access = Tag(type="role", name="access")
    return [device(f"acc-{n}", "role:access", known=[access]) for n in range(1, count + 1)]


def _text(of: Device, text: str, key: str = KEYS[0]) -> str:
    return text.format(name=of.hostname, key=key)


async def _rolled_out(devices: list[Device], got: int, day: int = 18) -> None:
    """All begin alike, and the first ones get the new line, a day apart each."""
    await store(*(snapshot(d, "11-01 06:00:00", _text(d, TEXT)) for d in devices))
    for number, of in enumerate(devices[:got]):
        await store(snapshot(of, f"11-{day + number} 06:00:00", _text(of, NEW)))


async def test_a_rollout_is_one_row_with_those_that_got_it_and_those_that_did_not(
    empty_database: str,
) -> None:
    """Those of the same type with the same tags; others are no peers."""
    devices = _access(4)
    await _rolled_out(devices, 3)
    await store(snapshot(device("edge-1", "role:edge"), "11-01 06:00:00", "hostname edge-1\nend\n"))
    table = await change_clusters(as_of=NOW)
    line = "logging host 192.0.2.2"
    assert rows(table, *ROW) == [("(global) logging", "", line, 3, "acc-1, acc-2, acc-3", 1, "acc-4")]
    assert rows(table, "device_type", "tags", "already", "unknown") == [("cisco_ios", "role:access", 0, 0)]
    assert rows(table, "first_found_at", "last_found_at") == [
        ("2026-11-18T06:00:00+00:00", "2026-11-20T06:00:00+00:00")
    ]
    assert about(table)["totals"] == {"rollouts": 1, "changes": 3, "devices": 3}


async def test_who_has_it_already_is_not_without_it(empty_database: str) -> None:
    """Since before the window, or by a change in which it came with more; who is suspect is unknown."""
    devices = _access(8)
    await _rolled_out(devices[:3], 3)
    before, more, empty, never, lacks = devices[3:]
    await store(
        snapshot(before, "11-01 06:00:00", _text(before, NEW)),
        snapshot(more, "11-18 06:00:00", _text(more, TEXT)),
        snapshot(
            more, "11-19 06:00:00", _text(more, NEW.replace("0.2.2\n", "0.2.2\nlogging host 192.0.2.3\n"))
        ),
        snapshot(empty, "11-19 06:00:00", ""),
        snapshot(lacks, "11-19 06:00:00", _text(lacks, TEXT)),
        never,
    )
    table = await change_clusters(as_of=NOW, since="7d")
    assert rows(table, "devices", "without_hostnames", "already", "unknown") == [(3, "acc-8", 2, 2)]


async def test_a_line_taken_away_is_missing_from_who_still_has_it(empty_database: str) -> None:
    """The other way round: without it is who still has what was removed."""
    devices = _access(5)
    await store(*(snapshot(d, "11-01 06:00:00", _text(d, NEW)) for d in devices[:4]))
    await store(snapshot(devices[4], "11-01 06:00:00", _text(devices[4], TEXT)))
    await store(*(snapshot(d, "11-18 06:00:00", _text(d, TEXT)) for d in devices[:3]))
    table = await change_clusters(as_of=NOW)
    assert rows(table, "removed_lines", "added_lines", "without_hostnames", "already") == [
        ("logging host 192.0.2.2", "", "acc-4", 1)
    ]


async def test_a_new_secret_for_each_device_is_one_rollout(empty_database: str) -> None:
    """It shows no token, since they all differ; one new secret for all shows one. Secrets do not leave."""
    devices = _access(3)
    await store(
        *(snapshot(d, "11-01 06:00:00", _text(d, TEXT, k)) for d, k in zip(devices, KEYS[:3], strict=True))
    )
    await store(
        *(snapshot(d, "11-10 06:00:00", _text(d, TEXT, k)) for d, k in zip(devices, KEYS[3:], strict=True))
    )
    line = "tacacs-server key 7 <redacted>"
    table = await change_clusters(as_of=NOW)
    assert rows(table, "removed_lines", "added_lines", "devices") == [(line, line, 3)]
    await store(*(snapshot(d, "11-20 06:00:00", _text(d, TEXT, KEYS[0])) for d in devices))
    table = await change_clusters(as_of=NOW, since="5d")
    ((removed, added),) = rows(table, "removed_lines", "added_lines")
    assert removed == line  # the old ones differed
    assert added == line
    await store(*(snapshot(d, "11-21 06:00:00", _text(d, TEXT, KEYS[1])) for d in devices))
    table = await change_clusters(as_of=NOW, since="2026-11-21")
    ((removed, added),) = rows(table, "removed_lines", "added_lines")
    assert removed.startswith("tacacs-server key 7 <redacted:")
    assert removed != added
    assert not any(key in str(rows(table)) for key in KEYS)
    shown = await change_clusters(as_of=NOW, since="2026-11-21", show_secrets=True)
    assert rows(shown, "added_lines") == [(f"tacacs-server key 7 {KEYS[1]}",)]


async def test_hunks_that_came_together_are_one_rollout(empty_database: str) -> None:
    """In two sections, and with noise between the snapshots."""
    devices = _access(3)
    both = NEW.replace("end\n", "ntp clock-period 9\nvlan 7\n name LAB\nend\n")
    await store(*(snapshot(d, "11-01 06:00:00", _text(d, TEXT)) for d in devices))
    await store(*(snapshot(d, "11-18 06:00:00", _text(d, both)) for d in devices))
    table = await change_clusters(as_of=NOW)
    assert rows(table, "section", "added_lines") == [
        ("(global) logging; vlan 7", "logging host 192.0.2.2\nvlan 7\n name LAB")
    ]


async def test_the_gap_and_the_least_devices_are_options(empty_database: str) -> None:
    """Two devices are a rollout to who says so; those far apart are not."""
    await _rolled_out(_access(3), 2)
    assert rows(await change_clusters(as_of=NOW)) == []
    assert rows(await change_clusters(as_of=NOW, least=2), "devices") == [(2,)]
    assert rows(await change_clusters(as_of=NOW, least="2", gap="23h")) == []
    for wrong in ({"least": 1}, {"least": "few"}, {"gap": "2x"}):
        with pytest.raises(ParameterError, match="is not understood"):
            await change_clusters(as_of=NOW, **wrong)


async def test_without_anything_in_common_nobody_is_without_it(empty_database: str) -> None:
    """Three devices of three types and no tag in common."""
    devices = [device(f"d{n}", device_type=kind) for n, kind in enumerate(("cisco_ios", "cisco_xe", None))]
    await _rolled_out([*devices], 3)
    await store(snapshot(device("other"), "11-01 06:00:00", "hostname other\nend\n"))
    table = await change_clusters(as_of=NOW)
    assert rows(table, "devices", "device_type", "tags", "without", "already", "unknown") == [
        (3, None, None, None, None, None)
    ]


async def test_a_window_and_a_filter_choose_the_changes(empty_database: str) -> None:
    """Only devices that pass are in a rollout, or without it."""
    await _rolled_out(_access(5), 4)
    assert rows(await change_clusters(as_of=NOW, since="2026-11-20")) == []
    table = await change_clusters(as_of=NOW, device=["acc-1", "acc-2", "acc-3"])
    assert rows(table, "devices", "without") == [(3, 0)]
    assert about(table)["left_out"] == {"baseline": 3}


async def test_an_empty_database_and_one_device(empty_database: str) -> None:
    """The columns and dtypes are those of a full answer."""
    empty = await change_clusters(as_of=NOW, since="all")
    await _rolled_out(_access(1), 1)
    alone = await change_clusters(as_of=NOW, since="all")
    assert about(alone)["left_out"] == {"baseline": 1, "changes_in_no_rollout": 1}
    full = await change_clusters(as_of=NOW, since="all", least=2)
    assert empty.dtypes.to_dict() == alone.dtypes.to_dict() == full.dtypes.to_dict()


async def test_refreshed_or_not_and_without_digests_it_is_the_same(
    blank_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a database as NetRaven made it, after the upgrade, and after a refresh."""
    await migrate.upgrade(blank_database, "8a76c492719c")
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", blank_database)
    await _rolled_out(_access(4), 3)
    plain = rows(await change_clusters(as_of=NOW))
    assert len(plain) == 1
    await migrate.upgrade(blank_database)
    assert rows(await change_clusters(as_of=NOW)) == plain
    await refresh()
    assert rows(await change_clusters(as_of=NOW)) == plain
