"""The demo fleet in a throw-away server, as ``netraven-analytics demo`` prepares it."""

from netraven_analytics import demo
from netraven_analytics.refresh import refresh
from netraven_db import migrate
from netraven_db.db.connection import connected


async def load(url: str, spec: demo.FleetSpec) -> None:
    """Put the fleet into the blank database that NETRAVEN_DATABASE_URL names, with its digests."""
    await migrate.upgrade(url)
    async with connected(url) as connection:
        await demo.ensure(connection, spec)
    await refresh()
