"""The database that rights are about: whose tables, and which of their columns reports need."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_db.errors import SchemaError
from netraven_db.schema.readable import readable_columns
from netraven_db.schema.tables import SCHEMA, TABLES

# The catalog, which also those may read who may not use the schema.
_PLACE = text(
    """
    with found as (select relname, relowner from pg_class where relnamespace = to_regnamespace('public'))
    select array(select name from unnest(cast(:tables as text[])) name
                 where name not in (select relname from found)),
           to_regnamespace(:schema) is not null,
           (select relowner from found where relname = 'devices'),
           current_user::text
    """
)


@dataclass(frozen=True)
class Place:
    """``owner`` is the oid of who owns NetRaven's tables, ``user`` the name of who asks."""

    is_upgraded: bool
    owner: int
    user: str


async def require_tables(db: AsyncSession) -> Place:
    """Look at the database.

    Raises:
        SchemaError: there are no NetRaven tables.
    """
    missing, upgraded, owner, user = (
        await db.execute(_PLACE, {"tables": list(TABLES), "schema": SCHEMA})
    ).one()
    if missing:
        raise SchemaError(
            f"There are no NetRaven tables in this database (it lacks {', '.join(missing)}): name another "
            "one in NETRAVEN_DATABASE_URL."
        )
    return Place(upgraded, owner, user)


def wanted_columns() -> list[str]:
    """The columns that reports need, each as ``public.jobs.id``."""
    return [f"{table}.{column}" for table, columns in readable_columns().items() for column in columns]
