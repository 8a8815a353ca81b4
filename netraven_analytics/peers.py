"""Devices beside others that should be like them: of the same type, and with the same tags."""

from collections.abc import Collection, Iterable, Mapping
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
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

Tag = tuple[str | None, str]

MOST = 200  # peers of one device that are looked at
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


def pairs(devices: "Ints", everyone: Mapping[int, Member], peers: Names) -> tuple["Ints", "Ints"]:
    """Pairs of the place of each device and one of its peers: at most MOST, spread over their ids."""
    import numpy as np

    wanted = None if peers is None else tag_types(peers)
    groups: dict[Any, list[int]] = {}
    group_of = {}
    for member in everyone.values():
        tags = member.tags if wanted is None else {tag for tag in member.tags if tag[0] in wanted}
        group_of[member.device_id] = member.device_type, frozenset(tags)
        groups.setdefault(group_of[member.device_id], []).append(member.device_id)
    listed = [np.array(groups[group_of[device]]) for device in devices]
    others = [ids[ids != device] for ids, device in zip(listed, devices, strict=True)]
    chosen = [ids[:: -(-len(ids) // MOST) or 1] for ids in others]
    place = np.repeat(np.arange(len(devices)), [len(ids) for ids in chosen])
    return place, np.concatenate(chosen) if chosen else np.empty(0, dtype=np.int64)


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
