"""A database as NetRaven leaves it."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from netraven_db import migrate
from netraven_db.settings import parse_url
from tests.migrations.schema_catalog import run


@pytest.fixture(scope="session")
def netravens_template(create_database):
    url = create_database()
    asyncio.run(_fill(url))
    return url


async def _fill(url):
    await migrate.upgrade(url, "8a76c492719c")
    await run(
        url,
        "insert into devices (hostname, ip_address) values ('edge-1', '10.0.0.1')",
        "insert into jobs (device_id, status, started_at) values (1, 'running', '2026-10-25 00:30')",
        "insert into device_configurations (device_id, config_data, retrieved_at) values (1, '', 'infinity')",
        "insert into job_logs (job_id, message, level, timestamp) values (1, E'\\r', 'INFO', '1969-01-01')",
    )


@pytest.fixture
def netravens(create_database, netravens_template):
    """NetRaven's own schema and stamp, with a few rows, never upgraded."""
    return create_database(netravens_template)


@pytest.fixture
async def reader(netravens):
    """The name of a role that may read NetRaven's tables, own a schema, and change nothing else."""
    name = f"test_{uuid4().hex[:12]}"
    try:
        await run(netravens, f"create role {name}")
    except asyncpg.InsufficientPrivilegeError:
        pytest.skip("the user of the test server may not create roles")
    database = parse_url(netravens).database
    await run(
        netravens,
        f"grant select on all tables in schema public to {name}",
        f'grant create on database "{database}" to {name}',
    )
    yield name
    await run(netravens, f"drop owned by {name}", f"drop role {name}")
