"""Secrets do not leave in files, and who may read a file depends on what it holds."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow.compute as pc
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.redact import Redactor
from netraven_analytics.exports.columns import is_text, values_of
from netraven_analytics.frames import frame, scalar
from netraven_db.db.models import Credential
from netraven_db.errors import QueryError

if TYPE_CHECKING:
    import pandas as pd

# Columns of configurations and of lines of them, as the database and this toolkit call them.
_CONFIGURATION = frozenset(
    {"config_data", "text", "context", "added_lines", "removed_lines", "odd_lines", "missing_lines"}
)
_LINES = 10  # so many in a cell are a configuration or the like, whatever its column is called


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

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Redact what the server refuses, too: it tells the value that is no name of a table or no query."""
        try:
            yield
        except QueryError as error:
            error.args = (self.redactor.text(str(error)),)
            raise

    def _column(self, column: "pd.Series") -> "pd.Series":
        return self.redactor.table(column.to_frame()).iloc[:, 0]


class Confidence:
    """Whether a file is its owner's alone, decided over all its parts; ``needed`` says that it is anyway."""

    def __init__(self, needed: bool) -> None:
        self._needed = needed

    def see(self, part: "pd.DataFrame") -> None:
        self._needed = self._needed or holds_configuration(part)

    def __call__(self) -> bool:
        return self._needed


def holds_configuration(table: "pd.DataFrame") -> bool:
    """Whether the table has configuration text, which without secrets, too, is a map of the network."""
    columns = (table.iloc[:, place] for place in range(table.shape[1]))
    return not _CONFIGURATION.isdisjoint(map(str, table.columns)) or any(map(_has_long_text, columns))


def _has_long_text(column: "pd.Series") -> bool:
    values = values_of(column)
    if values is None:
        return any(str(value).replace("\\n", "\n").count("\n") >= _LINES - 1 for value in column)
    if not is_text(values.type):
        return False
    return (pc.max(pc.count_substring(values, "\n")).as_py() or 0) >= _LINES - 1


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
