"""A session whose roles and grants are gone with its transaction."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_db.db.session import get_db
from tests.emptied import empty_database, shared_database

__all__ = ["empty_database", "shared_database"]


@pytest.fixture
async def db(empty_database: str) -> AsyncIterator[AsyncSession]:
    """The test's database, in a transaction that is rolled back."""
    async with get_db() as session:
        yield session
        await session.rollback()


@pytest.fixture
def role() -> str:
    """A name that no role has."""
    return f"test_{uuid4().hex[:12]}"
