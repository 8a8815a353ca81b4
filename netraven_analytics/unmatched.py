"""Names that the question gives and the database does not know, each with the nearest that it does."""

from collections.abc import AsyncIterator, Collection
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.facts.filters import DeviceFilter
from netraven_analytics.facts.scope import Scope
from netraven_analytics.text import nearest
from netraven_db.db.models import Device, Tag

_TAG = Tag.type + ":" + Tag.name
_KNOWN: dict[str, ColumnElement[Any]] = {
    "device": Device.hostname.expression,
    "device_type": Device.device_type.expression,
    "tag": _TAG,
}


async def unmatched(session: AsyncSession, scope: Scope) -> list[str]:
    """A sentence for each value of a filter that no device has, and for each tag type that no tag has."""
    types = [dimension.tag_type for dimension in scope.by if dimension.is_tag]
    sentences = [sentence async for sentence in _unknown_types(session, "by", types)]
    for option, values in scope.filters.given().items():
        for value in values:
            if not await _any_device(session, DeviceFilter.of(**{option: value})):
                sentences.append(await _of_no_device(session, option, value))
    return sentences


async def _of_no_device(session: AsyncSession, option: str, value: str) -> str:
    if option == "tag":
        tag_type = value.partition(":")[0]
        async for sentence in _unknown_types(session, "tag", [tag_type]):
            return sentence
    known = await _values(session, _KNOWN[option])
    if option == "tag" and value in known:
        return f"{option}={value!r} matches no device: none has the tag."
    return f"{option}={value!r} matches no device{nearest(value, known)}."


async def _unknown_types(session: AsyncSession, option: str, types: Collection[str]) -> AsyncIterator[str]:
    if not types:
        return
    known = await _values(session, Tag.type.expression)
    for tag_type in types:
        if tag_type not in known:
            yield f"{option}: no tag is of the type {tag_type!r}{nearest(tag_type, known)}."


async def _any_device(session: AsyncSession, filters: DeviceFilter) -> bool:
    return bool(await frames.scalar(select(exists(filters.ids())), session))


async def _values(session: AsyncSession, column: ColumnElement[Any]) -> list[str]:
    named = select(column.label("name")).distinct().where(column.is_not(None))
    found: list[str] = (await frames.frame(named, session))["name"].tolist()
    return found
