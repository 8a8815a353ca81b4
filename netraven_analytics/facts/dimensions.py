"""The dimensions that ``by=`` groups over: device, tag and time, with the columns each one gives."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, func, select

from netraven_analytics.facts import constructs
from netraven_analytics.facts.fact import Fact
from netraven_analytics.facts.filters import require_storable
from netraven_analytics.text import nearest
from netraven_db.db.models import Device, Tag
from netraven_db.db.models.associations import device_tag_association
from netraven_db.errors import ParameterError

NO_VALUE = "(none)"
DELETED = "(deleted device)"
DEVICE_DIMENSIONS = ("device", "device_type", "tag:<type>")
BUCKETS = ("hour", "day", "week", "month")  # of the calendar: they begin and end
CYCLES = ("hour_of_day", "weekday")  # these come round again
TIME_DIMENSIONS = BUCKETS + CYCLES
RUN_DIMENSIONS = (*DEVICE_DIMENSIONS, "outcome", *TIME_DIMENSIONS)

_BUCKET: dict[str, Callable[..., ColumnElement[Any]]] = {
    "hour": constructs.local_hour,
    "day": constructs.local_day,
    "week": constructs.local_week,
    "month": constructs.local_month,
    "hour_of_day": constructs.local_hour_of_day,
    "weekday": constructs.local_weekday,
}

_LONGEST = 63  # bytes that the server keeps of a name

Key = str | int | date | datetime


@dataclass(frozen=True)
class Dimension:
    """``name`` as the user wrote it; ``columns`` are those it adds to the answer."""

    name: str
    columns: tuple[str, ...]

    @property
    def is_time(self) -> bool:
        return self.name in TIME_DIMENSIONS

    @property
    def is_bucket(self) -> bool:
        return self.name in BUCKETS

    @property
    def is_tag(self) -> bool:
        return self.name.startswith("tag:")

    @property
    def tag_type(self) -> str:
        return self.name.removeprefix("tag:")

    @property
    def of_device(self) -> bool:
        return self.is_tag or self.name in DEVICE_DIMENSIONS


def parse_dimensions(
    by: str | Collection[str] | None,
    accepted: Collection[str],
    taken: Collection[str] = (),
    option: str = "by",
) -> tuple[Dimension, ...]:
    """What ``by`` names, in its order; ``taken`` are columns a tag's column must not be called.

    ``option`` is what the user calls it.

    Raises:
        ParameterError: a dimension that is unknown, does not fit the report, or stands there twice.
    """
    names = [by] if isinstance(by, str) or not isinstance(by, Collection | None) else list(by or ())
    if not all(isinstance(name, str) for name in names):
        raise ParameterError(
            f"{option}={by!r} is not understood: it takes {', '.join(accepted)}, one or several."
        )
    names = [name if name.startswith("tag:") else name.replace("-", "_") for name in names]
    for name in names:
        require_storable(name, option)
    for name in names:
        generic = "tag:<type>" if name.startswith("tag:") and name != "tag:" else name
        if generic not in accepted or name == "tag:<type>":
            hint = nearest(name, accepted)
            raise ParameterError(
                f"{option}={name!r} is not a dimension here{hint}: it takes {', '.join(accepted)}."
            )
        if names.count(name) > 1:
            raise ParameterError(f"{option}={name!r} is given twice: name each dimension once.")
    reserved = {*taken, *(name for name in names if not name.startswith("tag:")), "device_id", "hostname"}
    dimensions = []
    for name in names:
        dimensions.append(Dimension(name, _columns_of(name, reserved)))
        reserved.update(dimensions[-1].columns)
    return tuple(dimensions)


def _columns_of(name: str, reserved: Collection[str]) -> tuple[str, ...]:
    if name == "device":
        return ("device_id", "hostname")
    if name.startswith("tag:"):
        column = name.removeprefix("tag:")
        while column in reserved:
            column = f"tag_{column}"
        if len(column.encode()) > _LONGEST:
            raise ParameterError(
                f"by={name!r} is too long: a column's name has {_LONGEST} bytes at most; the filter tag "
                "takes any length."
            )
        return (column,)
    return (name,)


def time_column(dimension: Dimension, fact: Fact, tz: str) -> ColumnElement[Any]:
    """The fact's time, in the dimension's buckets of that zone."""
    return _BUCKET[dimension.name](fact.time, tz).label(dimension.columns[0])


def device_columns(
    dimension: Dimension, device: FromClause, tag: FromClause | None
) -> list[ColumnElement[Any]]:
    """The dimension's columns over an outer-joined device (and tag): NULL values get a name of their own."""
    gone = device.c.id.is_(None)
    if dimension.name == "device":
        name = func.coalesce(device.c.hostname, DELETED)
        return [device.c.id.label("device_id"), name.label("hostname")]
    value = tag.c.name if tag is not None else device.c.device_type
    return [case((gone, DELETED), else_=func.coalesce(value, NO_VALUE)).label(dimension.columns[0])]


def tag_rows(tag_type: str, name: str) -> FromClause:
    """Each device's tags of one type: ``device_id`` and ``name``; a device with several has several rows."""
    link = device_tag_association
    return (
        select(link.c.device_id, Tag.name)
        .join(Tag, and_(Tag.id == link.c.tag_id, Tag.type == tag_type))
        .subquery(name)
    )


def device_rows() -> FromClause:
    """The devices as they are today."""
    return select(Device.id, Device.hostname, Device.device_type).subquery("device")
