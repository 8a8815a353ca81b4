"""A question in context: its window, groups and filters, applied to a fact."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Label,
    Select,
    Subquery,
    and_,
    exists,
    func,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.types import TypeEngine

from netraven_analytics.facts.buckets import bucket_of, first_whole_bucket
from netraven_analytics.facts.dimensions import (
    DELETED,
    Dimension,
    device_columns,
    device_rows,
    tag_rows,
    time_column,
)
from netraven_analytics.facts.fact import AS_OF, Fact
from netraven_analytics.facts.filters import ALL_DEVICES, DeviceFilter
from netraven_analytics.facts.run_history import if_any_run
from netraven_analytics.facts.spine import spine
from netraven_analytics.facts.windows import Window
from netraven_db.db.models import Device
from netraven_db.schema.state import Digests

_SEEN = "devices_seen"
_HELD = "devices held"  # no tag type that names a group has a blank in its column


@dataclass(frozen=True)
class Scope:
    """What a report's function is given: it asks for rows and groups them, and settles nothing twice."""

    fact: Fact
    window: Window
    by: tuple[Dimension, ...] = ()
    filters: DeviceFilter = ALL_DEVICES
    where: tuple[ColumnElement[bool], ...] = ()
    fill: bool = False
    digests: Digests = "complete"
    device_types: tuple[str | None, ...] | None = None  # of today's devices; None where nobody has looked

    def rows(self) -> Subquery:
        """The fact's rows of the window that pass the filters, with the columns of each group beside them.

        With ``fill`` every empty calendar bucket has one row more, NULL but for its group: measures must
        count the fact's key, never ``*``.
        """
        here = self._of_window()
        facts = here.fact.rows
        source, keys = here._with_groups(facts, facts.c.device_id, self.by)
        added = [key for key in keys if key.name not in facts.c]
        inside = select(facts, *added).select_from(source).where(*here.in_window(), *here.conditions())
        if not (self.fill and any(dimension.is_bucket for dimension in self.by)):
            return inside.subquery("run")
        found = inside.cte("found")
        return union_all(select(found), self._empty_rows(found)).subquery("run")

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filters, as conditions over the fact."""
        chosen = [self.fact.c.device_id.in_(self.filters.ids())] if self.filters else []
        return [*chosen, *self.where]

    def in_window(self) -> list[ColumnElement[bool]]:
        """The window, as conditions over the fact's time."""
        inside = [self.fact.time < self.window.until]
        if self.window.since is not None:
            inside.append(self.fact.time >= self.window.since)
        return inside

    def group(self, rows: Subquery, *measures: ColumnElement[Any]) -> Select[Any]:
        """One row for each group: its columns, ``complete`` for calendar buckets, then the measures."""
        keys = [rows.c[name] for name in self._keys(self.by) if name != "hostname"]
        made = select(*keys, *self._complete(rows), *measures).group_by(*keys)
        return self._with_hostname(made) if any(d.name == "device" for d in self.by) else made

    def group_with_devices(self, rows: Subquery, *measures: ColumnElement[Any], silent: str) -> Select[Any]:
        """As :meth:`group`, with a column ``silent``: how many of the group's devices have no row at all.

        It is missing where the database has no run history.
        Unless ``by`` has a time, a group whose devices are all silent has a row too.
        """
        timed = any(dimension.is_time for dimension in self.by)
        if timed:
            measures = (*measures, func.count(rows.c.device_id.distinct()).label(_SEEN))
        grouped = self.group(rows, *measures).subquery("grouped")
        devices = self._devices_held(silent=not timed)
        keys = self._keys(dimension for dimension in self.by if dimension.of_device)
        same = and_(true(), *(grouped.c[key] == devices.c[key] for key in keys if key != "hostname"))
        source = grouped.join(devices, same, isouter=timed, full=bool(keys) and not timed)
        shown = [_either(column, devices.c.get(column.name)) for column in grouped.c if column.name != _SEEN]
        without: ColumnElement[int] = func.coalesce(devices.c[_HELD], 0)
        if timed:
            without -= func.coalesce(grouped.c[_SEEN], 0)
        return select(*shown, if_any_run(without).label(silent)).select_from(source)

    def devices(self) -> Subquery:
        """Today's devices that pass the filters, with the columns of each group beside them."""
        chosen = select(Device.id.label("device_id")).where(self.filters.condition()).subquery("chosen")
        of_device = tuple(dimension for dimension in self.by if dimension.of_device)
        source, keys = self._with_groups(chosen, chosen.c.device_id, of_device)
        added = [key for key in keys if key.name != "device_id"]
        return select(chosen.c.device_id, *added).select_from(source).subquery("held")

    def types_of_groups(self) -> dict[str, TypeEngine[Any]]:
        """The SQL types of the columns that tell groups apart, and of ``complete``."""
        times = [time_column(d, self.fact, self.window.tz.key) for d in self.by if d.is_time]
        columns = {column.name: column.type for column in (*self.devices().c, *times)}
        return {**columns, "complete": Boolean()}

    def undated(self) -> Select[Any]:
        """How many of the fact's rows have no time, and so are in no window."""
        counted = select(func.count(self.fact.c[self.fact.key]))
        return counted.where(self.fact.time.is_(None), *self.conditions())

    def newest(self) -> Select[Any]:
        """The time of the newest row by ``as_of`` that passes the filters, whatever the window."""
        return select(func.max(self.fact.time)).where(self.fact.time <= AS_OF, *self.conditions())

    def oldest(self) -> Select[Any]:
        """The time of the oldest row that passes the filters."""
        return select(func.min(self.fact.time)).where(*self.conditions())

    def reading(self, fact: Fact) -> "Scope":
        """The same question, of another variant of the fact."""
        where = tuple(fact.reading(condition, of=self.fact) for condition in self.where)
        return replace(self, fact=fact, where=where)

    def overall(self) -> "Scope":
        """The same question over everything at once."""
        return replace(self, by=(), fill=False)

    def _of_window(self) -> "Scope":
        """The question as it may be asked where only the window's rows matter."""
        cheaper = self.fact.in_past
        if cheaper is None or self.window.until > self.window.as_of:
            return self
        return self.reading(replace(self.fact, rows=cheaper))

    def _with_groups(
        self, source: FromClause, device_id: ColumnElement[Any], by: tuple[Dimension, ...]
    ) -> tuple[FromClause, list[ColumnElement[Any]]]:
        """``source`` joined with what the dimensions need, and the columns they give (not those it has)."""
        keys: list[ColumnElement[Any]] = []
        device = device_rows()
        if any(dimension.of_device for dimension in by):
            source = source.outerjoin(device, device.c.id == device_id)
        for number, dimension in enumerate(by):
            if dimension.is_time:
                keys.append(time_column(dimension, self.fact, self.window.tz.key))
            elif dimension.of_device:
                tag = tag_rows(dimension.tag_type, f"tag_{number}") if dimension.is_tag else None
                if tag is not None:  # of the device: joined first, they meet the facts in one join
                    source = source.outerjoin(tag, tag.c.device_id == device.c.id)
                keys += device_columns(dimension, device, tag)
        return source, keys

    def _with_hostname(self, made: Select[Any]) -> Select[Any]:
        """Groups of devices beside their hostnames: a join of what was found, and not of every row."""
        found, device = made.subquery("found"), device_rows()
        name = func.coalesce(device.c.hostname, DELETED).label("hostname")
        columns = [part for c in found.c for part in ((c, name) if c.name == "device_id" else (c,))]
        return select(*columns).select_from(found.outerjoin(device, device.c.id == found.c.device_id))

    def _devices_held(self, *, silent: bool) -> Subquery:
        """How many devices each group holds today; with ``silent`` only those without a row in the window."""
        held = self.devices()
        names = [held.c[name] for name in self._keys(d for d in self.by if d.of_device)]
        counted = select(*names, func.count(held.c.device_id).label(_HELD)).group_by(*names)
        if silent:
            here = self._of_window()
            mine = here.fact.c.device_id == held.c.device_id
            counted = counted.where(~exists().where(mine, *here.in_window(), *here.where))
        return counted.subquery("devices_held")

    def _keys(self, by: Any) -> list[str]:
        return [column for dimension in by for column in dimension.columns]

    def _complete(self, rows: Subquery) -> list[Label[bool]]:
        """Whether the window holds the whole bucket, where there are calendar buckets."""
        tests: list[ColumnElement[bool]] = []
        for dimension in self.by:
            if dimension.is_bucket:
                key = rows.c[dimension.columns[0]]
                tests.append(key < bucket_of(dimension.name, self.window.until, self.window.tz))
                first = first_whole_bucket(dimension.name, self.window)
                if first is not None:
                    tests.append(key >= first)
        return [and_(*tests).label("complete")] if tests else []

    def _empty_rows(self, found: FromClause) -> Select[Any]:
        """A row for each calendar bucket of the window and each other group that was found."""
        calendar = spine([dimension for dimension in self.by if dimension.is_bucket], self.window)
        others = [name for name in self._keys(self.by) if name not in calendar.c]
        groups = select(*(found.c[name] for name in others)).distinct().subquery("groups") if others else None
        source = calendar if groups is None else calendar.join(groups, true())
        key_of = {**dict(calendar.c), **(dict(groups.c) if groups is not None else {})}
        columns = [key_of.get(c.name, null().cast(c.type)).label(c.name) for c in found.c]
        return select(*columns).select_from(source)


def _either(column: ColumnElement[Any], of_devices: ColumnElement[Any] | None) -> ColumnElement[Any]:
    """A group's column where only one side has the group; a count without rows is 0."""
    if of_devices is not None:
        return func.coalesce(column, of_devices).label(column.name)
    if isinstance(column.type, Integer):
        return func.coalesce(column, 0).label(column.name)
    return column
