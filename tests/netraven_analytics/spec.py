"""Specs: a table of rows in, a table of answers out."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from netraven_analytics.cells import plain
from netraven_db.db.base import Base
from netraven_db.db.models import Device, DeviceConfiguration, Job, Tag
from netraven_db.db.session import get_db

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def at(text: str) -> datetime:
    """``at("11-20 06:00")`` or ``at("2017-10-15 03:00")``, in UTC."""
    full = text if text[4] == "-" else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=UTC)


async def store(*rows: Base) -> None:
    """Put rows into the test's database."""
    async with get_db() as db:
        db.add_all(rows)


def device(
    hostname: str, *tags: str, device_type: str | None = "cisco_ios", known: Sequence[Tag] = ()
) -> Device:
    """A device with tags written ``type:name``; ``known`` are tags that exist already."""
    existing = {(tag.type, tag.name): tag for tag in known}
    made = [tuple(text.split(":", 1)) for text in tags]
    return Device(
        hostname=hostname,
        ip_address=f"192.0.2.{hostname}",
        device_type=device_type,
        tags=[existing.get(pair) or Tag(type=pair[0], name=pair[1]) for pair in made],
    )


def job(
    of: Device | None, status: str, start: str | None, end: str | None = None, scheduled: str | None = None
) -> Job:
    """A job of a device, or of one that is gone."""
    return Job(
        device=of,
        status=status,
        started_at=start and at(start),
        completed_at=end and at(end),
        scheduled_for=scheduled and at(scheduled),
    )


def snapshot(of: Device, found: str, text: str) -> DeviceConfiguration:
    """A stored configuration text."""
    return DeviceConfiguration(device=of, retrieved_at=at(found), config_data=text)


def rows(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The table's rows, of these columns only; durations in seconds, what is missing as None."""
    chosen = table[list(columns)] if columns else table
    return [tuple(_figure(value) for value in row) for row in chosen.itertuples(index=False, name=None)]


def _figure(value: Any) -> Any:
    figure = plain(value)
    return round(figure, 6) if isinstance(figure, float) else figure


def about(table: pd.DataFrame) -> Mapping[str, Any]:
    """What the answer says about itself."""
    return table.attrs["netraven"]  # type: ignore[no-any-return]
