"""Frames and queries become files that are whole."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select, text

from netraven_analytics import export, frame
from netraven_analytics.exports import FORMATS
from netraven_analytics.exports.writing import PART
from netraven_db.db.connection import connect
from netraven_db.db.models import Credential, Job, Tag
from netraven_db.db.session import frozen_session, get_db
from netraven_db.errors import ConnectionLostError, OutputError, ParameterError, QueryError
from tests.netraven_analytics.exports.tables import TABLE
from tests.netraven_analytics.spec import device, job, store

# Two parts: of the first every cell is NULL but for n.
LATE = f"select n, case when n > {PART} then {{}} end as late from generate_series(1, {PART + 2}) n"


async def _end_sessions(url: str) -> None:
    watcher = await connect(url)
    await watcher.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
        "where pid <> pg_backend_pid() and datname = current_database()"
    )
    await watcher.close()


async def _begun(folder: Path) -> None:
    """Until the file is being written."""
    for _ in range(1000):
        if os.listdir(folder):
            return
        await asyncio.sleep(0.01)


class TestOfAFrame:
    """Written at once."""

    def test_an_answer_gets_a_sidecar(self, tmp_path: Path) -> None:
        """Beside a.csv lies a.meta.json with what the answer says about itself."""
        table = TABLE.copy()
        table.attrs["netraven"] = {"report": "x", "sql": "select 1"}
        export(table, tmp_path / "a.csv")
        assert json.loads((tmp_path / "a.meta.json").read_text()) == {"report": "x", "sql": "select 1"}

    def test_an_unknown_ending_is_refused(self, tmp_path: Path) -> None:
        """Before anything is written."""
        with pytest.raises(ParameterError, match="There is no format 'xls'"):
            export(TABLE, tmp_path / "a.xls")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", FORMATS)
    def test_two_columns_of_one_name_are_refused(self, tmp_path: Path, name: str) -> None:
        """No format could tell them apart; nothing is left behind."""
        with pytest.raises(ParameterError, match="Two columns of the answer are named 'a'"):
            export(pd.DataFrame([[1, 2]], columns=["a", "a"]), tmp_path / f"a.{name}")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", FORMATS)
    def test_a_full_disk_leaves_no_litter(
        self, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One error, and the old file."""
        (tmp_path / f"a.{name}").write_text("old")

        def full(handle: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OutputError, match="No space left on device"):
            export(TABLE, tmp_path / f"a.{name}")
        assert os.listdir(tmp_path) == [f"a.{name}"]
        assert (tmp_path / f"a.{name}").read_text() == "old"

    def test_secrets_are_redacted_unless_told_otherwise(self, tmp_path: Path) -> None:
        """A file with secrets is its owner's alone."""
        table = pd.DataFrame({"t": pd.Series(["snmp-server community hush RO"], dtype="str")})
        assert "hush" not in export(table, tmp_path / "a.csv").read_text()
        shown = export(table, tmp_path / "b.csv", show_secrets=True)
        assert "hush" in shown.read_text()
        assert shown.stat().st_mode & 0o777 == 0o600

    def test_an_index_with_a_name_becomes_columns(self, tmp_path: Path) -> None:
        """As after a groupby; two of one name cannot be told apart."""
        table = pd.DataFrame({"runs": [1, 2]}, pd.Index(["=a", "b"], name="hostname", dtype="str"))
        assert export(table, tmp_path / "a.csv").read_text() == "hostname,runs\n'=a,1\nb,2\n"
        with pytest.raises(ParameterError, match="has the name of the index"):
            export(table.rename_axis("runs"), tmp_path / "a.csv")

    @pytest.mark.parametrize("source", [None, 7, ["select 1"]])
    def test_what_is_neither_frame_nor_query_is_refused(self, tmp_path: Path, source: Any) -> None:
        """At once."""
        with pytest.raises(ParameterError, match="give a DataFrame, a Select or SQL text"):
            export(source, tmp_path / "a.csv")


