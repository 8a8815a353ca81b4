"""Many values as rows of the database, so that one statement answers for all of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, DateTime, FromClause, func, literal
from sqlalchemy.types import TypeEngine

from netraven_db.db.base import UTCDateTime


def listed(*columns: tuple[Any, Sequence[Any]]) -> FromClause:
    """Rows of these columns, each given with its values."""
    arrays = [literal(_stored(values), ARRAY(_kind(named.type))) for named, values in columns]
    return func.unnest(*arrays).table_valued(*(named for named, _ in columns), name="listed").render_derived()


def _stored(values: Sequence[Any]) -> list[Any]:
    """Instants as NetRaven stores them: naive, in UTC."""
    return [value.replace(tzinfo=None) if isinstance(value, datetime) else value for value in values]


def _kind(declared: TypeEngine[Any]) -> TypeEngine[Any]:
    return DateTime() if isinstance(declared, UTCDateTime) else declared
