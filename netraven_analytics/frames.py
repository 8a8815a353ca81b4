"""From a Select to a DataFrame. This is the only place where SQL of reports is executed."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import CursorResult, Executable, Row, Select, TextClause, TextualSelect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_scoped_session

from netraven_analytics.facts.filters import is_storable
from netraven_analytics.limits import Limit, Timeout, rows_of, seconds_of, tell_cut, timed
from netraven_analytics.whole import whole_number
from netraven_analytics.wire.told import told
from netraven_db.db.retrying import read_again
from netraven_db.db.session import frozen_session, require_own_loop
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from netraven_analytics.dtypes import DtypeBackend
    from netraven_analytics.wire.question import Question
    from netraven_analytics.wire.stream import FrameStream

_NO_ROWS = "The statement has no rows to give: write a SELECT of at least one column."

Rows = Sequence[Row[Any]]
T = TypeVar("T")


async def frame(
    statement: Executable,
    db: AsyncSession | None = None,
    *,
    dtype_backend: "DtypeBackend" = None,
    progress: Callable[[int], object] | None = None,
    limit: Limit | None = None,
    timeout: Timeout | None = None,  # noqa: ASYNC109 - the server's, which asyncio cannot stand in for
) -> "pd.DataFrame":
    """The rows of a Select as a DataFrame whose dtypes come from the SQL types.

    Queries are answered by COPY, in the session's own transaction; what COPY cannot answer (EXPLAIN, writes
    with RETURNING, types with a Python side of their own, which stay objects) is executed as any statement.
    A text without rows to give is refused before it does anything. The loop's other tasks keep running.

    Args:
        statement: any Select, of columns or of models, or ``text()``.
        db: the session to use, in its transaction; without one a read-only session is opened, and another one
            where the server failed it.
        dtype_backend: ``"pyarrow"`` gives arrow dtypes; Python objects (Decimal, JSON, …) stay objects.
        progress: called now and then with the number of rows that arrived since the last call, as
            ``tqdm().update`` takes it; it is negative where the answer is begun anew.
        limit: how many rows to read at most, or ``"all"``; a :class:`RowsCutWarning` and a note in ``attrs``
            tell where there are more. Without ``db`` 1,000,000 unless told otherwise.
        timeout: how long the server may work, in seconds or as ``"5min"``; 0 is as long as it takes. Without
            ``db`` NETRAVEN_SQL_TIMEOUT, else 5 minutes.

    Returns:
        A column for each selected column, also when there are no rows. Instants are in UTC.

    Raises:
        ParameterError: the statement selects nothing, or a limit or the backend is not understood.
        SessionError: ``db`` belongs to another event loop, or a stream is being read on it.
        QueryError: the server refused or gave up the statement, or Python cannot hold a value of the answer.
        DatabaseUnavailableError: the server cannot be reached, or went away.

    Example:
        ``await frame(select(Job.id, Job.status).where(Job.device_id == 7))``
    """
    _require_columns(statement)
    _require_backend(dtype_backend)
    rows, seconds = rows_of(limit, ad_hoc=db is None), seconds_of(timeout, ad_hoc=db is None)
    one_more = None if rows is None else rows + 1
    arrived = 0

    def count(new: int) -> None:
        nonlocal arrived
        arrived += new
        if progress:
            progress(new)

    async def from_the_first_row(session: AsyncSession) -> "pd.DataFrame":
        if arrived:
            count(-arrived)  # what an earlier try had read is read anew
        async with timed(session, seconds):
            return await _read(session, statement, dtype_backend, count, one_more)

    table = await in_session(db, from_the_first_row)
    if rows is not None and len(table) > rows:
        table = table.iloc[:rows]
        table.attrs["netraven"] = {"notes": [tell_cut(rows)]}
    return table


def stream(
    statement: Executable,
    db: AsyncSession | None = None,
    *,
    rows: int = 100_000,
    size: int | None = None,
    at_most: int | None = None,
    dtype_backend: "DtypeBackend" = None,
) -> "FrameStream":
    """The rows of a Select as DataFrames of ``rows`` rows each, in constant memory.

    The last frame is shorter, and so is one that would hold more than some ``size`` bytes. Without rows
    there is one empty frame. The server waits while a frame is worked on, and the session can do nothing
    else until the stream ends. ``break`` ends it, and so does ``async with``. What COPY cannot answer is read
    whole and handed out in parts. ``at_most`` is how many rows come in all; unless told so they all come, for
    as long as it takes.

    Raises:
        ParameterError: the statement selects nothing, ``rows`` is no whole number from 1, or the backend is
            not understood.
        SessionError, QueryError, DatabaseUnavailableError: as :func:`frame`, when rows are asked for.

    Example:
        ``async for part in stream(select(Job)): …``
    """
    from netraven_analytics.wire.stream import FrameStream

    _require_columns(statement)
    _require_backend(dtype_backend)
    return FrameStream(
        reading(db),
        lambda session: _ask(session, statement, at_most),
        lambda session: _executed(session, statement, dtype_backend, at_most),
        whole_number(rows, "rows"),
        dtype_backend,
        size,
    )


async def sql(
    query: str,
    db: AsyncSession | None = None,
    /,
    *,
    limit: Limit | None = None,
    timeout: Timeout | None = None,  # noqa: ASYNC109 - the server's, which asyncio cannot stand in for
    **parameters: Any,
) -> "pd.DataFrame":
    """The rows of a query in SQL text as a DataFrame.

    ``:name`` outside of literals, quoted names and comments is a parameter. Aware times are converted to UTC
    and naive ones are taken as UTC, as everywhere in the database.

    ``limit`` and ``timeout`` are those of :func:`frame`: without ``db`` 1,000,000 rows and 5 minutes. Where
    the query itself has a parameter of such a name, that gets the value.

    Raises:
        ParameterError: the query and the parameters name different things, or a limit is not understood.
        QueryError: the server refused or gave up the query.

    Example:
        ``await sql("select hostname from devices where last_seen < :t", t=cutoff)``
    """
    from netraven_analytics.adhoc import as_text_clause, names_in  # its expressions take a while to compile

    limits = {"limit": limit, "timeout": timeout}
    own = {name: limits.pop(name) for name in limits.keys() & names_in(query)}
    parameters |= {name: value for name, value in own.items() if value is not None}
    return await frame(as_text_clause(query, parameters), db, **limits)  # type: ignore[arg-type]


async def scalar(statement: Select[Any], db: AsyncSession) -> Any:
    """The one value of a Select of one column and one row."""
    return (await _execute(db, statement)).scalar()


async def parts(statement: Select[Any], db: AsyncSession, *, rows: int) -> AsyncGenerator[Rows, None]:
    """The rows of a Select as tuples, some at a time: for long texts, which COPY quotes and a frame copies.

    Raises:
        QueryError, DatabaseUnavailableError: as :func:`frame`.
    """
    async with told(db):
        connection = await _connection(db)
        async with connection.stream(statement, execution_options={"yield_per": rows}) as result:
            async for part in result.partitions():
                yield part


async def in_session(db: AsyncSession | None, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """What the work reads in the given session, or in one of its own.

    In one of its own it sees one instant, and is begun anew where the connection or the server failed it.
    """
    if db is not None:
        async with reading(db) as session:
            return await work(session)

    async def once() -> T:
        async with reading(None) as session:
            return await work(session)

    return await read_again(once)


@asynccontextmanager
async def reading(db: AsyncSession | None) -> AsyncIterator[AsyncSession]:
    """The given session, or a read-only one that sees one instant and ends with the block."""
    if db is not None:
        if not isinstance(db, (AsyncSession, async_scoped_session)):
            raise ParameterError(
                f"{str(db)[:80]!r} is no session: db takes an AsyncSession, such as get_db() gives; options "
                "are named, as in by='device'."
            )
        require_own_loop(db)
        yield db
    else:
        async with frozen_session() as session:
            yield session


def _require_columns(statement: Executable) -> None:
    if not isinstance(statement, Executable):
        raise ParameterError(
            f"{str(statement)[:80]!r} is no Select: pass one, such as select(Device), or give text to sql()."
        )
    if isinstance(statement, Select) and not statement.selected_columns:
        raise ParameterError("The Select selects nothing: name at least one column or model.")
    if isinstance(statement, TextClause) and not is_storable(statement.text):
        raise ParameterError("The query holds NUL or half of a character, which no text has: take it out.")


def _require_backend(backend: object) -> None:
    if not (backend is None or (isinstance(backend, str) and backend == "pyarrow")):
        raise ParameterError(
            f"dtype_backend={backend!r} is not understood: it takes 'pyarrow', or None for those of pandas."
        )


async def _read(
    session: AsyncSession,
    statement: Executable,
    backend: "DtypeBackend",
    progress: Callable[[int], object] | None,
    rows: int | None,
) -> "pd.DataFrame":
    asked = await _ask(session, statement, rows)
    if asked is None:
        table = await _executed(session, statement, backend, rows)
        if progress:
            progress(len(table))
        return table
    from netraven_analytics.wire.reader import read

    async with told(session):
        return await read(asked, backend, progress)


async def _ask(session: AsyncSession, statement: Executable, rows: int | None) -> "Question | None":
    from netraven_analytics.wire.question import question

    async with told(session):
        asked = await question(await _connection(session), statement)
    return asked if asked is None or rows is None else asked.at_most(rows)


async def _executed(
    session: AsyncSession, statement: Executable, backend: "DtypeBackend", limit: int | None = None
) -> "pd.DataFrame":
    from netraven_analytics.wire.executed import executed, gathered

    if isinstance(statement, (TextClause, TextualSelect)):
        await _require_rows(session, statement)
    async with told(session):
        result = await executed(await _connection(session), statement)
    if not result.returns_rows:
        raise ParameterError(_NO_ROWS)
    return await gathered(result, backend, limit)


async def _require_rows(session: AsyncSession, statement: TextClause | TextualSelect) -> None:
    from netraven_analytics.wire.question import gives_rows

    async with told(session):
        if not await gives_rows(await _connection(session), statement):
            raise ParameterError(_NO_ROWS)


async def _execute(session: AsyncSession, statement: Executable) -> CursorResult[Any]:
    async with told(session):
        return await (await _connection(session)).execute(statement)


async def _connection(session: AsyncSession) -> AsyncConnection:
    if session.new or session.dirty or session.deleted:
        await session.flush()  # what the session's user has written is what he expects to read
    return await session.connection()
