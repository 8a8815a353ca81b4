"""A setting of NetRaven's own."""

from typing import Any

from sqlalchemy import JSON, Text
from sqlalchemy.orm import Mapped, mapped_column

from netraven_db.db.base import Base


class SystemSetting(Base):
    """``value`` is any JSON document."""

    __tablename__ = "system_settings"

    id: Mapped[int] = mapped_column(primary_key=True, index=True)
    key: Mapped[str] = mapped_column(unique=True, index=True)
    value: Mapped[Any] = mapped_column(JSON)
    description: Mapped[str | None] = mapped_column(Text)

    def __repr__(self) -> str:
        return f"SystemSetting(key={self.key!r})"
