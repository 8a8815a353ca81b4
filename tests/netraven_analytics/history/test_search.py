"""config_search: histories in, matches and since when they stand out."""

import pytest

from netraven_analytics import config_search
from netraven_db.errors import ParameterError
from tests.netraven_analytics.history.stored import days
from tests.netraven_analytics.spec import about, device, rows, snapshot, store

DAY = "2026-11-{:02}T06:00:00+00:00".format
STOOD = ("hostname", "line", "text", "introduced_id", "introduced_at", "previous_at")


async def test_matches_stand_since_they_were_there_without_a_break(empty_database: str) -> None:
    """Of the latest texts: where, and since which snapshot; the first snapshot has none before it."""
    await days("a\nntp 1\n", "a\n", "b\na\nntp 1\n", "b\na\nntp 1\n", of=device("x"))
    await days("ntp 1\n", "ntp 1\n", of=device("y"))
    assert rows(await config_search("ntp"), *STOOD) == [
        ("x", 3, "ntp 1", 3, DAY(3), DAY(2)),
        ("y", 1, "ntp 1", 5, DAY(1), None),
    ]


async def test_history_has_every_match_that_ever_stood(empty_database: str) -> None:
    """With the last snapshot that had it and the first without; one that stands is not gone."""
    await days("ntp 1\n", "ntp 1\n", "a\n", "ntp 1\n", of=device("x"))
    table = await config_search("ntp", history=True)
    assert rows(table, "introduced_id", "snapshot_id", "found_at", "gone_at") == [
        (1, 2, DAY(2), DAY(3)),
        (4, 4, DAY(4), None),
    ]
    assert about(table)["texts_searched"] == 3


async def test_a_moment_sees_what_was_there(empty_database: str) -> None:
    """Not what came later."""
    await days("ntp 1\n", "ntp 2\n", of=device("x"))
    assert rows(await config_search("ntp", at="2026-11-01T12:00Z"), "text") == [("ntp 1",)]


async def test_since_gives_what_was_gained(empty_database: str) -> None:
    """The same line in another section is another one; a device first seen since then gained all of its."""
    d, e, f = device("x"), device("y"), device("z")
    await days(
        "interface 1\n shut\n", "interface 1\n shut\n", "interface 1\n shut\ninterface 2\n shut\n", of=d
    )
    await days(" shut\n", "a\n", " shut\n", of=e)
    await store(snapshot(f, "11-03 06:00:00", " shut\n"))
    table = await config_search("shut", since="2026-11-01T12:00Z")
    assert rows(table, "hostname", "section", "line", "previous_at") == [
        ("x", "interface 2", 4, DAY(2)),
        ("y", "(global)", 1, DAY(2)),
        ("z", "(global)", 1, None),
    ]


async def test_missing_lists_the_devices_without_a_match(empty_database: str) -> None:
    """Devices that nobody could search are told of, and are not among them."""
    await days("ntp 1\n", of=device("x"))
    await days("ntp 1\n", "a\n", of=device("y"))
    await store(device("z"))
    table = await config_search("ntp", missing=True)
    assert rows(table, "hostname", "snapshot_id") == [("y", 3)]
    assert about(table)["devices_without_snapshots"] == 1
    assert "Devices without a snapshot by then, which were not searched: 1." in about(table)["notes"]


async def test_context_is_lines_or_the_section(empty_database: str) -> None:
    """As many lines around as asked for, or the whole section the line stands in."""
    await days("a\ninterface 1\n mtu 9\n up\nb\n")
    assert rows(await config_search("mtu", context=1), "context") == [("interface 1\n mtu 9\n up",)]
    assert rows(await config_search("up", context="section"), "context") == [("interface 1\n mtu 9\n up",)]
    assert rows(await config_search("mtu", context=9), "context") == [("a\ninterface 1\n mtu 9\n up\nb",)]


async def test_equal_lines_of_a_section_are_counted_apart(empty_database: str) -> None:
    """A second one is gained when it comes."""
    await days("x\n", "x\nx\n")
    assert rows(await config_search("x"), "line", "introduced_id") == [(1, 1), (2, 2)]


async def test_search_is_no_oracle(empty_database: str) -> None:
    """A guessed secret is not found, in a line or by its parts, and the lines not searched are counted."""
    await days("enable secret s3cr3t\na\n", "enable secret s3cr3t\nb\n", of=device("x"))
    for pattern, options in (("s3cr3t", {}), ("secret s3", {}), (r"secret s\d", {"regex": True})):
        table = await config_search(pattern, **options)
        assert len(table) == 0
        assert about(table)["redacted_lines"] == 1
        assert "Lines with redacted secrets, which were not searched: 1." in about(table)["notes"]
    assert len(await config_search("s3cr3t", missing=True)) == 1
    assert rows(await config_search("enable secret"), "line") == [(1,)]
    assert rows(await config_search("s3cr3t", show_secrets=True), "text") == [("enable secret s3cr3t",)]


async def test_noise_is_found_only_where_it_is_asked_for(empty_database: str) -> None:
    """It changes by itself."""
    await days("ntp clock-period 7\nntp server 1\n")
    assert rows(await config_search("ntp"), "line", "text") == [(2, "ntp server 1")]
    assert rows(await config_search("ntp", with_noise=True), "line") == [(1,), (2,)]


async def test_filters_choose_devices(empty_database: str) -> None:
    """As in reports; a filter that no device passes is a mistake."""
    await days("ntp\n", of=device("ber-1", "location:berlin"))
    await days("ntp\n", of=device("par-1"))
    assert rows(await config_search("ntp", tag="location:berlin"), "hostname") == [("ber-1",)]
    assert rows(await config_search("ntp", device="par-*"), "hostname") == [("par-1",)]
    with pytest.raises(
        ParameterError, match=r"No device passes device=par-2 .did you mean 'par-1'.*2 devices"
    ):
        await config_search("ntp", device="par-2")


@pytest.mark.parametrize("options", [{}, {"history": True}, {"context": 1}, {"missing": True}])
async def test_an_empty_answer_has_the_columns_of_a_full_one(
    empty_database: str, options: dict[str, object]
) -> None:
    """And their dtypes; searching twice gives the same."""
    await days("a\n", of=device("x"))
    await days("b\n", of=device("y"))
    full = await config_search("a", **options)
    everywhere_or_nowhere = "[ab]" if "missing" in options else "nothing"
    none = await config_search(everywhere_or_nowhere, regex=True, **options)
    assert (len(full), len(none)) == (1, 0)
    assert none.dtypes.to_dict() == full.dtypes.to_dict()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"missing": True, "history": True}, "missing=True goes with none of"),
        ({"context": -1}, "context=-1 is not understood"),
        ({"context": "sections"}, "context='sections' is not understood"),
        ({"since": "2026-11-02", "at": "2026-11-01"}, "since is not before"),
        ({"at": "soon"}, "at='soon' is not understood"),
    ],
)
async def test_options_that_make_no_sense_are_refused(options: dict[str, object], said: str) -> None:
    """Before the database is asked anything."""
    with pytest.raises(ParameterError, match=said):
        await config_search("x", **options)
