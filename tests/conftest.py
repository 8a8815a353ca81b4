"""A PostgreSQL for the tests: a throw-away one, or the server that NETRAVEN_TEST_DATABASE_URL names."""

import asyncio
import os
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from netraven_db import embedded, migrate
from netraven_db.db.connection import connect
from netraven_db.settings import parse_url
from tests.browser import Browser, chromium, executable

MakeDatabase = Callable[..., str]
NO_BROWSER = "no browser on this machine: install chromium"


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The URL of the server's maintenance database."""
    named = os.environ.get("NETRAVEN_TEST_DATABASE_URL")
    if named:
        yield named
    else:
        with embedded.throwaway() as server:
            yield server.url()


@pytest.fixture(scope="session", autouse=True)
def no_database_of_the_user() -> Iterator[None]:
    """Nothing of the environment leads a test to a real database, a real folder or a local time zone."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NETRAVEN_DATABASE_URL", "DB_URL", "NETRAVEN_TZ"):
            patch.delenv(name, raising=False)
        patch.setenv("NETRAVEN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/no_database_in_tests")
        yield


@pytest.fixture(scope="session")
def create_database(server_url: str) -> Iterator[MakeDatabase]:
    """``create_database(template=None) -> URL``: a database of its own; none is left at the end."""
    made: list[str] = []

    def create(template: str | None = None) -> str:
        name = f"test_{uuid4().hex[:12]}"
        source = f' template "{parse_url(template).database}"' if template else ""
        _run(server_url, f'create database "{name}"{source}')
        made.append(name)
        return parse_url(server_url).set(database=name).render_as_string(hide_password=False)

    yield create
    for name in made if os.environ.get("NETRAVEN_TEST_DATABASE_URL") else ():
        _run(server_url, f'drop database if exists "{name}" with (force)')


@pytest.fixture(scope="session")
def migrated_template(create_database: MakeDatabase) -> str:
    """A database at the newest revision that others are copied from; nobody stays connected to it."""
    url = create_database()
    asyncio.run(migrate.upgrade(url))
    return url


@pytest.fixture
def blank_database(create_database: MakeDatabase) -> str:
    """A database without any table."""
    return create_database()


@pytest.fixture
def empty_database(
    create_database: MakeDatabase, migrated_template: str, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A database with NetRaven's tables and no rows; the toolkit's default for the test."""
    url = create_database(migrated_template)
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", url)
    return url


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium; where there is none, what needs it is skipped, and said so at the end."""
    if executable() is None:
        pytest.skip(NO_BROWSER)
    with chromium(tmp_path_factory.mktemp("chromium")) as running:
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_sep("!", f"{len(skipped)} TESTS SKIPPED: {NO_BROWSER}", red=True)


def _run(url: str, statement: str) -> None:
    async def run() -> None:
        connection = await connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())
