"""A label on devices and credentials; credentials reach devices through shared tags."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, mapped_column, relationship

from netraven_db.db.base import Base
from netraven_db.db.models.associations import credential_tag_association, device_tag_association

if TYPE_CHECKING:
    from netraven_db.db.models.credential import Credential
    from netraven_db.db.models.device import Device


class Tag(Base):
    """``type`` says what kind of label it is: role, location, vendor, …"""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True, index=True)
    name: Mapped[str] = mapped_column(unique=True, index=True)
    type: Mapped[str | None] = mapped_column(index=True)

    devices: Mapped[list["Device"]] = relationship(secondary=device_tag_association, back_populates="tags")
    credentials: Mapped[list["Credential"]] = relationship(
        secondary=credential_tag_association, back_populates="tags"
    )

    def __repr__(self) -> str:
        return f"Tag(id={self.id!r}, type={self.type!r}, name={self.name!r})"
