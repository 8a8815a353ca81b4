"""Names, addresses, models and tags of imported devices."""

from pathlib import Path

from netraven_analytics import config_blame
from tests.netraven_analytics.importers.importing import (
    EOS,
    GUESSED,
    IOS,
    NO_ADDRESS,
    REMOVED,
    devices,
    fetch,
    import_into,
)
from tests.netraven_analytics.importers.repository import Repository
from tests.netraven_analytics.spec import rows


async def test_what_nobody_told_is_marked(empty_database: str, tmp_path: Path) -> None:
    """Addresses are placeholders, models guesses; groups and folders are tags."""
    made = Repository(tmp_path / "a")
    made.commit({"a": IOS.format("a"), "emea/ber/b": EOS, "c": "nobody knows this\n"})
    imported = await import_into(empty_database, made.path)
    assert await devices(empty_database) == {
        "a": ("(unknown: a)", "cisco_ios", [NO_ADDRESS, GUESSED]),
        "b": ("(unknown: b)", "arista_eos", [NO_ADDRESS, GUESSED, "folder:emea/ber", "group:emea"]),
        "c": ("(unknown: c)", None, [NO_ADDRESS]),
    }
    assert (imported.without_address, imported.guessed, imported.without_model) == (3, 2, 1)


async def test_a_list_tells_addresses_and_models(empty_database: str, tmp_path: Path) -> None:
    """What one import was told stays, though the next is told nothing; names it does not have are noted."""
    made = Repository(tmp_path / "a")
    made.commit({"a": IOS.format("a"), "b": EOS, "c": "x\n"})
    listed = tmp_path / "router.db"
    listed.write_text("a:192.0.2.1:ios:user:secret\nb:192.0.2.1:eos\nc;arista;up\ngone:192.0.2.9:ios\n")
    imported = await import_into(empty_database, made.path, router_db=listed)
    expected = {
        "a": ("192.0.2.1", "cisco_ios", []),
        "b": ("(unknown: b)", "arista_eos", [NO_ADDRESS]),
        "c": ("(unknown: c)", "arista_eos", [NO_ADDRESS]),
    }
    assert await devices(empty_database) == expected
    assert imported.notes == (
        "b is without the address 192.0.2.1: another has it.",
        "1 names of the list are not in the archive: gone.",
    )
    made.commit({"a": EOS})
    await import_into(empty_database, made.path)
    assert await devices(empty_database) == expected


async def test_rancid_says_what_it_knows(empty_database: str, tmp_path: Path) -> None:
    """Groups of ``<group>/configs/<host>``, its router.db, and the model in the text."""
    made = Repository(tmp_path / "a")
    made.commit(
        {
            "core/configs/ber-1": "!RANCID-CONTENT-TYPE: cisco-xr\n!\nhostname ber-1\n",
            "core/configs/ber-2": "x\n",
            "core/router.db": "ber-2;juniper;up\n",
            "edge/configs/ber-2": "y\n",
            "core/configs/.gitignore": "*\n",
        }
    )
    imported = await import_into(empty_database, made.path)
    assert await devices(empty_database) == {
        "ber-1": ("(unknown: ber-1)", "cisco_xr", [NO_ADDRESS, "group:core"]),
        "ber-2": ("(unknown: ber-2)", "juniper_junos", [NO_ADDRESS, "group:core"]),
        "edge/configs/ber-2": ("(unknown: edge/configs/ber-2)", None, [NO_ADDRESS, "group:edge"]),
    }
    assert set(imported.skipped["no configuration, by the name"]) == {
        "core/router.db",
        "core/configs/.gitignore",
    }


async def test_a_folder_of_repositories_is_one_archive(empty_database: str, tmp_path: Path) -> None:
    """Each is a group, bare or not; one without a commit is named, and imported once it has some."""
    Repository(tmp_path / "core.git").commit({"a": "a\n"})
    Repository(tmp_path / "edge", bare=False).commit({"b": "b\n", "a": "another\n"})
    Repository(tmp_path / "new.git")
    (tmp_path / "notes").mkdir()
    imported = await import_into(empty_database, tmp_path)
    assert imported.empty == ("new",)
    assert {name: tags for name, (_, _, tags) in (await devices(empty_database)).items()} == {
        "a": [NO_ADDRESS, "group:core"],
        "b": [NO_ADDRESS, "group:edge"],
        "edge/a": [NO_ADDRESS, "group:edge"],
    }
    Repository(tmp_path / "new.git").commit({"c": "c\n"})
    assert (await import_into(empty_database, tmp_path)).snapshots == 1
    (tmp_path / "core.git").rename(tmp_path.parent / "elsewhere.git")
    assert (await import_into(empty_database, tmp_path)).gone == ("core",)
    assert set(await devices(empty_database)) == {"a", "b", "c", "edge/a"}


async def test_a_renamed_file_is_the_same_device_under_its_new_name(
    empty_database: str, tmp_path: Path
) -> None:
    """One that takes the name of a device that is gone has it from then on."""
    made = Repository(tmp_path / "a")
    made.commit({"old": IOS.format("x"), "new": "another one\n"})
    made.commit({"new": None})
    made.commit({"old": None, "core/new": IOS.format("y")})
    made.commit({"core/new": IOS.format("z")})
    imported = await import_into(empty_database, made.path)
    assert imported.renamed == ("old → core/new",)
    assert {name: tags for name, (_, _, tags) in (await devices(empty_database)).items()} == {
        "new": [NO_ADDRESS, GUESSED, "group:core"],
        "new (2)": [NO_ADDRESS, REMOVED],
    }
    blamed = await config_blame("new", show_secrets=True)
    assert rows(blamed, "text", "snapshot_id")[0] == ("version 15.2", 2)


HOSTILE = [
    "\x1b[31mred",
    "a\nb",
    "-rf",
    "'; DROP TABLE devices; --",
    "<b>x",
    "=1+1",
    "caf\udce9",
    "%s{0}\\",
    "  ",
    "\u202efdp",
]


async def test_hostile_names_are_names(empty_database: str, tmp_path: Path) -> None:
    """Whatever a file is called, it is one device; a path that no index could hold is refused by name."""
    made = Repository(tmp_path / "a")
    made.commit({name: f"{number}\n" for number, name in enumerate(HOSTILE)} | {"n" * 1001: "x\n"})
    imported = await import_into(empty_database, made.path)
    assert set(await devices(empty_database)) == {name.replace("\udce9", "é") for name in HOSTILE}
    assert list(imported.skipped) == ["a path of more than 1000 bytes"]
    made.commit({HOSTILE[6]: "changed\n"})
    assert (await import_into(empty_database, made.path)).new_devices == 0


async def test_tags_of_a_user_stay(empty_database: str, tmp_path: Path) -> None:
    """Also where a group has the name of one: the group's tag is then told apart by its type."""
    made = Repository(tmp_path / "a")
    made.commit({"core/a": "a\n"})
    await import_into(empty_database, made.path)
    await fetch(empty_database, "INSERT INTO tags (name, type) VALUES ('edge', 'role')")
    await fetch(
        empty_database,
        "INSERT INTO device_tag_association SELECT d.id, t.id FROM devices d, tags t WHERE t.name = 'edge'",
    )
    made.commit({"core/a": None, "edge/a": "a\n"})
    await import_into(empty_database, made.path)
    assert (await devices(empty_database))["a"][2] == [NO_ADDRESS, "group:group/edge", "role:edge"]
    assert [
        row["name"] for row in await fetch(empty_database, "SELECT name FROM tags WHERE type = 'group'")
    ] == ["group/edge"]
