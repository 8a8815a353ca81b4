"""One COPY, and what becomes of it when its connection ends."""

import asyncio
import gc
import subprocess
import sys
from typing import Any

import pytest

from netraven_analytics.wire.columns import column
from netraven_analytics.wire.copying import Copying
from netraven_analytics.wire.question import Question
from netraven_db.db.connection import connect
from netraven_db.db.faults import fault
from netraven_db.errors import ConnectionLostError

END = """
import asyncio, sys
from netraven_db.db.connection import connected

async def end(url, pid):
    async with connected(url) as other:
        await other.execute("select pg_terminate_backend($1, 5000)", int(pid))

asyncio.run(end(*sys.argv[1:]))
"""


async def _ignore(data: bytes) -> None:
    pass


@pytest.mark.parametrize("steps", range(5))
async def test_a_copy_that_cannot_begin_says_so_and_nothing_else(empty_database: str, steps: int) -> None:
    """However much of the server's goodbye has come, it is one lost connection, and no future complains."""
    complaints: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    driver = await connect(empty_database)
    # While this waits, the loop does not: what the server says is read step by step below.
    words = [sys.executable, "-c", END, empty_database, str(driver.get_server_pid())]
    subprocess.run(words, check=True)  # noqa: ASYNC221
    for _ in range(steps):
        await asyncio.sleep(0)
    question = Question(driver, "select 1", [column("a", 23, None)])
    (came,) = await asyncio.gather(Copying(question, _ignore).run(), return_exceptions=True)
    assert isinstance(came, Exception)
    assert isinstance(fault(came, closed=driver.is_closed()), ConnectionLostError)
    await asyncio.sleep(0.05)
    driver.terminate()
    del driver, question, came
    gc.collect()
    assert complaints == []
