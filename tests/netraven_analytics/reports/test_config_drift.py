"""The definitions behind config_drift: latest snapshots in, sections unlike those of the peers out."""

import pytest

from netraven_analytics import config_drift
from netraven_db import migrate
from netraven_db.db.models import Device, Tag
from netraven_db.errors import ParameterError
from tests.netraven_analytics.spec import NOW, about, device, rows, snapshot, store

TEXT = "hostname {name}\nntp server 192.0.2.1\nsnmp-server community {secret} RO\nend\n"
ROW = ("hostname", "peers", "section", "odd_lines", "missing_lines", "agreeing", "compared")
GROUP = "cisco_ios, role:core"


def _core(count: int) -> list[Device]:
    """Devices core-1, core-2, … of one role."""
    core = Tag(type="role", name="core")
    return [device(f"core-{n}", "role:core", known=[core]) for n in range(1, count + 1)]


def _texts(devices: list[Device], odd: str = TEXT) -> list[object]:
    """A snapshot of each: the last one has the odd text."""
    texts = [TEXT] * (len(devices) - 1) + [odd]
    return [
        snapshot(d, "11-20 06:00:00", text.format(name=d.hostname, secret=f"Kx9-{d.hostname}"))
        for d, text in zip(devices, texts, strict=True)
    ]


async def test_a_device_unlike_the_majority_is_shown_with_the_odd_lines(empty_database: str) -> None:
    """What each has its own of, host names and secrets, is not odd."""
    await store(*_texts(_core(4), TEXT.replace("192.0.2.1", "198.51.100.7")))
    table = await config_drift(as_of=NOW)
    odd, missing = "ntp server 198.51.100.7", "ntp server 192.0.2.1"
    assert rows(table, *ROW) == [("core-4", GROUP, "(global) ntp", odd, missing, 3, 4)]
    assert about(table)["totals"] == {"compared": 4, "differing": 1, "groups": 1}


async def test_only_the_last_snapshot_by_the_windows_end_counts(empty_database: str) -> None:
    """What was odd and is put right is gone, and is there again when looked at from before."""
    devices = _core(3)
    await store(*_texts(devices, TEXT + "vlan 7\nend\n"))
    await store(snapshot(devices[2], "11-21 06:00:00", TEXT.format(name="core-3", secret="Kx9-core-3")))
    assert rows(await config_drift(as_of=NOW)) == []
    before = await config_drift(until="2026-11-21", as_of=NOW)
    assert rows(before, "hostname", "odd_lines", "snapshot_id") == [("core-3", "vlan 7", 3)]


async def test_a_shared_secret_that_differs_is_a_token(empty_database: str) -> None:
    """The secret itself is nowhere, unless it is asked for; the same one is the same token."""
    text = TEXT + "tacacs-server key 7 {key}\nend\n"
    devices = _core(4)
    keys = ["0822455D0A16", "0822455D0A16", "0822455D0A16", "13061E010803"]
    await store(
        *(
            snapshot(d, "11-20 06:00:00", text.format(name=d.hostname, secret=f"Kx9-{d.hostname}", key=key))
            for d, key in zip(devices, keys, strict=True)
        )
    )
    table = await config_drift(as_of=NOW)
    ((odd, missing),) = rows(table, "odd_lines", "missing_lines")
    assert odd.startswith("tacacs-server key 7 <redacted:")
    assert missing.startswith("tacacs-server key 7 <redacted:")
    assert odd != missing
    assert not any(key in str(rows(table)) for key in keys)
    shown = rows(await config_drift(as_of=NOW, show_secrets=True), "odd_lines", "missing_lines")
    assert shown == [(f"tacacs-server key 7 {keys[3]}", f"tacacs-server key 7 {keys[0]}")]


async def test_fewer_than_three_peers_have_no_majority(empty_database: str) -> None:
    """They are counted, and nothing is said of them."""
    await store(*_texts(_core(2), TEXT + "vlan 7\nend\n"))
    table = await config_drift(as_of=NOW)
    assert rows(table) == []
    assert about(table)["left_out"] == {"fewer_than_3_peers": 2}


async def test_a_tie_is_said(empty_database: str) -> None:
    """Two of four have a line and two have not: there is no majority."""
    devices = _core(4)
    more = [TEXT, TEXT, TEXT + "vlan 7\nend\n", TEXT + "vlan 7\nend\n"]
    await store(
        *(
            snapshot(d, "11-20 06:00:00", text.format(name=d.hostname, secret=f"Kx9-{d.hostname}"))
            for d, text in zip(devices, more, strict=True)
        )
    )
    table = await config_drift(as_of=NOW)
    assert rows(table) == []
    assert (
        "Lines that exactly half of a group has, so that no device is shown for them: 1."
        in about(table)["notes"]
    )


