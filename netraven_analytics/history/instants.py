"""Moments in a device's history: what a time means, and from when a question looks."""

from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Select

from netraven_analytics.facts.windows import TimeLike, resolve_instant
from netraven_db.db.base import utcnow
from netraven_db.settings import Settings, zone

S = TypeVar("S", bound=Select[Any])


def seen(statement: S) -> S:
    """The statement as seen from now."""
    return statement.params(as_of=utcnow())


def instant(value: TimeLike | None, name: str, tz: str | None) -> datetime:
    """The instant that a time means; now without one.

    Raises:
        ParameterError: the time has no accepted form, or the time zone is unknown.
    """
    local = clock(tz)
    return utcnow() if value is None else resolve_instant(value, utcnow(), local, name)


def spoken(moment: datetime, tz: str | None) -> str:
    """The moment on the reader's clock, to the second."""
    return moment.astimezone(clock(tz)).isoformat(sep=" ", timespec="seconds")


def clock(tz: str | None) -> ZoneInfo:
    """The reader's time zone: NETRAVEN_TZ unless told otherwise, else UTC."""
    return zone(tz if tz is not None else Settings.from_environment().tz)
