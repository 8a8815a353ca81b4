"""One database for the tests of a module that only read it."""

import pytest

from tests.conftest import MakeDatabase


@pytest.fixture(scope="module")
def one_database(create_database: MakeDatabase, migrated_template: str) -> str:
    """A database with NetRaven's tables: to make one for each test would take longer than the test."""
    return create_database(migrated_template)


@pytest.fixture
def shared_database(one_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The module's database, as the toolkit's default for the test. Nothing is to be stored in it."""
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", one_database)
    return one_database
