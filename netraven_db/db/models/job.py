"""One run of a backup against a device."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from netraven_db.db.base import Base, UTCDateTime

if TYPE_CHECKING:
    from netraven_db.db.models.device import Device
    from netraven_db.db.models.job_log import JobLog


class Job(Base):
    """``status`` is pending, running, completed or failed; ``device_id`` is NULL once the device is gone."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True, index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id", ondelete="SET NULL"))
    status: Mapped[str] = mapped_column(default="pending", index=True)
    scheduled_for: Mapped[datetime | None] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    device: Mapped["Device | None"] = relationship(back_populates="jobs")
    logs: Mapped[list["JobLog"]] = relationship(back_populates="job", cascade="all, delete-orphan")

    def __repr__(self) -> str:
        return f"Job(id={self.id!r}, device_id={self.device_id!r}, status={self.status!r})"
