"""A database that a command fills: made if need be, and never one that holds somebody else's rows."""

import shlex
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from netraven_analytics.cli import console
from netraven_analytics.cli.console import say
from netraven_db.settings import describe_url, embedded_target

if TYPE_CHECKING:
    import asyncpg


@asynccontextmanager
async def receiving(
    url: str, look: "Callable[[asyncpg.Connection], Awaitable[object]]"
) -> "AsyncIterator[asyncpg.Connection]":
    """A connection to the database, its schema brought up to date.

    ``look`` raises where the database is not to be touched; it is asked before anything is changed.
    """
    from netraven_db import migrate
    from netraven_db.db.connection import connected

    target = embedded_target(url)
    if target is not None:
        from netraven_db import embedded

        say("Starting the embedded server …")
        embedded.ensure_database(embedded.start(target.directory), target.database)
    async with connected(url) as connection:
        if await connection.fetchval("select to_regclass('public.devices') is not null"):
            await look(connection)
        say("Preparing the schema …")
        await migrate.upgrade(url)
        yield connection


def tell_how_to_point_at(url: str) -> None:
    """The line that points later commands at the database."""
    target = embedded_target(url)  # spelt out, since a later command may run in another folder
    console.out(
        "To point later commands and notebooks at this database (a password is left out here):\n\n"
        f"  export NETRAVEN_DATABASE_URL={shlex.quote(str(target or describe_url(url)))}\n"
    )
