"""Sessions: the three forms of get_db, frozen sessions, and engines that end with their event loop."""

# ruff: noqa: PT012, PT031 - how a whole block ends is what most of these specs are about

import asyncio
import gc
import inspect
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import pytest
from fastapi import Depends, FastAPI
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, SAWarning
from sqlalchemy.ext.asyncio import AsyncSession

import netraven_db
from netraven_db.db import engines
from netraven_db.db.connection import connect
from netraven_db.db.models import Tag
from netraven_db.db.session import (
    SessionLocal,
    check_db_connection,
    engine,
    frozen_session,
    get_db,
    require_own_loop,
)
from netraven_db.errors import DatabaseUnavailableError, SessionError
from netraven_db.settings import parse_url

ROOT = Path(netraven_db.__file__).parents[1]
Connections = Callable[[], int]


async def names() -> list[str]:
    """The names of the tags that are committed."""
    async with get_db() as db:
        return list(await db.scalars(select(Tag.name).order_by(Tag.name)))


async def finish_abandoned_generators() -> None:
    """Wait for the event loop to close the generators that a ``break`` has left behind."""
    await asyncio.sleep(0)
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))


async def use() -> None:
    async with get_db() as db:
        await db.execute(select(1))


@pytest.fixture
def connections(empty_database: str, server_url: str) -> Connections:
    """``connections()``: how many the server has for the test's database, once those that end have ended."""

    async def count() -> int:
        watcher = await connect(server_url)
        try:
            query = "select count(*) from pg_stat_activity where datname = $1"
            found: int = await watcher.fetchval(query, parse_url(empty_database).database)
            return found
        finally:
            await watcher.close()

    def settled() -> int:
        deadline = time.monotonic() + 5
        while (found := asyncio.run(count())) and time.monotonic() < deadline:
            time.sleep(0.02)  # a server process needs a moment to end
        return found

    return settled


class TestAsyncWith:
    """``async with get_db() as db``"""

    async def test_a_completed_block_commits(self, empty_database: str) -> None:
        """What a block has added is there when it has completed."""
        async with get_db() as db:
            db.add(Tag(name="a"))
        assert await names() == ["a"]

    async def test_return_commits(self, empty_database: str) -> None:
        """A return out of the block commits."""

        async def add() -> str:
            async with get_db() as db:
                db.add(Tag(name="a"))
                return "done"

        assert await add() == "done"
        assert await names() == ["a"]

    async def test_break_commits(self, empty_database: str) -> None:
        """A break out of the block commits."""
        for name in ("a", "b"):
            async with get_db() as db:
                db.add(Tag(name=name))
                break
        assert await names() == ["a"]

    async def test_an_exception_rolls_back(self, empty_database: str) -> None:
        """An exception passes through, and even what was flushed is gone."""
        with pytest.raises(KeyError, match="mine"):
            async with get_db() as db:
                db.add(Tag(name="a"))
                await db.flush()
                raise KeyError("mine")
        assert await names() == []

    async def test_a_cancelled_block_rolls_back(self, empty_database: str) -> None:
        """A task that is cancelled inside of the block leaves nothing behind."""
        written = asyncio.Event()

        async def write() -> None:
            async with get_db() as db:
                db.add(Tag(name="a"))
                await db.flush()
                written.set()
                await asyncio.sleep(60)

        task = asyncio.create_task(write())
        await written.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await names() == []

    async def test_a_refused_commit_is_told(self, empty_database: str) -> None:
        """An error of the flush at the end of the block reaches the caller, and nothing stays."""
        with pytest.raises(IntegrityError):
            async with get_db() as db:
                db.add_all([Tag(name="a"), Tag(name="a")])
        assert await names() == []

    async def test_objects_stay_usable_after_the_commit(self, empty_database: str) -> None:
        """Attributes can be read after the block, without a session."""
        async with get_db() as db:
            tag = Tag(name="a")
            db.add(tag)
        assert (tag.id, tag.name) == (1, "a")

    async def test_one_object_is_one_session_at_a_time(self, empty_database: str) -> None:
        """A get_db() that is in use cannot be entered again, and its session is not disturbed."""
        scope = get_db()
        async with scope as db:
            with pytest.raises(SessionError, match="call get_db\\(\\) again"):
                async with scope:
                    pass
            db.add(Tag(name="a"))
        assert await names() == ["a"]

    async def test_one_object_can_be_used_again(self, empty_database: str) -> None:
        """After its block has ended, a get_db() gives another session."""
        scope = get_db()
        async with scope as first:
            first.add(Tag(name="a"))
        async with scope as second:
            second.add(Tag(name="b"))
        assert first is not second
        assert await names() == ["a", "b"]

    async def test_sessions_side_by_side_are_independent(self, empty_database: str) -> None:
        """Two tasks have two transactions: neither sees what the other has not committed."""
        async with get_db() as one, get_db() as other:
            one.add(Tag(name="a"))
            await one.flush()
            assert await other.scalar(select(func.count(Tag.id))) == 0


