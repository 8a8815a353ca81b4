"""What it means that a statement failed: the connection is gone, the server is silent, or it only said no."""

from weakref import WeakSet

import asyncpg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

from netraven_db.errors import (
    ConnectionLostError,
    NetRavenError,
    QueryError,
    SessionError,
    UnknownCommitError,
)

# The server, or this connection of it, goes down, is down, or comes up.
_GOING_DOWN = ("57P01", "57P02", "57P03")
_committing: "WeakSet[Connection]" = (
    WeakSet()
)  # one that SQLAlchemy is still making has no info to keep it in


def tell_faults(engine: Engine) -> None:
    """Let the engine's connections raise the toolkit's errors where they are of no more use.

    What the server refuses is left as it is: a session's user catches SQLAlchemy's IntegrityError.
    """
    event.listen(engine, "begin", _note_begin)
    event.listen(engine, "commit", _note_commit)
    event.listen(engine, "handle_error", _tell)


def sqlstate_of(error: BaseException) -> str | None:
    """The server's code for what it refused, from an error of the toolkit, of SQLAlchemy or of the driver."""
    return getattr(getattr(error, "orig", None) or error, "sqlstate", None)


def is_going_down(error: BaseException) -> bool:
    """Whether the server said so itself; its connection may look usable for another moment."""
    code = sqlstate_of(error) or ""
    return code in _GOING_DOWN or code.startswith("08")


def fault(error: BaseException, *, closed: bool) -> NetRavenError | None:
    """The toolkit's error for a connection that is of no more use; none where the server only said no.

    ``closed`` says that the driver knows the connection to have ended.
    """
    if isinstance(error, TimeoutError):
        return QueryError(
            "The server did not answer in time, so that the statement was given up: see whether it is "
            "stopped or overloaded, or set NETRAVEN_COMMAND_TIMEOUT to more seconds."
        )
    if "another operation is in progress" in str(error):
        return SessionError(
            "Two statements at once are more than one session can do: await one after the other, or give "
            "each a session of its own."
        )
    broken = isinstance(error, (OSError, EOFError, asyncpg.InternalClientError))
    # The same, as SQLAlchemy passes it on: the server's goodbye came between two statements.
    broken = broken or "cannot switch to state" in str(error)
    if not (closed or broken or is_going_down(error)):
        return None
    lost = ConnectionLostError(
        f"The connection to the server was lost ({_reason(error)}): see that it runs, then run this again."
    )
    lost.sqlstate = sqlstate_of(error)
    return lost


def _reason(error: BaseException) -> str:
    """The server's last words where it had some; the driver's are about the driver."""
    if sqlstate_of(error) and sqlstate_of(error) != "08003":
        return str(error).split(">: ", 1)[-1].strip().splitlines()[0]
    return "it closed the connection"


def _note_begin(connection: Connection) -> None:
    _committing.discard(connection)


def _note_commit(connection: Connection) -> None:
    _committing.add(connection)


def _tell(context: ExceptionContext) -> None:
    error = context.original_exception
    if not isinstance(error, Exception) or isinstance(error, NetRavenError):
        return
    found = fault(error, closed=context.is_disconnect)
    if found is None:
        return
    connection = context.connection
    committing = connection is not None and connection in _committing
    context.is_disconnect = not isinstance(found, SessionError)
    if isinstance(found, QueryError) and connection is not None:
        connection.connection.driver_connection.terminate()  # type: ignore[union-attr] # it answers no goodbye
    if committing and context.is_disconnect:
        raise UnknownCommitError(
            "The connection was lost while the transaction was being committed, and whether it was is not "
            "known: look whether what you wrote is there before you write it again."
        )
    raise found
