"""What a session's user is told when the connection is of no more use."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from netraven_db.db import engines
from netraven_db.db.connection import connect, connected
from netraven_db.db.engines import current_engine
from netraven_db.db.faults import fault
from netraven_db.db.models import Tag
from netraven_db.db.session import get_db
from netraven_db.errors import ConnectionLostError, QueryError, SessionError, UnknownCommitError

END_ALL = (
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
    "where datname = current_database() and pid <> pg_backend_pid()"
)


async def end_all(url: str) -> None:
    async with connected(url) as watcher:
        await watcher.execute(END_ALL)


@asynccontextmanager
async def ended(url: str) -> AsyncIterator[None]:
    """Every session ends in the middle of the block."""
    ending = asyncio.get_running_loop().create_task(_soon(url))
    try:
        yield
    finally:
        await ending


async def _soon(url: str) -> None:
    await asyncio.sleep(0.1)
    await end_all(url)


async def test_a_statement_that_is_lost_is_told(empty_database: str) -> None:
    """In one sentence, and the next session works."""
    with pytest.raises(ConnectionLostError, match="connection to the server was lost"):
        async with ended(empty_database):
            await _ask("select pg_sleep(30)")
    async with get_db() as db:
        assert await db.scalar(text("select 1")) == 1


def test_a_goodbye_between_two_statements_is_a_loss() -> None:
    """The driver has heard it and not yet closed: its next statement finds it out of step."""
    error = Exception("cannot switch to state 15; another operation (2) is in progress")
    assert isinstance(fault(error, closed=False), ConnectionLostError)


async def test_a_connection_that_ended_in_the_pool_is_not_handed_out(empty_database: str) -> None:
    """A restart of the server costs a notebook nothing."""
    async with get_db() as db:
        await db.execute(text("select 1"))
    await end_all(empty_database)
    async with get_db() as db:
        db.add(Tag(name="a"))


async def test_what_the_server_refuses_is_sqlalchemys(empty_database: str) -> None:
    """Who works with models catches IntegrityError, as ever."""
    async with get_db() as db:
        db.add_all([Tag(name="a"), Tag(name="a")])
        with pytest.raises(IntegrityError):
            await db.flush()
        await db.rollback()


async def test_a_commit_that_is_lost_is_unknown(empty_database: str) -> None:
    """A deferred trigger lets the commit last; nobody can say how it ended."""
    async with connected(empty_database) as watcher:
        await watcher.execute(
            "create table slow (a int);"
            "create function wait() returns trigger language plpgsql as "
            "'begin perform pg_sleep(30); return null; end';"
            "create constraint trigger t after insert on slow deferrable initially deferred "
            "for each row execute function wait()"
        )
    try:
        async with ended(empty_database):
            with pytest.raises(UnknownCommitError, match="look whether"):
                await _write_slowly()
    finally:
        async with connected(empty_database) as watcher:
            await watcher.execute("drop table slow; drop function wait")


async def _write_slowly() -> None:
    async with get_db() as db:
        await db.execute(text("insert into slow values (1)"))


async def test_a_statement_without_an_answer_is_given_up(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After NETRAVEN_COMMAND_TIMEOUT, which the message names."""
    monkeypatch.setenv("NETRAVEN_COMMAND_TIMEOUT", "0.2")
    with pytest.raises(QueryError, match="NETRAVEN_COMMAND_TIMEOUT"):
        await _ask("select pg_sleep(30)")


async def _ask(query: str) -> None:
    async with get_db() as db:
        await db.execute(text(query))


async def test_who_goes_on_after_a_loss_is_told_at_the_end(empty_database: str) -> None:
    """What was written before is not there, whatever was caught."""
    with pytest.raises(ConnectionLostError, match="nothing of it was committed"):
        await _write_and_go_on(empty_database)
    async with get_db() as db:
        assert await db.scalar(text("select count(*) from tags")) == 0


async def _write_and_go_on(url: str) -> None:
    async with get_db() as db:
        db.add(Tag(name="a"))
        await db.flush()
        await end_all(url)
        with suppress(ConnectionLostError):
            await db.execute(text("select 1"))


async def test_a_full_pool_is_told(empty_database: str) -> None:
    """With the number of its places."""
    pool = current_engine().pool
    assert isinstance(pool, engines._Pool)
    pool._timeout = 0.05
    held = [await current_engine().connect() for _ in range(15)]
    with pytest.raises(SessionError, match="All 15 connections"):
        await current_engine().connect()
    for each in held:
        await each.close()


async def test_the_server_looks_whether_its_client_lives(empty_database: str) -> None:
    """In each transaction, and no longer than that."""
    show = text("show client_connection_check_interval")
    async with get_db() as db:
        assert await db.scalar(show) == "1s"


async def test_a_plain_connection_tells_its_faults(empty_database: str) -> None:
    """As the toolkit's errors too."""
    with pytest.raises(QueryError, match="does not exist"):
        async with connected(empty_database) as connection:
            await connection.execute("select nope")
    with pytest.raises(ConnectionLostError):
        await _go_on_after(end_all(empty_database), empty_database)


async def _go_on_after(end: Coroutine[Any, Any, None], url: str) -> None:
    async with connected(url) as connection:
        await end
        await connection.execute("select 1")


async def test_a_name_that_leads_nowhere_is_passed_over(empty_database: str) -> None:
    """Of several hosts the first that answers is taken."""
    connection = await connect(empty_database.replace("host=", "host=%2Fnowhere%2C"))
    await connection.close()
