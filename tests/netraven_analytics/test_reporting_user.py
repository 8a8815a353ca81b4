"""All that reads works as a user who may read what reports need; and he is granted no more than they read."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from netraven_analytics import config_at, config_blame, config_diff, config_search, demo, frame, sql
from netraven_analytics.bundle import write_bundle
from netraven_analytics.demo import FleetSpec
from netraven_analytics.orm import device_with_tags, find_jobs, latest_configuration, slowest_jobs
from netraven_analytics.reports import catalogue, config_changes
from netraven_db import migrate
from netraven_db.db.connection import connect
from netraven_db.db.models import Credential
from netraven_db.db.session import get_db
from netraven_db.errors import QueryError
from netraven_db.roles import grant_reporting
from netraven_db.schema.digests import DIGEST_TABLES, PROGRESS
from netraven_db.schema.readable import readable_columns
from netraven_db.services.credentials import find_credentials_by_tag_name
from netraven_db.settings import parse_url
from tests.conftest import MakeDatabase

UNTIL = datetime(2026, 4, 6, 6, tzinfo=UTC)
SPEC = FleetSpec(devices=10, days=7, until=UNTIL)
Asking = Callable[[], Awaitable[Any]]


class Fleet(NamedTuple):
    """A database as its owner and as the reporting user reaches it."""

    owner: str
    reader: str
    role: str


async def _made(owner: str, revision: str) -> Fleet:
    role = f"test_{uuid4().hex[:12]}"
    await migrate.upgrade(owner, revision)
    connection = await connect(owner)
    try:
        await demo.ensure(connection, SPEC)
    finally:
        await connection.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETRAVEN_DATABASE_URL", owner)
        async with get_db() as db:
            await grant_reporting(db, role, to=f"{role}_user", harden=True)
    return Fleet(
        owner, parse_url(owner).set(username=f"{role}_user").render_as_string(hide_password=False), role
    )


async def _forget(fleet: Fleet) -> None:
    connection = await connect(fleet.owner)
    for name in (f"{fleet.role}_user", fleet.role):
        await connection.execute(f"drop owned by {name}; drop role {name}")
    await connection.close()


@pytest.fixture(scope="module", params=["head", "8a76c492719c"], ids=["upgraded", "as NetRaven made it"])
def made(request: pytest.FixtureRequest, create_database: MakeDatabase) -> Iterator[Fleet]:
    fleet = asyncio.run(_made(create_database(), request.param))
    yield fleet
    asyncio.run(_forget(fleet))


@pytest.fixture
def fleet(made: Fleet, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    """The fleet that the toolkit looks at as the reporting user."""
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", made.reader)
    return made


@pytest.mark.parametrize("name", sorted(catalogue))
async def test_every_report_runs(fleet: Fleet, name: str) -> None:
    """In groups, and filtered."""
    report = catalogue[name]
    asked = {"as_of": UNTIL, "since": "all"}
    if "tag:<type>" in report.dimensions:
        await report(**asked, by=["device", "tag:location"])
    await report(**asked, tag="role:core", device="*", device_type="cisco_*")


async def test_the_bundle_is_written(fleet: Fleet, tmp_path: Path) -> None:
    """With every report in it."""
    bundle = await write_bundle(tmp_path, {"as_of": UNTIL})
    assert len(bundle.answers) == len(catalogue)


async def test_configurations_and_objects_are_read(fleet: Fleet) -> None:
    """config_*, sql, frame, export and the ORM helpers; a password is not loaded with its object."""
    for ask in ASKING.values():
        await ask()


async def test_what_is_not_granted_is_refused(fleet: Fleet) -> None:
    """In one sentence of the server's, whoever asks and however."""
    async with get_db() as db:
        (credential,) = (await db.scalars(select(Credential).limit(1))).all()
        with pytest.raises(DBAPIError, match="permission denied for table"):
            await credential.awaitable_attrs.password
    for ask in (
        sql("select * from credentials"),
        frame(select(Credential.password)),
        sql("table connection_logs"),
    ):
        with pytest.raises(QueryError, match="permission denied for table"):
            await ask


@pytest.fixture
async def owner(fleet: Fleet) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect(fleet.owner)
    yield connection
    await connection.close()


async def test_every_granted_column_is_read(fleet: Fleet, owner: asyncpg.Connection) -> None:
    """Without it something is refused, or answers otherwise; so no column is granted for nothing."""
    asking = {name: _report(name) for name in sorted(catalogue)} | ASKING
    before = {name: await _answered(ask) for name, ask in asking.items()}
    assert {name: await _answered(ask) for name, ask in asking.items()} == before
    granted = await owner.fetch(
        "select attrelid::regclass::text as at, quote_ident(attname) as name from pg_attribute "
        "where exists (select from aclexplode(attacl) where grantee = $1::text::regrole)",
        fleet.role,
    )
    known = {table.removeprefix("public.") for table in readable_columns()}
    assert {column["at"] for column in granted} <= known
    unread = []
    first = list(asking)  # whoever noticed last is asked first
    for column in granted:
        place = f"({column['name']}) on {column['at']}"
        await owner.execute(f"revoke select {place} from {fleet.role}")
        for name in first:
            if await _answered(asking[name]) != before[name]:
                first.remove(name)
                first.insert(0, name)
                break
        else:
            unread.append(place)
        await owner.execute(f"grant select {place} to {fleet.role}")
    assert unread == []


def test_the_columns_of_digests_are_read() -> None:
    """Each stands in what changes are asked with; that they may be read at all is looked at before."""
    asked = config_changes.sql() + PROGRESS
    for table in DIGEST_TABLES:
        for column in readable_columns()[f"analytics.{table}"]:
            assert re.search(rf"\b{column}\b", asked), column


async def _answered(ask: Asking) -> str:
    try:
        return str(await ask())
    except (QueryError, DBAPIError) as error:
        return str(error)


def _report(name: str) -> Asking:
    async def ask() -> Any:
        table = await catalogue[name](as_of=UNTIL, since="all")
        table = table.drop(columns="example", errors="ignore")  # a secret's token is new in each answer
        return table.to_csv(), table.attrs["netraven"]["notes"]

    return ask


async def _objects() -> Any:
    async with get_db() as db:
        jobs = [*await find_jobs(db, since="all"), *await slowest_jobs(db, since="all")]
        device = jobs[0].device
        assert device is not None
        tagged = await device_with_tags(db, device.hostname)
        assert tagged is not None
        credentials = [c for tag in tagged.tags for c in await find_credentials_by_tag_name(tag.name, db)]
        found = await latest_configuration(db, device.hostname)
        return jobs, tagged.tags, credentials, found


async def _history() -> Any:
    (hostname,) = (await sql("select hostname from devices order by id limit 1"))["hostname"]
    found = await config_at(hostname)
    return found, await config_diff(hostname), await config_blame(hostname), await config_search("hostname")


async def _state() -> Any:
    return await migrate.state()


ASKING: dict[str, Asking] = {"objects": _objects, "history": _history, "state": _state}
