"""Upgrading a database, and whether it can be reported on.

Alembic is imported where it is needed: every report asks :func:`require_netraven`, and none needs alembic.
"""

import asyncio
import io
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.pool import NullPool

from netraven_db.db.connection import make_engine
from netraven_db.errors import NetRavenError, ParameterError, SchemaError
from netraven_db.schema.state import Digests, read_state, refuse_foreign
from netraven_db.schema.tables import NETRAVEN_REVISION
from netraven_db.settings import Settings

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = [
    "SchemaState",
    "Standing",
    "check",
    "downgrade",
    "examine",
    "require_netraven",
    "script_location",
    "state",
    "upgrade",
]

NOT_UPGRADED = (
    "This database has not been upgraded: 'netraven-analytics db upgrade' adds indexes that make windowed "
    "reports fast, and digests with which changes are found without reading texts."
)


@dataclass(frozen=True)
class Standing:
    """What a report should know of its database: a note for the reader where it is not upgraded, and which
    snapshots have digests that this user may read."""

    note: str | None
    digests: Digests


@dataclass(frozen=True)
class SchemaState:
    """How far a database is; a revision is None where there is none, or none that this user may read."""

    netraven_revision: str | None
    analytics_revision: str | None
    head: str
    tables_missing: tuple[str, ...]

    @property
    def is_netraven(self) -> bool:
        return not self.tables_missing and self.netraven_revision in (None, NETRAVEN_REVISION)

    @property
    def is_current(self) -> bool:
        return self.is_netraven and self.analytics_revision == self.head


def script_location() -> Path:
    """The folder of the migrations: inside the package when installed from a wheel, else the repository's."""
    package = Path(__file__).parent
    installed = package / "migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


async def upgrade(url: str | None = None, revision: str = "head") -> None:
    """Bring a database, blank or NetRaven's, to a revision; safe to repeat and to run twice at once.

    Raises:
        SchemaError: the database is no NetRaven database of the generation known here.
        ParameterError: there is no such revision.
        DatabaseUnavailableError: the server cannot be reached or went away.
        QueryError: the server refused a step.
    """
    await _alembic("upgrade", url, revision)


async def downgrade(url: str | None = None, revision: str = NETRAVEN_REVISION) -> None:
    """Take away what is ours; ``base`` also drops NetRaven's tables where none holds a row.

    Raises:
        SchemaError: a table to drop holds rows, or as for :func:`upgrade`, like the other errors.
    """
    await _alembic("downgrade", url, revision)


async def check(url: str | None = None) -> None:
    """Compare a database with the models and our indexes.

    Raises:
        SchemaError: they differ; the message lists how.
    """
    await _alembic("check", url, refusal=SchemaError)


async def state(url: str | None = None) -> SchemaState:
    """How far the database is.

    Raises:
        DatabaseUnavailableError: the server cannot be reached.
    """
    from alembic.script import ScriptDirectory

    from netraven_db.schema.failures import as_netraven_errors

    engine = make_engine(url or Settings.from_environment().database_url, poolclass=NullPool)
    with as_netraven_errors():
        async with engine.connect() as connection:
            found = await connection.run_sync(read_state)
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return SchemaState(found.netraven, found.analytics, head, found.tables_missing)


async def require_netraven(session: AsyncSession) -> str | None:
    """As :func:`examine`, for the note alone."""
    return (await examine(session)).note


async def examine(session: AsyncSession) -> Standing:
    """Make sure that the session's database can be reported on; needs no more than the right to connect.

    Raises:
        SchemaError: there are no NetRaven tables, or they are of another generation.
    """
    found = await session.run_sync(read_state)
    refuse_foreign(found)
    if found.is_blank:
        raise SchemaError(
            "There are no NetRaven tables in this database: run 'netraven-analytics db upgrade' to create "
            "them, or 'netraven-analytics demo' for a made-up fleet; or name another one in "
            "NETRAVEN_DATABASE_URL."
        )
    return Standing(NOT_UPGRADED if found.indexes_missing else None, found.digests)


_turn = threading.Lock()  # alembic keeps the command that is running in module globals


async def _alembic(
    command: str, url: str | None, *arguments: str, refusal: type[NetRavenError] = ParameterError
) -> None:
    from alembic import command as commands

    from netraven_db.schema.failures import as_netraven_errors

    engine = make_engine(url or Settings.from_environment().database_url, poolclass=NullPool, patient=True)
    with as_netraven_errors(refusal):
        async with _own_turn(), engine.connect() as connection:
            await connection.run_sync(
                lambda given: getattr(commands, command)(_config(connection=given), *arguments)
            )


@asynccontextmanager
async def _own_turn() -> AsyncIterator[None]:
    """One command at a time in this process, whichever loop or thread it comes from."""
    while not _turn.acquire(blocking=False):  # noqa: ASYNC110 - an asyncio.Event belongs to one loop
        await asyncio.sleep(0.05)
    try:
        yield
    finally:
        _turn.release()


def _config(**attributes: Any) -> "Config":
    from alembic.config import Config

    config = Config(attributes=attributes, stdout=io.StringIO())
    config.set_main_option("script_location", str(script_location()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
