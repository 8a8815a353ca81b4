"""What alembic runs: connect, take the turn, look at the stamps, migrate.

The database is the one that NETRAVEN_DATABASE_URL names, unless the caller hands over a connection or an
async engine in ``config.attributes["connection"]``, as ``netraven_db.migrate`` does.
"""

from logging.config import fileConfig
from typing import Any

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import NullPool

from netraven_db.db.connection import make_engine
from netraven_db.db.models import Device
from netraven_db.schema import autogenerate, books, plan, turn
from netraven_db.schema.failures import as_command_errors
from netraven_db.schema.indexes import with_analytics_indexes
from netraven_db.schema.running import run
from netraven_db.schema.state import read_state
from netraven_db.schema.tables import NETRAVEN_REVISION, SCHEMA
from netraven_db.settings import Settings

OPTIONS: dict[str, Any] = {
    "target_metadata": with_analytics_indexes(Device.metadata),
    "transaction_per_migration": True,  # an index is built outside of any
    "compare_server_default": True,
    "render_item": autogenerate.render_item,
}


def offline() -> None:
    """Write SQL for a blank database, or with ``--sql 8a76c492719c:head`` for one that NetRaven made."""
    style = {"paramstyle": "named"}  # the others double every %
    context.configure(dialect_name="postgresql", dialect_opts=style, version_table_schema=SCHEMA, **OPTIONS)
    start, end = context.get_starting_revision_argument(), context.get_revision_argument()
    for setting in turn.SETTINGS:
        context.execute(setting)
    if start in (None, NETRAVEN_REVISION):
        books.open_books(context.execute, adopt=start is not None)
    context.run_migrations()
    if end in (None, NETRAVEN_REVISION):
        books.close_books(context.execute)


def online(connection: Connection) -> None:
    """Migrate; or only look, where the command is ``current``, ``check`` or ``revision``."""
    with connection.begin():
        for setting in turn.SETTINGS:
            connection.execute(text(setting))
    writes = plan.changes_database()
    if writes:
        turn.take_turn(connection)
    with connection.begin():
        found = read_state(connection)
        included = autogenerate.left_out(connection)
    plan.refuse_unsuitable(found)
    context.configure(
        connection=connection,
        version_table_schema=SCHEMA if writes or found.analytics else "public",
        include_name=included,
        dont_mutate=not writes,
        **OPTIONS,
    )
    if writes:
        plan.carry_out(connection, found)
    else:
        context.run_migrations()


def migrate(connection: Connection) -> None:
    with as_command_errors():  # here and not further out: asyncio must see a cancellation as one
        online(connection)


async def connect(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.run_sync(migrate)


if context.config.config_file_name:
    fileConfig(context.config.config_file_name, disable_existing_loggers=False)
given = context.config.attributes.get("connection")
with as_command_errors():
    if context.is_offline_mode():
        offline()
    elif isinstance(given, Connection):
        migrate(given)
    else:
        engine = given or make_engine(Settings.from_environment().database_url, poolclass=NullPool)
        run(connect(engine))
