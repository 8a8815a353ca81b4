"""Which statements COPY can answer, decided without a statement that could fail in the user's transaction."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Executable, TextClause, types
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.sql.selectable import SelectBase
from sqlalchemy.types import TypeEngine

from netraven_analytics.inlining import Inlined, inlined
from netraven_analytics.literals import NotLiteralError
from netraven_analytics.wire.columns import Column, column, copy_query
from netraven_db.db.base import UTCDateTime

# Read in the statement without its values. Where a word only looks like one of these, the other path answers.
_QUERY = re.compile(r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*(select|values|table|with)\b", re.I | re.S)
_WRITES = re.compile(r"\b(insert|update|delete|merge|into)\b", re.I)
_INTO = re.compile(r"\binto\b", re.I)
_ENDED = re.compile(r";\s*(--|/\*|$)")
_KEPT = (UTCDateTime, types.JSON, types.Numeric, types.Float, types.Uuid, types.LargeBinary)


@dataclass(frozen=True)
class Plan:
    """A query without parameters, of which COPY can make an answer."""

    inlined: Inlined

    def columns(self, attributes: Any, dialect: Dialect, *, iso: bool) -> list[Column] | None:
        """The answer's columns, or none where SQLAlchemy makes something of its own of a type."""
        names, declared = self.inlined.names, list(self.inlined.types)
        if len(declared) != len(attributes):
            names, declared = [attribute.name for attribute in attributes], []
        kinds: list[TypeEngine[Any] | None] = [*declared] or [None] * len(names)
        oids = [attribute.type.oid for attribute in attributes]
        if not all(as_sent(kind, oid, dialect) for kind, oid in zip(kinds, oids, strict=True)):
            return None
        return [column(*parts, iso=iso) for parts in zip(names, oids, kinds, strict=True)]

    def copy_query(self, columns: list[Column]) -> str:
        return copy_query(self.inlined.sql, columns)


def plan(statement: Executable, connection: Connection) -> Plan | None:
    """How COPY answers the statement, or none where it cannot.

    Raises:
        SQLAlchemyError: the statement cannot be compiled.
    """
    dialect = connection.dialect
    options = {**statement.get_execution_options(), **connection.get_execution_options()}
    if not isinstance(statement, (SelectBase, TextClause)) or "schema_translate_map" in options:
        return None
    if dialect.driver != "asyncpg" or getattr(dialect, "_json_deserializer", None):
        return None
    try:
        found = inlined(statement, dialect)
    except NotLiteralError:
        return None
    # The server has one statement, so semicolons that are not part of a literal can only end it.
    trimmed = found._replace(sql=found.sql.rstrip("; \t\r\n"))
    return Plan(trimmed) if _is_query(found.outline.rstrip("; \t\r\n")) else None


def _is_query(outline: str) -> bool:
    lead = _QUERY.match(outline)
    if lead is None or _ENDED.search(outline):
        return False
    return not (_WRITES if lead[1].lower() == "with" else _INTO).search(outline)


def as_sent(declared: TypeEngine[Any] | None, oid: int, dialect: Dialect) -> bool:
    """Whether the frame's own reading of a type is also SQLAlchemy's."""
    if declared is None or isinstance(declared, _KEPT):
        return not (isinstance(declared, types.Uuid) and not declared.as_uuid)
    if isinstance(declared, types.Enum):
        return declared.enum_class is None
    if isinstance(declared, ARRAY):
        return as_sent(declared.item_type, oid, dialect)
    try:
        return declared.dialect_impl(dialect).result_processor(dialect, oid) is None
    except InvalidRequestError:
        return False
