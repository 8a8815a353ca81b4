"""What is done to roles in a transaction, and what they may then."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def execute(db: AsyncSession, *statements: str) -> None:
    """Run them one after the other; several may stand in one text."""
    driver: Any = (await (await db.connection()).get_raw_connection()).driver_connection
    await db.execute(text("select 1"))  # begins the transaction
    for statement in statements:
        await driver.execute(statement)


async def every(db: AsyncSession, query: str) -> list[Any]:
    """The query's first column."""
    return list((await db.scalars(text(query))).all())


async def may_read(db: AsyncSession, role: str, table: str, column: str) -> bool:
    """Whether the role may read the column."""
    asked = text("select has_column_privilege(cast(:role as name), :table, :column, 'select')")
    return bool(await db.scalar(asked, {"role": role, "table": table, "column": column}))
