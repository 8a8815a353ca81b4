"""One stored configuration text of a device: a snapshot."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from netraven_db.db.base import Base, UTCDateTime, utcnow

if TYPE_CHECKING:
    from netraven_db.db.models.device import Device


class DeviceConfiguration(Base):
    """``metadata_`` has its underscore because ``metadata`` belongs to the declarative base."""

    __tablename__ = "device_configurations"

    id: Mapped[int] = mapped_column(primary_key=True, index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id", ondelete="CASCADE"))
    config_data: Mapped[str] = mapped_column(Text)
    retrieved_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    metadata_: Mapped[dict[str, Any] | None] = mapped_column("metadata", JSON(none_as_null=True))

    device: Mapped["Device"] = relationship(back_populates="configurations")

    def __repr__(self) -> str:  # never the text: it holds secrets
        return (
            f"DeviceConfiguration(id={self.id!r}, device_id={self.device_id!r}, "
            f"retrieved_at={self.retrieved_at!r})"
        )