class TestAsyncFor:
    """``async for db in get_db()``"""

    async def test_a_completed_body_commits(self, empty_database: str) -> None:
        """The body runs once, and what it has added is there afterwards."""
        rounds = 0
        async for db in get_db():
            rounds += 1
            db.add(Tag(name="a"))
        assert rounds == 1
        assert await names() == ["a"]

    async def test_break_rolls_back_and_warns(self, empty_database: str) -> None:
        """A break cannot be told from an exception: writes are rolled back, and a warning helps."""
        with pytest.warns(UserWarning, match="async with get_db"):
            async for db in get_db():
                db.add(Tag(name="a"))
                await db.flush()
                break
            await finish_abandoned_generators()
        assert await names() == []

    async def test_return_rolls_back_and_warns(self, empty_database: str) -> None:
        """A return out of the body does the same, also for what was not flushed yet."""

        async def add() -> None:
            async for db in get_db():
                db.add(Tag(name="a"))
                return

        with pytest.warns(UserWarning, match="rolled back"):
            await add()
            await finish_abandoned_generators()
        assert await names() == []

    async def test_an_exception_rolls_back_and_passes_through(self, empty_database: str) -> None:
        """An exception of the body reaches the caller as it is, and its writes are gone."""
        with pytest.warns(UserWarning, match="rolled back"):
            with pytest.raises(KeyError, match="mine"):
                async for db in get_db():
                    db.add(Tag(name="a"))
                    await db.flush()
                    raise KeyError("mine")
            gc.collect()  # the exception's traceback held the generator
            await finish_abandoned_generators()
        assert await names() == []

    @pytest.mark.parametrize(
        "write",
        [
            lambda db: db.execute(insert(Tag).values(name="a")),
            lambda db: db.execute(text("INSERT INTO tags (name) VALUES ('a')")),
        ],
    )
    async def test_statements_are_writes_too(
        self, empty_database: str, write: Callable[[AsyncSession], Awaitable[Any]]
    ) -> None:
        """Writes by statement or as SQL text are noticed as those of objects are."""
        with pytest.warns(UserWarning, match="rolled back"):
            async for db in get_db():
                await write(db)
                break
            await finish_abandoned_generators()

    async def test_reads_may_be_left_early(self, empty_database: str) -> None:
        """Leaving early after reads alone is no reason for a warning."""
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            async for db in get_db():
                await db.execute(select(Tag))
                await db.execute(text("select 'insert'"))
                break
            await finish_abandoned_generators()
        assert [str(warning.message) for warning in told] == []

    async def test_what_its_user_committed_is_no_loss(self, empty_database: str) -> None:
        """After an explicit commit there is nothing to roll back, so no warning says so."""
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            async for db in get_db():
                db.add(Tag(name="a"))
                await db.commit()
                break
            await finish_abandoned_generators()
        assert [str(warning.message) for warning in told] == []
        assert await names() == ["a"]

    async def test_what_follows_a_commit_is_a_loss(self, empty_database: str) -> None:
        """Writes after an explicit commit are rolled back with a warning; a savepoint's end is no commit."""
        with pytest.warns(UserWarning, match="rolled back"):
            async for db in get_db():
                db.add(Tag(name="a"))
                await db.commit()
                async with db.begin_nested():
                    db.add(Tag(name="b"))
                break
            await finish_abandoned_generators()
        assert await names() == ["a"]


async def request(app: FastAPI, path: str) -> int:
    """The status of a GET request, by the ASGI protocol."""
    answers: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("test", 80),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        answers.append(message)

    await app(scope, receive, send)
    return int(answers[0]["status"])


