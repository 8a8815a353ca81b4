"""An answer as frames of some rows each."""

import asyncio
import gc
import subprocess
import sys
from typing import Any

import asyncpg
import numpy as np
import pandas as pd
import pytest
from sqlalchemy import select, text

from netraven_analytics.frames import frame, stream
from netraven_analytics.wire import chunks
from netraven_db.db.connection import connect
from netraven_db.db.models import Tag
from netraven_db.db.session import frozen_session, get_db
from netraven_db.errors import DatabaseUnavailableError, ParameterError, QueryError, SessionError
from netraven_db.settings import parse_url

NUMBERS = "select n, n::text t, interval '1 s' * n d from generate_series(1, {}) n"


def numbers(rows: int) -> Any:
    return text(NUMBERS.format(rows).replace(":", r"\:"))


@pytest.mark.parametrize(("rows", "size"), [(10, 3), (9, 3), (1, 100), (250_000, 70_000)])
async def test_the_parts_are_the_whole(empty_database: str, rows: int, size: int) -> None:
    """Every part has the rows that were asked for, the last one the rest, and nothing is lost between."""
    async with get_db() as db:
        parts = [part async for part in stream(numbers(rows), db, rows=size)]
        whole = await frame(numbers(rows), db)
    assert [len(part) for part in parts] == [min(size, rows - at) for at in range(0, rows, size)]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)


async def test_long_texts_come_a_few_at_a_time(empty_database: str) -> None:
    """However many rows were asked for, so that memory stays what it is; nothing is lost between."""
    texts = text(r"select n, repeat(n\:\:text, 2000000) as t from generate_series(1, 9) n")
    parts = [part async for part in stream(texts, size=5_000_000)]
    assert max(map(len, parts)) < 5
    assert pd.concat(parts)["n"].tolist() == list(range(1, 10))
    assert set(pd.concat(parts)["t"].str.len()) == {2_000_000}


async def test_no_rows_are_one_empty_frame(empty_database: str) -> None:
    """So that columns and dtypes are known."""
    parts = [part async for part in stream(select(Tag))]
    assert [len(part) for part in parts] == [0]
    assert (parts[0].dtypes == (await frame(select(Tag))).dtypes).all()


async def test_what_copy_cannot_answer_comes_in_parts_too(empty_database: str) -> None:
    """Rows of a write are cut as well."""
    async with get_db() as db:
        written = text(
            "insert into tags (name) select n\\:\\:text from generate_series(1, 5) n returning name"
        )
        assert [len(part) async for part in stream(written, db, rows=2)] == [2, 2, 1]


async def test_nothing_to_stream_is_refused(empty_database: str) -> None:
    """At once, before any row is asked for."""
    with pytest.raises(ParameterError, match="at least one column"):
        stream(select())


@pytest.mark.parametrize("rows", [0, -1, 1.5, "a", True, None])
async def test_a_frame_of_a_stream_has_a_whole_number_of_rows(empty_database: str, rows: Any) -> None:
    """Anything else is refused at once; numpy's whole numbers are taken."""
    with pytest.raises(ParameterError, match=r"rows=.* it takes a whole number from 1\."):
        stream(select(Tag), rows=rows)
    async with stream(numbers(3), rows=np.int64(2)) as parts:
        assert [len(part) async for part in parts] == [2, 1]


async def test_a_refused_statement_says_why(empty_database: str) -> None:
    """Before the first row and in the middle."""
    with pytest.raises(QueryError, match="does not exist"):
        await anext(stream(text("select nope from tags")))
    with pytest.raises(QueryError, match="division by zero"):
        async for _ in stream(text("select 1 / (200000 - n) from generate_series(1, 300000) n"), rows=10):
            pass


async def _read(parts: Any) -> None:
    async with parts:
        async for _ in parts:
            pass


