"""A network device that NetRaven backs up."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, mapped_column, relationship

from netraven_db.db.base import Base, UTCDateTime
from netraven_db.db.models.associations import device_tag_association

if TYPE_CHECKING:
    from netraven_db.db.models.device_configuration import DeviceConfiguration
    from netraven_db.db.models.job import Job
    from netraven_db.db.models.tag import Tag


class Device(Base):
    """``device_type`` is a netmiko name such as ``cisco_ios``; ``last_seen`` the last contact."""

    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(primary_key=True, index=True)
    hostname: Mapped[str] = mapped_column(unique=True, index=True)
    ip_address: Mapped[str] = mapped_column(unique=True, index=True)
    device_type: Mapped[str | None] = mapped_column(index=True)
    last_seen: Mapped[datetime | None] = mapped_column(UTCDateTime)

    configurations: Mapped[list["DeviceConfiguration"]] = relationship(
        back_populates="device", cascade="all, delete-orphan"
    )
    jobs: Mapped[list["Job"]] = relationship(back_populates="device", cascade="all, delete-orphan")
    tags: Mapped[list["Tag"]] = relationship(secondary=device_tag_association, back_populates="devices")

    def __repr__(self) -> str:
        return f"Device(id={self.id!r}, hostname={self.hostname!r}, device_type={self.device_type!r})"
