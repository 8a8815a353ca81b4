"""Behind PgBouncer in transaction mode, whose server sessions are shared by all clients."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from netraven_analytics.bundle import write_bundle
from netraven_analytics.frames import frame, stream
from netraven_db.db.connection import connect
from netraven_db.db.session import get_db
from netraven_db.embedded.accounts import account_for
from tests.battery.conftest import MakeTrial
from tests.battery.servers import Victim

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(
    PROGRAM is None,
    reason="PgBouncer is not installed (apt-get install pgbouncer): NOT TESTED BEHIND A POOLER",
)
CONFIGURATION = """
[databases]
netraven = host={sockets} port=5432 user=netraven dbname=netraven
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
logfile = {folder}/pgbouncer.log
"""


@contextmanager
def pooler(server: Victim, folder: Path) -> Iterator[str]:
    """PgBouncer before the server, and its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    account = account_for(server.server.directory, server.data)
    folder.chmod(0o777)
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(
        CONFIGURATION.format(sockets=server.server.socket_directory, port=port, folder=folder)
    )
    assert PROGRAM is not None
    process = subprocess.Popen(
        [PROGRAM, "-q", str(configuration)],
        user=account.uid if account.switch else None,
        group=account.gid if account.switch else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    try:
        yield f"postgresql://netraven@127.0.0.1:{port}/netraven?application_name=battery"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def behind(
    server: Victim, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The URL of a pooler that answers; the toolkit's default for the test."""
    place = Path("/tmp") / f"netraven-pgbouncer-{os.getpid()}"
    place.mkdir()
    try:
        with pooler(server, place) as url:
            monkeypatch.setenv("NETRAVEN_DATABASE_URL", url)
            asyncio.run(_answers(url))
            yield url
    finally:
        shutil.rmtree(place)


async def _answers(url: str) -> None:
    for _ in range(100):
        try:
            await (await connect(url)).close()
            return
        except Exception:
            await asyncio.sleep(0.05)


async def test_two_processes_write_all_reports(
    server: Victim, behind: str, tmp_path: Path, trial: MakeTrial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have what a direct connection has, and no setting of theirs stays for a writer who comes next."""
    runs = trial(
        "all reports by two processes at once behind PgBouncer in transaction mode",
        losing="files that differ from those of a direct connection, or settings that stay",
        quick=1,
        long=20,
    )
    seen = ["--as-of", "2026-04-06"]
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", server.url)
    await write_bundle(tmp_path / "direct", {"as_of": "2026-04-06"})
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", behind)
    expected = written(tmp_path / "direct")
    for _ in runs:
        folders = [tmp_path / "one", tmp_path / "other"]
        words = [sys.executable, "-m", "netraven_analytics", "report", "all", *seen, "-o"]
        pipe = asyncio.subprocess.PIPE
        both = [await asyncio.create_subprocess_exec(*words, str(f), stderr=pipe) for f in folders]
        said = await asyncio.gather(*(process.communicate() for process in both))
        for process, folder, (_, words_said) in zip(both, folders, said, strict=True):
            if process.returncode:
                runs.lose(words_said.decode())
            elif written(folder) != expected:
                runs.lose(f"files of {folder.name}")
        if left := await settings_left():
            runs.lose(f"settings that stay: {left}")


def written(folder: Path) -> dict[str, str]:
    """The files; tokens of secrets are other ones in each process."""
    return {
        path.name: re.sub("<redacted:[0-9a-f]+>", "<redacted>", path.read_text())
        for path in folder.glob("*.csv")
    }


SETTINGS = (
    "select current_setting('TimeZone') || ' ' || current_setting('client_connection_check_interval') || ' ' "
    "|| current_setting('transaction_read_only')"
)


async def settings_left() -> set[str]:
    """What a client that sets nothing finds in the pooler's sessions, where it is not the server's own."""
    connection = await connect(os.environ["NETRAVEN_DATABASE_URL"])
    found = {await connection.fetchval(SETTINGS) for _ in range(8)}
    await connection.close()
    return found - {"UTC 0 off"}


AT_WORK = (
    "select count(*) from pg_stat_activity "
    "where state = 'active' and query like '%generate_series%' and pid <> pg_backend_pid()"
)


async def test_what_is_left_early_is_ended(server: Victim, behind: str, trial: MakeTrial) -> None:
    """A stream that is left, a cancelled frame and a write leave no server session at work."""
    runs = trial(
        "streams left and frames cancelled behind PgBouncer",
        losing="server sessions at work after 1 s",
        quick=3,
        long=60,
    )
    rows = text("select generate_series(1, 20000000) as n")
    watcher = await connect(server.watcher_url)
    for number in runs:
        if number % 2:
            async with stream(rows, rows=100) as parts:
                if len(await anext(parts)) != 100:
                    runs.lose("the first rows")
        else:
            task = asyncio.create_task(frame(rows))
            await asyncio.sleep(runs.chance.uniform(0.02, 0.3))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        async with get_db() as db:
            await db.execute(text("update jobs set status = status where id = 1"))
        await asyncio.sleep(0.3)
        if count := await watcher.fetchval(AT_WORK):
            runs.lose(f"{count} server sessions")
    await watcher.close()
