"""The fact *credential*: a login, beside each of the devices that it reaches by a shared tag.

It is what holds now: credentials have no history. Their passwords are no part of it.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, select

from netraven_analytics.facts.fact import AS_OF, Fact
from netraven_analytics.facts.filters import DeviceFilter
from netraven_db.db.models import Credential, Device, Tag
from netraven_db.db.models.associations import credential_tag_association as of_credential
from netraven_db.db.models.associations import device_tag_association as of_device

_reached = (
    select(of_credential.c.credential_id, of_device.c.device_id)
    .join(of_device, of_device.c.tag_id == of_credential.c.tag_id)
    .distinct()
    .subquery("reached")
)

# One row for each device of a credential; a credential without any has one row, without a device.
credentials = Fact(
    select(
        Credential.id.label("credential_id"),
        Credential.username,
        Credential.priority,
        case((Credential.last_used <= AS_OF, Credential.last_used)).label("last_used_at"),
        Credential.success_rate,
        _reached.c.device_id,
        AS_OF.label("seen_at"),
    )
    .join_from(Credential, _reached, _reached.c.credential_id == Credential.id, isouter=True)
    .subquery("credentials"),
    key="credential_id",
    at="seen_at",
)


def tags_of(credential_id: ColumnElement[int]) -> ColumnElement[Any]:
    """A credential's tags as text: ``location:berlin, role:core``."""
    name = func.coalesce(Tag.type + ":", "") + Tag.name
    return (
        select(func.aggregate_strings(name, ", ").aggregate_order_by(name))
        .join(of_credential, of_credential.c.tag_id == Tag.id)
        .where(of_credential.c.credential_id == credential_id)
        .scalar_subquery()
    )


def devices_without_credential(filters: DeviceFilter) -> Select[int, str]:
    """The devices that share no tag with any credential."""
    reached = exists().where(_reached.c.device_id == Device.id)
    return select(Device.id.label("device_id"), Device.hostname).where(~reached, filters.condition())
