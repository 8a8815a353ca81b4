"""The fact *device*: what the inventory says of it today."""

from typing import Any

from sqlalchemy import Select, Subquery, func, select

from netraven_db.db.models import Device, Tag
from netraven_db.db.models.associations import device_tag_association

_link = device_tag_association
_label = func.coalesce(Tag.type + ":", "") + Tag.name

# Each device's tags in one text, such as "location:berlin, role:core"; NULL where it has none.
_tags = (
    select(func.aggregate_strings(_label, ", ").aggregate_order_by(Tag.type, Tag.name))
    .join_from(_link, Tag, Tag.id == _link.c.tag_id)
    .where(_link.c.device_id == Device.id)
    .scalar_subquery()
)

devices: Subquery = select(
    Device.id,
    Device.hostname,
    Device.ip_address,
    Device.device_type,
    Device.last_seen,
    _tags.label("tags"),
).subquery("devices")


def tags_of_devices() -> Select[Any]:
    """Each device's tags: ``device_id``, ``type`` and ``name``."""
    return select(_link.c.device_id, Tag.type, Tag.name).join_from(_link, Tag, Tag.id == _link.c.tag_id)
