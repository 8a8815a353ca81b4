"""The definitions behind credential_health: credentials, tags and devices in, answers out."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from netraven_analytics import credential_health
from netraven_db.db.models import Credential, Tag
from tests.netraven_analytics.spec import NOW, about, at, device, rows, store

HEALTH = ("username", "devices", "device_names", "priority_clashes", "clashes_with")


def credential(username: str, *tags: Tag, priority: int = 100, **more: Any) -> Credential:
    """A credential whose password no report may read."""
    return Credential(username=username, password="hunter2", priority=priority, tags=list(tags), **more)


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every statement that is sent to a server meanwhile."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


async def test_a_credential_reaches_the_devices_that_share_a_tag(empty_database: str) -> None:
    """Each once, however many tags they share; one that reaches none is there with 0."""
    berlin, core = Tag(type="location", name="berlin"), Tag(type="role", name="core")
    known = (berlin, core)
    await store(
        device("a", "location:berlin", "role:core", known=known),
        device("b", "location:berlin", known=known),
        credential("site", berlin, core, priority=10),
        credential("nowhere", Tag(type=None, name="pilot")),
    )
    table = await credential_health(as_of=NOW)
    assert rows(table, "username", "priority", "tags", "devices", "device_names") == [
        ("site", 10, "location:berlin, role:core", 2, "a, b"),
        ("nowhere", 100, "pilot", 0, None),
    ]
    assert about(table)["totals"] == {"credentials": 2, "devices_without_credential": 0}


async def test_devices_that_no_credential_reaches_come_first(empty_database: str) -> None:
    """With their number and the first ten of their names."""
    await store(*(device(f"d{number:02}") for number in range(12)), credential("lonely"))
    table = await credential_health(as_of=NOW)
    names = ", ".join(f"d{number:02}" for number in range(10))
    assert rows(table, "credential_id", *HEALTH[:3]) == [
        (None, "(no credential)", 12, f"{names} and 2 more"),
        (1, "lonely", 0, None),
    ]
    assert about(table)["totals"]["devices_without_credential"] == 12


async def test_equal_priorities_clash_where_they_meet_on_a_device(empty_database: str) -> None:
    """Two of the same priority on different devices do not, nor do two of different priority on one."""
    x, y = Tag(type="t", name="x"), Tag(type="t", name="y")
    await store(
        device("a", "t:x", known=(x, y)),
        device("b", "t:x", known=(x, y)),
        device("c", "t:y", known=(x, y)),
        credential("one", x),
        credential("two", x),
        credential("other", x, priority=5),
        credential("far", y),
    )
    assert sorted(rows(await credential_health(as_of=NOW), *HEALTH)) == [
        ("far", 1, "c", 0, None),
        ("one", 2, "a, b", 1, "two"),
        ("other", 2, "a, b", 0, None),
        ("two", 2, "a, b", 1, "one"),
    ]


async def test_use_is_shown_as_netraven_keeps_it(empty_database: str) -> None:
    """When it was last used and how long ago, if ever; its moving average is called NetRaven's."""
    await store(
        credential("used", priority=1, last_used=at("11-22 11:00:00"), success_rate=0.71),
        credential("unused", priority=2),
        credential("used after as_of", priority=3, last_used=at("11-23 11:00:00")),
    )
    table = await credential_health(as_of=NOW)
    assert rows(table, "username", "last_used_age", "netraven_success_rate") == [
        ("used", 3600.0, 0.71),
        ("unused", None, 0.0),
        ("used after as_of", None, 0.0),
    ]
    assert about(table)["left_out"] == {}


async def test_filters_narrow_the_devices_and_the_credentials(empty_database: str) -> None:
    """Only these devices are counted, and only credentials that reach one of them are shown."""
    x, y = Tag(type="t", name="x"), Tag(type="t", name="y")
    await store(
        device("ber-1", "t:x", known=(x, y)),
        device("ber-2"),
        device("muc-1", "t:x", "t:y", known=(x, y)),
        device("muc-2"),
        credential("both", x),
        credential("munich", y),
    )
    table = await credential_health(as_of=NOW, device="ber-*")
    assert rows(table, *HEALTH[:3]) == [("(no credential)", 1, "ber-2"), ("both", 1, "ber-1")]


async def test_the_password_is_in_no_statement(empty_database: str, statements: list[str]) -> None:
    """Neither the column is named, nor does any other column of the answer hold what is in it."""
    await store(credential("a", Tag(type="t", name="x")), device("b"))
    statements.clear()
    table = await credential_health(as_of=NOW)
    assert any("credentials" in statement for statement in statements)
    assert not any("password" in statement.lower() for statement in statements)
    assert "hunter2" not in table.to_csv() + str(about(table))


async def test_an_empty_answer_has_the_columns_and_dtypes_of_a_full_one(empty_database: str) -> None:
    """No credentials, or some: the frame has the same shape."""
    empty = await credential_health(as_of=NOW)
    await store(credential("a", last_used=at("11-22 11:00:00")))
    full = await credential_health(as_of=NOW)
    assert (len(empty), len(full)) == (0, 1)
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()
