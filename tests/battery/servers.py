"""Servers to do harm to."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from netraven_analytics import demo
from netraven_db import embedded, migrate
from netraven_db.db.connection import connect
from netraven_db.embedded import processes
from netraven_db.embedded.accounts import account_for
from netraven_db.embedded.binaries import programs
from netraven_db.embedded.server import Server, run
from netraven_db.errors import DatabaseUnavailableError
from netraven_db.settings import parse_url

SMALL_FLEET = demo.FleetSpec(devices=10, days=14, until=datetime(2026, 4, 6, 6, tzinfo=UTC))
# What the toolkit has to ask for by itself is switched off.
_SETTINGS = {"client_connection_check_interval": "0", "fsync": "off"}
_ACTIVE = (
    "select pid from pg_stat_activity "
    "where application_name = 'battery' and state <> 'idle' and pid <> pg_backend_pid()"
)


@dataclass
class Victim:
    """A server with the demo fleet, which ends and comes back; clients name themselves ``battery``."""

    server: Server

    @property
    def data(self) -> Path:
        return (self.server.directory / "data").resolve()

    @property
    def url(self) -> str:
        return named(self.server.url(), "battery")

    @property
    def watcher_url(self) -> str:
        return named(self.server.url(), "watcher")

    async def sessions(self) -> int:
        """How many server sessions clients have."""
        watcher = await self._watcher()
        count: int = await watcher.fetchval(
            "select count(*) from pg_stat_activity where application_name = 'battery'"
        )
        await watcher.close()
        return count

    async def _watcher(self) -> asyncpg.Connection:
        """A connection to look by; a server that is coming up again is waited for."""
        async with asyncio.timeout(30):
            while True:
                try:
                    return await connect(self.watcher_url)
                except DatabaseUnavailableError:
                    await asyncio.sleep(0.05)

    async def answers(self) -> None:
        """Wait until the server answers, again if it had to end."""
        await (await self._watcher()).close()

    async def at_work(self, task: asyncio.Future[Any], wanted: bool = True) -> None:
        """Wait until a client is at work for the task, or none is any more, or the task is over."""
        watcher = await self._watcher()
        while not task.done() and bool(await watcher.fetch(_ACTIVE)) is not wanted:
            await asyncio.sleep(0.005)
        await watcher.close()

    async def terminate(self) -> bool:
        """``pg_terminate_backend`` on what is at work; whether anything was."""
        watcher = await self._watcher()
        found = await watcher.fetch(f"select pg_terminate_backend(pid) from ({_ACTIVE}) as active")
        await watcher.close()
        return bool(found)

    async def kill(self) -> bool:
        """``kill -9`` of what is at work, after which the server ends all other sessions too."""
        watcher = await self._watcher()
        found = await watcher.fetch(_ACTIVE)
        await watcher.close()
        for row in found:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(row["pid"], signal.SIGKILL)
        return bool(found)

    async def stop_at_once(self) -> bool:
        """An immediate stop, as of a machine that loses its power, and a new start."""
        watcher = await self._watcher()
        found = await watcher.fetch(_ACTIVE)
        await watcher.close()
        # Now, before what was at work is done: to find all processes takes a while.
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        await asyncio.to_thread(self.end)
        await asyncio.sleep(0.3)  # whoever tries again at once meets nobody
        await asyncio.to_thread(self.start)
        return bool(found)

    def end(self) -> None:
        processes.end(self.data, processes.IMMEDIATE)

    def start(self) -> None:
        self.server = run(self.server.directory, _SETTINGS, durable=False)

    def signal(self, number: signal.Signals) -> None:
        """To each process of the server."""
        for process in processes.of_cluster(self.data):
            with suppress(psutil.NoSuchProcess):  # helpers of the server come and go
                process.send_signal(number)


@contextmanager
def victim() -> Iterator[Victim]:
    """A throw-away server with a small demo fleet."""
    with embedded.throwaway(**_SETTINGS) as server:
        found = Victim(server)
        asyncio.run(_load(found.watcher_url))
        yield found


@contextmanager
def standby_of(primary: Victim) -> Iterator[Victim]:
    """A streaming replica, made by pg_basebackup."""
    with embedded.throwaway(**_SETTINGS) as server:
        replica = Victim(server)
        replica.end()
        account = account_for(server.directory, replica.data)
        shutil.rmtree(replica.data)
        replica.data.mkdir(mode=0o700)
        account.own(replica.data)
        copied = account.run(
            [
                str(programs(account) / "pg_basebackup"),
                f"--pgdata={replica.data}",
                f"--host={primary.server.socket_directory}",
                "--username=netraven",
                "--checkpoint=fast",
                "--wal-method=stream",
                "--write-recovery-conf",
                "--no-sync",
            ],
            stderr=subprocess.PIPE,
        )
        assert copied.returncode == 0, copied.stderr
        replica.start()
        yield replica


def named(url: str, application: str) -> str:
    """The URL whose sessions the server knows by that name."""
    return (
        parse_url(url)
        .update_query_dict({"application_name": application})
        .render_as_string(hide_password=False)
    )


async def _load(url: str) -> None:
    await migrate.upgrade(url)
    connection = await connect(url)
    await demo.ensure(connection, SMALL_FLEET)
    await connection.close()
