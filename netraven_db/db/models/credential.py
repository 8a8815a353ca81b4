"""A login that NetRaven tries on devices sharing one of its tags."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, mapped_column, relationship

from netraven_db.db.base import Base, UTCDateTime
from netraven_db.db.models.associations import credential_tag_association

if TYPE_CHECKING:
    from netraven_db.db.models.tag import Tag


class Credential(Base):
    """``priority``: lower is tried first. ``success_rate``: a moving average, 0.9 old + 0.1 new.

    ``password`` is deferred: no query reads it unless asked to with ``undefer(Credential.password)``
    or ``await credential.awaitable_attrs.password``.
    """

    __tablename__ = "credentials"

    id: Mapped[int] = mapped_column(primary_key=True, index=True)
    username: Mapped[str]
    password: Mapped[str] = mapped_column(deferred=True)
    priority: Mapped[int] = mapped_column(default=100)
    last_used: Mapped[datetime | None] = mapped_column(UTCDateTime)
    success_rate: Mapped[float | None] = mapped_column(default=0.0)

    tags: Mapped[list["Tag"]] = relationship(
        secondary=credential_tag_association, back_populates="credentials"
    )

    def __repr__(self) -> str:
        return f"Credential(id={self.id!r}, username={self.username!r}, priority={self.priority!r})"