class TestOfAQuery:
    """Its rows go straight to the file."""

    @pytest.mark.parametrize("name", FORMATS)
    async def test_the_file_is_that_of_the_frame(
        self, empty_database: str, tmp_path: Path, name: str
    ) -> None:
        """Of a Select and of SQL text with parameters, with the same formulas neutralised."""
        await store(job(device("=1+1"), "failed", "11-20 06:00", "11-20 06:01"), Tag(name="t", type="role"))
        jobs = select(Job)
        await export(jobs, tmp_path / f"a.{name}")
        export(await frame(jobs), tmp_path / f"b.{name}")
        if name != "xlsx":  # which says when it was made
            assert (tmp_path / f"a.{name}").read_bytes() == (tmp_path / f"b.{name}").read_bytes()
        path = await export("select hostname, :n as n from devices", tmp_path / f"c.{name}", params={"n": 1})
        assert path == tmp_path / f"c.{name}"
        assert sorted(os.listdir(tmp_path)) == [f"{letter}.{name}" for letter in "abc"]

    async def test_formulas_are_neutralised_on_the_way(self, empty_database: str, tmp_path: Path) -> None:
        """Unless they are kept."""
        query = "select '=1+1' as a, -1 as n"
        assert (await export(query, tmp_path / "a.csv")).read_text() == "a,n\n'=1+1,-1\n"
        kept = await export(query, tmp_path / "b.csv", formulas="keep")
        assert kept.read_text() == "a,n\n=1+1,-1\n"

    async def test_an_empty_answer_has_header_and_schema(self, empty_database: str, tmp_path: Path) -> None:
        """As a full one."""
        assert (await export(select(Tag.id, Tag.name), tmp_path / "a.csv")).read_text() == "id,name\n"
        found = pd.read_parquet(await export(select(Job), tmp_path / "a.parquet"))
        assert (found.dtypes == (await frame(select(Job))).dtypes).all()

    @pytest.mark.parametrize(
        ("value", "dtype"),
        [
            ("'x'", "str"),
            ("n", "Int64"),
            ("true", "boolean"),
            ("0.5::float8", "float64"),
            ("now()", "datetime64[us, UTC]"),
            ("date '2026-01-01'", "datetime64[us]"),
            ("interval '1 s'", "timedelta64[us]"),
            ("1.10", "str"),
            ("'{\"a\": 1}'::jsonb", "str"),
        ],
    )
    async def test_a_column_that_begins_with_nulls_keeps_its_type(
        self, empty_database: str, tmp_path: Path, value: str, dtype: str
    ) -> None:
        """All parts of a Parquet file have the same schema."""
        query = text(LATE.format(value).replace(":", r"\:"))
        found = pd.read_parquet(await export(query, tmp_path / "a.parquet"))
        assert len(found) == PART + 2
        assert found["late"].dtype == dtype
        assert found["late"].notna().sum() == 2

    async def test_dates_are_dates_in_every_part(self, empty_database: str, tmp_path: Path) -> None:
        """And times are times, though a whole part has none but midnights."""
        query = f"""select date '2026-01-01' as d, timestamp '2026-01-01' + case when n > {PART} then
            interval '1 min' else interval '0' end as t from generate_series(1, {PART + 1}) n"""
        lines = (await export(query, tmp_path / "a.csv")).read_text().splitlines()
        assert lines[1] == "2026-01-01,2026-01-01T00:00:00"
        assert lines[-1] == "2026-01-01,2026-01-01T00:01:00"

    async def test_months_that_come_late_are_refused(self, empty_database: str, tmp_path: Path) -> None:
        """They have no number of seconds, and the header has said seconds."""
        with pytest.raises(QueryError, match="'late' has intervals with months"):
            await export(LATE.format("interval '1 month'"), tmp_path / "a.csv")
        assert os.listdir(tmp_path) == []

    async def test_configuration_text_is_its_owner_s_alone(self, empty_database: str, tmp_path: Path) -> None:
        """Redacted or not, in every part of the answer, and the sidecar of an answer too."""
        late = f"case when n > {PART} then repeat(E'a\\n', 20) else '' end"
        query = f"select n, {late} as x from generate_series(1, {PART + 2}) n".replace(":", r"\:")
        assert (await export(query, tmp_path / "a.csv")).stat().st_mode & 0o777 == 0o600
        assert (await export("select 1 as n", tmp_path / "b.csv")).stat().st_mode & 0o777 == 0o644
        table = pd.DataFrame({"config_data": ["hostname a"]})
        table.attrs["netraven"] = {"report": "x"}
        export(table, tmp_path / "c.csv")
        assert [(tmp_path / f"c.{end}").stat().st_mode & 0o777 for end in ("csv", "meta.json")] == [0o600] * 2

    async def test_a_session_of_the_users_is_used(self, empty_database: str, tmp_path: Path) -> None:
        """What it has written is in the file, and its transaction goes on."""
        async with get_db() as db:
            db.add(Tag(name="mine"))
            assert "mine" in (await export(select(Tag.name), tmp_path / "a.csv", db)).read_text()
            await db.rollback()
        assert (await frame(select(Tag))).empty

    async def test_stored_passwords_stay_in_the_database(self, empty_database: str, tmp_path: Path) -> None:
        """Whatever the query calls them."""
        await store(Credential(username="u", password="s3cr3t-value"))
        query = "select 'x' || password || 'y' as harmless from credentials"
        assert "s3cr3t" not in (await export(query, tmp_path / "a.jsonl")).read_text()
        assert "s3cr3t" in (await export(query, tmp_path / "a.jsonl", show_secrets=True)).read_text()

    @pytest.mark.parametrize("name", FORMATS)
    async def test_an_error_in_the_middle_leaves_the_old_file(
        self, empty_database: str, tmp_path: Path, name: str
    ) -> None:
        """And nothing beside it."""
        (tmp_path / f"a.{name}").write_text("old")
        query = "select 1 / (150000 - n) as n from generate_series(1, 200000) n"
        with pytest.raises(QueryError, match="division by zero"):
            await export(query, tmp_path / f"a.{name}")
        assert os.listdir(tmp_path) == [f"a.{name}"]
        assert (tmp_path / f"a.{name}").read_text() == "old"

    @pytest.mark.parametrize("name", ["csv", "parquet"])
    async def test_a_cancelled_export_leaves_nothing(
        self, empty_database: str, tmp_path: Path, name: str
    ) -> None:
        """Also when it is cancelled twice; the user's session can go on."""
        async with get_db() as db:
            query = "select n, md5(n::text) t from generate_series(1, 20000000) n"
            task = asyncio.create_task(export(query, tmp_path / f"a.{name}", db))
            await _begun(tmp_path)
            await asyncio.sleep(0.2)
            task.cancel()
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert os.listdir(tmp_path) == []
            await db.rollback()
            assert (await frame(select(Tag), db)).empty

    async def test_a_lost_connection_leaves_nothing(self, empty_database: str, tmp_path: Path) -> None:
        """In a session of the user's, one error says what happened."""
        query = "select n, md5(n::text) from generate_series(1, 20000000) n"
        async with frozen_session() as db:
            task = asyncio.create_task(export(query, tmp_path / "a.csv", db))
            await _begun(tmp_path)
            await _end_sessions(empty_database)
            with pytest.raises(ConnectionLostError):
                await task
        assert os.listdir(tmp_path) == []

    async def test_an_export_of_its_own_begins_anew(self, empty_database: str, tmp_path: Path) -> None:
        """From the first row and into a new file, in which nothing is missing or twice."""
        task = asyncio.create_task(
            export("select n from generate_series(1, 400000) n", tmp_path / "a.csv", show_secrets=True)
        )
        await _begun(tmp_path)
        await _end_sessions(empty_database)
        await task
        assert (tmp_path / "a.csv").read_text().split() == ["n", *map(str, range(1, 400_001))]

    async def test_a_place_that_cannot_be_written_is_learned_before_the_query(self, tmp_path: Path) -> None:
        """There is no server here."""
        with pytest.raises(OutputError, match="is a folder"):
            export("select 1", tmp_path)


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl", "html"])
async def test_a_number_of_json_is_never_written_as_infinity(
    empty_database: str, tmp_path: Path, ending: str
) -> None:
    """One that no float holds has its digits, as text."""
    path = await export("""select '{"a": [1e400, 0.5]}'::json as j""", tmp_path / f"a.{ending}")
    written = path.read_text()
    assert "1E+400" in written
    assert "inf" not in written.split("<table>")[-1]
