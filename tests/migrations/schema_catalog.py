"""What a server's catalog says about a database, in a form that two databases can be compared in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from netraven_db.db.connection import connect

_SCHEMAS = "nspname !~ '^pg_' and nspname <> 'information_schema'"
_QUERIES = {
    "schemas": f"select nspname from pg_namespace where {_SCHEMAS} order by 1",
    "columns": f"""
        select nspname, relname, attname, attnum, format_type(atttypid, atttypmod), attnotnull,
               pg_get_expr(adbin, adrelid)
        from pg_attribute join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = relnamespace
             left join pg_attrdef on adrelid = attrelid and adnum = attnum
        where relkind = 'r' and attnum > 0 and not attisdropped and {_SCHEMAS} order by 1, 2, 4""",
    # PostgreSQL 18 lists NOT NULL here too; the columns have it already.
    "constraints": f"""
        select conrelid::regclass::text, conname, pg_get_constraintdef(c.oid)
        from pg_constraint c join pg_namespace n on n.oid = connamespace
        where contype <> 'n' and {_SCHEMAS} order by 1, 2""",
    "indexes": f"""
        select pg_get_indexdef(indexrelid), indisvalid
        from pg_index join pg_class c on c.oid = indexrelid join pg_namespace n on n.oid = relnamespace
        where {_SCHEMAS} order by 1""",
    "sequences": f"""
        select nspname, relname, format_type(seqtypid, null), seqstart, seqincrement, seqmin, seqmax,
               seqcycle, refobjid::regclass::text, refobjsubid
        from pg_sequence join pg_class c on c.oid = seqrelid join pg_namespace n on n.oid = relnamespace
             left join pg_depend on objid = seqrelid and deptype = 'a'
        where {_SCHEMAS} order by 1, 2""",
    "triggers": """
        select tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid)
        from pg_trigger where not tgisinternal order by 1, 2""",
    "others": f"""
        select 'relation', nspname, relname from pg_class c join pg_namespace n on n.oid = relnamespace
        where relkind not in ('r', 'i', 'S', 't') and {_SCHEMAS}
        union all
        select 'function', nspname, proname from pg_proc join pg_namespace n on n.oid = pronamespace
        where {_SCHEMAS} order by 1, 2, 3""",
}


async def catalog(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that ``pg_dump -s`` would write of ordinary objects."""
    async with connected(url) as connection:
        return {name: [tuple(row) for row in await connection.fetch(sql)] for name, sql in _QUERIES.items()}


async def contents(url: str) -> dict[str, tuple[int, str | None]]:
    """Count and checksum of every table in ``public``."""
    checksum = "count(*), md5(string_agg(md5(t::text), '' order by t::text))"
    async with connected(url) as connection:
        names = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
        return {
            name: tuple(await connection.fetchrow(f"select {checksum} from {name} t")) for (name,) in names
        }


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    connection = await connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def fetch(url: str, query: str) -> list[Any]:
    async with connected(url) as connection:
        return list(await connection.fetch(query))


async def run(url: str, *statements: str) -> None:
    """Each statement for itself, as CREATE INDEX CONCURRENTLY wants it."""
    async with connected(url) as connection:
        for statement in statements:
            await connection.execute(statement)
