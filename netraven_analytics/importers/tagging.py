"""The tags of an archive's devices; those that a user added are left alone."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from netraven_analytics.importers.naming import TAG_TYPES, Tag

_UNTAG = """
    DELETE FROM device_tag_association a USING tags t WHERE a.tag_id = t.id AND t.type = ANY($1::text[])
"""
_TAG = """
    INSERT INTO device_tag_association (device_id, tag_id) SELECT * FROM unnest($1::int[], $2::int[])
"""
_FORGET = """
    DELETE FROM tags t
     WHERE t.type = ANY($1::text[])
       AND NOT EXISTS (SELECT FROM device_tag_association WHERE tag_id = t.id)
       AND NOT EXISTS (SELECT FROM credential_tag_association WHERE tag_id = t.id)
"""


async def store_tags(connection: asyncpg.Connection, tags: Mapping[Any, Sequence[Tag]]) -> None:
    """Have each device, by its id, carry these tags of an archive and no others."""
    ids = await _ids(connection, sorted({tag for each in tags.values() for tag in each}))
    links = [(device_id, ids[tag]) for device_id, each in tags.items() for tag in each]
    await connection.execute(_UNTAG, TAG_TYPES)
    await connection.execute(_TAG, [device for device, _ in links], [tag for _, tag in links])
    await connection.execute(_FORGET, TAG_TYPES)


async def _ids(connection: asyncpg.Connection, tags: Sequence[Tag]) -> dict[Tag, int]:
    """The ids of tags, made where there are none. A name is one tag's only, whatever the type."""
    known = {row["name"]: row for row in await connection.fetch("SELECT id, name, type FROM tags")}
    ids: dict[Tag, int] = {}
    for kind, name in tags:
        own = name
        while own in known and known[own]["type"] != kind:
            own = f"{kind}/{own}"
        if own not in known:
            known[own] = await connection.fetchrow(
                "INSERT INTO tags (name, type) VALUES ($1, $2) RETURNING id, name, type", own, kind
            )
        ids[kind, name] = known[own]["id"]
    return ids
