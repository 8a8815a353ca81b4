"""The columns that analytics reads, as the models name them: what a reporting role is granted."""

from typing import Any

from sqlalchemy.orm import DeclarativeBase, Mapper

from netraven_db.db.base import Base
from netraven_db.db.models import ConnectionLog, SystemSetting
from netraven_db.db.models.analytics import AnalyticsBase
from netraven_db.db.models.associations import credential_tag_association, device_tag_association
from netraven_db.schema.tables import SCHEMA, VERSION_TABLE

_UNREAD = (ConnectionLog, SystemSetting)  # whole transcripts, and NetRaven's own settings


def readable_columns() -> dict[str, tuple[str, ...]]:
    """Each table by its full name, such as ``public.jobs``, with its columns.

    A model's columns are those that loading it reads, so that a deferred one, such as a password, is none.
    """
    return {
        **_columns_of(Base, "public"),
        **{
            f"public.{link.name}": tuple(link.columns.keys())
            for link in (credential_tag_association, device_tag_association)
        },
        **_columns_of(AnalyticsBase, SCHEMA),
        **{f"{schema}.{VERSION_TABLE}": ("version_num",) for schema in ("public", SCHEMA)},
    }


def _columns_of(base: type[DeclarativeBase], schema: str) -> dict[str, tuple[str, ...]]:
    read = (mapper for mapper in base.registry.mappers if mapper.class_ not in _UNREAD)
    return {f"{schema}.{_name(mapper)}": _loaded(mapper) for mapper in read}


def _name(mapper: Mapper[Any]) -> str:
    return str(mapper.local_table.name)  # type: ignore[attr-defined]


def _loaded(mapper: Mapper[Any]) -> tuple[str, ...]:
    return tuple(attribute.columns[0].name for attribute in mapper.column_attrs if not attribute.deferred)
