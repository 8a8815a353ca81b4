"""Sessions: ``get_db`` in its three forms, ``SessionLocal``, ``engine`` and ``frozen_session``.

``async with get_db() as db`` is the recommended form. ``async for db in get_db()`` and FastAPI's
``Depends(get_db)`` work too.
"""

import asyncio
import functools
import re
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

from sqlalchemy import TextClause, event
from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from netraven_db.db.connection import connected
from netraven_db.db.engines import current_engine
from netraven_db.db.loading import refuse_silent_loads, remember_connections
from netraven_db.db.waiting import finished
from netraven_db.errors import ConnectionLostError, SessionError
from netraven_db.settings import Settings, describe_url

__all__ = ["SessionLocal", "check_db_connection", "engine", "frozen_session", "get_db", "require_own_loop"]


_INVALIDATED = "8s2b"  # SQLAlchemy's code for a transaction whose connection is gone
_WRITING = re.compile(r"\s*(insert|update|delete|merge|copy|truncate|create|alter|drop)\b", re.IGNORECASE)


class _TrackingSession(Session):
    """Remembers whether anything was written, for the warning of a session left early."""


refuse_silent_loads(_TrackingSession)
remember_connections(_TrackingSession)


@event.listens_for(_TrackingSession, "after_flush")
def _note_flush(session: Session, *_: Any) -> None:
    session.info["wrote"] = True


@event.listens_for(_TrackingSession, "do_orm_execute")
def _note_statement(state: ORMExecuteState) -> None:
    statement = state.statement
    as_text = isinstance(statement, TextClause) and _WRITING.match(statement.text)
    if state.is_insert or state.is_update or state.is_delete or as_text:
        state.session.info["wrote"] = True


@event.listens_for(_TrackingSession, "after_transaction_end")
def _note_end(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:  # its user has committed or rolled back himself
        session.info.pop("wrote", None)


def SessionLocal() -> AsyncSession:  # noqa: N802 - the name NetRaven's code imports
    """A new session on the running loop's engine; objects stay usable after a commit."""
    return _session(current_engine())


def _session(bind: AsyncEngine) -> AsyncSession:
    return AsyncSession(
        bind,
        sync_session_class=_TrackingSession,
        expire_on_commit=False,
        info={"loop": asyncio.get_running_loop()},
    )


class _CurrentEngine:
    """Stands for the running loop's engine, so that ``from … import engine`` works at import time."""

    def __getattr__(self, name: str) -> Any:
        return getattr(current_engine(), name)

    def __repr__(self) -> str:
        return f"<engine of the running loop, {describe_url(Settings.from_environment().database_url)}>"


engine = _CurrentEngine()


class SessionScope:
    """One session with its transaction: committed when the block completes, rolled back when it raises."""

    _session: AsyncSession | None = None
    _generator: AsyncGenerator[AsyncSession, None] | None = None

    async def __aenter__(self) -> AsyncSession:
        if self._session is not None:
            raise SessionError("This get_db() is in use: call get_db() again for another session.")
        self._session = SessionLocal()
        return self._session

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        session, self._session = self._session, None
        try:
            if kind is None:
                await _commit(session)
        finally:
            await _close(session)  # rolls back what was not committed

    # The guide's form and FastAPI's speak to an async generator.
    def __aiter__(self) -> AsyncIterator[AsyncSession]:
        return _generate()

    def __anext__(self) -> Any:
        return self._real().__anext__()

    def asend(self, value: None) -> Any:
        return self._real().asend(value)

    def athrow(self, *error: Any) -> Any:
        return self._real().athrow(*error)

    def aclose(self) -> Any:
        return self._real().aclose()

    def _real(self) -> AsyncGenerator[AsyncSession, None]:
        if self._generator is None:
            self._generator = _generate()
        return self._generator


async def _commit(session: AsyncSession) -> None:
    try:
        await session.commit()
    except PendingRollbackError as error:
        if error.code != _INVALIDATED:
            raise
        raise ConnectionLostError(
            "The connection of this session was lost before, and nothing of it was committed: do it again."
        ) from None


async def _close(session: AsyncSession) -> None:
    """To its end, however often it is cancelled meanwhile: what is half closed would stay on the server."""
    await finished(asyncio.create_task(session.close()))


async def _generate() -> AsyncGenerator[AsyncSession, None]:
    async with SessionScope() as session:
        try:
            yield session
        except GeneratorExit:
            # Whether it was break, return or an exception cannot be told from here.
            if session.info.get("wrote") or session.new or session.dirty or session.deleted:
                warnings.warn(
                    "'async for db in get_db()' was left early, so its writes were rolled back; "
                    "use 'async with get_db() as db', which commits on return and break.",
                    stacklevel=2,
                )
            raise


async def _get_db() -> AsyncGenerator[AsyncSession, None]:
    """A session whose transaction ends with the block: commit when it completes, rollback when it raises.

    ``async with get_db() as db`` is the recommended form; ``async for db in get_db()`` and
    ``Depends(get_db)`` work too.

    Raises:
        DatabaseUnavailableError: at the first statement, when the server cannot be reached.
    """
    async for session in _generate():
        yield session


@functools.wraps(_get_db)  # FastAPI follows it to an async generator function
def get_db() -> SessionScope:
    return SessionScope()


get_db.__name__ = get_db.__qualname__ = "get_db"


@asynccontextmanager
async def frozen_session() -> AsyncIterator[AsyncSession]:
    """A read-only session that sees one instant of the database, however many statements it runs.

    The transaction is REPEATABLE READ, READ ONLY and begins at the first statement.
    """
    frozen = current_engine().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    session = _session(frozen)
    try:
        yield session
    finally:
        await _close(session)


def require_own_loop(session: AsyncSession) -> None:
    """Refuse a session that another event loop made; its connection would hang or break there.

    Raises:
        SessionError: the session belongs to another loop.
    """
    owner = session.info.get("loop")
    if owner is not None and owner is not asyncio.get_running_loop():
        raise SessionError(
            "This session belongs to another event loop: open one here with 'async with get_db() as db', "
            "or leave db out."
        )


async def check_db_connection(place: Callable[[str], str] = describe_url) -> str:
    """Connect once and say where to: ``PostgreSQL 18.0 at postgresql://netraven@localhost:5432/netraven``.

    ``place`` says it of a URL in other words, such as :func:`netraven_db.settings.database_in_words`.

    Raises:
        ParameterError: the URL cannot be understood.
        DatabaseUnavailableError: the server cannot be reached or refused the login.
    """
    url = Settings.from_environment().database_url
    async with connected(url) as connection:
        version = await connection.fetchval("show server_version")
    return f"PostgreSQL {version.split()[0]} at {place(url)}"
