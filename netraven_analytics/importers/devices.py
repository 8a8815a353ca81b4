"""What the devices of an archive are once their snapshots are stored: names, addresses, models and tags."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import asyncpg

from netraven_analytics.importers.files import as_text, place
from netraven_analytics.importers.lineages import Lineage
from netraven_analytics.importers.models import guess_model, netmiko_name, stated_model
from netraven_analytics.importers.naming import (
    GUESSED,
    NO_ADDRESS,
    hostnames,
    is_known,
    tags_of,
    unknown_address,
)
from netraven_analytics.importers.router_db import Entry, entry_of, parse_router_db
from netraven_analytics.importers.snapshots import History
from netraven_analytics.importers.tagging import store_tags
from netraven_db.errors import ParameterError

_NAMED = 5  # in a note

_STORED = "SELECT id, hostname, ip_address AS address, device_type AS model FROM devices"
# In two steps, since devices may take each other's names.
_MAKE_ROOM = """
    UPDATE devices SET hostname = gen_random_uuid()::text, ip_address = gen_random_uuid()::text
     WHERE id = ANY($1::int[])
"""
_UPDATE = """
    UPDATE devices SET hostname = new.hostname, ip_address = new.address, device_type = new.model
      FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS new (id, hostname, address, model)
     WHERE devices.id = new.id
"""


class Device(NamedTuple):
    """A device as the database has it."""

    hostname: str
    address: str
    model: str | None


async def settle(
    connection: asyncpg.Connection,
    lineages: Sequence[Lineage],
    histories: Mapping[str, History],
    listed: Mapping[str, Entry],
) -> dict[str, Any]:
    """Give every device its name, address, model and tags; how many have which, and what there is to note.

    Of addresses and models a list counts most; then, of models, what RANCID wrote into the text; then what
    was told before; then a guess.
    """
    stored = {
        row["id"]: Device(row["hostname"], row["address"], row["model"])
        for row in await connection.fetch(_STORED)
    }
    sources = _Sources(listed, histories)
    devices: dict[Lineage, Device] = {}
    for lineage, name in hostnames(lineages).items():
        before = stored[lineage.device_id]
        address = sources.address(lineage, before.address) or unknown_address(name)
        devices[lineage] = Device(name, address, sources.model(lineage, before.model))
    await _update(connection, {each: d for each, d in devices.items() if d != stored[each.device_id]})
    tags = {lineage: [*tags_of(lineage), *_doubts(lineage, device)] for lineage, device in devices.items()}
    await store_tags(connection, {lineage.device_id: each for lineage, each in tags.items()})
    return {
        "devices": len(devices),
        "removed": sum(lineage.removed for lineage in devices),
        "without_address": sum(NO_ADDRESS in each for each in tags.values()),
        "guessed": sum(GUESSED in each for each in tags.values()),
        "without_model": sum(device.model is None for device in devices.values()),
        "notes": tuple(sources.notes(lineages)),
    }


def _doubts(lineage: Lineage, device: Device) -> list[tuple[str, str]]:
    """The tags that say what is not known for sure."""
    guessed = device.model is not None and not lineage.model_stated
    return [*([] if is_known(device.address) else [NO_ADDRESS]), *([GUESSED] if guessed else [])]


async def _update(connection: asyncpg.Connection, devices: Mapping[Lineage, Device]) -> None:
    if devices:
        ids = [lineage.device_id for lineage in devices]
        await connection.execute(_MAKE_ROOM, ids)
        await connection.execute(_UPDATE, ids, *map(list, zip(*devices.values(), strict=True)))


class _Sources:
    """What is told of devices beside their texts: by the user's list, and by RANCID's in the archive."""

    def __init__(self, listed: Mapping[str, Entry], histories: Mapping[str, History]) -> None:
        self._listed, self._histories = listed, histories
        self._notes: list[str] = []
        self._taken: dict[str, Lineage] = {}
        self._of_folders = {
            (name, folder): self._parsed(data, f"{as_text(folder)}/router.db")
            for name, history in histories.items()
            for folder, data in history.changes.lists.items()
        }

    def address(self, lineage: Lineage, before: str) -> str | None:
        """The address that was told; None where another device has it."""
        address = self._entry(lineage).address or (before if is_known(before) else None)
        if address is not None and self._taken.setdefault(address, lineage) is not lineage:
            self._notes.append(f"{as_text(lineage.path)} is without the address {address}: another has it.")
            return None
        return address

    def model(self, lineage: Lineage, before: str | None) -> str | None:
        """The device type, with a note in the lineage whether it was told."""
        told = self._entry(lineage).model
        text = self._text(lineage)
        stated = netmiko_name(told) if told else stated_model(text) if text else None
        if stated is not None:
            lineage.model_stated = True
            return stated
        return before if lineage.model_stated or text is None else guess_model(text)

    def notes(self, lineages: Sequence[Lineage]) -> list[str]:
        """What the user may want to look at."""
        unused = sorted(set(self._listed) - {place(lineage.path).name for lineage in lineages})
        if unused:
            self._notes.append(f"{len(unused):,} names of the list are not in the archive: {_few(unused)}.")
        return self._notes

    def _entry(self, lineage: Lineage) -> Entry:
        folders = lineage.path.split(b"/")[:-1]
        around = [b"/".join(folders[:depth]) for depth in range(len(folders), -1, -1)]
        lists = (self._of_folders.get((lineage.repository, folder), {}) for folder in around)
        return entry_of(place(lineage.path).name, self._listed, *lists)

    def _text(self, lineage: Lineage) -> str | None:
        """The newest text, where one was read now."""
        if lineage.newest is None:
            return None
        return as_text(self._histories[lineage.repository].repository.read(lineage.newest))

    def _parsed(self, data: bytes, source: str) -> dict[str, Entry]:
        try:
            return parse_router_db(data, source)
        except ParameterError as error:
            self._notes.append(f"{source.lstrip('/')} was not used: {error}")
            return {}


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
