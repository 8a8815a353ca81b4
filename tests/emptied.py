"""An empty database that many tests share: for those that leave rows behind and nothing else.

A database of its own for each test costs more than most tests do. A folder's conftest.py imports these
fixtures, and they take the place of the ones in tests/conftest.py.
"""

import asyncio

import pytest

from netraven_db.db.connection import connect
from netraven_db.db.models import Device
from tests.conftest import MakeDatabase


@pytest.fixture(scope="session")
def shared_database(create_database: MakeDatabase, migrated_template: str) -> str:
    """A database with NetRaven's tables, and the rows of the last test that used it."""
    return create_database(migrated_template)


@pytest.fixture
def empty_database(shared_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same without any row, counting from 1 again; the toolkit's default for the test."""
    asyncio.run(_clear(shared_database))
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", shared_database)
    return shared_database


async def _clear(url: str) -> None:
    tables = reversed(Device.metadata.sorted_tables)
    statements = ["set lock_timeout = '10s'"]
    for table in tables:
        statements.append(f"delete from {table.name}")
        if "id" in table.c:
            statements.append(f"select setval('{table.name}_id_seq', 1, false)")
    connection = await connect(url)
    try:
        await connection.execute(";".join(statements))
    finally:
        await connection.close()
