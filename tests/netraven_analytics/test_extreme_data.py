"""Rows as no NetRaven should write them and some database holds them: every report answers all the same."""

from collections.abc import AsyncIterator
from contextlib import nullcontext, suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select

from netraven_analytics import config_at, config_blame, config_diff, config_search, frame, sql
from netraven_analytics.bundle import write_bundle
from netraven_analytics.facts.runs import runs
from netraven_analytics.orm import find_jobs, latest_configuration
from netraven_analytics.reports import catalogue
from netraven_db.db.base import Base
from netraven_db.db.connection import connect
from netraven_db.db.engines import current_engine
from netraven_db.db.models import Job
from netraven_db.db.session import get_db
from netraven_db.errors import ParameterError, QueryError
from netraven_db.settings import parse_url
from tests.netraven_analytics.spec import NOW, device, store

TIMES = (
    "infinity",
    "-infinity",
    "0044-03-15 BC",
    "0001-01-01",
    "9999-12-31 23:59:59.999999",
    "20000-01-01",
    "1969-12-31",
)
EXTREME = f"""
    insert into devices (id, hostname, ip_address, device_type, last_seen) values
        (2147483647, '', '', '', 'infinity'), (-2147483648, 'b', 'b', null, '20000-01-01'),
        (3, 'c', 'c', 'x', null),
        (4, repeat('h', 5000), 'd', repeat('t', 5000), '0044-03-15 BC');
    insert into tags (id, name, type) values (1, '', ''), (2, 'n', null), (3, 'x', 'role');
    insert into device_tag_association select d.id, t.id from devices d, tags t where d.id < 4;
    insert into credentials (username, password, priority, last_used, success_rate) values
        ('', '', 2147483647, 'infinity', 'NaN'), ('u', 'p', -2147483648, '0044-03-15 BC', 'infinity'),
        ('v', 'p', 1, null, null);
    insert into credential_tag_association select c.id, t.id from credentials c, tags t;
    insert into jobs (device_id, status, scheduled_for, started_at, completed_at)
        select d, s, a::timestamp, b::timestamp, c::timestamp
        from unnest(array[2147483647, 3, null]) d, unnest(array['completed', 'failed', 'running', '']) s,
             unnest(array[{", ".join(f"'{time}'" for time in TIMES)}, null]) a,
             unnest(array[{", ".join(f"'{time}'" for time in TIMES)}, null, '2026-11-20']) b,
             unnest(array['infinity', '-infinity', '2026-11-19', '2026-11-21', null]) c;
    insert into job_logs (job_id, message, level, timestamp)
        select j.id, repeat('m', 3000), '', t::timestamp
        from (select id from jobs limit 20) j, unnest(array[{", ".join(f"'{time}'" for time in TIMES)}]) t;
    insert into device_configurations (device_id, config_data, retrieved_at, metadata)
        select d, c, t::timestamp, m::json
        from unnest(array[2147483647, 3]) d, unnest(array['', E'\\r', 'hostname x']) c,
             unnest(array[{", ".join(f"'{time}'" for time in TIMES)}, '2026-11-20']) t,
             unnest(array[null, 'null', '"\\ud800"', '"\\u0000"', '{{"a": 1, "a": 2}}', '1e400']) m;
"""
NULLS = """
    insert into devices (id, hostname, ip_address) values (1, 'a', 'a'), (2, 'b', 'b');
    insert into tags (name) values ('t');
    insert into credentials (username, password, priority) values ('u', 'p', 1);
    insert into jobs (status) values ('completed'), ('failed'), ('running'), ('pending'), ('x');
    insert into jobs (device_id, status) select 1, status from jobs;
    insert into job_logs (job_id, message, level, timestamp) select id, '', '', now() from jobs;
    insert into connection_logs (log) values ('');
"""


@pytest.fixture(params=[EXTREME, NULLS, ""], ids=["extreme", "nulls", "empty"])
async def rows(request: pytest.FixtureRequest, empty_database: str) -> AsyncIterator[str]:
    connection = await connect(empty_database)
    await connection.execute(request.param or "select 1")
    yield request.param
    await connection.close()


