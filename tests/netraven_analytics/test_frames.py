"""From a Select to a DataFrame."""

# ruff: noqa: PT012 - that a whole block fails is what some specs are about

import asyncio
import os
import shutil
import tempfile
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import (
    Executable,
    Integer,
    Select,
    case,
    column,
    func,
    insert,
    literal,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import aliased

from netraven_analytics import export, frame, sql
from netraven_analytics.frames import scalar, stream
from netraven_db.db.connection import connect
from netraven_db.db.models import Credential, Device, DeviceConfiguration, Job, SystemSetting, Tag
from netraven_db.db.session import frozen_session, get_db
from netraven_db.errors import DatabaseUnavailableError, ParameterError, QueryError, SessionError
from tests.emptied import empty_database, shared_database
from tests.netraven_analytics.spec import at, device, job, store

__all__ = ["empty_database", "shared_database"]
SECRET = "s3cret"
START = datetime(2026, 11, 20, 6, 0, 0, 123456, tzinfo=UTC)
JOB_DTYPES = {
    "id": "Int64",
    "device_id": "Int64",
    "status": "str",
    "scheduled_for": "datetime64[us, UTC]",
    "started_at": "datetime64[us, UTC]",
    "completed_at": "datetime64[us, UTC]",
}


def dtypes(table: pd.DataFrame) -> dict[str, str]:
    return {name: str(dtype) for name, dtype in table.dtypes.items()}


@pytest.fixture
async def a_job(empty_database: str) -> None:
    """One job with a start of microseconds and no end."""
    await store(Job(device=device("r1"), status="running", started_at=START))


class TestColumns:
    """Names and dtypes come from the Select."""

    async def test_a_model_gives_its_columns(self, a_job: None) -> None:
        """select(Model) has a column for each of the model's, with instants in UTC."""
        table = await frame(select(Job))
        assert dtypes(table) == JOB_DTYPES
        assert table.loc[0, "started_at"] == START
        assert table["completed_at"].isna().all()

    @pytest.mark.parametrize("model", [Job, Credential, Device, DeviceConfiguration, SystemSetting])
    async def test_an_empty_table_has_the_dtypes_of_a_full_one(self, empty_database: str, model: Any) -> None:
        """Rows add nothing to columns and dtypes."""
        empty = await frame(select(model))
        d = device("r1")
        await store(
            Job(device=d, started_at=START),
            Credential(username="u", password="p", last_used=START),
            DeviceConfiguration(device=d, config_data="text"),
            SystemSetting(key="k", value=[1]),
        )
        full = await frame(select(model))
        assert (len(empty), len(full)) == (0, 1)
        assert dtypes(empty) == dtypes(full)

    async def test_a_password_is_no_column_of_a_credential(self, empty_database: str) -> None:
        """A deferred column stays in the database, and the others keep their types."""
        await store(Credential(username="u", password="s3cret", last_used=START))
        table = await frame(select(Credential))
        assert "password" not in table.columns
        assert table.loc[0, "last_used"] == START

    async def test_labels_are_names(self, a_job: None) -> None:
        """A label names its column, and expressions keep the type they have in SQL."""
        query = select(
            (Job.started_at - Job.started_at).label("wait"),
            func.max(Job.started_at).over().label("newest"),
            func.count().over().label("runs"),
            (Job.status == "running").label("running"),
            case((Job.id < 0, Job.started_at)).label("none"),
        )
        table = await frame(query)
        assert dtypes(table) == {
            "wait": "timedelta64[us]",
            "newest": "datetime64[us, UTC]",
            "runs": "Int64",
            "running": "boolean",
            "none": "datetime64[us, UTC]",
        }
        assert tuple(table.loc[0])[:4] == (pd.Timedelta(0), START, 1, True)

    async def test_names_that_occur_twice_are_both_there(self, a_job: None) -> None:
        """Columns of one name are all kept: a Select's are numbered, a text's are as they are."""
        other = aliased(Job)
        table = await frame(select(Job.id, other.id).join(other, other.id == Job.id))
        assert list(table.columns) == ["id", "id_1"]
        table = await sql("select 1 as a, 'x' as a")
        assert list(table.columns) == ["a", "a"]
        assert list(table.iloc[0]) == [1, "x"]
        assert [str(dtype) for dtype in table.dtypes] == ["Int64", "str"]

    async def test_names_are_text(self, empty_database: str) -> None:
        """The columns are an index of text, also when there is no row."""
        assert str((await frame(select(Device.id))).columns.dtype) == "str"

    async def test_a_union_has_the_types_of_its_parts(self, a_job: None) -> None:
        """A union keeps declared types."""
        table = await frame(union_all(select(Job.started_at), select(Job.completed_at)))
        assert dtypes(table) == {"started_at": "datetime64[us, UTC]"}
        assert table["started_at"].isna().tolist() == [False, True]

    async def test_json_is_decoded_once(self, empty_database: str) -> None:
        """A JSON column holds Python values; a JSON text that looks like a number stays a text."""
        await store(SystemSetting(key="a", value={"days": [90]}), SystemSetting(key="b", value="1"))
        for query in (
            select(SystemSetting.value).order_by("key"),
            text("select value from system_settings order by key"),
        ):
            assert (await frame(query))["value"].tolist() == [{"days": [90]}, "1"]

    async def test_an_empty_text_is_not_null(self, empty_database: str) -> None:
        """'' and NULL stay apart."""
        table = await frame(union_all(select(literal("").label("x")), select(null())))
        assert table["x"].isna().tolist() == [False, True]

    async def test_a_text_gives_what_the_server_says(self, a_job: None) -> None:
        """A bare text() has the server's types: a TIMESTAMP is a local time that nothing declares as UTC."""
        table = await frame(text("select id, started_at, started_at at time zone 'UTC' as instant from jobs"))
        assert dtypes(table) == {
            "id": "Int64",
            "started_at": "datetime64[us]",
            "instant": "datetime64[us, UTC]",
        }
        assert table.loc[0, "instant"] == START
        assert table.loc[0, "started_at"] == START.replace(tzinfo=None)

    async def test_colons_of_a_bare_text_are_its_authors(self, empty_database: str) -> None:
        """A text() that its author has bound himself runs as it is."""
        table = await frame(text("select :a ::int as a").bindparams(a="7"))
        assert table.loc[0, "a"] == 7


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """One that the server may write to, which has an account of its own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def _as_columns(query: str) -> Any:
    return frame(text(query).columns(column("a", Integer)))


def _to_a_file(query: str) -> Any:
    return export(query, Path(tempfile.gettempdir()) / "none.csv")


class TestNothing:
    """Statements that have no rows to give."""

    @pytest.mark.parametrize(
        "query", [select(), select().select_from(Device), text("select"), text("select from devices")]
    )
    async def test_a_select_of_nothing_is_refused(self, empty_database: str, query: Executable) -> None:
        """A Select without a column is the user's mistake, and the message says what to name."""
        with pytest.raises(ParameterError, match="at least one column"):
            await frame(query)

    @pytest.mark.parametrize("query", ["select 1", None, Device])
    async def test_what_is_no_select_is_refused(self, query: Any) -> None:
        """Before a server is asked, with what to do: text is for sql()."""
        with pytest.raises(ParameterError, match=r"is no Select: pass one, such as select\(Device\)"):
            await frame(query)

    @pytest.mark.parametrize("backend", ["numpy_nullable", "x", "", ["pyarrow"], True])
    async def test_a_backend_that_is_none_is_refused(self, backend: Any) -> None:
        """Before a server is asked, of a frame and of a stream."""
        sentence = "dtype_backend=.* it takes 'pyarrow', or None"
        with pytest.raises(ParameterError, match=sentence):
            await frame(select(Device), dtype_backend=backend)
        with pytest.raises(ParameterError, match=sentence):
            stream(select(Device), dtype_backend=backend)

    async def test_a_command_is_refused(self, a_job: None) -> None:
        """A statement without rows is refused with a clear sentence, in a session of one's own too."""
        async with get_db() as db:
            with pytest.raises(ParameterError, match="no rows to give"):
                await sql("set local work_mem = '5MB'", db)
        with pytest.raises(ParameterError, match="no rows to give"):
            await sql("set local work_mem = '5MB'")

    @pytest.mark.parametrize("ask", [sql, lambda query: frame(text(query)), _as_columns, _to_a_file])
    async def test_a_command_is_refused_before_it_does_anything(
        self, empty_database: str, ask: Any, open_folder: Path
    ) -> None:
        """COPY writes on the server, even in a read-only transaction, for whom it is allowed."""
        for target in (f"'{open_folder}/file'", f"program 'touch {open_folder}/program'"):
            with pytest.raises(ParameterError, match="no rows to give"):
                await ask(f"copy (select 1) to {target}")
        assert os.listdir(open_folder) == []

    async def test_a_write_without_rows_is_refused_before_it_writes(self, empty_database: str) -> None:
        """In a session of one's own too; with rows to give it is executed, as it was asked to be."""
        async with get_db() as db:
            with pytest.raises(ParameterError, match="no rows to give"):
                await sql("insert into tags (name) values ('a')", db)
            written = await sql("insert into tags (name) values ('b') returning name", db)
            assert (await sql("select name from tags", db)).equals(written)


class TestSessions:
    """Whose session, whose transaction."""

    async def test_ones_own_session_sees_ones_own_changes(self, empty_database: str) -> None:
        """What is only pending in the given session is flushed, and so it is read."""
        async with get_db() as db:
            tag = Tag(name="a")
            db.add(tag)
            assert (await frame(select(Tag.name), db))["name"].tolist() == ["a"]
            tag.name = "b"
            assert (await sql("select name from tags", db))["name"].tolist() == ["b"]
            await db.delete(tag)
            assert len(await frame(select(Tag.name), db)) == 0

    async def test_reading_ends_no_transaction(self, empty_database: str) -> None:
        """The given session's transaction is still its owner's to roll back."""
        async with get_db() as db:
            db.add(Tag(name="a"))
            await frame(select(Tag), db)
            await db.rollback()
        assert len(await frame(select(Tag))) == 0

    async def test_without_a_session_nothing_is_written(self, empty_database: str) -> None:
        """The session that is opened for a query is read-only, whatever the text says."""
        with pytest.raises(QueryError, match="read-only transaction"):
            await sql("insert into tags (name) values ('a') returning id")

    async def test_rows_that_a_write_returns_are_rows(self, empty_database: str) -> None:
        """In a session of one's own, RETURNING gives a frame with declared types."""
        async with get_db() as db:
            query = insert(Job).values(status="running", started_at=START).returning(Job.id, Job.started_at)
            table = await frame(query, db)
        assert dtypes(table) == {"id": "Int64", "started_at": "datetime64[us, UTC]"}
        assert table.loc[0, "started_at"] == START

    async def test_a_session_of_another_loop_is_refused(self, empty_database: str) -> None:
        """A session of another event loop is a clear error before anything is sent."""
        async with get_db() as db:
            for call in (frame(select(Job.id), db), sql("select 1", db)):
                with pytest.raises(SessionError, match="another event loop"):
                    await asyncio.to_thread(asyncio.run, call)

    async def test_a_frozen_session_serves_several_frames(self, empty_database: str) -> None:
        """Frames of one frozen session all see the same instant."""
        async with frozen_session() as frozen:
            before = await frame(select(func.count(Tag.id).label("n")), frozen)
            await store(Tag(name="a"))
            assert (await frame(select(func.count(Tag.id).label("n")), frozen)).equals(before)

    async def test_one_value_comes_alone(self, a_job: None) -> None:
        """scalar() gives the single value of a Select in the given session."""
        async with get_db() as db:
            assert await scalar(select(func.max(Job.started_at)), db) == START


def shown(error: BaseException) -> str:
    """What Python prints of an uncaught error."""
    return "".join(traceback.format_exception(error))


class TestErrors:
    """What goes wrong is told in one sentence."""

    async def test_a_refused_statement_says_why(self, empty_database: str) -> None:
        """The server's own words are passed on, in one line and without a trace of the layers between."""
        with pytest.raises(QueryError) as told:
            await sql("select nope from devices")
        assert str(told.value) == 'The server did not run the statement: column "nope" does not exist'
        assert "sqlalchemy.exc" not in shown(told.value)
        assert "asyncpg.exceptions" not in shown(told.value)

    @pytest.mark.parametrize(
        "query",
        [
            "select * from devices where id = :x",
            "select cast(:x as text)::integer",
            "select cast(:x as text)::date",
            "select nope from devices where hostname = :x",
        ],
    )
    async def test_an_error_shows_no_value(self, empty_database: str, query: str) -> None:
        """What was given as a parameter is not in the message, even where the server quotes it."""
        with pytest.raises(QueryError) as told:
            await sql(query, x=SECRET)
        assert SECRET not in shown(told.value)
        assert "\n" not in str(told.value)

    async def test_a_value_of_another_type_is_told_by_its_place(self, empty_database: str) -> None:
        """A value that the driver cannot send is named by number, not shown."""
        with pytest.raises(QueryError, match="value of its parameter 1 is not of the type") as told:
            await sql("select :x::text", x={"password": SECRET})
        assert SECRET not in shown(told.value)

    async def test_stored_texts_are_not_quoted(self, empty_database: str) -> None:
        """A cast that fails on a stored text tells the failure and not the text."""
        await store(DeviceConfiguration(device=device("r1"), config_data="enable secret s3cret"))
        with pytest.raises(QueryError, match=r"invalid input syntax for type integer$") as told:
            await sql("select config_data::integer from device_configurations")
        assert SECRET not in shown(told.value)

    async def test_a_failed_flush_shows_no_row(self, empty_database: str) -> None:
        """When pending changes are refused, the message has the reason and not the row."""
        with pytest.raises(QueryError, match="not-null constraint") as told:
            async with get_db() as db:
                db.add(Credential(username=None, password="s3cret"))
                await frame(select(Job.id), db)
        assert SECRET not in shown(told.value)

    async def test_what_cannot_be_compiled_is_told(self, empty_database: str) -> None:
        """A statement that SQLAlchemy itself refuses is one sentence too, without a link to a manual."""
        query: Select[Any] = select(Job.id).where(Job.started_at == literal("soon", Job.started_at.type))
        with pytest.raises(QueryError, match="cannot be run") as told:
            await frame(query)
        assert "\n" not in str(told.value)
        assert "sqlalche.me" not in str(told.value)

    async def test_a_time_that_python_cannot_hold_is_told(self, empty_database: str) -> None:
        """What is executed comes through the driver, whose times end at the year 1: the remedy is named."""
        with pytest.raises(QueryError, match="years 1 to 9999"):
            async with get_db() as db:
                await sql("with w as (delete from tags) select '0044-03-15 BC'::timestamp", db)

    async def test_no_server_is_unavailable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where no server answers, the message is that of a connection."""
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", "postgresql://127.0.0.1:1/d")
        with pytest.raises(DatabaseUnavailableError, match="No PostgreSQL answers"):
            await sql("select 1")

    async def test_a_connection_that_was_idle_and_ended_is_told(self, empty_database: str) -> None:
        """A session whose connection the server has ended says so, and the next call works."""
        with pytest.raises(DatabaseUnavailableError, match="connection to the server was lost"):
            async with frozen_session() as db:
                await terminate(empty_database, (await sql("select pg_backend_pid() p", db)).loc[0, "p"])
                await sql("select 1", db)
        assert (await sql("select 1 as a")).loc[0, "a"] == 1

    async def test_a_query_whose_connection_ends_is_told(self, empty_database: str) -> None:
        """A connection that ends in the middle of a query is the same error."""

        async def end_it() -> None:
            sleeping = "from pg_stat_activity where state = 'active' and query like '%pg_sleep(60)%'"
            sleeping += " and pid <> pg_backend_pid()"
            watcher = await connect(empty_database)
            while (found := await watcher.fetchval(f"select pid {sleeping}")) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await watcher.close()
            await terminate(empty_database, found)

        async with frozen_session() as db:
            told, _ = await asyncio.gather(sql("select pg_sleep(60)", db), end_it(), return_exceptions=True)
        assert isinstance(told, DatabaseUnavailableError)
        assert "was lost" in str(told)


async def terminate(url: str, pid: int) -> None:
    """End a server process, and wait until it has ended."""
    connection = await connect(url)
    await connection.execute("select pg_terminate_backend($1, 5000)", int(pid))
    await connection.close()


async def test_microseconds_survive(empty_database: str) -> None:
    """Times and durations arrive to the microsecond."""
    await store(Job(started_at=START, completed_at=START + timedelta(microseconds=1)))
    table = await frame(select(Job.started_at, (Job.completed_at - Job.started_at).label("took")))
    assert table.loc[0, "started_at"].microsecond == 123456
    assert table.loc[0, "took"] == pd.Timedelta(microseconds=1)


async def test_rows_keep_their_order(empty_database: str) -> None:
    """The frame has the statement's rows in the statement's order, numbered from 0."""
    d = device("r1")
    await store(*(job(d, "completed", f"11-{day} 06:00") for day in (12, 10, 11)))
    table = await frame(select(Job.started_at).order_by(Job.started_at))
    assert list(table["started_at"]) == [at(f"11-{day} 06:00") for day in (10, 11, 12)]
    assert list(table.index) == [0, 1, 2]


@pytest.mark.parametrize("rows", [0, 10, 200_000])
async def test_progress_counts_every_row(empty_database: str, rows: int) -> None:
    """On request a function hears of the rows as they arrive; together they are all."""
    heard: list[int] = []
    query = text(f"select n, n / 2.0 as half, repeat('x', 20) as word from generate_series(1, {rows}) n")
    await frame(query, progress=heard.append)
    assert sum(heard) == rows
    assert len(heard) > 1 or rows < 200_000


async def test_a_frame_can_be_written_to(empty_database: str) -> None:
    """Cells of every column may be set, whether the answer came in one block or in many."""
    for rows in (3, 200_000):
        query = (
            f"select n, n / 2.0::float8 half, n > 1 b, now() t, 'a'::text s from generate_series(1, {rows}) n"
        )
        table = await sql(query)
        for name in table:
            table.loc[0, name] = table.loc[1, name]
        assert table.loc[0].equals(table.loc[1])
