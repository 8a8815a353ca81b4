"""What the analytics keeps beside NetRaven's tables, in the schema ``analytics``; all can be made anew."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from netraven_db.db.base import UTCDateTime


class AnalyticsBase(DeclarativeBase):
    """The base of these models; NetRaven's metadata do not know them."""

    metadata = MetaData(schema="analytics")


class ConfigurationDigest(AnalyticsBase):
    """What tells a snapshot's text from others without reading it; the database itself keeps one of each.

    ``size`` is in bytes. ``normalised_sha256`` is made by ``config refresh``, under the version of the noise
    rules beside it; both are None until then.
    """

    __tablename__ = "configuration_digests"

    configuration_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    device_id: Mapped[int]
    retrieved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    size: Mapped[int]
    raw_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    normalised_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    rules_version: Mapped[str | None] = mapped_column(String(16))


class ConfigurationChange(AnalyticsBase):
    """What ``config refresh`` found that a change did, between two texts known by their raw digests.

    It holds for these two texts only: where a snapshot got another predecessor since, nobody uses it.
    """

    __tablename__ = "configuration_changes"

    configuration_id: Mapped[int] = mapped_column(
        ForeignKey("analytics.configuration_digests.configuration_id", ondelete="CASCADE"), primary_key=True
    )
    before_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    after_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    description_version: Mapped[str] = mapped_column(String(24))
    lines_added: Mapped[int]
    lines_removed: Mapped[int]
    raw_lines_added: Mapped[int]
    raw_lines_removed: Mapped[int]
    sections: Mapped[str] = mapped_column(Text)
    claimed_user: Mapped[str | None] = mapped_column(Text)


class ConfigurationBackfill(AnalyticsBase):
    """The one row that says how far old snapshots have digests: those above ``digested_to``, up to and with
    ``last_id``, may lack theirs."""

    __tablename__ = "configuration_backfill"

    digested_to: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_id: Mapped[int]