class TestFastAPI:
    """``Depends(get_db)``"""

    @pytest.fixture
    def app(self) -> FastAPI:
        """An application with a route that writes, and one that writes and fails."""
        app = FastAPI()

        @app.get("/good")
        async def good(db: Annotated[AsyncSession, Depends(get_db)]) -> None:
            db.add(Tag(name="good"))

        @app.get("/bad")
        async def bad(db: Annotated[AsyncSession, Depends(get_db)]) -> None:
            db.add(Tag(name="bad"))
            await db.flush()
            raise KeyError("mine")

        return app

    async def test_a_request_that_succeeds_commits(self, empty_database: str, app: FastAPI) -> None:
        """What a route has added is there after the request."""
        assert await request(app, "/good") == 200
        assert await names() == ["good"]

    async def test_a_request_that_fails_rolls_back(self, empty_database: str, app: FastAPI) -> None:
        """An exception in a route passes through, and what it has written is gone."""
        with pytest.raises(KeyError, match="mine"):
            await request(app, "/bad")
        assert await names() == []

    async def test_each_request_has_a_session(self, empty_database: str, app: FastAPI) -> None:
        """Requests after a failed one work, on sessions of their own."""
        with pytest.raises(KeyError):
            await request(app, "/bad")
        assert await request(app, "/good") == 200
        assert await names() == ["good"]

    def test_the_dependency_has_no_parameters(self, app: FastAPI) -> None:
        """A client sees nothing of get_db: no query parameter, no body."""
        operation = app.openapi()["paths"]["/good"]["get"]
        assert "parameters" not in operation
        assert "requestBody" not in operation

    def test_the_dependency_is_documented(self) -> None:
        """get_db has its name, its docstring and no parameters."""
        assert (get_db.__name__, len(inspect.signature(get_db).parameters)) == ("get_db", 0)
        assert inspect.getdoc(get_db)


