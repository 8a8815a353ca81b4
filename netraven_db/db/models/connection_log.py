"""The transcript of a connection to a device."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from netraven_db.db.base import Base, UTCDateTime


class ConnectionLog(Base):
    """The one table whose time is ``TIMESTAMPTZ``, with a default of the server's."""

    __tablename__ = "connection_logs"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id", ondelete="CASCADE"))
    log: Mapped[str] = mapped_column(Text)
    timestamp: Mapped[datetime | None] = mapped_column(UTCDateTime(timezone=True), server_default=func.now())

    def __repr__(self) -> str:
        return f"ConnectionLog(id={self.id!r}, job_id={self.job_id!r}, device_id={self.device_id!r})"
