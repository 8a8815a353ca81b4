"""How long an ad-hoc query may take, and how many rows of it are read."""

import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select, text

from netraven_analytics import export, frame, limits, sql, stream
from netraven_analytics.exports import Target, write_query
from netraven_analytics.limits import ROWS, RowsCutWarning, rows_of, seconds_of
from netraven_db.db.models import Tag
from netraven_db.db.session import get_db
from netraven_db.errors import ParameterError, QueryError
from tests.netraven_analytics.spec import store

TEN = "select n, n::text as t from generate_series(1, 10) n"


class TestRows:
    """The first ones, and a loud note where there are more."""

    async def test_an_answer_that_is_cut_says_so(self, empty_database: str) -> None:
        """By a warning, and in attrs, where a sidecar takes it from."""
        with pytest.warns(RowsCutWarning, match="only the first 3 rows were read, and there are more"):
            table = await sql(TEN, limit=3)
        assert table["n"].tolist() == [1, 2, 3]
        assert "Cut:" in table.attrs["netraven"]["notes"][0]

    @pytest.mark.parametrize("limit", [10, 11, "all", None])
    async def test_a_whole_answer_says_nothing(self, empty_database: str, limit: Any) -> None:
        """Also where it has exactly as many rows."""
        table = await sql(TEN, limit=limit)
        assert len(table) == 10
        assert table.attrs == {}

    @pytest.mark.parametrize(
        "query",
        [
            "select n as a, n as a from generate_series(1, 9) n order by n desc;",
            "values (1), (2), (3) -- no more",
            "with n as (select generate_series(1, 9) n) select n from n order by n limit 5",
            "show all",  # which COPY cannot answer
            "explain select 1 from tags, tags t2, tags t3",
        ],
    )
    async def test_it_is_the_beginning_of_the_same_answer(self, empty_database: str, query: str) -> None:
        """Whatever the statement is, with the columns and types it has."""
        whole = await sql(query, limit="all")
        with pytest.warns(RowsCutWarning):
            table = await sql(query, limit=2)
        table.attrs.clear()
        pd.testing.assert_frame_equal(table, whole.iloc[:2])

    async def test_what_is_ad_hoc_is_limited(
        self, empty_database: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """In a session of its own, of a million rows; in yours nothing is, unless you say so."""
        assert ROWS == 1_000_000
        monkeypatch.setattr(limits, "ROWS", 4)
        for asked in (sql(TEN), frame(text(TEN.replace(":", r"\:")))):
            with pytest.warns(RowsCutWarning):
                assert len(await asked) == 4
        async with get_db() as db:
            assert len(await sql(TEN, db)) == 10
            with pytest.warns(RowsCutWarning):
                assert len(await sql(TEN, db, limit=7)) == 7

    async def test_files_are_whole(
        self, empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """export() and stream() have no limit; write_query only where it was told one, and then says so."""
        monkeypatch.setattr(limits, "ROWS", 4)
        path = tmp_path / "a.csv"
        await export(TEN, path)
        assert len(path.read_text().splitlines()) == 11
        assert [len(part) async for part in stream(text("select generate_series(1, 10)"), rows=6)] == [6, 4]
        monkeypatch.setattr("netraven_analytics.exports.writing.PART", 3)
        for limit in (1, 3, 4, 9):
            with pytest.warns(
                RowsCutWarning, match="first row was" if limit == 1 else f"first {limit} rows were"
            ):
                assert await write_query(TEN, Target.of(path), limit=limit) == limit
            assert len(path.read_text().splitlines()) == limit + 1
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert await write_query(TEN, Target.of(path), limit=10) == 10

    async def test_a_querys_own_parameter_of_that_name_comes_first(self, empty_database: str) -> None:
        """:limit and :timeout are names like others."""
        table = await sql(
            "select n, :timeout as t from generate_series(1, 9) n limit :limit", limit=5, timeout="x"
        )
        assert len(table) == 5
        assert table["t"].tolist() == ["x"] * 5

    @pytest.mark.parametrize("limit", [0, -1, 1.5, True, "some", "10"])
    def test_what_is_no_limit(self, limit: Any) -> None:
        """It takes whole numbers from 1, and 'all'."""
        with pytest.raises(ParameterError, match="takes a whole number from 1, or 'all'"):
            rows_of(limit, ad_hoc=True)


class TestTime:
    """The server gives up in time."""

    async def test_what_takes_too_long_is_given_up(self, empty_database: str) -> None:
        """And says how to give it longer."""
        for ask in (sql, lambda query, **options: frame(text(query), **options)):
            with pytest.raises(QueryError, match=r"gave up after 0\.05 seconds: ask for less.*--timeout"):
                await ask("select pg_sleep(60)", timeout=0.05)

    async def test_a_transaction_of_yours_keeps_its_own(self, empty_database: str) -> None:
        """Without a word nothing is touched, and with one it is put back."""
        async with get_db() as db:
            await db.execute(text("set local statement_timeout = '77s'"))
            for options in ({}, {"timeout": "5min"}):
                during = await sql("select current_setting('statement_timeout') as t", db, **options)
                assert during["t"].tolist() == (["5min"] if options else ["77s"])
                assert await db.scalar(text("show statement_timeout")) == "77s"
            await db.commit()
            assert await db.scalar(text("show statement_timeout")) == "0"

    async def test_nothing_stays_with_the_connection(self, empty_database: str) -> None:
        """Behind a pooler another client has it next."""
        await sql("select 1", timeout=9)
        async with get_db() as db:
            assert await db.scalar(text("show statement_timeout")) == "0"

    @pytest.mark.parametrize(
        ("given", "environment", "seconds"),
        [
            (None, None, 300.0),
            (None, "90s", 90.0),
            (None, "", 300.0),
            (None, "0", 0.0),
            ("2h", "90s", 7200.0),
            (1.5, None, 1.5),
            ("250ms", None, 0.25),
            ("5 MIN", None, 300.0),
            (timedelta(minutes=1), None, 60.0),
        ],
    )
    def test_how_long(
        self, given: Any, environment: str | None, seconds: float, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What is said goes before NETRAVEN_SQL_TIMEOUT, and that before five minutes."""
        if environment is not None:
            monkeypatch.setenv("NETRAVEN_SQL_TIMEOUT", environment)
        assert seconds_of(given, ad_hoc=True) == seconds

    def test_in_a_session_of_yours_only_what_you_say_counts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The environment is for what is ad hoc."""
        monkeypatch.setenv("NETRAVEN_SQL_TIMEOUT", "5s")
        assert seconds_of(None, ad_hoc=False) is None

    @pytest.mark.parametrize(
        "given", ["5m", "", "-1", -1, "1d", True, float("nan"), float("inf"), "9999999s", object()]
    )
    def test_what_is_no_length_of_time(self, given: Any) -> None:
        """Days are none, and no bare m, which could be minutes or months."""
        with pytest.raises(ParameterError, match="it takes seconds, or a length such as '90s'"):
            seconds_of(given, ad_hoc=True)


async def test_ad_hoc_sessions_only_read(empty_database: str) -> None:
    """Neither a statement of yours nor a function that it calls writes."""
    await store(Tag(name="a"))
    for query in ("delete from tags returning id", "with d as (delete from tags returning id) table d"):
        with pytest.raises(QueryError, match="read-only transaction"):
            await sql(query)
    async with get_db() as db:
        assert await db.scalar(select(Tag.name)) == "a"
