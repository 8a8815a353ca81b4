"""A database with the demo fleet that a module's SPEC describes, and the fleet's answer key."""

import asyncio

import pytest

from netraven_analytics import demo
from netraven_analytics.demo import AnswerKey
from netraven_db.db.connection import connect
from tests.conftest import MakeDatabase


@pytest.fixture(scope="module")
def fleet_database(
    request: pytest.FixtureRequest, create_database: MakeDatabase, migrated_template: str
) -> tuple[str, AnswerKey]:
    """A database with a demo fleet, and the fleet's answer key."""
    url = create_database(migrated_template)

    async def load() -> AnswerKey:
        connection = await connect(url)
        try:
            return await demo.ensure(connection, request.module.SPEC)
        finally:
            await connection.close()

    return url, asyncio.run(load())


@pytest.fixture
def key(fleet_database: tuple[str, AnswerKey], monkeypatch: pytest.MonkeyPatch) -> AnswerKey:
    """The answer key of the fleet that the toolkit looks at."""
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", fleet_database[0])
    return fleet_database[1]
