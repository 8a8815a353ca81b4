"""Secrets do not leave in files, and who may read a file depends on what it holds."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.passwords import stored_secrets
from netraven_analytics.configs.redact import Redactor
from netraven_analytics.exports.columns import is_text, values_of
from netraven_analytics.report import Report
from netraven_analytics.signatures import Masker
from netraven_db.errors import QueryError

if TYPE_CHECKING:
    import pandas as pd

# Columns of configurations and of lines of them, as the database and this toolkit call them.
_CONFIGURATION = frozenset(
    {"config_data", "text", "context", "added_lines", "removed_lines", "odd_lines", "missing_lines"}
)
_PLACEHOLDER = re.compile(r"<[a-z]+>")
_LINES = 10  # so many in a cell are a configuration or the like, whatever its column is called


class Redaction:
    """The same secret is the same token in all parts of an answer."""

    def __init__(self, known: Collection[str] = ()) -> None:
        """``known`` are secrets to find wherever they stand, and as signatures of messages write them."""
        self.redactor = Redactor(known={*known, *_as_signatures_write(known)})

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


async def answered(report: Report[Any], session: AsyncSession, options: Mapping[str, Any]) -> "pd.DataFrame":
    """A report's answer as it may be shown: without the passwords that the database holds."""
    table = await report(session, **options)
    if all(dtype.kind in "biufmM" for dtype in table.dtypes):
        return table  # numbers and times hold none
    return Redaction(await stored_secrets(session)).table(table)


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


def _as_signatures_write(secrets: Collection[str]) -> set[str]:
    """Secrets whose digits are masked; what is left of some, such as a number, would be found everywhere."""
    masked = map(Masker().signature, secrets)
    return {text for text in masked if len(_PLACEHOLDER.sub("", text)) > 3}
