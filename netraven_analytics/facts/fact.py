"""A fact: one canonical select that settles what a table's rows mean."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Subquery, bindparam
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from netraven_db.db.base import UTCDateTime

# The instant that every fact is seen from; a report's scope gives it its value.
AS_OF = bindparam("as_of", type_=UTCDateTime())


@dataclass(frozen=True)
class Fact:
    """``rows`` is the select; ``key`` names its identity and ``at`` the time that windows and buckets use."""

    rows: Subquery
    key: str
    at: str

    @property
    def c(self) -> ReadOnlyColumnCollection[str, Any]:
        """The columns, for ``where=`` and for reports: ``runs.c.duration``."""
        return self.rows.c

    @property
    def time(self) -> ColumnElement[Any]:
        return self.rows.c[self.at]