async def test_missing_and_suspect_snapshots_are_left_out(empty_database: str) -> None:
    """An empty or cut text lacks everything, and says nothing of the device."""
    devices = _core(6)
    await store(*_texts(devices[:3]), devices[3])
    await store(
        snapshot(devices[4], "11-20 06:00:00", "\n"), snapshot(devices[5], "11-20 06:00:00", "hostname x\n")
    )
    table = await config_drift(as_of=NOW)
    assert rows(table) == []
    assert about(table)["left_out"] == {"without_snapshot": 1, "suspect": 2}


async def test_a_filter_chooses_whom_to_show_and_not_the_peers(empty_database: str) -> None:
    """One device is compared with all of its kind."""
    await store(*_texts(_core(4), TEXT.replace("192.0.2.1", "198.51.100.7")))
    table = await config_drift(device="core-4", as_of=NOW)
    assert rows(table, "hostname", "compared") == [("core-4", 4)]
    assert about(table)["totals"]["compared"] == 1
    assert rows(await config_drift(device="core-1", as_of=NOW)) == []


async def test_peers_are_of_one_type_and_have_the_tags_that_are_asked_for(empty_database: str) -> None:
    """Without a tag of the type they are peers of those without one; with several, of each."""
    core, edge = Tag(type="role", name="core"), Tag(type="role", name="edge")
    devices = [device(f"d{n}", "role:core", known=[core]) for n in range(2)]
    devices += [device("both", "role:core", "role:edge", known=[core, edge])]
    devices += [device(f"e{n}", "role:edge", known=[edge]) for n in range(2)]
    devices += [device(f"n{n}") for n in range(3)]
    devices += [device(f"x{n}", device_type="cisco_nxos") for n in range(2)]
    for number, each in enumerate(devices):
        await store(
            snapshot(each, "11-20 06:00:00", f"hostname {each.hostname}\nlogging host 10.0.0.{number}\nend\n")
        )
    by_role = await config_drift(as_of=NOW)
    assert sorted({row[0] for row in rows(by_role, "peers")}) == []
    odd = next(d for d in devices if d.hostname == "both")
    await store(snapshot(odd, "11-21 06:00:00", "hostname both\nlogging host 10.0.0.2\nip routing\nend\n"))
    assert {row[0] for row in rows(await config_drift(as_of=NOW), "peers")} == {
        "cisco_ios, role:core",
        "cisco_ios, role:edge",
    }
    by_type = await config_drift(peers="device_type", as_of=NOW)
    assert rows(by_type, "peers", "compared") == [("cisco_ios", 8)]
    assert about(by_type)["left_out"] == {"fewer_than_3_peers": 2}
    both = await config_drift(peers=["tag:role", "tag:site"], as_of=NOW)
    assert {row[0] for row in rows(both, "peers")} == {
        "cisco_ios, role:core, site:(none)",
        "cisco_ios, role:edge, site:(none)",
    }


async def test_peers_of_another_form_are_refused(empty_database: str) -> None:
    """With what is accepted, before any SQL."""
    with pytest.raises(ParameterError, match="peers='role' is not a dimension here"):
        await config_drift(peers="role")


async def test_the_most_agreed_comes_first(empty_database: str) -> None:
    """Four of five agree on one section, three of five on another."""
    devices = _core(5)
    more = ["", "", "ntp server 192.0.2.7\n", "ntp server 192.0.2.7\n", "ntp server 192.0.2.8\n"]
    await store(
        *(
            snapshot(d, "11-20 06:00:00", f"hostname {d.hostname}\n{text}end\n")
            for d, text in zip(devices, more, strict=True)
        )
    )
    found = rows(await config_drift(as_of=NOW), "odd_lines", "agreeing")
    assert found == []  # three of five have a server that is not the majority's: each has its own
    await store(snapshot(devices[4], "11-21 06:00:00", "hostname core-5\nip routing\nend\n"))
    found = rows(await config_drift(as_of=NOW), "odd_lines", "agreeing")
    assert found == [("ip routing", 4), ("ntp server 192.0.2.7", 3), ("ntp server 192.0.2.7", 3)]


async def test_an_empty_database_and_one_device(empty_database: str) -> None:
    """The columns and dtypes are those of a full answer."""
    empty = await config_drift(as_of=NOW)
    await store(snapshot(device("a"), "11-20 06:00:00", "end\n"))
    alone = await config_drift(as_of=NOW)
    assert about(alone)["left_out"] == {"fewer_than_3_peers": 1}
    await store(*_texts(_core(3), TEXT + "vlan 7\nend\n"))
    full = await config_drift(as_of=NOW)
    assert len(full) == 1
    assert empty.dtypes.to_dict() == alone.dtypes.to_dict() == full.dtypes.to_dict()


async def test_without_digests_it_is_the_same(blank_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a database as NetRaven made it, and after the upgrade."""
    await migrate.upgrade(blank_database, "8a76c492719c")
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", blank_database)
    await store(*_texts(_core(4), TEXT.replace("192.0.2.1", "198.51.100.7")))
    plain = rows(await config_drift(as_of=NOW), *ROW)
    assert len(plain) == 1
    await migrate.upgrade(blank_database)
    assert rows(await config_drift(as_of=NOW), *ROW) == plain
