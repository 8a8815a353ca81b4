"""What goes wrong with a statement, in one sentence that shows no value."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_db.errors import DatabaseUnavailableError, QueryError

_DATA_EXCEPTION = "22"  # the class of SQLSTATE
_LOST = ("57P01", "57P02", "57P03")  # the server, or this connection of it, is going down


@asynccontextmanager
async def told(session: AsyncSession) -> AsyncIterator[None]:
    """Turn the errors of driver and SQLAlchemy into the toolkit's own.

    Raises:
        QueryError: the server refused or gave up the statement.
        DatabaseUnavailableError: the connection was lost.
    """
    try:
        yield
        return
    except DBAPIError as error:
        explained: QueryError | DatabaseUnavailableError = (
            _lost() if error.connection_invalidated else _refused(error.orig or error)
        )
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, StatementError) else error
        explained = QueryError(f"The statement cannot be run: {_first_sentence(str(cause))}")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        explained = await _from_driver(session, error)
    except OverflowError:
        explained = QueryError("A time in the answer is outside of the years 1 to 9999: cast it to text.")
    raise explained from None


async def _from_driver(session: AsyncSession, error: Exception) -> QueryError | DatabaseUnavailableError:
    connection = await session.connection()
    driver = (await connection.get_raw_connection()).driver_connection
    gone = isinstance(error, (OSError, asyncpg.PostgresConnectionError))
    if gone or getattr(error, "sqlstate", None) in _LOST or driver is None or driver.is_closed():
        await connection.invalidate()  # the pool is not to hand it out again
        return _lost()
    return _refused(error)


def _lost() -> DatabaseUnavailableError:
    return DatabaseUnavailableError("The connection to the server was lost: nothing was read, run it again.")


def _refused(error: BaseException) -> QueryError:
    return QueryError(f"The server did not run the statement: {_without_values(error)}")


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
