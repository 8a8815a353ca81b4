"""What a session loads, and what it cannot: relationships that were not asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.util.concurrency import in_greenlet

from netraven_db.db.connection import PREPARE
from netraven_db.db.engines import current_engine
from netraven_db.errors import NotLoadedError


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


@contextmanager
def count_statements(db: AsyncSession | None = None) -> Iterator[list[str]]:
    """The SQL of the statements that the block sends, in their order; ``len()`` of it counts them.

    Of all sessions that share the engine of ``db``, else of every session of the running loop. COPY, by which
    reports and ``frame()`` read, is not among them.

    Example:
        ``with count_statements() as sent: …`` and then ``print(len(sent))``
    """
    sent: list[str] = []
    engine = (db.bind if db is not None else current_engine()).sync_engine  # type: ignore[union-attr]

    def note(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if statement != PREPARE:  # the preparation of a transaction is nobody's question
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
