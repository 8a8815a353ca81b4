"""Ways to read a password, as a user who may read what reports need: none of them tells him anything.

A way has failed where all that he sees, be it rows, notices or errors, is the same whatever the password is.
Its counterpart: the owner sees a difference by each of them.
"""

from collections.abc import Iterator

import asyncpg
import pytest
from sqlalchemy import text

from netraven_analytics import frame, sql
from netraven_db.db.connection import connect
from netraven_db.errors import NetRavenError
from tests.battery.conftest import MakeTrial
from tests.battery.reporting import PASSWORDS, Place, Way, place, said, ways
from tests.battery.trials import LONG, Trial
from tests.conftest import MakeDatabase

WAYS = ways("ways_to_read.sql")


@pytest.fixture(scope="module", params=["hardened", "as granted"] if LONG else ["hardened"])
def where(
    request: pytest.FixtureRequest, create_database: MakeDatabase, migrated_template: str
) -> Iterator[Place]:
    with place(create_database, migrated_template, harden=request.param == "hardened") as made:
        yield made


async def test_no_way_tells_the_reader_anything(where: Place, trial: MakeTrial) -> None:
    """Each is refused, or answered with what does not depend on a password."""
    answers = await _twice(where.reader, where)
    tried = trial(f"ways to read a password, {where.rights}", losing="passwords", **_each(WAYS))
    for number in tried:
        _judge(tried, WAYS[number], *answers[number])


async def test_every_way_tells_the_owner_something(where: Place) -> None:
    """Otherwise it would be no way to read a password, and prove nothing; a server may know no XML."""
    seen = zip(WAYS, await _twice(where.owner, where), strict=True)
    useless = [(way, one) for way, (one, other) in seen if one == other and "unsupported XML" not in one]
    assert useless == []


async def test_nor_through_the_toolkit(
    where: Place, trial: MakeTrial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By sql() and by frame(); what a session can do in one statement."""
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", where.reader)
    single = [way for way in WAYS if len(way.statements) == 1 and "to stdout" not in way.statements[0]]
    admin = await connect(where.owner)
    answers = []
    for password in PASSWORDS:
        await _store(admin, password)
        answers.append([await _asked(where.filled_in(way.statements[0])) for way in single])
    await admin.close()
    tried = trial(f"the same by sql() and frame(), {where.rights}", losing="passwords", **_each(single))
    for number in tried:
        _judge(tried, single[number], answers[0][number], answers[1][number])


def _each(ways: list[Way]) -> dict[str, int]:
    return {"quick": len(ways), "long": len(ways)}


def _judge(tried: Trial, way: Way, one: str, other: str) -> None:
    """The way is lost where it was neither refused nor silent, or saw which password there is."""
    if one != other or not ("Error" in one or way.silent):
        tried.lose(f"{way.statements}: {one}")


async def _twice(url: str, where: Place) -> list[tuple[str, str]]:
    """What is seen of each way with the one password and with the other."""
    admin = await connect(where.owner)
    answers = []
    for password in PASSWORDS:
        await _store(admin, password)
        answers.append(await _tried(url, where))
    await admin.close()
    return list(zip(*answers, strict=True))


async def _store(admin: asyncpg.Connection, password: str) -> None:
    """Half of the credentials have it; the server writes down what it knows of it, and the admin's last words
    hold it."""
    await admin.execute(f"update credentials set password = '{password}' where id <= 60")
    await admin.execute("analyze credentials")
    await admin.execute("checkpoint")  # into the file
    await admin.fetch(f"select '{password}'")


async def _tried(url: str, where: Place) -> list[str]:
    """What a connection sees of each way, in a transaction that writes if it may."""
    seen = []
    connection = await connect(url)
    for way in WAYS:
        await connection.execute("begin read write")
        seen.append(await said(connection, [where.filled_in(statement) for statement in way.statements]))
        await connection.execute("rollback")
    await connection.close()
    return seen


async def _asked(statement: str) -> str:
    seen = []
    for question in (sql(statement), frame(text(statement.replace(":", r"\:")))):
        try:
            seen.append((await question).to_csv())
        except NetRavenError as error:
            seen.append(f"{type(error).__name__}: {error}")
    return "\n".join(seen)
