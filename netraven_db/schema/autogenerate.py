"""What ``alembic check`` and ``alembic revision --autogenerate`` look at, and how they write it down."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from sqlalchemy import Connection, text

from netraven_db.db.base import UTCDateTime
from netraven_db.schema.tables import VERSION_TABLE


def left_out(connection: Connection) -> Callable[[str | None, str, Mapping[str, Any]], bool]:
    """A filter of names: NetRaven's version table is no drift, and an index cut in its build is no index."""
    names = text("select relname from pg_index join pg_class on oid = indexrelid where not indisvalid")
    invalid = set(connection.scalars(names))

    def include_name(name: str | None, kind: str, parents: Mapping[str, Any]) -> bool:
        return not (kind == "table" and name == VERSION_TABLE) and not (kind == "index" and name in invalid)

    return include_name


def render_item(kind: str, item: object, context: object) -> str | Literal[False]:
    """Write the column type that the database sees; a revision must not follow the models' code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)" if item.timezone else "sa.DateTime()"
    return False
