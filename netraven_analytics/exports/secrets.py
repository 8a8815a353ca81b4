"""Secrets do not leave in files: each part of an answer is redacted before it is written."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.redact import Redactor
from netraven_analytics.frames import frame, scalar
from netraven_db.db.models import Credential

if TYPE_CHECKING:
    import pandas as pd


class Redaction:
    """The same secret is the same token in all parts of an answer."""

    def __init__(self, known: Collection[str] = ()) -> None:
        """``known`` are secrets to find wherever they stand."""
        self.redactor = Redactor(known=known)

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
        return self.redactor.table(column.to_frame()).iloc[:, 0]


async def stored_secrets(session: AsyncSession) -> list[str]:
    """The passwords that the database holds; none for who may not read them, nor can have them shown."""
    table, column = Credential.__tablename__, Credential.password.key
    # Asked first: a refusal would end the user's transaction, and stand in the server's log.
    readable = func.has_column_privilege(func.to_regclass(table), column, "select")
    if not await scalar(select(readable), session):
        return []
    found = await frame(select(Credential.password).distinct(), session)
    stored: list[str] = found["password"].dropna().tolist()
    return stored