@pytest.mark.parametrize("name", sorted(catalogue))
async def test_every_report_answers(rows: str, name: str) -> None:
    """Over everything and since what is newest, in groups too, with the columns of an empty answer."""
    report = catalogue[name]
    asked: dict[str, Any] = {"since": "all", "as_of": NOW, "tz": "America/Sao_Paulo"}
    table, nothing = await report(**asked), await report(**asked, device="no such device")
    assert list(table.columns) == list(nothing.columns)
    assert [str(dtype) for dtype in table.dtypes] == [str(dtype) for dtype in nothing.dtypes]
    await report(since="30d", as_of="data")
    for by in {"device", "week"} & set(report.dimensions):
        with suppress(ParameterError):  # two thousand years have too many weeks
            await report(**asked, by=by)


async def test_the_bundle_is_whole(rows: str, tmp_path: Path) -> None:
    """Every file of it."""
    bundle = await write_bundle(tmp_path, {"since": "all", "as_of": NOW})
    assert len(bundle.answers) == len(catalogue)


async def test_tables_configurations_and_objects(rows: str) -> None:
    """Whole tables as frames with what json holds decoded, config_* and the ORM helpers."""
    for table in ("devices", "jobs", "job_logs", "device_configurations", "credentials", "connection_logs"):
        await sql(f"table {table}")
        await frame(select(Base.metadata.tables[table]))
    async with get_db() as db:
        await find_jobs(db, since="2026-11-01")
        await latest_configuration(db, "c")
        with nullcontext() if rows != EXTREME else pytest.raises(QueryError, match="years 1 to 9999"):
            await find_jobs(db, since="all", limit=10_000)
    if rows == EXTREME:
        documents = (await sql("select metadata from device_configurations"))["metadata"].dropna().tolist()
        assert all(document in documents for document in ("\ud800", "\0", {"a": 2}, Decimal("1e400")))
        assert str(await config_at(3)) + str(await config_diff(3))
        for answer in (await config_blame(3), await config_search("hostname")):
            assert any("left out: " in note for note in answer.attrs["netraven"]["notes"])
            assert len(answer)
    else:
        await config_search("hostname")


@pytest.mark.parametrize("broken", ["0044-03-15 BC", "-infinity"])
async def test_a_snapshot_before_the_calendar_is_left_out_and_said_to_be(
    empty_database: str, broken: str
) -> None:
    """Of every device's history and of reports; what lies after every moment does not disturb either."""
    connection = await connect(empty_database)
    await connection.execute(
        f"""insert into devices (id, hostname, ip_address) values (1, 'a', 'a'), (2, 'b', 'b');
            insert into device_configurations (device_id, config_data, retrieved_at) values
            (1, 'hostname a', '2025-01-01'), (1, E'hostname a\nntp 1', '2025-01-02'),
            (2, 'hostname b', '2025-01-01'),
            (1, 'hostname x', '{broken}'), (1, 'hostname y', 'infinity'), (1, 'hostname z', '20000-01-01')"""
    )
    await connection.close()
    left_out = "Snapshots dated before the calendar's first year, which were left out: 1."
    found, every = await config_search("hostname"), await config_search("hostname", history=True)
    assert found["text"].tolist() == every["text"].tolist() == ["hostname a", "hostname b"]
    blame, changed = await config_blame("a"), await config_diff("a")
    assert blame["text"].tolist() == ["hostname a", "ntp 1"]
    for notes in (*(table.attrs["netraven"]["notes"] for table in (found, every, blame)), changed.notes):
        assert left_out in notes
    assert left_out not in (await config_search("hostname", device="b")).attrs["netraven"]["notes"]
    assert str(await config_at("a")) == "hostname a\nntp 1"
    changes = await catalogue["config_changes"](since="all", as_of=NOW)
    assert changes["lines_added"].tolist() == [1]


async def test_a_device_with_no_other_snapshot_is_said_to_have_only_such(empty_database: str) -> None:
    """Not that its configuration was never stored."""
    await store(device("a"))
    connection = await connect(empty_database)
    await connection.execute(
        "insert into device_configurations (device_id, config_data, retrieved_at) "
        "select id, 'x', '0044-03-15 BC' from devices"
    )
    await connection.close()
    with pytest.raises(ParameterError, match="only snapshots dated before the calendar"):
        await config_at("a")


