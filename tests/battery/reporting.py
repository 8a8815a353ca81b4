"""A database with passwords in it, and a user who may read what reports need; for the batteries about him."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import asyncpg
import pytest

from netraven_db.db.connection import connect
from netraven_db.db.session import get_db
from netraven_db.roles import grant_reporting
from netraven_db.settings import parse_url
from tests.conftest import MakeDatabase

# Half of the credentials have one of these two; the password of the others lies between them.
PASSWORDS = ("alpha-canary-0001", "omega-canary-0002")
_FILE = "current_setting('data_directory') || '/' || pg_relation_filepath('credentials')"
_FILL = f"""
    insert into devices (hostname, ip_address) select 'r' || n, 'ip' || n from generate_series(1, 3) n;
    insert into jobs (device_id, status, started_at) select 1, 'completed', now() from generate_series(1, 5);
    insert into job_logs (job_id, message, level, timestamp) values (1, 'said', 'INFO', now());
    insert into device_configurations (device_id, config_data, retrieved_at) values (1, 'hostname r1', now());
    insert into tags (name, type) values ('core', 'role');
    insert into credentials (username, password, priority)
    select 'u' || n, case when n <= 60 then '{PASSWORDS[0]}' else 'mike-canary-0000' end, n
    from generate_series(1, 120) n;
"""
_BESIDES = {
    "relations": "select oid, relname, relkind, relowner, relacl, relhastriggers, relhasrules, reloptions "
    "from pg_class where oid >= 16384",
    "columns": "select attrelid, attname, atttypid, attacl from pg_attribute where attrelid >= 16384",
    "triggers": "select oid, tgname, tgenabled from pg_trigger",
    "functions": "select oid, proname, proacl from pg_proc",
    "types": "select oid, typname from pg_type where typrelid = 0",
    "schemas": "select nspname, nspowner, nspacl from pg_namespace",
    "extensions": "select extname from pg_extension",
    "comments": "select * from pg_description where objoid >= 16384",
    "large objects": "select * from pg_largeobject_metadata",
    "memberships": "select roleid, member from pg_auth_members",
}


@dataclass(frozen=True)
class Place:
    """The database as its owner and as the reporting user reaches it; ``superuser`` is the owner's name."""

    owner: str
    reader: str
    superuser: str
    rights: str

    def filled_in(self, statement: str) -> str:
        """The statement with this place's own names in it."""
        return statement.replace("OWNER", self.superuser).replace("FILE", _FILE)


class Way(NamedTuple):
    """Statements one after the other; ``silent`` ones are answered, with nothing in the answer."""

    statements: tuple[str, ...]
    silent: bool


def ways(name: str) -> list[Way]:
    """Those that a file lists."""
    found, silent = [], False
    for line in (Path(__file__).parent / name).read_text().splitlines():
        if line.startswith("--"):
            silent = line.startswith("-- Silent")
        elif line:
            found.append(Way(tuple(line.split(" ;; ")), silent))
    return found


@contextmanager
def place(create_database: MakeDatabase, template: str, *, harden: bool = True) -> Iterator[Place]:
    """A filled copy of the template with a reporting user of its own."""
    owner, role = create_database(template), f"test_{uuid4().hex[:12]}"
    asyncio.run(_prepare(owner, role, harden))
    reader = parse_url(owner).set(username=f"{role}_user").render_as_string(hide_password=False)
    rights = "hardened" if harden else "as granted"
    yield Place(owner, reader, parse_url(owner).username or "", rights)
    asyncio.run(_forget(owner, role))


async def _prepare(owner: str, role: str, harden: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETRAVEN_DATABASE_URL", owner)
        async with get_db() as db:
            await grant_reporting(db, role, to=f"{role}_user", harden=harden)
    connection = await connect(owner)
    await connection.execute(_FILL)
    available = await connection.fetchval(
        "select count(*) from pg_available_extensions where name = 'dblink'"
    )
    if available:
        await connection.execute("create extension dblink")
    await connection.close()


async def _forget(owner: str, role: str) -> None:
    connection = await connect(owner)
    for name in (f"{role}_user", role):
        await connection.execute(f"drop owned by {name}; drop role {name}")
    await connection.close()


async def state(owner: str) -> dict[str, str]:
    """A checksum of every table's rows, and of what there is besides them: objects, rights, large objects."""
    connection = await connect(owner)
    tables = await connection.fetch(
        "select oid::regclass::text as name from pg_class "
        "where relkind in ('r', 'm', 'S') and relpersistence <> 't' and oid >= 16384"
    )
    found = {table["name"]: await _sum(connection, f"table {table['name']}") for table in tables}
    found |= {about: await _sum(connection, query) for about, query in _BESIDES.items()}
    await connection.close()
    return found


async def _sum(connection: asyncpg.Connection, query: str) -> str:
    summed = f"select md5(string_agg(row::text, ' ' order by row::text)) from ({query}) row"
    return str(await connection.fetchval(summed))


async def said(connection: asyncpg.Connection, statements: Sequence[str]) -> str:
    """All that a connection gets to see of the statements: rows, notices, and the error that ends them."""
    seen: list[str] = []

    def listen(_: Any, message: Any) -> None:
        seen.append(str(message))

    connection.add_log_listener(listen)
    try:
        for statement in statements:
            seen.append(await _answer(connection, statement))
        await asyncio.sleep(0)  # for the notices
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        seen.append(f"{type(error).__name__}: {error}")
    finally:
        connection.remove_log_listener(listen)
    return "\n".join(seen)


async def _answer(connection: asyncpg.Connection, statement: str) -> str:
    if not statement.lower().endswith("to stdout"):
        return str([tuple(row) for row in await connection.fetch(statement)])
    arrived = bytearray()

    async def take(data: bytes) -> None:
        arrived.extend(data)

    source = statement.removeprefix("copy ").removesuffix(" to stdout")
    if source.startswith("("):
        await connection.copy_from_query(source[1:-1], output=take)
    else:
        await connection.copy_from_table(source, output=take)
    return arrived.decode()
