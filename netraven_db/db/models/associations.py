"""The link tables between tags and what they tag."""

from sqlalchemy import Column, ForeignKey, Table

from netraven_db.db.base import Base


def _link(name: str, owner: str, owner_table: str) -> Table:
    return Table(
        name,
        Base.metadata,
        Column(owner, ForeignKey(f"{owner_table}.id", ondelete="CASCADE"), primary_key=True),
        Column("tag_id", ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
    )


device_tag_association = _link("device_tag_association", "device_id", "devices")
credential_tag_association = _link("credential_tag_association", "credential_id", "credentials")
