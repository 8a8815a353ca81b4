"""The fact *snapshot*: one stored configuration text of a device, with its text or by its digests alone.

What a broken clock dated before the calendar, or to -infinity, has no place in a device's history and is no
snapshot; ``unplaced`` are those. What lies after every moment that is looked at is never seen anyway.
"""

from typing import Any

from sqlalchemy import LargeBinary, Select, String, exists, func, literal, null, select, union_all

from netraven_analytics.facts.fact import AS_OF, Fact
from netraven_analytics.facts.windows import FIRST
from netraven_db.db.base import UTCDateTime
from netraven_db.db.models import DeviceConfiguration
from netraven_db.db.models.analytics import ConfigurationBackfill, ConfigurationDigest

_FIRST = literal(FIRST, UTCDateTime())
snapshots = Fact(
    select(
        DeviceConfiguration.id.label("snapshot_id"),
        DeviceConfiguration.device_id,
        DeviceConfiguration.retrieved_at.label("found_at"),
        DeviceConfiguration.config_data.label("text"),
    )
    .where(DeviceConfiguration.retrieved_at <= AS_OF, DeviceConfiguration.retrieved_at >= _FIRST)
    .subquery("snapshots"),
    key="snapshot_id",
    at="found_at",
)
unplaced = (
    select(DeviceConfiguration.id.label("snapshot_id"), DeviceConfiguration.device_id)
    .where(DeviceConfiguration.retrieved_at < _FIRST)
    .subquery("unplaced")
)


def _kept() -> Select[Any]:
    """The digests that the database keeps."""
    columns: list[Any] = [
        ConfigurationDigest.configuration_id.label("snapshot_id"),
        ConfigurationDigest.device_id,
        ConfigurationDigest.retrieved_at.label("found_at"),
        ConfigurationDigest.size,
        ConfigurationDigest.raw_sha256,
        ConfigurationDigest.normalised_sha256,
        ConfigurationDigest.rules_version,
    ]
    return select(*columns).where(
        ConfigurationDigest.retrieved_at <= AS_OF, ConfigurationDigest.retrieved_at >= _FIRST
    )


def _made() -> Select[Any]:
    """The same, made of the texts: as the database's trigger makes them, and as costly as reading all."""
    text = DeviceConfiguration.config_data
    digest = func.sha256(func.convert_to(text, func.getdatabaseencoding()), type_=LargeBinary())
    return select(
        DeviceConfiguration.id.label("snapshot_id"),
        DeviceConfiguration.device_id,
        DeviceConfiguration.retrieved_at.label("found_at"),
        func.octet_length(text).label("size"),
        digest.label("raw_sha256"),
        null().cast(LargeBinary).label("normalised_sha256"),
        null().cast(String).label("rules_version"),
    ).where(DeviceConfiguration.retrieved_at <= AS_OF, DeviceConfiguration.retrieved_at >= _FIRST)


def _kept_or_made() -> Any:
    """The digests that are kept, and those of old snapshots that the backfill has not come to."""
    place = ConfigurationBackfill
    behind = _made().where(
        DeviceConfiguration.id > select(place.digested_to).scalar_subquery(),
        DeviceConfiguration.id <= select(place.last_id).scalar_subquery(),
        ~exists().where(ConfigurationDigest.configuration_id == DeviceConfiguration.id),
    )
    return union_all(_kept(), behind)


# Without the text: its size in bytes, its SHA-256, and that of its normalised text where it was made.
digests = Fact(
    _kept().subquery("digests"),
    key="snapshot_id",
    at="found_at",
    called="snapshots",
    variants={
        "unfinished": _kept_or_made().subquery("digests"),
        "none": _made().subquery("digests"),
    },
)
