"""Secrets do not leave in files: each part of an answer is redacted before it is written."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.redact import Redactor
from netraven_analytics.frames import frame
from netraven_db.db.faults import sqlstate_of
from netraven_db.db.models import Credential
from netraven_db.errors import QueryError

if TYPE_CHECKING:
    import pandas as pd


# The right to read them, the table, or the column is missing.
_NOT_TO_BE_HAD = ("42501", "42P01", "42703")


class Redaction:
    """The same secret is the same token in all parts of an answer."""

    def __init__(self, known: Collection[str] = ()) -> None:
        """``known`` are secrets to find wherever they stand."""
        self._redactor = Redactor(known=known)

    def table(self, part: "pd.DataFrame") -> "pd.DataFrame":
        """The table without secrets; a text that occurs often is looked at once."""
        import pandas as pd

        made = {}
        for place, name in enumerate(part.columns):
            column = part.iloc[:, place]
            if column.dtype == "object":
                column = self._column(column)
            elif pd.api.types.is_string_dtype(column.dtype):
                codes, texts = pd.factorize(column)
                shown = self._column(pd.Series(texts, name=name))
                column = pd.Series(
                    shown.array.take(codes, allow_fill=True), index=part.index, dtype=column.dtype
                )
            made[place] = column
        table = pd.DataFrame(made, index=part.index, copy=False)
        table.columns, table.attrs = part.columns, part.attrs
        return table

    def _column(self, column: "pd.Series") -> "pd.Series":
        return self._redactor.table(column.to_frame()).iloc[:, 0]


async def stored_secrets(session: AsyncSession) -> list[str]:
    """The passwords that the database holds; none for who may not read them, nor can have them shown.

    Raises:
        QueryError, ConnectionLostError: they could be had, and were not: what is written now would show them.
    """
    try:
        async with session.begin_nested():  # a refusal does not end the user's transaction
            found = await frame(select(Credential.password).distinct(), session)
    except QueryError as error:
        if sqlstate_of(error) not in _NOT_TO_BE_HAD:
            raise
        return []
    stored: list[str] = found["password"].dropna().tolist()
    return stored
