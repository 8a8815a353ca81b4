"""Storing and finding a device's configurations."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from netraven_db.db.models import Device, DeviceConfiguration


async def get_device_with_config(hostname: str, db: AsyncSession) -> Device | None:
    """The device of that hostname with ``device.configurations`` loaded: all of them, texts included.

    For the newest one alone use :func:`netraven_analytics.latest_configuration`.
    """
    statement = select(Device).where(Device.hostname == hostname).options(selectinload(Device.configurations))
    return (await db.scalars(statement)).first()


async def save_new_config(
    device_id: int, config_text: str, metadata: dict[str, Any], db: AsyncSession
) -> DeviceConfiguration:
    """Add a snapshot taken now; its id is there after ``await db.flush()``."""
    snapshot = DeviceConfiguration(device_id=device_id, config_data=config_text, metadata_=metadata)
    db.add(snapshot)
    return snapshot
