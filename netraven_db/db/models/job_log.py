"""What a run said."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from netraven_db.db.base import Base, UTCDateTime, utcnow

if TYPE_CHECKING:
    from netraven_db.db.models.job import Job


class JobLog(Base):
    """``level`` is INFO, WARNING or ERROR."""

    __tablename__ = "job_logs"

    id: Mapped[int] = mapped_column(primary_key=True, index=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    message: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(index=True)
    timestamp: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow, index=True)

    job: Mapped["Job"] = relationship(back_populates="logs")

    def __repr__(self) -> str:
        return f"JobLog(id={self.id!r}, job_id={self.job_id!r}, level={self.level!r})"
