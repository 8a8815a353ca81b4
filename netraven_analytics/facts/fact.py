"""A fact: one canonical select that settles what a table's rows mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Subquery, bindparam
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from netraven_db.db.base import UTCDateTime

# The instant that every fact is seen from; a report's scope gives it its value.
AS_OF = bindparam("as_of", type_=UTCDateTime())


@dataclass(frozen=True)
class Fact:
    """``rows`` is the select; ``key`` names its identity and ``at`` the time that windows and buckets use.

    ``called`` is what its rows are, where that is not the select's name. ``variants`` are other selects of
    the same columns, for databases that lack what ``rows`` reads. ``in_past`` is a cheaper select that gives
    the same rows of a window that ends by ``as_of``.
    """

    rows: Subquery
    key: str
    at: str
    called: str = ""
    variants: Mapping[str, Subquery] = field(default_factory=dict)
    in_past: Subquery | None = None

    @property
    def c(self) -> ReadOnlyColumnCollection[str, Any]:
        """The columns, for ``where=`` and for reports: ``runs.c.duration``."""
        return self.rows.c

    @property
    def time(self) -> ColumnElement[Any]:
        return self.rows.c[self.at]

    @property
    def name(self) -> str:
        """What its rows are, in the plural."""
        return self.called or self.rows.name

    def variant(self, name: str) -> "Fact":
        """The fact in the variant of that name, itself where there is none."""
        return replace(self, rows=self.variants.get(name, self.rows))

    def reading(self, condition: ColumnElement[bool], *, of: "Fact") -> ColumnElement[bool]:
        """A condition over another variant's columns, as one over this one's."""

        def here(element: Any, **_: Any) -> Any:
            return self.c[element.name] if getattr(element, "table", None) is of.rows else None

        return visitors.replacement_traverse(condition, {}, here)