async def test_a_server_elsewhere_is_asked_in_utc(empty_database: str) -> None:
    """Whatever zone its database or its user was given, answers are those of a server in UTC."""
    connection = await connect(empty_database)
    await connection.execute(EXTREME)
    report, asked = catalogue["job_durations"], {"since": "2026-11-19", "as_of": NOW, "by": "hour"}
    before = await report(**asked)
    name = parse_url(empty_database).database
    try:
        await connection.execute(f"alter database \"{name}\" set timezone = 'Pacific/Kiritimati'")
        await current_engine().dispose()
        elsewhere = await sql(
            "select current_setting('timezone') as zone, timestamptz '2026-01-01 00:00' as t"
        )
        assert elsewhere.iloc[0].tolist() == ["UTC", pd.Timestamp("2026-01-01", tz="UTC")]
        pd.testing.assert_frame_equal(await report(**asked), before)
    finally:
        await connection.execute(f'alter database "{name}" reset timezone')
        await connection.close()


async def test_what_is_no_duration_is_counted_as_invalid(empty_database: str) -> None:
    """A clock that went backwards, a start at infinity or before the calendar; a long one stays one."""
    await store(device("a"))
    connection = await connect(empty_database)
    await connection.execute(
        """insert into jobs (device_id, status, started_at, completed_at) values
           (1, 'completed', '2026-11-20 06:00', '2026-11-20 05:59'), (1, 'failed', '-infinity', '-infinity'),
           (1, 'completed', '-infinity', '2026-11-20'), (1, 'completed', '0044-03-15 BC', '2026-11-20'),
           (1, 'completed', '1026-11-20', '2026-11-20'), (1, 'completed', '2026-11-20', 'infinity')"""
    )
    await connection.close()
    table = await catalogue["job_durations"](since="all", as_of=NOW)
    assert table[["runs", "invalid", "running"]].iloc[0].tolist() == [6, 4, 1]
    assert table["duration_max"].tolist() == [date(2026, 11, 20) - date(1026, 11, 20)]


@pytest.mark.parametrize("tz", ["UTC", "America/New_York"])
async def test_a_window_may_begin_with_the_calendar(empty_database: str, tz: str) -> None:
    """What looks back beyond its window looks no further than the first instant, and finds the same rows."""
    a, begun = device("a"), [datetime(2026, 11, 20, hour, tzinfo=UTC) for hour in range(12)]
    await store(
        *(
            Job(device=a, status="completed", started_at=at, completed_at=at + timedelta(minutes=1 + lasts))
            for at, lasts in zip(begun, [0] * 11 + [90], strict=True)
        )
    )
    for name, report in catalogue.items():
        first, later = [await report(since=since, as_of=NOW, tz=tz) for since in ("0001-01-01", "2020-01-01")]
        if name in ("job_timeline", "duration_anomalies"):
            pd.testing.assert_frame_equal(first, later)
    await catalogue["stuck_jobs"](as_of="0001-02-01")
    assert len(await catalogue["duration_anomalies"](since="0001-01-01", as_of=NOW)) == 1
    assert len(await catalogue["job_timeline"](since="0001-01-01", as_of=NOW, reach="99999d")) == 12


async def test_a_start_at_the_servers_last_instant_is_no_time_that_a_run_is_running_for(
    empty_database: str,
) -> None:
    """Seen from before 2000, the time between the two is longer than the server can tell."""
    connection = await connect(empty_database)
    await connection.execute(
        "insert into jobs (status, started_at) values ('running', '294276-12-31 23:59:59.999999')"
    )
    await connection.close()
    assert runs.in_past is not None
    asked = select(runs.in_past.c.running_for).params(as_of=datetime(1999, 1, 1, tzinfo=UTC))
    assert (await frame(asked))["running_for"].isna().tolist() == [True]
    assert len(await catalogue["stuck_jobs"](as_of="1999-01-01")) == 0
