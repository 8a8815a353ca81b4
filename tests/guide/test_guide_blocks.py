"""Every code block of the onboarding guide's sections 4 to 9 runs unchanged.

Each block is a module of a fresh process, on a host in UTC and on one that is not. The blocks swallow
exceptions and print them, so the tests look at what is printed and at what is in the database afterwards.
"""

import ast
import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import netraven_db
from netraven_db.db.connection import connect

ROOT = Path(netraven_db.__file__).parents[1]
GUIDE = ROOT.parent / "shared" / "reference" / "onboarding-guide.md"

pytestmark = pytest.mark.skipif(not GUIDE.exists(), reason=f"the onboarding guide is not at {GUIDE}")

Run = Callable[..., "subprocess.CompletedProcess[str]"]

# Runs what a reader of the block would: each coroutine function that needs no argument.
ENTRIES = """
import asyncio, inspect, block
for name, function in list(vars(block).items()):
    if inspect.iscoroutinefunction(function) and function.__module__ == "block":
        asyncio.run(function())
"""

ROUTE = """
import asyncio, json, block
from fastapi import FastAPI

app = FastAPI()
app.include_router(block.router)

async def get(path):
    async def receive():
        return {"type": "http.request", "body": b""}
    async def send(message):
        print(message.get("status", ""), message.get("body", b"").decode())
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "headers": []}
    await app({**scope, "query_string": b"", "http_version": "1.1", "scheme": "http"}, receive, send)

asyncio.run(get("/some_path"))
print("parameters:", app.openapi()["paths"]["/some_path"]["get"].get("parameters"))
"""

# One life of a job, a configuration and a search, each step in a session of its own.
SERVICES = """
import asyncio, block
from datetime import datetime, timedelta, timezone
from typing import Annotated
from fastapi import Depends, FastAPI
from netraven_db.db.session import get_db

async def async_with(step):
    async with get_db() as db:
        return await step(db)

async def async_for(step):
    async for db in get_db():
        result = await step(db)
    return result

async def depends(step):
    app, results = FastAPI(), []

    @app.get("/")
    async def route(db: Annotated[object, Depends(get_db)]):
        results.append(await step(db))

    async def receive():
        return {"type": "http.request", "body": b""}
    async def send(message):
        assert message.get("status", 200) == 200
    scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "headers": []}
    await app({**scope, "query_string": b"", "http_version": "1.1", "scheme": "http"}, receive, send)
    return results[0]

async def life(form, number):
    host = f"r{number}"
    times = [None, datetime(2026, 1, 1, 12), datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=-3)))]
    for time in times:
        job = await form(lambda db: block.create_backup_job(number, time, db))
    await form(lambda db: block.update_job_status(job.id, "running", db))
    await form(lambda db: block.update_job_status(job.id, "completed", db))
    await form(lambda db: block.update_job_status(4711, "failed", db))
    await form(lambda db: block.save_new_config(number, f"hostname {host}", {"method": "ssh"}, db))
    device = await form(lambda db: block.get_device_with_config(host, db))
    print("configurations:", [one.config_data for one in device.configurations])
    print("unknown device:", await form(lambda db: block.get_device_with_config("r9", db)))
    for tag in ("core", "edge"):
        found = await form(lambda db: block.find_credentials_by_tag_name(tag, db))
        print(tag, "credentials:", sorted(one.username for one in found))

for number, form in enumerate([async_with, async_for, depends], start=1):
    asyncio.run(life(form, number))
"""


NOON = datetime(2026, 1, 1, 12)  # noqa: DTZ001 - as the column holds it
elsewhere_only = pytest.mark.parametrize("run", ["America/Sao_Paulo"], indirect=True)


def blocks(section: int) -> list[str]:
    """The Python code blocks of a section, as they are."""
    parts = re.split(r"(?m)^## (\d+)\.", GUIDE.read_text(encoding="utf-8"))
    text = dict(zip(parts[1::2], parts[2::2], strict=True))[str(section)]
    return re.findall(r"(?ms)^```python\n(.*?)^```", text)


def uncommented(block: str) -> str:
    """The code of a block that is all comments: less the signs, from the first line that makes a program."""
    lines = [re.sub(r"^# ?", "", line) for line in block.splitlines()]
    for start in range(len(lines)):
        code = "\n".join(lines[start:])
        try:
            ast.parse(code)
        except SyntaxError:
            continue
        return code
    raise AssertionError("no line starts a program")


