"""Ways to write, as a user who may read what reports need: nothing in the database differs afterwards."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import text

from netraven_analytics import frame, sql
from netraven_db.db.connection import connect
from netraven_db.errors import NetRavenError
from netraven_db.settings import parse_url
from tests.battery.conftest import MakeTrial
from tests.battery.reporting import Place, place, said, state, ways
from tests.battery.trials import LONG, Trial
from tests.conftest import MakeDatabase

WAYS = ways("ways_to_write.sql")


@pytest.fixture(scope="module")
def where(create_database: MakeDatabase, migrated_template: str) -> Iterator[Place]:
    with place(create_database, migrated_template) as made:
        yield made


async def test_no_way_changes_a_byte(where: Place, trial: MakeTrial) -> None:
    """Each on a connection of its own, which nothing but the user's rights limits; each is refused."""
    before, count = await state(where.owner), len(WAYS)
    tried = trial("ways to write as a reader", losing="tables changed", quick=count, long=count)
    for number in tried:
        connection = await connect(where.reader)
        answer = await said(connection, [where.filled_in(each) for each in WAYS[number].statements])
        await connection.close()
        if "Error" not in answer:
            tried.lose(f"{WAYS[number].statements}: {answer}")
    _compare(tried, before, await state(where.owner))


async def test_nor_through_the_toolkit(
    where: Place, trial: MakeTrial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By sql() and by frame(), each of its statements alone, and all of them as one text."""
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", where.reader)
    before = await state(where.owner)
    texts = sorted({text for way in WAYS for text in (*way.statements, "; ".join(way.statements))})
    count = len(texts)
    tried = trial(
        "the same by sql() and frame(), alone and as one text",
        losing="tables changed",
        quick=count,
        long=count,
    )
    for number in tried:
        asked = where.filled_in(texts[number])
        for question in (sql(asked), frame(text(asked.replace(":", r"\:")))):
            with suppress(NetRavenError):
                await question
    _compare(tried, before, await state(where.owner))


def _compare(tried: Trial, before: dict[str, str], after: dict[str, str]) -> None:
    for name in before.keys() | after.keys():
        if before.get(name) != after.get(name):
            tried.lose(name)


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
