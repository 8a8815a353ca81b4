"""The passwords that the database holds are known, to who may read them."""

from sqlalchemy import text

from netraven_analytics.configs.passwords import stored_secrets
from netraven_analytics.frames import frame
from netraven_db.db.models import Credential, Tag
from netraven_db.db.session import get_db
from tests.netraven_analytics.spec import store


async def test_stored_passwords_are_found(empty_database: str) -> None:
    """Each once."""
    await store(Credential(username="u", password="a"), Credential(username="v", password="a"))
    async with get_db() as db:
        assert await stored_secrets(db) == ["a"]


async def test_who_may_not_read_them_goes_on(empty_database: str) -> None:
    """The refusal costs the transaction nothing."""
    async with get_db() as db:
        db.add(Tag(name="kept"))
        await db.flush()
        for statement in ("create role reader", "grant select on tags to reader", "set local role reader"):
            await db.execute(text(statement))
        assert await stored_secrets(db) == []
        assert (await frame(text("select name from tags"), db))["name"].tolist() == ["kept"]
        await db.rollback()