@pytest.fixture(params=["UTC", "America/Sao_Paulo"])
def run(request: pytest.FixtureRequest, empty_database: str, tmp_path: Path) -> Run:
    """``run(block, driver)``: the block as a module of a process, on a host of that time zone."""

    def run(block: str, driver: str = ENTRIES, *, fails: bool = False) -> "subprocess.CompletedProcess[str]":
        (tmp_path / "block.py").write_text(block, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", driver],
            env={
                **os.environ,
                "TZ": request.param,
                "NETRAVEN_DATABASE_URL": empty_database,
                "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) is fails, done.stderr
        assert "An error occurred" not in done.stdout
        assert "Error accessing" not in done.stdout
        return done

    return run


@pytest.fixture
def database(empty_database: str) -> Callable[[str], list[tuple[Any, ...]]]:
    """``database(statement)``: the rows of a statement, by the driver alone."""

    async def rows(statement: str) -> list[tuple[Any, ...]]:
        connection = await connect(empty_database)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    return lambda statement: asyncio.run(rows(statement))


Database = Callable[[str], list[tuple[Any, ...]]]


def is_present_utc(stored: datetime) -> bool:
    """Whether a naive time of the database is the present, read as UTC."""
    return abs(stored.replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(minutes=1)


def add_router(database: Database, *, tagged: bool, reachable: bool) -> None:
    """The device that section 5 looks for, with two tags, and a credential that shares both of them."""
    database("insert into devices (hostname, ip_address) values ('router1.example.com', '192.0.2.1')")
    database("insert into tags (name, type) values ('core', 'role'), ('berlin', 'location')")
    database("insert into credentials (username, password, priority) values ('bob', 's3cret', 10)")
    if tagged:
        database("insert into device_tag_association values (1, 1), (1, 2)")
    if reachable:
        database("insert into credential_tag_association values (1, 1), (1, 2)")


def test_every_section_has_its_code() -> None:
    """The guide still has the blocks that these tests run: two in section 4, one in each other."""
    assert [len(blocks(section)) for section in range(4, 10)] == [2, 1, 1, 1, 1, 1]


def test_a_session_finds_no_device(run: Run) -> None:
    """Section 4 on an empty database says so, and ends well."""
    printed = run(blocks(4)[0]).stdout
    assert "Obtained session: <sqlalchemy.ext.asyncio" in printed
    assert "No devices found." in printed
    assert printed.endswith("Session block finished.\n")


def test_a_session_finds_a_device(run: Run, database: Database) -> None:
    """Section 4 finds the device."""
    database("insert into devices (hostname, ip_address) values ('r1', '192.0.2.1')")
    printed = run(blocks(4)[0]).stdout
    assert "Found device: r1\n" in printed
    assert printed.endswith("Session block finished.\n")


def test_the_route_answers(run: Run) -> None:
    """Section 4's route answers, and its session is no parameter for its clients."""
    printed = run(uncommented(blocks(4)[1]), ROUTE).stdout
    assert printed == "200 \n null\nparameters: None\n"


def test_queries_find_everything(run: Run, database: Database) -> None:
    """Section 5 finds the device, its tags by both ways of loading, and its credential once."""
    add_router(database, tagged=True, reachable=True)
    lines = run(blocks(5)[0]).stdout.splitlines()
    assert "Device ID: 1, Hostname: router1.example.com" in lines
    assert "Found by hostname: router1.example.com (IP: 192.0.2.1)" in lines
    assert sorted(line for line in lines if line.startswith("- Tag:")) == [
        "- Tag: berlin",
        "- Tag: berlin (Type: location)",
        "- Tag: core",
        "- Tag: core (Type: role)",
    ]
    assert [line for line in lines if line.startswith("- Credential")] == [
        "- Credential ID: 1, User: bob, Priority: 10"
    ]


@elsewhere_only
def test_queries_find_tags_and_no_credentials(run: Run, database: Database) -> None:
    """Section 5 says when no credential shares the device's tags."""
    add_router(database, tagged=True, reachable=False)
    assert "No credentials found matching device tags." in run(blocks(5)[0]).stdout


@elsewhere_only
def test_queries_find_no_tags(run: Run, database: Database) -> None:
    """Section 5 says, for both ways of loading, that a device has no tags."""
    add_router(database, tagged=False, reachable=True)
    printed = run(blocks(5)[0]).stdout
    for told in ("associated (Lazy Load)", "associated (Eager Load)", "no tags to search credentials"):
        assert told in printed


def test_queries_find_nothing(run: Run) -> None:
    """Section 5 on an empty database says twice that the device is not there."""
    printed = run(blocks(5)[0]).stdout
    assert printed.count("'router1.example.com' not found.") == 2
    assert "- " not in printed.replace("--- ", "")


def test_an_insert_is_stamped_in_utc(run: Run, database: Database) -> None:
    """Section 6 stores a log whose time is the present in UTC, whatever the host's zone is."""
    database("insert into jobs (status) values ('running')")
    assert "Insertion attempt complete" in run(blocks(6)[0]).stdout
    [(job_id, level, message, stamp)] = database("select job_id, level, message, timestamp from job_logs")
    assert (job_id, level, message) == (1, "INFO", "Configuration retrieval started.")
    assert is_present_utc(stamp)


@elsewhere_only
def test_an_insert_without_its_job_is_refused(run: Run, database: Database) -> None:
    """Section 6 without the job fails with the database's reason, and stores nothing."""
    done = run(blocks(6)[0], fails=True)
    assert "Insertion attempt complete" not in done.stdout
    assert "job_logs_job_id_fkey" in done.stderr
    assert database("select * from job_logs") == []


def test_an_update_creates_and_then_updates(run: Run, database: Database) -> None:
    """Section 7 creates the setting, and on a second run finds it and sets its value."""
    stored = "select key, value::text, description is not null from system_settings"
    assert "not found. Creating it." in run(blocks(7)[0]).stdout
    assert database(stored) == [("backup_retention_days", '{"days": 90}', True)]
    database("""update system_settings set value = '{"days": 30}'""")
    printed = run(blocks(7)[0]).stdout
    assert "Found setting. Old value: {'days': 30}" in printed
    assert "Update/Insert attempt complete" in printed
    assert database(stored) == [("backup_retention_days", '{"days": 90}', True)]


def test_a_delete_takes_its_row(run: Run, database: Database) -> None:
    """Section 8 deletes the one log, and on a second run does not find it."""
    database("insert into jobs (status) values ('running')")
    database(
        "insert into job_logs (job_id, level, message, timestamp) select 1, 'INFO', n, now() from "
        "unnest(array['first', 'second']) n"
    )
    assert "Job Log ID 1 marked for deletion" in run(blocks(8)[0]).stdout
    assert database("select id, message from job_logs") == [(2, "second")]
    printed = run(blocks(8)[0]).stdout
    assert "Job Log ID 1 not found." in printed
    assert "Deletion attempt complete" in printed
    assert database("select id from job_logs") == [(2,)]


def test_the_services_work_in_every_form_of_session(run: Run, database: Database) -> None:
    """Section 9's functions store, find and stamp in UTC with a session of each of get_db's three forms."""
    database("insert into devices (hostname, ip_address) select 'r' || n, n from generate_series(1, 3) n")
    database("insert into tags (name) values ('core'), ('edge')")
    database("insert into credentials (username, password, priority) values ('bob', 'x', 1), ('eve', 'x', 1)")
    database("insert into credential_tag_association values (1, 1), (2, 1)")

    lines = run(blocks(9)[0], SERVICES).stdout.splitlines()

    jobs = "select status, scheduled_for, started_at, completed_at from jobs where device_id = {} order by id"
    texts = "select config_data, metadata::text, retrieved_at from device_configurations where device_id = {}"
    for device in (1, 2, 3):
        assert lines[5 * device - 5 : 5 * device] == [
            "Warning: Job ID 4711 not found for status update.",
            f"configurations: ['hostname r{device}']",
            "unknown device: None",
            "core credentials: ['bob', 'eve']",
            "edge credentials: []",
        ]
        *pending, (status, scheduled, started, completed) = database(jobs.format(device))
        assert pending == [("pending", None, None, None), ("pending", NOON, None, None)]
        assert (status, scheduled) == ("completed", NOON + timedelta(hours=3))
        assert is_present_utc(started)
        assert is_present_utc(completed)
        [(text, metadata, retrieved)] = database(texts.format(device))
        assert (text, metadata) == (f"hostname r{device}", '{"method": "ssh"}')
        assert is_present_utc(retrieved)
