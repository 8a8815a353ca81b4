"""The declarative base, and the one type that knows how NetRaven stores an instant."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, Interval, event
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine


def utcnow() -> datetime:
    """The present instant, aware."""
    return datetime.now(UTC)


def as_utc(value: datetime) -> datetime:
    """The same instant as an aware UTC datetime; a naive value is UTC already."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware UTC in Python, and in the database what NetRaven's services write.

    That is ``TIMESTAMP`` holding UTC, or ``TIMESTAMPTZ`` with ``timezone=True``. Aware values are
    converted, naive ones are taken as UTC.
    """

    impl = DateTime
    cache_ok = True

    def __init__(self, timezone: bool = False) -> None:
        super().__init__(timezone=timezone)
        self.timezone = timezone

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return as_utc(value) if self.timezone else as_utc(value).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else as_utc(value)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return Interval() if isinstance(value, timedelta) else self


class Base(AsyncAttrs, DeclarativeBase):
    """The base of the models; ``await obj.awaitable_attrs.tags`` loads what was not loaded."""


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _hand_out_aware_instants(cls: type[Base], key: str, attribute: Any) -> None:
    """Make a naive value just assigned read back aware, before any flush.

    Otherwise an object mixes naive values (assigned) and aware ones (loaded), and comparing them raises.
    """
    columns = getattr(attribute.property, "columns", None)
    if columns and isinstance(columns[0].type, UTCDateTime):

        @event.listens_for(attribute, "set", retval=True)
        def _aware(target: Base, value: Any, old: Any, initiator: Any) -> Any:
            return as_utc(value) if isinstance(value, datetime) else value
