"""The server goes away while an archive is imported: all of it is there afterwards, or nothing."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from netraven_db import migrate
from netraven_db.db.connection import connect
from netraven_db.errors import ConnectionLostError, DatabaseUnavailableError, UnknownCommitError, exit_code
from netraven_db.settings import parse_url
from tests.battery.conftest import MakeTrial
from tests.battery.servers import Victim
from tests.battery.trials import LONG
from tests.netraven_analytics.importers.importing import IOS, fetch
from tests.netraven_analytics.importers.repository import Repository

COMMITS, DEVICES = (600, 40) if LONG else (100, 10)
TOLD = {exit_code(error("")) for error in (ConnectionLostError, DatabaseUnavailableError, UnknownCommitError)}
FAULTS = ["terminate", "kill", "stop_at_once"]
_STORED = """
    SELECT d.hostname, c.retrieved_at, sha256(convert_to(c.config_data, 'UTF8')) AS digest
      FROM device_configurations c JOIN devices d ON d.id = c.device_id ORDER BY 1, 2, 3
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose every commit changes one device."""
    repository = Repository(tmp_path_factory.mktemp("archive") / "configs.git")
    for number in range(COMMITS):
        name = f"r{number % DEVICES}"
        lines = "".join(f"ip host h{line} 192.0.2.{line % 250}\n" for line in range(200))
        repository.commit({name: IOS.format(name) + lines + f"banner {number}\n"})
    return repository.path


@pytest.fixture
def blank(server: Victim) -> Iterator[str]:
    """A migrated database of its own on the server that is harmed."""
    name = f"archive_{uuid4().hex}"
    asyncio.run(_execute(server.watcher_url, f"create database {name}"))
    url = parse_url(server.url).set(database=name).render_as_string(hide_password=False)
    asyncio.run(migrate.upgrade(url))
    yield url
    asyncio.run(_execute(server.watcher_url, f"drop database {name} with (force)"))


async def test_an_import_is_whole_or_not_there(
    server: Victim, blank: str, archive: Path, trial: MakeTrial
) -> None:
    """What was interrupted says so in one line, and the same command again imports what is missing, once."""
    runs = trial(
        "pg_terminate_backend, kill -9, an immediate stop under the import of an archive, run again after it",
        losing="snapshots, missing or twice, or half-done imports",
        quick=3,
        long=60,
    )
    loop = asyncio.get_running_loop()
    begun = loop.time()
    assert (await _import(archive, blank))[0] == 0
    lasts, whole = loop.time() - begun, await fetch(blank, _STORED)
    assert len(whole) == COMMITS
    for number in runs:
        await _execute(blank, "truncate devices, device_configurations, system_settings, tags cascade")
        task = asyncio.ensure_future(_import(archive, blank))
        await asyncio.sleep(runs.chance.uniform(0.3, 0.9) * lasts)
        hit = False
        while not (hit or task.done()):  # how long the process takes to start is nobody's promise
            hit = await getattr(server, FAULTS[number % 3])()
        code, said = await task
        await server.answers()
        if not hit:
            runs.missed()
        if code and (code not in TOLD or said.count("Error: ") != 1 or "Traceback" in said):
            runs.lose(f"exit code {code}: {said}")
        if len(found := await fetch(blank, _STORED)) not in (0, COMMITS):
            runs.lose(f"{len(found)} snapshots")
        assert (await _import(archive, blank))[0] == 0
        if await fetch(blank, _STORED) != whole:
            runs.lose("the import that was run again differs")


async def _import(archive: Path, url: str) -> tuple[int | None, str]:
    words = [sys.executable, "-m", "netraven_analytics", "import", "oxidized", str(archive), "--into", url]
    process = await asyncio.create_subprocess_exec(
        *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    return process.returncode, said.decode()


async def _execute(url: str, statement: str) -> None:
    connection = await connect(url)
    await connection.execute(statement)
    await connection.close()
