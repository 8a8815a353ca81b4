"""How a connection is made: the URL's options, the embedded server, and errors a person can act on."""

import asyncio
import math
import socket
from typing import Any
from uuid import uuid4

import asyncpg
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import Pool

from netraven_db.errors import DatabaseUnavailableError, NetRavenError, ParameterError
from netraven_db.settings import MaskedURL, describe_url, embedded_target, parse_url

CONNECT_TIMEOUT = 10.0  # seconds; the URL's option connect_timeout overrides it

# What each transaction begins with.
USE_UTC = "select set_config('TimeZone', 'UTC', true)"


async def connect(url: str) -> asyncpg.Connection:
    """A plain asyncpg connection to the database that a NetRaven URL names.

    Raises:
        ParameterError: the URL or one of its options cannot be understood.
        DatabaseUnavailableError: no server, no such database, or the login was refused.
    """
    url = MaskedURL(url)
    try:
        target = embedded_target(url)
        address = await asyncio.to_thread(_embedded_url, url) if target else parse_url(url)
        timeout, address = _take_timeout(address)
        dsn = MaskedURL(address.render_as_string(hide_password=False))
        return await asyncpg.connect(dsn, timeout=timeout)
    except NetRavenError:
        raise
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        explained = _explain(error, url)
    # Raised out here, it has no context: a driver's traceback that shows locals would show the password.
    raise explained


def make_engine(url: str, *, poolclass: type[Pool] | None = None) -> AsyncEngine:
    """An engine whose connections come from :func:`connect`. Nothing connects yet.

    It suits PgBouncer in transaction mode: every prepared statement has a name of its own, nothing is
    cached, and the session's time zone is set inside each transaction instead of at start-up.
    """
    url = MaskedURL(url)
    options: dict[str, Any] = {} if poolclass is None else {"poolclass": poolclass}

    def creator() -> Any:
        return engine.sync_engine.dialect.dbapi.connect(  # type: ignore[union-attr]
            async_creator_fn=lambda: connect(url),
            prepared_statement_cache_size=0,
            prepared_statement_name_func=lambda: f"netraven_{uuid4().hex}",
        )

    engine = create_async_engine(
        "postgresql+asyncpg://",  # the real address, with its password, stays inside the creator
        creator=creator,
        native_inet_types=False,
        hide_parameters=True,
        **options,
    )
    event.listen(engine.sync_engine, "begin", _use_utc)
    return engine


def _use_utc(connection: Connection) -> None:
    """Make TIMESTAMP and TIMESTAMPTZ comparable in SQL, whatever the server's or the host's zone is."""
    connection.exec_driver_sql(USE_UTC)


def _embedded_url(url: str) -> URL:
    from netraven_db import embedded  # only those who use it pay for it

    target = embedded_target(url)
    assert target is not None
    return parse_url(embedded.start(target.directory).url(target.database))


def _take_timeout(url: URL) -> tuple[float, URL]:
    """libpq's connect_timeout is a client's matter; asyncpg would send it to the server."""
    text = url.query.get("connect_timeout")
    if text is None:
        return CONNECT_TIMEOUT, url
    try:
        seconds = float(str(text))
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise ParameterError(
            f"The option connect_timeout={text} cannot be read: it takes seconds, such as 5."
        )
    return seconds if seconds > 0 else CONNECT_TIMEOUT, url.difference_update_query(["connect_timeout"])


def _explain(error: Exception, url: str) -> NetRavenError:
    place = describe_url(url)
    if isinstance(error, asyncpg.InvalidCatalogNameError):
        return DatabaseUnavailableError(f"There is no database at {place}: create it, or name another one.")
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError):
        return DatabaseUnavailableError(
            f"The server refused the login to {place}: check user and password in NETRAVEN_DATABASE_URL."
        )
    if isinstance(error, (asyncpg.ClientConfigurationError, ValueError)):
        return ParameterError(f"An option of the database URL {place} cannot be used: {error}")
    if isinstance(error, asyncpg.PostgresError):
        return DatabaseUnavailableError(f"The server did not accept a connection to {place}: {error}")
    reason = error.__class__.__name__
    if isinstance(error, TimeoutError):
        reason = "no answer in time"
    elif isinstance(error, socket.gaierror):
        reason = "the host name is not known"
    elif "SSL" in str(error):
        reason = "it does not speak TLS as sslmode asks for"
    return DatabaseUnavailableError(
        f"No PostgreSQL answers at {place} ({reason}): start it, correct NETRAVEN_DATABASE_URL, or set "
        "NETRAVEN_DATABASE_URL=embedded to use the embedded server."
    )
