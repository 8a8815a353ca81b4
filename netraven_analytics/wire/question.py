"""A statement that COPY answers, ready to be asked."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Executable, TextClause, TextualSelect
from sqlalchemy.ext.asyncio import AsyncConnection

from netraven_analytics.wire.columns import Column
from netraven_analytics.wire.occupied import make_way
from netraven_analytics.wire.plan import plan

_UTF8 = ("UTF8", "UTF-8", "UNICODE")


@dataclass(frozen=True)
class Question:
    """What to send, on which connection, and what will come."""

    driver: Any
    query: str
    columns: list[Column]

    def at_most(self, rows: int) -> "Question":
        """The same, of which so many rows come."""
        return replace(self, query=f"select * from (\n{self.query}\n) as answer limit {rows}")


async def question(connection: AsyncConnection, statement: Executable) -> Question | None:
    """The statement, prepared by the server; none where COPY cannot answer it.

    Raises:
        SQLAlchemyError: the statement cannot be compiled.
        asyncpg.PostgresError: the server refuses the statement.
    """
    below = connection.sync_connection
    planned = plan(statement, below) if below is not None else None
    if below is None or planned is None:
        return None
    await make_way(below)
    driver = await _driver(connection)
    settings = driver.get_settings()
    if settings.client_encoding.strip("'").upper() not in _UTF8:  # PgBouncer repeats the driver's quotes
        return None
    # Without a name: nothing stays on the server, and a pooler between has nothing to mix up.
    prepared = await driver.prepare(planned.inlined.sql, name="")
    attributes = prepared.get_attributes()
    iso = settings.DateStyle.startswith("ISO")
    columns = planned.columns(attributes, connection.dialect, iso=iso) if attributes else None
    return Question(driver, planned.copy_query(columns), columns) if columns else None


async def gives_rows(connection: AsyncConnection, text: TextClause | TextualSelect) -> bool:
    """Whether a text is a query, by what the server says before it executes anything.

    COPY … TO PROGRAM, for one, does its harm in a read-only transaction too, and has no rows to give.
    """
    driver = await _driver(connection)
    compiled = text.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    return bool((await driver.prepare(str(compiled), name="")).get_attributes())


async def _driver(connection: AsyncConnection) -> Any:
    """The asyncpg connection below, in the transaction that SQLAlchemy believes to have begun."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if not driver.is_in_transaction():
        await connection.exec_driver_sql("select 1")  # SQLAlchemy begins with the first statement
    return driver
