"""How far a database is, read in a way that suits somebody who may only read some of it."""

from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.orm import Session

from netraven_db.errors import SchemaError
from netraven_db.schema.digests import DIGEST_TABLES, PROGRESS
from netraven_db.schema.indexes import ANALYTICS_INDEXES
from netraven_db.schema.readable import readable_columns
from netraven_db.schema.tables import NETRAVEN_REVISION, SCHEMA, TABLES, VERSION_TABLE

Digests = Literal["none", "unfinished", "complete"]


@dataclass(frozen=True)
class Found:
    """What a database holds.

    ``netraven`` and ``analytics`` are the stamps of the two version tables; None where there is no such
    table, no stamp in it, or no right to read it. ``digests`` says which snapshots have digests that this
    user may read.
    """

    tables_missing: tuple[str, ...]
    indexes_missing: tuple[str, ...]
    netraven: str | None
    analytics: str | None
    digests: Digests = "none"

    @property
    def is_blank(self) -> bool:
        return len(self.tables_missing) == len(TABLES)


def _array(names: tuple[str, ...]) -> str:
    return "array[" + ", ".join(f"'{name}'" for name in names) + "]"


def _pairs(names: list[tuple[str, str]]) -> str:
    return ", ".join(f"('{table}', '{column}')" for table, column in names)


_DIGEST_COLUMNS = [
    (table, column) for table in DIGEST_TABLES for column in readable_columns()[f"{SCHEMA}.{table}"]
]

# Only the catalog, which everybody may read; to_regclass would raise for a schema one may not use.
_FACTS = text(
    f"""
    select array(select name from unnest({_array(TABLES)}) name where to_regclass(name) is null),
           array(select name from unnest({_array(tuple(i.name for i in ANALYTICS_INDEXES))}) name
                 where not exists (select from pg_index
                                   where indexrelid = to_regclass(name) and indisvalid)),
           array(select nspname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where relname = '{VERSION_TABLE}' and nspname in ('public', '{SCHEMA}')
                   and has_schema_privilege(n.oid, 'usage') and has_any_column_privilege(c.oid, 'select')),
           (select count(*) = {len(_DIGEST_COLUMNS)}
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and attnum > 0
            where nspname = '{SCHEMA}' and (relname, attname) in (values {_pairs(_DIGEST_COLUMNS)})
              and has_schema_privilege(n.oid, 'usage') and has_column_privilege(c.oid, attnum, 'select'))
    """
)


def read_state(database: Connection | Session) -> Found:
    """Look at the database: one statement, and one more for the stamps where they may be read."""
    missing, indexes, readable, digests = database.execute(_FACTS).one()
    stamps: dict[str, list[str]] = {}
    if readable or digests:
        for place, stamp in database.execute(_stamps(readable, digests)):
            stamps.setdefault(place, []).append(stamp)
    return Found(
        tuple(missing),
        tuple(indexes),
        ", ".join(stamps.get("public", [])) or None,
        ", ".join(stamps.get(SCHEMA, [])) or None,
        cast(Digests, stamps.get("digests", ["none"])[0]),
    )


def _stamps(schemas: list[str], digests: bool) -> TextClause:
    selects = [f"select '{name}', version_num from {name}.{VERSION_TABLE}" for name in schemas]
    selects += [PROGRESS] if digests else []
    return text(" union all ".join(selects) + " order by 1, 2")


def refuse_foreign(found: Found) -> None:
    """Let a blank database pass, and one with NetRaven's tables of the generation known here.

    Raises:
        SchemaError: NetRaven's stamp is an unknown one, or some of its tables are missing.
    """
    if found.netraven not in (None, NETRAVEN_REVISION):
        raise SchemaError(
            f"This database is at NetRaven's revision {found.netraven}, which this version does not know: "
            f"it works with {NETRAVEN_REVISION} (NetRaven of 2025-04). Nothing was changed."
        )
    if found.tables_missing and (not found.is_blank or found.netraven):
        raise SchemaError(
            f"This database does not have NetRaven's schema of 2025-04, the only one known here; it lacks "
            f"{', '.join(found.tables_missing)}: name another database in NETRAVEN_DATABASE_URL."
        )