class TestSessionLocalAndEngine:
    """The names that NetRaven's own code imports."""

    async def test_a_session_of_ones_own(self, empty_database: str) -> None:
        """SessionLocal() gives a session that commits only when told to."""
        async with SessionLocal() as db:
            db.add(Tag(name="a"))
            await db.commit()
            db.add(Tag(name="b"))
            await db.flush()
        assert await names() == ["a"]

    async def test_the_engine_connects(self, empty_database: str) -> None:
        """``engine.connect()`` reads, and ``engine.begin()`` writes and commits."""
        async with engine.begin() as connection:
            await connection.execute(insert(Tag).values(name="a"))
        async with engine.connect() as connection:
            assert (await connection.execute(select(Tag.name))).scalars().all() == ["a"]

    async def test_the_engine_is_the_loops(self, empty_database: str) -> None:
        """Sessions and the engine share one pool as long as the environment names the same database."""
        assert engine.pool is SessionLocal().get_bind().pool  # type: ignore[union-attr]

    def test_without_a_loop_there_is_no_engine(self) -> None:
        """Outside of a coroutine a clear error says that a loop is missing."""
        for attempt in (lambda: engine.pool, SessionLocal, engines.current_engine):
            with pytest.raises(SessionError, match="none is running"):
                attempt()

    def test_the_engine_does_not_show_a_password(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The engine's repr names the database, and no password."""
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", "postgresql://bob:s3cret@h/fleet")
        assert "postgresql://bob@h/fleet" in repr(engine)

    async def test_another_database_has_another_engine(
        self, empty_database: str, blank_database: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """When the environment names another database, the next session is one of that."""
        await use()
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", blank_database)
        async with get_db() as db:
            assert await db.scalar(text("select current_database()")) == parse_url(blank_database).database


class TestFrozenSession:
    """``frozen_session()``"""

    async def test_it_sees_one_instant(self, empty_database: str) -> None:
        """What others commit meanwhile is not seen, and a later frozen session sees it."""
        async with frozen_session() as frozen:
            assert await frozen.scalar(select(func.count(Tag.id))) == 0
            async with get_db() as db:
                db.add(Tag(name="a"))
            assert await names() == ["a"]
            assert await frozen.scalar(select(func.count(Tag.id))) == 0
        async with frozen_session() as later:
            assert await later.scalar(select(func.count(Tag.id))) == 1

    async def test_it_refuses_writes(self, empty_database: str) -> None:
        """The server itself refuses to write in a frozen session."""
        with pytest.raises(DBAPIError, match="read-only transaction"):
            async with frozen_session() as frozen:
                await frozen.execute(insert(Tag).values(name="a"))

    async def test_it_is_repeatable_read_from_its_first_statement(self, empty_database: str) -> None:
        """The first statement is inside of the read-only transaction already."""
        async with frozen_session() as frozen:
            query = (
                "select current_setting('transaction_isolation'), current_setting('transaction_read_only')"
            )
            assert tuple((await frozen.execute(text(query))).one()) == ("repeatable read", "on")
            raw = await (await frozen.connection()).get_raw_connection()
            assert raw.driver_connection.is_in_transaction()  # type: ignore[union-attr]

    async def test_it_leaves_its_connection_as_it_was(self, empty_database: str) -> None:
        """The next session on the same connection writes again, and reads what is committed."""
        async with frozen_session() as frozen:
            first = await frozen.scalar(text("select pg_backend_pid()"))
        async with get_db() as db:
            assert await db.scalar(text("select pg_backend_pid()")) == first
            assert await db.scalar(text("show transaction_isolation")) == "read committed"
            db.add(Tag(name="a"))
        assert await names() == ["a"]


class TestTransaction:
    """What holds in every session."""

    async def test_the_first_statement_is_in_the_transaction(self, empty_database: str) -> None:
        """What the session's very first statement does is rolled back with the rest."""
        with pytest.raises(KeyError):
            async with get_db() as db:
                await db.execute(text("insert into tags (name) values ('a')"))
                raw = await (await db.connection()).get_raw_connection()
                assert raw.driver_connection.is_in_transaction()  # type: ignore[union-attr]
                raise KeyError
        assert await names() == []

    async def test_the_time_zone_is_utc(
        self, blank_database: str, server_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """TIMESTAMP and TIMESTAMPTZ compare as UTC, whatever the zone of the database."""
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", blank_database)
        database = parse_url(blank_database).database
        admin = await connect(server_url)
        await admin.execute(f"alter database \"{database}\" set timezone to 'America/Sao_Paulo'")
        await admin.close()
        plain = await connect(blank_database)
        assert await plain.fetchval("show timezone") == "America/Sao_Paulo"
        await plain.close()
        for opened in (get_db, frozen_session):
            async with opened() as db:  # type: ignore[operator]
                assert await db.scalar(text("show timezone")) == "UTC"
                await db.commit()
                assert await db.scalar(text("show timezone")) == "UTC"
                same = text("select timestamp '2026-01-01 12:00' = timestamptz '2026-01-01 12:00Z'")
                assert await db.scalar(same) is True

    async def test_the_time_zone_stays_in_the_transaction(self, empty_database: str) -> None:
        """Behind a pooler another client gets the connection next: it keeps its own time zone."""
        separate = (
            empty_database + ("&" if "?" in empty_database else "?") + "options=-c%20timezone=Asia/Tokyo"
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NETRAVEN_DATABASE_URL", separate)
            async with get_db() as db:
                assert await db.scalar(text("show timezone")) == "UTC"
                raw = (await (await db.connection()).get_raw_connection()).driver_connection
                await db.commit()
            assert raw is not None
            assert await raw.fetchval("show timezone") == "Asia/Tokyo"

    @pytest.fixture
    async def reader(self, empty_database: str) -> AsyncIterator[str]:
        """The URL of a role that may only read the test's tables."""
        role = f"reader_{uuid4().hex[:8]}"
        admin = await connect(empty_database)
        await admin.execute(f"create role {role} login")
        await admin.execute(f"grant select on all tables in schema public to {role}")
        yield parse_url(empty_database).set(username=role).render_as_string(hide_password=False)
        await admin.execute(f"drop owned by {role}")
        await admin.execute(f"drop role {role}")
        await admin.close()

    async def test_a_role_that_may_only_read_can_read(
        self, empty_database: str, reader: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Neither form of session needs more rights than its statements do."""
        async with get_db() as db:
            db.add(Tag(name="a"))
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", reader)
        assert await names() == ["a"]
        async with frozen_session() as frozen:
            assert await frozen.scalar(text("show is_superuser")) == "off"
            assert await frozen.scalar(select(Tag.name)) == "a"
        with pytest.raises(DBAPIError, match="permission denied"):
            async with get_db() as db:
                db.add(Tag(name="b"))


class TestErrors:
    """No server, no database."""

    async def test_no_server_says_how_to_get_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The first statement tells where nobody answers, and how to start the embedded server."""
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", "postgresql://bob:s3cret@127.0.0.1:1/fleet")
        with pytest.raises(DatabaseUnavailableError) as told:
            await use()
        assert "127.0.0.1:1/fleet" in str(told.value)
        assert "NETRAVEN_DATABASE_URL=embedded" in str(told.value)

    async def test_an_unknown_database_is_named(
        self, server_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A database that is not there is named, whether a session or the check asks."""
        missing = parse_url(server_url).set(database="not_there").render_as_string(hide_password=False)
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", missing)
        for attempt in (use, check_db_connection):
            with pytest.raises(DatabaseUnavailableError, match=r"no database at .*not_there"):
                await attempt()

    async def test_the_check_tells_version_and_place(self, empty_database: str) -> None:
        """A working connection is one line: the server's version, and where it is."""
        line = await check_db_connection()
        assert line.startswith("PostgreSQL 1")
        assert str(parse_url(empty_database).database) in line
        assert "\n" not in line


def _loops_that_ended() -> list[asyncio.AbstractEventLoop]:
    """Loops that are remembered and closed; that of ``run()`` goes on behind other tests."""
    return [loop for loop in engines._engines if loop.is_closed()]


class TestEventLoops:
    """An engine belongs to its event loop, and ends with it."""

    def test_loops_in_a_row_leave_nothing(self, connections: Connections) -> None:
        """Each asyncio.run() works, and its connections are closed when it returns."""
        for _ in range(3):
            asyncio.run(use())
        assert connections() == 0
        assert not _loops_that_ended()

    @pytest.mark.parametrize("leave", ["break", "return", "raise"])
    def test_a_body_left_early_leaves_nothing(self, connections: Connections, leave: str) -> None:
        """A loop that ends right after an abandoned ``async for`` closes its connection all the same."""

        async def abandon() -> None:
            async for db in get_db():
                await db.execute(select(1))
                if leave == "break":
                    break
                if leave == "return":
                    return
                raise KeyError("mine")

        for _ in range(3):
            if leave == "raise":
                with pytest.raises(KeyError):
                    asyncio.run(abandon())
            else:
                asyncio.run(abandon())
        gc.collect()
        assert connections() == 0

    def test_a_session_that_nobody_closed_leaves_nothing(self, connections: Connections) -> None:
        """A forgotten session's connection ends with its loop, while the session still lives."""
        forgotten: list[AsyncSession] = []

        async def forget() -> None:
            forgotten.append(SessionLocal())
            await forgotten[0].execute(select(1))

        asyncio.run(forget())
        assert connections() == 0
        with pytest.warns(SAWarning, match="non-checked-in connection"):
            forgotten.clear()
            gc.collect()

    @pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    def test_loops_closed_abruptly_leave_nothing_after_the_next_use(self, connections: Connections) -> None:
        """A loop closed without its shutdown leaves a connection only until the toolkit is used again."""
        gc.disable()
        try:
            for _ in range(3):
                loop = asyncio.new_event_loop()
                loop.run_until_complete(use())
                loop.close()
            assert len(_loops_that_ended()) == 1
            asyncio.run(use())
            assert connections() == 0
            assert not _loops_that_ended()
        finally:
            gc.enable()
            gc.collect()

    def test_threads_have_loops_of_their_own(self, connections: Connections) -> None:
        """Several threads, each with asyncio.run(), work at once and leave nothing."""
        errors: list[BaseException] = []

        def work(number: int) -> None:
            async def add() -> None:
                async with get_db() as db:
                    db.add(Tag(name=f"{number}"))

            try:
                for _ in range(2):
                    asyncio.run(use())
                asyncio.run(add())
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert asyncio.run(names()) == ["0", "1", "2", "3"]
        assert connections() == 0

    async def test_a_second_loop_leaves_the_first_alone(self, empty_database: str) -> None:
        """A loop that comes and goes in a thread disturbs no session of the running loop."""
        async with get_db() as db:
            db.add(Tag(name="a"))
            await db.flush()
            await asyncio.to_thread(asyncio.run, use())
            db.add(Tag(name="b"))
        assert await names() == ["a", "b"]

    async def test_a_session_knows_its_loop(self, empty_database: str) -> None:
        """A session is accepted in its own loop, and refused in another with advice."""

        async def elsewhere(session: AsyncSession) -> None:
            require_own_loop(session)

        async with get_db() as db:
            require_own_loop(db)
            with pytest.raises(SessionError, match=r"another event loop.*leave db out"):
                await asyncio.to_thread(asyncio.run, elsewhere(db))

    async def test_a_session_of_somebody_elses_is_accepted(self) -> None:
        """A session that the toolkit did not make is its user's own matter."""
        require_own_loop(AsyncSession())

    def test_a_program_ends_in_silence(self, connections: Connections) -> None:
        """A program that uses sessions the usual ways ends without a word, even with every warning on."""
        program = (
            "import asyncio, sqlalchemy\n"
            "from netraven_db.db.session import get_db, frozen_session\n"
            "async def main():\n"
            "    async for db in get_db():\n"
            "        await db.execute(sqlalchemy.select(1))\n"
            "        break\n"
            "    async with frozen_session() as db:\n"
            "        await db.execute(sqlalchemy.select(1))\n"
            "asyncio.run(main())\n"
        )
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert connections() == 0


@pytest.fixture(autouse=True)
def no_engine_is_left() -> Iterator[None]:
    """No test leaves the engine of a closed loop behind."""
    yield
    engines._forget_closed_loops()
