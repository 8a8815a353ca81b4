"""How a connection is made: the URL's options, the embedded server, and errors a person can act on."""

import asyncio
import math
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import asyncpg
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import Pool

from netraven_db.db.faults import fault, tell_faults
from netraven_db.db.hosts import one_by_one
from netraven_db.errors import DatabaseUnavailableError, NetRavenError, ParameterError, QueryError
from netraven_db.settings import MaskedURL, Settings, describe_url, embedded_target, parse_url

_GOODBYE = 2.0  # seconds; a server that hangs does not answer one
CONNECT_TIMEOUT = 10.0  # seconds for each host; the URL's option connect_timeout overrides it

# What each transaction begins with: the time zone, and a server that looks every second whether its client
# still lives. Servers on other systems than these cannot look, and refuse the setting.
PREPARE = (
    "select set_config('TimeZone', 'UTC', true), "
    "case when current_setting('client_connection_check_interval', true) = '0' "
    "and version() ~* 'linux|darwin|apple|bsd' "
    "then set_config('client_connection_check_interval', '1s', true) end"
)


async def connect(url: str, *, patient: bool = False) -> asyncpg.Connection:
    """A plain asyncpg connection to the database that a NetRaven URL names.

    Of several hosts it is the first that answers and is what ``target_session_attrs`` asks for. A statement
    without an answer within NETRAVEN_COMMAND_TIMEOUT raises TimeoutError, unless ``patient``.

    Raises:
        ParameterError: the URL or one of its options cannot be understood.
        DatabaseUnavailableError: no server, no such database, or the login was refused.
    """
    url = MaskedURL(url)
    try:
        target = embedded_target(url)
        address = await asyncio.to_thread(_embedded_url, url) if target else parse_url(url)
        timeout, address = _take_timeout(address)
        limit = None if patient else Settings.from_environment().command_timeout
        return await _first_that_answers(address, timeout=timeout, command_timeout=limit)
    except NetRavenError:
        raise
    except _FAILURES as error:
        explained = _explain(error, url)
        explained.sqlstate = getattr(error, "sqlstate", None)
    # Raised out here, it has no context: a driver's traceback that shows locals would show the password.
    raise explained


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of :func:`connect` that ends with the block; its faults are the toolkit's errors.

    Raises:
        ConnectionLostError: the server, or the connection to it, went away.
        QueryError: the server refused a statement, or gave no answer in time.
    """
    connection = await connect(url)
    try:
        yield connection
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        found = fault(error, closed=connection.is_closed())
        raise found or QueryError(f"The server did not run a statement: {error}.") from None
    finally:
        with suppress(OSError, asyncpg.PostgresError):  # TimeoutError: it is terminated then
            await connection.close(timeout=_GOODBYE)


class _Bounded(asyncpg.Connection):  # type: ignore[misc]
    """The driver sets no limit to the closing of old statements, on which a silent server lets it wait."""

    async def _cleanup_stmts(self) -> None:
        async with asyncio.timeout(self._config.command_timeout):
            await super()._cleanup_stmts()


async def _first_that_answers(address: URL, **limits: float | None) -> asyncpg.Connection:
    failed: list[Exception] = []
    for place in one_by_one(address):
        dsn = MaskedURL(place.render_as_string(hide_password=False))
        try:
            return await asyncpg.connect(dsn, connection_class=_Bounded, **limits)
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.TargetServerAttributeNotMatched) as error:
            failed.append(error)
    # A server that is of another kind says more than one that does not answer.
    raise next((e for e in failed if not isinstance(e, OSError)), failed[-1])


def make_engine(url: str, *, poolclass: type[Pool] | None = None, patient: bool = False) -> AsyncEngine:
    """An engine whose connections come from :func:`connect`. Nothing connects yet.

    It suits PgBouncer in transaction mode: every prepared statement has a name of its own, nothing is
    cached, and settings are made inside each transaction instead of at start-up. A connection that is lost is
    a :class:`ConnectionLostError`, and none that the server has closed is taken from the pool.
    """
    url = MaskedURL(url)
    options: dict[str, Any] = {} if poolclass is None else {"poolclass": poolclass}

    def creator() -> Any:
        return engine.sync_engine.dialect.dbapi.connect(  # type: ignore[union-attr]
            async_creator_fn=lambda: connect(url, patient=patient),
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
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    tell_faults(engine.sync_engine)
    event.listen(engine.sync_engine, "begin", _prepare)
    return engine


def _refuse_closed(adapted: Any, *_: Any) -> None:
    """Let the pool connect anew where the server has ended a connection meanwhile, as a restart does."""
    if adapted.driver_connection.is_closed():
        raise DisconnectionError


def _prepare(connection: Connection) -> None:
    """Make TIMESTAMP and TIMESTAMPTZ comparable in SQL, whatever the server's or the host's zone is."""
    connection.exec_driver_sql(PREPARE)


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


# InternalClientError: what answers does not speak the protocol, or is not what target_session_attrs asks for.
_FAILURES = (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


_DEMO = " (embedded?database=demo is what 'netraven-analytics demo' makes)"


def _explain(error: Exception, url: str) -> NetRavenError:
    place = describe_url(url)
    if isinstance(error, asyncpg.InvalidCatalogNameError):
        made = f"create it{_DEMO}" if embedded_target(url) else "create it"
        return DatabaseUnavailableError(f"There is no database at {place}: {made}, or name another one.")
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError):
        return DatabaseUnavailableError(
            f"The server refused the login to {place}: check user and password in NETRAVEN_DATABASE_URL."
        )
    if isinstance(error, (asyncpg.ClientConfigurationError, ValueError)):
        return ParameterError(f"An option of the database URL {place} cannot be used: {error}")
    if isinstance(error, asyncpg.TargetServerAttributeNotMatched):
        return DatabaseUnavailableError(
            f"No server at {place} is what target_session_attrs asks for: name others, or leave it out."
        )
    if isinstance(error, asyncpg.PostgresError):
        return DatabaseUnavailableError(f"The server did not accept a connection to {place}: {error}")
    reason = "the connection broke off"
    if isinstance(error, (ConnectionRefusedError, FileNotFoundError)):
        reason = "nobody listens there"
    elif isinstance(error, TimeoutError):
        reason = "no answer in time"
    elif isinstance(error, socket.gaierror):
        reason = "the host name is not known"
    elif "SSL" in str(error):
        reason = "it does not speak TLS as sslmode asks for"
    return DatabaseUnavailableError(
        f"No PostgreSQL answers at {place} ({reason}): start it, correct NETRAVEN_DATABASE_URL, or set "
        f"NETRAVEN_DATABASE_URL=embedded to use the embedded server{_DEMO}."
    )
