"""What is stored of each commit, and what is not."""

from datetime import UTC, datetime
from pathlib import Path

from netraven_analytics import config_blame, config_changes
from netraven_analytics.importers import open_archive
from tests.netraven_analytics.importers.importing import (
    EOS,
    GUESSED,
    IOS,
    NO_ADDRESS,
    REMOVED,
    devices,
    import_into,
    snapshots,
)
from tests.netraven_analytics.importers.repository import FIRST, Repository
from tests.netraven_analytics.spec import rows


def _moment(commit: int) -> datetime:
    return datetime.fromtimestamp(FIRST + 60 * commit, UTC).replace(tzinfo=None)


async def test_every_commit_is_a_snapshot_of_the_files_it_changed(
    empty_database: str, tmp_path: Path
) -> None:
    """With its commit, author and message beside it, at the commit's time in UTC."""
    made = Repository(tmp_path / "a")
    made.commit({"ber-1": IOS.format("ber-1"), "core/ber-2": EOS}, message="first\n")
    made.commit({"ber-1": IOS.format("ber-one")}, message="update ber-1")
    imported = await import_into(empty_database, made.path)
    assert (imported.commits, imported.snapshots, imported.devices) == (2, 3, 2)
    stored = await snapshots(empty_database)
    assert [(s.hostname, s.text, s.found_at) for s in stored] == [
        ("ber-1", IOS.format("ber-1"), _moment(0)),
        ("ber-1", IOS.format("ber-one"), _moment(1)),
        ("ber-2", EOS, _moment(0)),
    ]
    assert stored[1].metadata == {
        "commit": made.commits[1],
        "author": "Oxidized <oxidized@example.net>",
        "message": "update ber-1",
        "path": "ber-1",
    }


async def test_removed_files_keep_device_and_history(empty_database: str, tmp_path: Path) -> None:
    """Their last snapshot is empty; when they come back, the history goes on."""
    made = Repository(tmp_path / "a")
    made.commit({"a": IOS.format("a"), "b": "b\n"})
    made.commit({"a": None})
    await import_into(empty_database, made.path)
    assert (await devices(empty_database))["a"][2] == [NO_ADDRESS, GUESSED, REMOVED]
    (before, removed) = (await snapshots(empty_database))[:2]
    assert (before.text, removed.text, removed.metadata["removed"]) == (IOS.format("a"), "", True)
    made.commit({"a": IOS.format("a")})
    imported = await import_into(empty_database, made.path)
    assert (imported.new_devices, imported.removed) == (0, 0)
    changes = await config_changes(device="a", since="all")
    assert rows(changes, "lines_added", "lines_removed", "reverted_to") == [(4, 0, 1), (0, 4, None)]


async def test_the_author_of_the_archive_is_nobody_who_changed_anything(
    empty_database: str, tmp_path: Path
) -> None:
    """Only whom the text itself names is claimed."""
    made = Repository(tmp_path / "a")
    claim = "! Last configuration change at 10:11:12 UTC Tue Mar 3 2026 by ada\n"
    made.commit({"a": IOS.format("a")})
    made.commit({"a": IOS.format("b")})
    made.commit({"a": claim + IOS.format("c")})
    await import_into(empty_database, made.path)
    changes = await config_changes(since="all")
    assert rows(changes, "claimed_user") == [("ada",), (None,)]
    assert "xidized" not in changes.to_csv() + (await config_blame("a")).to_csv()


async def test_what_is_no_text_is_refused_by_name(empty_database: str, tmp_path: Path) -> None:
    """Files with NUL are named; a device exists once there is a text, and goes on where it is text again."""
    made = Repository(tmp_path / "a")
    made.commit({"a": "one\n", "vlan.dat": b"\0\1", "README.md": "hello\n", ".github/x": "y\n"})
    made.commit({"a": b"two\0", "vlan.dat": b"\0\2"})
    made.commit({"a": "three\n"})
    imported = await import_into(empty_database, made.path)
    assert imported.skipped == {
        "no configuration, by the name": {"README.md": 1, ".github/x": 1},
        "NUL bytes inside": {"a": 1, "vlan.dat": 2},
    }
    assert [(s.hostname, s.text) for s in await snapshots(empty_database)] == [
        ("a", "one\n"),
        ("a", "three\n"),
    ]


async def test_what_is_not_utf_8_is_latin_1_and_says_so(empty_database: str, tmp_path: Path) -> None:
    """Every byte is kept."""
    made = Repository(tmp_path / "a")
    made.commit({"a": "banner grün\n".encode("latin-1"), "b": "banner grün\n"})
    imported = await import_into(empty_database, made.path)
    a, b = await snapshots(empty_database)
    assert a.text == b.text == "banner grün\n"
    assert (a.metadata["encoding"], b.metadata.get("encoding")) == ("latin-1", None)
    assert imported.latin_1 == ("a",)


async def test_times_never_go_back(empty_database: str, tmp_path: Path) -> None:
    """A clock that was wrong for a while moves its own commits and no others, and the true time is kept."""
    made = Repository(tmp_path / "a")
    for number, time in enumerate([None, 0, 4_000_000_000, None, 900_000_000]):
        made.commit({"a": f"{number}\n"}, time=time)
    imported = await import_into(empty_database, made.path)
    stored = await snapshots(empty_database)
    assert [s.found_at for s in stored] == [_moment(n) for n in (0, 0, 0, 3, 3)]
    assert [s.text for s in stored] == ["0\n", "1\n", "2\n", "3\n", "4\n"]
    assert [s.metadata.get("commit_time") for s in stored] == [None, 0, 4_000_000_000, None, 900_000_000]
    assert imported.times_moved == 3


async def test_links_and_submodules_are_no_devices(empty_database: str, tmp_path: Path) -> None:
    """They are named; a file that becomes a link is gone."""
    made = Repository(tmp_path / "a", bare=False)
    made.commit({"a": "a\n", "b": "b\n"})
    made.git("reset", "-q", "--hard")
    (made.path / "b").unlink()
    (made.path / "b").symlink_to("a")
    made.git("add", "-A")
    made.git("update-index", "--add", "--cacheinfo", f"160000,{made.commits[0]},sub")
    made.git("commit", "-q", "-m", "links")
    imported = await import_into(empty_database, made.path)
    assert imported.skipped == {"a link": {"b": 1}, "a repository of its own": {"sub": 1}}
    assert [(s.hostname, s.text) for s in await snapshots(empty_database)] == [
        ("a", "a\n"),
        ("b", "b\n"),
        ("b", ""),
    ]


async def test_a_branch_is_read_by_its_first_parents(empty_database: str, tmp_path: Path) -> None:
    """A merge is one snapshot of what it brought."""
    made = Repository(tmp_path / "a")
    for text in ("1\n", "2\n"):
        made.commit({"a": text})
    side = made.on_a_branch({"a": "beside\n"})
    made.commit({"a": "merged\n"}, merged=[side])
    await import_into(empty_database, made.path)
    assert [s.text for s in await snapshots(empty_database)] == ["1\n", "2\n", "merged\n"]
    made.git("branch", "side", side)
    assert len(open_archive(made.path, "side").repositories[""].commits) == 2