class TestLeaving:
    """A stream that is not read to its end costs the session nothing."""

    @pytest.mark.parametrize("way", ["break", "close", "with", "held"])
    async def test_the_transaction_goes_on(self, empty_database: str, way: str) -> None:
        """What was written before is still there, and the next statement works."""
        async with get_db() as db:
            db.add(Tag(name="a"))
            await db.flush()
            parts = stream(numbers(2_000_000), db, rows=100)
            if way == "with":
                async with parts:
                    await anext(parts)
            else:
                async for _ in parts:
                    break
            if way == "close":
                await parts.aclose()
            if way == "break":
                del parts
            if way != "held":
                assert (await frame(select(Tag.name), db))["name"].tolist() == ["a"]
                db.add(Tag(name="b"))
        found = await frame(select(Tag.name).order_by("name"))
        assert found["name"].tolist() == (["a"] if way == "held" else ["a", "b"])

    @pytest.mark.parametrize("moment", ["before", "after"])
    @pytest.mark.parametrize("step", ["savepoint netraven_stream", "release savepoint netraven_stream"])
    async def test_cancelled_at_its_savepoint(
        self, empty_database: str, monkeypatch: pytest.MonkeyPatch, step: str, moment: str
    ) -> None:
        """Whether there is something to undo is known, and the transaction goes on."""
        reached, plain = asyncio.Event(), asyncpg.Connection.execute

        async def slow(connection: asyncpg.Connection, query: str, *values: Any, **how: Any) -> Any:
            there = query == step and not reached.is_set()
            if there and moment == "before":
                reached.set()
                await asyncio.sleep(0.05)
            done = await plain(connection, query, *values, **how)
            if there and moment == "after":
                reached.set()
                await asyncio.sleep(0.05)
            return done

        monkeypatch.setattr(asyncpg.Connection, "execute", slow)
        async with get_db() as db:
            db.add(Tag(name="a"))
            await db.flush()
            task = asyncio.create_task(_read(stream(numbers(10), db, rows=3)))
            await reached.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await frame(select(Tag.name), db))["name"].tolist() == ["a"]

    async def test_a_session_of_its_own_ends(self, empty_database: str) -> None:
        """Without a session, break gives the connection back."""
        async for _ in stream(numbers(2_000_000), rows=100):
            break
        gc.collect()
        for _ in range(200):
            watcher = await connect(empty_database)
            busy = await watcher.fetchval(
                "select count(*) from pg_stat_activity where query like 'COPY%' and state = 'active'"
            )
            await watcher.close()
            if not busy:
                break
            await asyncio.sleep(0.02)
        assert busy == 0
        assert len(await frame(select(Tag))) == 0

    async def test_the_session_is_taken_meanwhile(self, empty_database: str) -> None:
        """A statement between two frames is refused with a clear sentence, and the stream goes on."""
        async with get_db() as db:
            parts = stream(numbers(1_000_000), db, rows=100_000)
            seen = len(await anext(parts))
            with pytest.raises(SessionError, match="stream is being read"):
                await frame(select(Tag), db)
            with pytest.raises(SessionError, match="stream is being read"):
                await db.execute(select(Tag))
            async for part in parts:
                seen += len(part)
            assert seen == 1_000_000
            assert len(await frame(select(Tag), db)) == 0

    async def test_an_error_in_the_reader_rolls_back(self, empty_database: str) -> None:
        """An exception between two frames is the one that is told."""

        async def fail() -> None:
            async with get_db() as db:
                async for _ in stream(numbers(1_000_000), db, rows=10):
                    raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
        assert len(await frame(select(Tag))) == 0

    async def test_a_cancelled_reader(self, empty_database: str) -> None:
        """A task that is cancelled while it waits for rows leaves the session usable."""
        async with get_db() as db:

            async def read() -> None:
                async for _ in stream(numbers(5_000_000), db, rows=5_000_000):
                    pass

            task = asyncio.create_task(read())
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert len(await frame(select(Tag), db)) == 0


async def test_a_lost_connection_is_one_error(empty_database: str) -> None:
    """Frames that came before are whole; the next one is the error."""
    watcher = await connect(empty_database)
    parts = stream(numbers(5_000_000), rows=1000)
    assert len(await anext(parts)) == 1000
    await watcher.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
        "where pid <> pg_backend_pid() and datname = $1",
        parse_url(empty_database).database,
    )
    await watcher.close()
    with pytest.raises(DatabaseUnavailableError):
        async for _ in parts:
            pass
    assert len(await frame(select(Tag))) == 0


async def test_a_stream_sees_the_session_s_snapshot(empty_database: str) -> None:
    """As every statement of a frozen session does, and two after each other work."""
    async with frozen_session() as frozen:
        for _ in range(2):
            assert sum([len(part) async for part in stream(numbers(10), frozen, rows=4)]) == 10


async def test_the_server_waits_for_the_reader(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than some blocks are read ahead."""
    taken = 0
    take = chunks.Blocks.take

    async def counting(self: chunks.Blocks, data: bytes) -> None:
        nonlocal taken
        taken += len(data)
        await take(self, data)

    monkeypatch.setattr(chunks.Blocks, "take", counting)
    async with stream(numbers(3_000_000), rows=10) as parts:
        await anext(parts)
        await asyncio.sleep(0.5)
        assert taken < 24 * 2**20


MEMORY = """
import asyncio, resource, sys
from sqlalchemy import text
import pandas, pyarrow.csv
from netraven_analytics.frames import stream
async def read(rows):
    query = f"select n, md5(n::text) t from generate_series(1, {rows}) n".replace(":", chr(92) + ":")
    async for _ in stream(text(query)): pass
asyncio.run(read(100000))
first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
asyncio.run(read(2000000))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - first) / 1024)
"""


def test_memory_does_not_grow(empty_database: str) -> None:
    """Twenty times the rows need about the same memory."""
    done = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 100


async def test_leaving_after_the_server_sent_all_finds_nothing_to_undo(empty_database: str) -> None:
    """The query may be over before its reader has seen the end; the transaction goes on."""
    async with frozen_session() as db:
        await frame(select(Tag), db)  # the transaction has begun
        async with stream(numbers(3), db, rows=1) as parts:
            await anext(parts)
            await asyncio.sleep(0.1)
        assert len(await frame(numbers(2), db)) == 2
