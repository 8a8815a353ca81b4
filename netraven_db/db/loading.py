"""What a session loads, and what it cannot: relationships that were not asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction
from sqlalchemy.util.concurrency import in_greenlet

from netraven_db.db.connection import PREPARE
from netraven_db.db.engines import current_engine
from netraven_db.errors import NotLoadedError, SessionError

_CONNECTIONS = "netraven_connections"  # under which name a session's info has them


def refuse_silent_loads(sessions: type[Session]) -> None:
    """Let these sessions say what to do where SQLAlchemy would raise MissingGreenlet."""
    event.listen(sessions, "do_orm_execute", _refuse)


def _refuse(state: ORMExecuteState) -> None:
    if in_greenlet():
        return
    if state.is_relationship_load and state.lazy_loaded_from is not None and state.loader_strategy_path:
        model, name = state.lazy_loaded_from.class_.__name__, state.loader_strategy_path[-1].key  # type: ignore[union-attr]
        raise NotLoadedError(
            f"{model}.{name} was not loaded, and loading it now would need an await: add "
            f".options(selectinload({model}.{name})) to the select, or write "
            f"'await {model.lower()}.awaitable_attrs.{name}'."
        )
    if state.is_column_load and state.bind_mapper is not None:
        model = state.bind_mapper.class_.__name__
        raise NotLoadedError(
            f"A column of this {model} is not loaded, being deferred or expired, and loading it now would "
            f"need an await: write 'await {model.lower()}.awaitable_attrs.NAME', or 'await db.refresh(…)'."
        )


def remember_connections(sessions: type[Session]) -> None:
    """Let these sessions know their connections, so that a statement can be told to be theirs."""
    event.listen(sessions, "after_begin", _remember)


def _remember(session: Session, _: SessionTransaction, connection: Connection) -> None:
    session.info.setdefault(_CONNECTIONS, WeakSet()).add(connection)


@contextmanager
def count_statements(db: AsyncSession | None = None) -> Iterator[list[str]]:
    """The SQL of the statements that the block sends, in their order; ``len()`` of it counts them.

    Those of the session ``db`` and of no other, else of every session of the running loop. COPY, by which
    reports and ``frame()`` read, is not among them.

    Raises:
        SessionError: ``db`` is not a session of this toolkit.

    Example:
        ``with count_statements(db) as sent: …`` and then ``print(len(sent))``
    """
    sent: list[str] = []
    connections = _connections_of(db) if db is not None else None
    engine = (db.bind if db is not None else current_engine()).sync_engine  # type: ignore[union-attr]

    def note(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if statement != PREPARE and (connections is None or connection in connections):
            sent.append(statement)  # the preparation of a transaction is nobody's question

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _connections_of(db: AsyncSession) -> WeakSet[Connection]:
    """Those of its transactions, of this one and of what comes."""
    if not event.contains(type(db.sync_session), "after_begin", _remember):
        raise SessionError(
            "The statements of this session cannot be told from others': open it with "
            "'async with get_db() as db', or leave db out to count those of every session."
        )
    found: WeakSet[Connection] = db.info.setdefault(_CONNECTIONS, WeakSet())
    return found
