"""The fact *snapshot*: one stored configuration text of a device."""

from sqlalchemy import select

from netraven_analytics.facts.fact import AS_OF, Fact
from netraven_db.db.models import DeviceConfiguration

snapshots = Fact(
    select(
        DeviceConfiguration.id.label("snapshot_id"),
        DeviceConfiguration.device_id,
        DeviceConfiguration.retrieved_at.label("found_at"),
        DeviceConfiguration.config_data.label("text"),
    )
    .where(DeviceConfiguration.retrieved_at <= AS_OF)
    .subquery("snapshots"),
    key="snapshot_id",
    at="found_at",
)
