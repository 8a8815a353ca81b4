"""What went wrong in a migration, in one sentence: for the alembic command, and for our own callers."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, PendingRollbackError

from netraven_db.errors import (
    NetRavenError,
    ParameterError,
    QueryError,
    SchemaError,
)


@contextmanager
def as_command_errors() -> Iterator[None]:
    """Let alembic's command line print one line where it would print a traceback."""
    try:
        with _explained():
            yield
    except NetRavenError as error:
        raise CommandError(str(error)) from error


@contextmanager
def as_netraven_errors(refusal: type[NetRavenError] = ParameterError) -> Iterator[None]:
    """The way back, for those who call alembic from Python; ``refusal`` is what its own errors become."""
    try:
        with _explained():
            yield
    except CommandError as error:
        if isinstance(error.__cause__, NetRavenError):
            raise error.__cause__ from None
        raise refusal(f"Alembic refused: {error}") from None


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise _explain(error) from None
    except PendingRollbackError as error:
        # Alembic tried to commit on a connection that was lost or cancelled: what counts is why it was.
        cause = _first(error)
        raise (_explain(cause) if isinstance(cause, DBAPIError) else cause) from None


def _first(error: BaseException) -> BaseException:
    while isinstance(error, PendingRollbackError) and error.__context__ is not None:
        error = error.__context__
    return error


def _explain(error: DBAPIError) -> NetRavenError:
    driver = getattr(error.orig, "__cause__", None) or error.orig
    code, message = getattr(driver, "sqlstate", None), str(driver).strip().splitlines()[0]
    if code == "P0001":  # raised by a block of our own
        return SchemaError(message)
    if code == "55P03":
        return QueryError(
            "A lock did not come free in time: other sessions use NetRaven's tables or hold a transaction "
            "open (pg_stat_activity shows them); end those and run this again. It goes on where it stopped."
        )
    return QueryError(f"The server refused: {message}.")
