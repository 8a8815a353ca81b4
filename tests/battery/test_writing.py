"""Ways to write, as a user who may read what reports need: nothing in the database differs afterwards."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from netraven_analytics import frame, sql
from netraven_db.db.connection import connect
from netraven_db.errors import NetRavenError
from netraven_db.settings import parse_url
from tests.battery.reporting import LONG, Place, place, said, state, ways
from tests.conftest import MakeDatabase

WAYS = ways("ways_to_write.sql")
Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def where(create_database: MakeDatabase, migrated_template: str) -> Iterator[Place]:
    with place(create_database, migrated_template) as made:
        yield made


async def test_no_way_changes_a_byte(where: Place, record_property: Record) -> None:
    """Each on a connection of its own, which nothing but the user's rights limits; each is refused."""
    before, changed = await state(where.owner), []
    for way in WAYS:
        connection = await connect(where.reader)
        answer = await said(connection, [where.filled_in(statement) for statement in way.statements])
        await connection.close()
        if "Error" not in answer:
            changed.append((way, answer))
    after = await state(where.owner)
    record_property("tried", len(WAYS))
    record_property("lost", len(changed) + sum(before[name] != after.get(name) for name in before))
    assert changed == []
    assert after == before


async def test_nor_through_the_toolkit(
    where: Place, record_property: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By sql() and by frame(), each of its statements alone, and all of them as one text."""
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", where.reader)
    before, tried = await state(where.owner), 0
    texts = {text for way in WAYS for text in (*way.statements, "; ".join(way.statements))}
    for statement in sorted(texts):
        asked = where.filled_in(statement)
        for question in (sql(asked), frame(text(asked.replace(":", r"\:")))):
            tried += 1
            try:
                await question
            except NetRavenError:
                continue
    record_property("tried", tried)
    after = await state(where.owner)
    record_property("lost", sum(before[name] != after.get(name) for name in before))
    assert after == before


@pytest.mark.skipif(not LONG, reason="it takes a database for each way; setup/battery.sh does so")
async def test_every_way_writes_for_the_owner(where: Place) -> None:
    """Otherwise it would be no way to write, and prove nothing."""
    useless, template = [], parse_url(where.owner)
    copy = template.set(database=f"{template.database}_copy").render_as_string(hide_password=False)
    admin = await connect(template.set(database="postgres").render_as_string(hide_password=False))
    for way in WAYS:
        await admin.execute(f'create database "{template.database}_copy" template "{template.database}"')
        before = await state(copy)
        connection = await connect(copy)
        answer = await said(connection, [where.filled_in(statement) for statement in way.statements])
        if await state(copy) == before:
            useless.append((way, answer))
        await connection.close()
        await admin.execute(f'drop database "{template.database}_copy" with (force)')
    await admin.close()
    assert useless == []
