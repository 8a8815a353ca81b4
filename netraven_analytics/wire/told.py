"""What goes wrong with a statement, in one sentence that shows no value."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_db.db.faults import fault, sqlstate_of
from netraven_db.errors import NetRavenError, QueryError, SessionError

_OF_DRIVER = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_DATA_EXCEPTION = "22"  # the class of SQLSTATE


@asynccontextmanager
async def told(session: AsyncSession) -> AsyncIterator[None]:
    """Turn the errors of driver and SQLAlchemy into the toolkit's own.

    Raises:
        QueryError: the server refused or gave up the statement, or did not answer it in time.
        ConnectionLostError: the server, or the connection to it, went away.
    """
    try:
        yield
        return
    except (*_OF_DRIVER, OSError) as error:
        told_so = await _from_driver(session, error)
    except (SQLAlchemyError, OverflowError) as error:
        told_so = _explained(error)
    raise told_so from None


def explained(error: Exception) -> NetRavenError | None:
    """The toolkit's error for one of the driver, of SQLAlchemy or of the network; none for any other."""
    if isinstance(error, NetRavenError):
        return error
    if isinstance(error, (SQLAlchemyError, OverflowError)):
        return _explained(error)
    if isinstance(error, (*_OF_DRIVER, ConnectionError, TimeoutError)):
        return fault(error, closed=False) or _refused(error)
    return None


def _explained(error: SQLAlchemyError | OverflowError) -> QueryError:
    if isinstance(error, DBAPIError):
        return _refused(error.orig or error)
    if isinstance(error, OverflowError):
        return QueryError("A time in the answer is outside of the years 1 to 9999: cast it to text.")
    cause = error.orig if isinstance(error, StatementError) else error
    return QueryError(f"The statement cannot be run: {_first_sentence(str(cause))}")


async def _from_driver(session: AsyncSession, error: Exception) -> NetRavenError:
    """What went wrong below SQLAlchemy; the pool is not to hand out a connection that is of no more use."""
    connection = await session.connection()
    driver = None if connection.invalidated else (await connection.get_raw_connection()).driver_connection
    found = fault(error, closed=driver is None or driver.is_closed())
    if found is None:
        return _refused(error)
    if not connection.invalidated and not isinstance(found, SessionError):
        await connection.invalidate()
    return found


def _refused(error: BaseException) -> QueryError:
    refused = QueryError(f"The server did not run the statement: {_without_values(error)}{_advice(error)}")
    refused.sqlstate = sqlstate_of(error)
    return refused


def _advice(error: BaseException) -> str:
    """What to do about a refusal that is nobody's mistake."""
    if "conflict with recovery" in str(error):
        return (
            "; it read on a standby what the primary had removed: run it again, ask the primary, or let the "
            "standby wait longer (max_standby_streaming_delay, hot_standby_feedback)."
        )
    if sqlstate_of(error) in ("40001", "40P01"):
        return ": another transaction came between; run it again."
    return ""


def _without_values(error: BaseException) -> str:
    """What the server said, less the values it quotes: they can be a password or a whole configuration."""
    message = error.args[0] if isinstance(error, asyncpg.PostgresError) and error.args else error
    detail = str(message).split(">: ", 1)[-1].strip()
    if "multiple commands" in detail:
        return "it holds several statements, and one is run at a time"
    unsuitable = re.match(r"invalid input for query argument \$(\d+)", detail)
    if unsuitable:
        return f"the value of its parameter {unsuitable[1]} is not of the type that is expected there"
    if (getattr(error, "sqlstate", None) or "").startswith(_DATA_EXCEPTION):
        return detail.split(': "', 1)[0]
    return detail


def _first_sentence(text: str) -> str:
    """Without SQLAlchemy's appendix: the statement and a link to its manual."""
    return text.split("\n", 1)[0].split(" (Background on", 1)[0]
