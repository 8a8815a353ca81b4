"""A database of our own that holds the dump, and what it holds, counted and summed up."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from netraven_db.db.connection import connect
from netraven_db.settings import parse_url

# What the three reports read, and nothing else: no password, no address, no log, no version table.
_READABLE = {
    "devices": "(id, hostname, device_type)",
    "tags": "(id, name, type)",
    "device_tag_association": "",
    "jobs": "(id, device_id, status, scheduled_for, started_at, completed_at)",
    "device_configurations": "(id, device_id, config_data, retrieved_at)",
}


@dataclass(frozen=True)
class Database:
    """``reader`` is the URL of somebody who may only SELECT the columns that the reports need."""

    url: str
    reader: str


@dataclass(frozen=True)
class Contents:
    """A table's rows: how many, and a checksum of every value in them."""

    rows: int
    checksum: str


@asynccontextmanager
async def database(server: str) -> AsyncIterator[Database]:
    """A database and a role on that server, both dropped at the end."""
    name, password = f"oracles_{secrets.token_hex(6)}", secrets.token_hex(16)
    admin = await connect(server)
    try:
        await admin.execute(
            f"create database {name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"
        )
        await admin.execute(f"create role {name} login password '{password}'")
        url = parse_url(server).set(database=name)
        reader = url.set(username=name, password=password)
        yield Database(*(each.render_as_string(hide_password=False) for each in (url, reader)))
    finally:
        await admin.execute(f"drop database if exists {name} with (force)")
        await admin.execute(f"drop role if exists {name}")
        await admin.close()


async def let_read(connection: asyncpg.Connection) -> None:
    """Give the database's reader what it needs."""
    reader = await connection.fetchval("select current_database()")
    for table, columns in _READABLE.items():
        await connection.execute(f"grant select {columns} on public.{table} to {reader}")


async def contents(connection: asyncpg.Connection) -> dict[str, Contents]:
    """Each table of NetRaven's, whatever else there is."""
    tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public' order by 1")
    found = {}
    for (table,) in tables:
        row = await connection.fetchrow(
            f"select count(*), coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') "
            f"from public.{table} t"
        )
        found[table] = Contents(*row)
    return found
