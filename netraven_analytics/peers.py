"""Devices beside others that should be like them: of the same type, and with the same tags."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.facts.devices import devices, tags_of_devices
from netraven_analytics.facts.dimensions import NO_VALUE, parse_dimensions
from netraven_analytics.facts.filters import DeviceFilter, Names

if TYPE_CHECKING:
    import pandas as pd

Tag = tuple[str | None, str]

_ACCEPTED = ("device_type", "tag:<type>")


@dataclass(frozen=True)
class Member:
    """A device as it is today."""

    device_id: int
    hostname: str | None
    device_type: str | None
    tags: frozenset[Tag] = frozenset()

    def groups(self, tag_types: Iterable[str]) -> list[str]:
        """The groups that it is in, by its type and its tags of these types; several tags, several groups."""
        named = [sorted(name for kind, name in self.tags if kind == wanted) for wanted in tag_types]
        labels = [
            [f"{wanted}:{name}" for name in names or [NO_VALUE]]
            for wanted, names in zip(tag_types, named, strict=True)
        ]
        return [", ".join(each) for each in product([self.device_type or NO_VALUE], *labels)]


def tag_types(peers: Names, option: str = "peers") -> tuple[str, ...]:
    """The types of tags that peers have in common, beside the device type.

    Raises:
        ParameterError: it names something else than ``device_type`` and ``tag:<type>``.
    """
    return tuple(d.tag_type for d in parse_dimensions(peers, _ACCEPTED, option=option) if d.is_tag)


def spoken(tags: Collection[Tag]) -> str:
    """The tags in one text, such as ``location:berlin, role:core``."""
    return ", ".join(sorted(name if kind is None else f"{kind}:{name}" for kind, name in tags))


async def members(filters: DeviceFilter, db: AsyncSession) -> dict[int, Member]:
    """Today's devices that pass the filters, by id."""
    chosen = select(devices.c.id, devices.c.hostname, devices.c.device_type)
    if filters:
        chosen = chosen.where(devices.c.id.in_(filters.ids()))
    found = {row[0]: Member(*row) for row in _rows(await frames.frame(chosen.order_by(devices.c.id), db))}
    tags: dict[int, set[Tag]] = {}
    for device_id, kind, name in _rows(await frames.frame(tags_of_devices(), db)):
        tags.setdefault(device_id, set()).add((kind, name))
    return {key: replace(member, tags=frozenset(tags.get(key, ()))) for key, member in found.items()}


def _rows(table: "pd.DataFrame") -> Iterable[tuple[Any, ...]]:
    rows: Iterable[tuple[Any, ...]] = (
        table.astype(object).where(table.notna(), None).itertuples(index=False, name=None)
    )
    return rows
