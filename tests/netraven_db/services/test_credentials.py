"""Finding the credentials that reach a device."""

import pytest
from sqlalchemy import inspect

from netraven_db.db.models import Credential, Tag
from netraven_db.db.session import get_db
from netraven_db.services import find_credentials_by_tag_name


@pytest.fixture
async def credentials(empty_database: str) -> None:
    core, edge = Tag(name="core", type="role"), Tag(name="edge", type="role")

    def credential(username: str, priority: int, *tags: Tag) -> Credential:
        return Credential(username=username, password="s3cret", priority=priority, tags=list(tags))

    async with get_db() as db:
        db.add_all([Tag(name="empty"), credential("last", 300, core), credential("first", 10, core, edge)])
        await db.flush()
        db.add_all([credential("second", 100, core), credential("third", 100, core), credential("none", 1)])


async def usernames(tag: str) -> list[str]:
    async with get_db() as db:
        return [credential.username for credential in await find_credentials_by_tag_name(tag, db)]


async def test_credentials_come_in_the_order_they_are_tried(credentials: None) -> None:
    """The lowest priority comes first, and of equal ones the older."""
    assert await usernames("core") == ["first", "second", "third", "last"]


async def test_only_the_tags_own_credentials_come(credentials: None) -> None:
    """Credentials of other tags or of none are not given."""
    assert await usernames("edge") == ["first"]


@pytest.mark.parametrize("tag", ["empty", "unknown", "", "cor", "CORE"])
async def test_no_match_is_an_empty_list(credentials: None, tag: str) -> None:
    """A tag without credentials and an unknown one give an empty list; names are whole and literal."""
    assert await usernames(tag) == []


async def test_passwords_are_left_in_the_database(credentials: None) -> None:
    """The password is not loaded until somebody asks for it."""
    async with get_db() as db:
        found = await find_credentials_by_tag_name("core", db)
        assert all("password" in inspect(credential).unloaded for credential in found)
        assert await found[0].awaitable_attrs.password == "s3cret"
