"""What every report shares: groups, filters, windows, order, and what an answer says about itself."""

import inspect
import json
import re
from datetime import UTC, timedelta

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from netraven_analytics import config_changes, failure_rates, frame, job_durations
from netraven_analytics.facts import runs
from netraven_analytics.report import Report
from netraven_analytics.reports import catalogue
from netraven_db.db.base import utcnow
from netraven_db.db.models import Job, Tag
from netraven_db.db.session import get_db
from netraven_db.errors import ParameterError, QueryError, SchemaError
from tests.netraven_analytics.spec import NOW, about, at, device, job, rows, snapshot, store


async def _two_sites() -> None:
    """Devices in Berlin, in Berlin and Rome, and without a location, and a deleted one's run."""
    berlin, rome = Tag(type="location", name="berlin"), Tag(type="location", name="rome")
    devices = [
        device("a", "location:berlin", known=[berlin]),
        device("b", "location:berlin", "location:rome", known=[berlin, rome]),
        device("c", "role:core", device_type="arista_eos"),
        None,
    ]
    await store(
        *(job(d, "completed", "11-20 06:00:00", f"11-20 06:00:0{n}") for n, d in enumerate(devices, 1))
    )


async def test_without_by_there_is_one_row_over_everything(empty_database: str) -> None:
    """And no group column."""
    await _two_sites()
    table = await job_durations(as_of=NOW)
    assert rows(table, "runs") == [(4,)]
    assert table.columns[0] == "runs"


async def test_a_device_with_several_tags_counts_in_each_and_totals_count_it_once(
    empty_database: str,
) -> None:
    """Devices without such a tag and deleted devices have groups of their own."""
    await _two_sites()
    table = await job_durations(by="tag:location", as_of=NOW)
    assert sorted(rows(table, "location", "runs")) == [
        ("(deleted device)", 1),
        ("(none)", 1),
        ("berlin", 2),
        ("rome", 1),
    ]
    assert about(table)["totals"]["runs"] == 4


async def test_device_gives_id_and_hostname(empty_database: str) -> None:
    """A deleted device has no id and is shown as such."""
    await _two_sites()
    table = await job_durations(by="device", as_of=NOW)
    assert set(rows(table, "device_id", "hostname")) == {
        (1, "a"),
        (2, "b"),
        (3, "c"),
        (None, "(deleted device)"),
    }


async def test_a_tag_named_as_a_column_gets_a_prefix(empty_database: str) -> None:
    """tag:runs would hide the report's own column, and tag:device_type a dimension named beside it."""
    await store(job(device("a", "runs:x", "device_type:y"), "completed", "11-20 06:00", "11-20 06:01"))
    table = await job_durations(by=["tag:runs", "device_type", "tag:device_type"], as_of=NOW)
    assert rows(table, "tag_runs", "device_type", "tag_device_type", "runs") == [("x", "cisco_ios", "y", 1)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"device": "a"}, {"a"}),
        ({"device": ["a", "c"]}, {"a", "c"}),
        ({"device": "[ab]"}, {"a", "b"}),
        ({"device": "?", "device_type": "arista_eos"}, {"c"}),
        ({"device_type": "cisco*"}, {"a", "b"}),
        ({"tag": "location:rome"}, {"b"}),
        ({"tag": ["location:rome", "role:core"]}, {"b", "c"}),
        ({"tag": "location:berlin", "device": "b"}, {"b"}),
        ({"device": "A"}, set()),
        ({"device": "%"}, set()),
    ],
)
async def test_filters_choose_devices(empty_database: str, filters: dict, expected: set[str]) -> None:
    """Values of one kind are alternatives, kinds must all hold, and only * ? [] are wild."""
    await _two_sites()
    table = await job_durations(by="device", as_of=NOW, **filters)
    assert {row[0] for row in rows(table, "hostname")} == expected


async def test_where_takes_conditions_over_the_facts_columns(empty_database: str) -> None:
    """One or several; they are shown in the answer."""
    await _two_sites()
    table = await job_durations(
        as_of=NOW, where=[runs.c.duration > timedelta(seconds=1), runs.c.device_id > 1]
    )
    assert rows(table, "runs") == [(2,)]
    assert "duration" in about(table)["options"]["where"][0]


async def test_a_window_is_half_open(empty_database: str) -> None:
    """A run exactly at since is inside, one exactly at until outside."""
    d = device("a")
    await store(*(job(d, "completed", f"11-{day} 00:00:00", f"11-{day} 00:01:00") for day in (18, 19, 20)))
    table = await job_durations(by="day", since="2026-11-18", until="2026-11-20", as_of=NOW)
    assert rows(table, "day", "runs") == [("2026-11-18T00:00:00", 1), ("2026-11-19T00:00:00", 1)]


async def test_buckets_follow_the_local_calendar(empty_database: str) -> None:
    """In Sao Paulo the day begins at 03:00 UTC; the columns are naive local dates."""
    d = device("a")
    await store(
        job(d, "completed", "11-20 02:59:59", "11-20 03:10"),
        job(d, "completed", "11-20 03:00", "11-20 03:10"),
    )
    table = await job_durations(by=["day", "weekday", "hour_of_day"], as_of=NOW, tz="America/Sao_Paulo")
    assert rows(table, "day", "weekday", "hour_of_day") == [
        ("2026-11-19T00:00:00", 4, 23),
        ("2026-11-20T00:00:00", 5, 0),
    ]
    assert table["day"].dtype == "datetime64[us]"


async def test_instants_are_in_the_questions_time_zone(empty_database: str) -> None:
    """An hour is an instant and is shown on the clock of tz."""
    await store(job(device("a"), "completed", "11-20 02:59:59", "11-20 03:10"))
    table = await job_durations(by="hour", as_of=NOW, tz="Asia/Kathmandu")
    assert rows(table, "hour") == [("2026-11-20T08:00:00+05:45",)]


async def test_buckets_cut_by_the_window_are_incomplete(empty_database: str) -> None:
    """The first day begins before since and the last goes on after until; the one between is whole."""
    d = device("a")
    await store(*(job(d, "completed", f"11-{day} 13:00", f"11-{day} 13:01") for day in (18, 19, 20)))
    table = await job_durations(by="day", since="2026-11-18T06:00", until="2026-11-20T18:00", as_of=NOW)
    assert rows(table, "complete") == [(False,), (True,), (False,)]


async def test_empty_buckets_are_absent_unless_filled(empty_database: str) -> None:
    """Filled ones count 0, have no statistics, and keep the dtypes."""
    d = device("a")
    await store(*(job(d, "completed", f"11-{day} 13:00", f"11-{day} 13:01") for day in (18, 20)))
    window = {"since": "2026-11-18", "until": "2026-11-21", "as_of": NOW}
    sparse = await job_durations(by="day", **window)
    full = await job_durations(by="day", **window, fill=True)
    assert rows(sparse, "runs") == [(1,), (1,)]
    assert rows(full, "day", "runs", "duration_p50") == [
        ("2026-11-18T00:00:00", 1, 60.0),
        ("2026-11-19T00:00:00", 0, None),
        ("2026-11-20T00:00:00", 1, 60.0),
    ]
    assert sparse.dtypes.to_dict() == full.dtypes.to_dict()


async def test_filling_keeps_to_the_groups_that_were_found(empty_database: str) -> None:
    """Each group gets every bucket of the window; weeks and months pair up as the calendar has them."""
    d, e = device("a"), device("b")
    await store(
        job(d, "completed", "10-28 06:00", "10-28 06:01"), job(e, "failed", "11-04 06:00", "11-04 06:01")
    )
    table = await job_durations(
        by=["month", "week", "device"], since="2026-10-26", until="2026-11-09", as_of=NOW, fill=True
    )
    assert rows(table, "month", "week", "hostname", "runs") == [
        (month, week, host, count)
        for month, week, found in (
            ("2026-10-01T00:00:00", "2026-10-26T00:00:00", "a"),
            ("2026-11-01T00:00:00", "2026-10-26T00:00:00", None),
            ("2026-11-01T00:00:00", "2026-11-02T00:00:00", "b"),
        )
        for host in (("b", "a") if found == "b" else ("a", "b"))
        for count in [int(host == found)]
    ]


async def test_all_of_history_can_be_filled(empty_database: str) -> None:
    """since='all' with fill begins at the oldest run."""
    d = device("a")
    await store(job(d, "completed", "2026-09-10 06:00", None), job(d, "completed", "2026-11-20 06:00", None))
    table = await job_durations(by="month", since="all", fill=True, as_of=NOW)
    assert rows(table, "month", "runs") == [
        ("2026-09-01T00:00:00", 1),
        ("2026-10-01T00:00:00", 0),
        ("2026-11-01T00:00:00", 1),
    ]


async def test_time_comes_first_in_the_order_then_the_worst(empty_database: str) -> None:
    """Buckets ascend; inside each the worst group leads."""
    slow, fast = device("slow"), device("fast")
    await store(
        *(
            job(d, "completed", f"11-{day} 06:00:00", f"11-{day} 06:00:0{s}")
            for day in (19, 20)
            for d, s in ((fast, 1), (slow, 9))
        )
    )
    table = await job_durations(by=["device", "day"], as_of=NOW)
    assert rows(table, "day", "hostname") == [
        ("2026-11-19T00:00:00", "slow"),
        ("2026-11-19T00:00:00", "fast"),
        ("2026-11-20T00:00:00", "slow"),
        ("2026-11-20T00:00:00", "fast"),
    ]


async def test_top_keeps_the_worst_groups_with_all_their_buckets(empty_database: str) -> None:
    """The answer says in plain numbers what was cut; the totals are still over everything."""
    devices = [device(name) for name in "abc"]
    await store(
        *(
            job(d, "completed", f"11-{day} 06:00:00", f"11-{day} 06:00:0{n + 1}")
            for day in (19, 20)
            for n, d in enumerate(devices)
        )
    )
    table = await job_durations(by=["device", "day"], as_of=NOW, top=np.int64(1))
    assert rows(table, "hostname") == [("c",), ("c",)]
    assert json.dumps(about(table)["cut"]) == '{"groups": 3, "kept": 1, "cut": 2}'
    assert about(table)["totals"]["runs"] == 6


async def test_top_of_times_keeps_the_worst_buckets_in_their_order(empty_database: str) -> None:
    """by='day' with top=2 gives the two slowest days, the earlier one first."""
    d = device("a")
    lasting = {18: 5, 19: 1, 20: 7}
    await store(
        *(job(d, "completed", f"11-{day} 06:00:00", f"11-{day} 06:00:0{s}") for day, s in lasting.items())
    )
    table = await job_durations(by="day", as_of=NOW, top=2)
    assert rows(table, "day") == [("2026-11-18T00:00:00",), ("2026-11-20T00:00:00",)]


async def test_as_of_data_sees_the_newest_recorded_instant_and_what_happened_then(
    empty_database: str,
) -> None:
    """The window ends with the newest row inside it, whatever the clock says now."""
    d = device("a")
    await store(
        job(d, "completed", "2024-03-01 06:00:00", "2024-03-01 06:01:00"),
        job(d, "running", "2024-03-02 06:00:00"),
        job(d, "pending", None, scheduled="2024-03-09 06:00"),
    )
    table = await job_durations(as_of="data")
    assert rows(table, "runs", "running") == [(2, 1)]
    assert about(table)["as_of"] == "2024-03-02T06:00:00+00:00"


async def test_as_of_data_is_not_ahead_of_the_servers_clock(empty_database: str) -> None:
    """A run or snapshot of a wrong clock moves nothing; where all lie ahead, the server's is wrong."""
    late = device("late")
    await store(
        job(late, "running", "2999-03-01 06:00:00", "2999-03-02 06:00:00"),
        snapshot(late, "2999-03-03 06:00:00", "a"),
    )
    assert about(await job_durations(as_of="data"))["as_of"] == "2999-03-03T06:00:00+00:00"
    await store(job(device("a"), "completed", "2024-03-01 06:00:00", "2024-03-01 06:01:00"))
    assert about(await job_durations(as_of="data"))["as_of"] == "2024-03-01T06:01:00+00:00"
    async with get_db() as db:
        began = utcnow()
        db.add(Job(status="completed", started_at=began, completed_at=began))
        assert about(await job_durations(db, as_of="data"))["as_of"] == began.isoformat()
        await db.rollback()


async def test_an_empty_window_names_the_newest_run_by_as_of(empty_database: str) -> None:
    """One that is only planned is not the newest; where there is no other, the first to come is told."""
    planned = job(device("a"), "pending", None, scheduled="11-25 06:00")
    await store(planned)
    notes = about(await job_durations(as_of=NOW))["notes"]
    assert notes[-1] == "No runs until as_of: the first is of 2026-11-25T06:00:00+00:00."
    await store(job(device("b"), "completed", "01-02 06:00", "01-02 06:01"))
    notes = about(await job_durations(as_of=NOW))["notes"]
    assert notes[-1] == "No runs in the window: the newest is of 2026-01-02T06:00:00+00:00."
    notes = about(await job_durations(as_of=NOW, device="a"))["notes"]
    assert notes[-1].startswith("No runs of these devices until as_of: the first is of 2026-11-25")


async def test_undated_runs_are_counted_and_in_no_window(empty_database: str) -> None:
    """Not even in the window of all history."""
    d = device("a")
    await store(job(d, "failed", None), job(d, "failed", "11-20 06:00"), job(device("b"), "pending", None))
    assert about(await job_durations(as_of=NOW, since="all"))["left_out"] == {"undated": 2}
    table = await job_durations(as_of=NOW, since="all", device="a")
    assert rows(table, "runs") == [(1,)]
    assert about(table)["left_out"] == {"undated": 1}


async def test_an_answer_carries_how_it_was_made_as_plain_json(empty_database: str) -> None:
    """Definition, options, window, as_of and SQL; nothing that JSON does not know, and concat still works."""
    await _two_sites()
    table = await failure_rates(
        by="tag:location", since="2026-11-01", as_of=NOW, tz="Europe/Berlin", tag="role:core"
    )
    answer = about(table)
    assert json.loads(json.dumps(answer)) == answer
    assert answer["window"] == {"since": "2026-11-01T00:00:00+01:00", "until": "2026-11-22T13:00:00+01:00"}
    assert answer["options"] == {"by": ["tag:location"], "tag": ["role:core"], "stuck_after": 86_400.0}
    assert answer["definition"].startswith("What fails")
    assert "Hostnames, device types and tags are today's." in answer["notes"]
    assert len(pd.concat([table, table])) == 2 * len(table)


async def test_the_sql_of_an_answer_runs_as_it_is(empty_database: str) -> None:
    """report.sql() has its values in place: the server gives the same rows for it."""
    await _two_sites()
    options = {
        "by": ["device_type", "week"],
        "as_of": NOW,
        "tz": "Europe/Berlin",
        "fill": True,
        "device": "[ab]*",
    }
    again = await frame(text(job_durations.sql(**options).replace(":", r"\:")))
    assert rows(again, "device_type", "runs", "duration_p95") == rows(
        await job_durations(**options), "device_type", "runs", "duration_p95"
    )


async def test_the_statement_is_a_select_with_its_values(empty_database: str) -> None:
    """report.statement() can be handed to frame()."""
    await _two_sites()
    assert rows(await frame(job_durations.statement(as_of=NOW)), "runs") == [(4,)]


async def test_a_session_of_the_users_is_used_in_its_transaction(empty_database: str) -> None:
    """What the session has added and not committed is counted, and nothing is committed by a report."""
    async with get_db() as db:
        db.add(job(device("a"), "completed", "11-20 06:00", "11-20 06:01"))
        assert rows(await job_durations(db, as_of=NOW), "runs") == [(1,)]
        await db.rollback()
    assert rows(await job_durations(as_of=NOW), "runs") == [(0,)]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"by": "devise"}, "by='devise' is not a dimension here (did you mean 'device'?)"),
        ({"by": ["day", "day"]}, "by='day' is given twice"),
        ({"by": "tag:"}, "by='tag:' is not a dimension here"),
        ({"since": "5m"}, "since='5m' is ambiguous: write '5min' for minutes or '5mo' for months."),
        ({"since": "soon"}, "since='soon' is not understood"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "is not before until"),
        ({"tz": "Mars/Olympus"}, "There is no time zone 'Mars/Olympus'"),
        ({"tz": 5}, "There is no time zone 5"),
        ({"since": "99999mo"}, "since='99999mo' is out of range"),
        ({"fill": "yes"}, "fill='yes' is not understood: it takes True or False."),
        ({"include_running": "no"}, "include_running='no' is not understood: it takes True or False."),
        ({"tag": "berlin"}, "tag='berlin' is not understood: it takes TYPE:NAME"),
        ({"top": 0}, "top=0 is not understood"),
        ({"top": True}, "top=True is not understood: it takes a whole number from 1."),
        ({"top": 2.0}, "top=2.0 is not understood: it takes a whole number from 1."),
        ({"where": "status = 1"}, "where= is not understood"),
        ({"sinse": "7d"}, "job_durations takes no option 'sinse' (did you mean 'since'?)"),
        ({"by": "hour", "since": "all", "fill": True, "as_of": "x"}, "as_of='x' is not understood"),
    ],
)
async def test_a_mistake_is_one_sentence_before_any_sql(options: dict, sentence: str) -> None:
    """There is no server here: the mistake is found without asking one."""
    with pytest.raises(ParameterError) as caught:
        await job_durations(**options)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("name", [*runs.c.keys(), "complete", "tag_runs"])
async def test_a_tag_type_named_like_any_column_groups_by_the_tag(empty_database: str, name: str) -> None:
    """Also one of the fact's, of the buckets' or of another tag's: its column gets a prefix."""
    await store(job(device("a", f"{name}:x", "runs:y"), "completed", "11-20 06:00", "11-20 06:01"))
    table = await job_durations(by=["day", f"tag:{name}", "tag:runs"], as_of=NOW)
    assert len(set(table.columns)) == len(table.columns)
    assert rows(table, "runs", "complete") == [(1, True)]
    assert "x" in next(table.itertuples(index=False))
    assert "y" in next(table.itertuples(index=False))


@pytest.mark.parametrize(
    ("positional", "options", "sentence"),
    [
        ((None, "device"), {}, "takes its options by name: write by='device'"),
        (("device",), {}, "'device' is no session"),
        ((), {"device": []}, "device=[] is not understood"),
        ((), {"device": "a\0b"}, "holds a character that no name in a database has"),
        ((), {"by": "tag:a\ud800"}, "holds a character that no name in a database has"),
        ((), {"where": True}, "where= is not understood"),
        (
            (),
            {"where": Job.status == "failed"},
            "where= names columns of another table: this report reads runs",
        ),
        ((), {"since": "999999999d"}, "is out of range"),
        ((), {"until": "9999-12-31", "by": "month", "fill": True}, "reaches the end of the calendar"),
    ],
)
async def test_what_would_give_a_wrong_answer_is_refused(
    positional: tuple, options: dict, sentence: str
) -> None:
    """Options without names, empty filters, other tables and impossible times, before any SQL."""
    with pytest.raises(ParameterError) as caught:
        await job_durations(*positional, **options)
    assert sentence in str(caught.value)


async def test_times_at_infinity_break_no_report(empty_database: str) -> None:
    """as_of='data' passes them over, and far windows have no period before."""
    await store(job(device("a"), "completed", "11-20 06:00:00", "11-20 06:00:10"))
    async with get_db() as db:
        await db.execute(text("insert into jobs (status, started_at) values ('running', 'infinity')"))
        await db.execute(text("insert into jobs (status, completed_at) values ('failed', '-infinity')"))
    for report in catalogue.values():
        assert about(await report(as_of="data"))["as_of"] == "2026-11-20T06:00:10+00:00"
    assert rows(await failure_rates(since="500000d", as_of=NOW), "runs") == [(1,)]


async def test_a_transaction_that_has_failed_is_one_sentence(empty_database: str) -> None:
    """No error of the driver comes through."""
    async with get_db() as db:
        with pytest.raises(QueryError):
            await frame(text("select 1/0"), db)
        with pytest.raises(QueryError, match="current transaction is aborted"):
            await job_durations(db)
        await db.rollback()


async def test_nothing_to_fill_between_is_an_empty_answer(empty_database: str) -> None:
    """All of history, filled, of a database without runs."""
    assert len(await job_durations(since="all", fill=True, by="day", as_of=NOW)) == 0


async def test_a_report_of_events_takes_no_by() -> None:
    """config_changes lists changes and groups nothing."""
    with pytest.raises(ParameterError, match="config_changes takes no option 'by'"):
        await config_changes(by="device")


async def test_a_database_without_netravens_tables_is_refused(
    blank_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence says how to get some."""
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", blank_database)
    with pytest.raises(SchemaError, match="netraven-analytics db upgrade"):
        await job_durations()


@pytest.mark.parametrize("name", sorted(catalogue))
def test_signature_and_docstring_are_real(name: str) -> None:
    """Completion and ? show every option by name, and the definition."""
    report = catalogue[name]
    parameters = inspect.signature(report).parameters
    assert next(iter(parameters)) == "db"
    assert parameters["since"].default in ("30d", "all")
    assert {"until", "as_of", "tz", "device", "device_type", "tag", "where", "top"} <= set(parameters)
    assert inspect.getdoc(report) == report.definition
    for heading in ("Columns:", "Example:"):
        assert heading in report.definition


def columns_told(report: Report, heading: str) -> list[str]:
    """The names that stand in front of a colon under a heading of the docstring."""
    told = report.definition.partition(f"\n{heading}:\n")[2].partition("\n\n")[0]
    return [
        name for line in re.findall(r"^    (\w[\w, ]*):", told, re.MULTILINE) for name in line.split(", ")
    ]


@pytest.mark.parametrize("name", sorted(catalogue))
async def test_the_docstring_tells_the_columns_of_the_answer(empty_database: str, name: str) -> None:
    """Exactly those that there are without options; those of other groups have a heading of their own."""
    report = catalogue[name]
    assert sorted(columns_told(report, "Columns")) == sorted((await report()).columns)
    headed = re.findall(r"^Columns with ``(by(?:=.device.)?)``:$", report.definition, re.MULTILINE)
    by = "device" if "device" in report.dimensions else "hour"
    for options in headed:
        own = {*(await report(by=by)).columns} - {"device_id", "hostname", "hour", "complete"}
        assert sorted(columns_told(report, f"Columns with ``{options}``")) == sorted(own)


@pytest.mark.parametrize("name", sorted(catalogue))
async def test_the_columns_of_an_answer_are_known_without_asking(empty_database: str, name: str) -> None:
    """With their dtypes, whatever the groups are."""
    report = catalogue[name]
    groups = [{"by": dimension.replace("<type>", "site")} for dimension in report.dimensions]
    for options in [{"as_of": "data"}, report.bundle, *groups]:
        empty, answer = report.empty(**options), await report(**options)
        assert len(empty) == 0
        assert empty.dtypes.to_dict() == answer.dtypes.to_dict()


def test_a_window_is_stated_in_utc_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """NETRAVEN_TZ is the time zone of a question that names none."""
    monkeypatch.setenv("NETRAVEN_TZ", "Africa/Cairo")
    sql = job_durations.sql(since="2024-04-26", until="2024-04-27", as_of=at("2024-05-01 00:00"))
    assert "'2024-04-25 22:00:00" in sql
    assert "'2024-04-26 21:00:00" in sql
    assert NOW.tzinfo is UTC


GROUPING = sorted(name for name, report in catalogue.items() if "tag:<type>" in report.dimensions)


@pytest.mark.parametrize("name", GROUPING)
async def test_a_tag_type_may_be_called_like_any_column_of_the_answer(empty_database: str, name: str) -> None:
    """Also like one that only grouped answers have: the tag's column has a prefix and its groups."""
    report = catalogue[name]
    grouped = report.statement(by="tag:role").selected_columns.keys()
    made = [column.name for column in report.output]
    columns = sorted(set(made) or {*report.statement().selected_columns.keys(), *grouped[1:], "age"})
    tagged = device("a", *(f"{column}:of {column}" for column in columns))
    await store(job(tagged, "failed", "11-20 06:00", "11-20 06:01"))
    for column in columns:
        options = {"by": f"tag:{column}", "as_of": NOW}
        table = await (report(**options) if made else frame(report.statement(**options)))
        assert table.columns.is_unique
        assert table.columns[0] in (column, f"tag_{column}")
        assert table.iloc[0, 0] == f"of {column}"
    table = await report(by=[f"tag:{column}" for column in columns[:3]], as_of=NOW)
    assert [f"of {column}" for column in columns[:3]] == table.iloc[0, :3].tolist()


class TestNamesThatNobodyHas:
    """A filter that matches no device is told from a quiet window, with the nearest name that exists."""

    @pytest.mark.parametrize(
        ("options", "beginning"),
        [
            ({"device": "ber-core-2"}, "device='ber-core-2' matches no device (did you mean 'ber-core-1'?)"),
            ({"device": ["ber-*", "xyz"]}, "device='xyz' matches no device."),
            (
                {"device_type": "cisco_iso"},
                "device_type='cisco_iso' matches no device (did you mean 'cisco_ios'?).",
            ),
            (
                {"tag": "site:rom"},
                "tag='site:rom' matches no device (did you mean 'site:rome'?)",
            ),
            ({"tag": "sites:rome"}, "tag: no tag is of the type 'sites' (did you mean 'site'?)"),
            ({"by": "tag:sites"}, "by: no tag is of the type 'sites' (did you mean 'site'?)"),
        ],
    )
    async def test_is_a_note(self, empty_database: str, options: dict, beginning: str) -> None:
        """Also where other values of the filter match."""
        d = device("ber-core-1", "site:rome")
        await store(job(d, "completed", "11-20 06:00", "11-20 06:01"))
        assert f"{beginning.rstrip('.')}." in about(await job_durations(as_of=NOW, **options))["notes"]

    async def test_names_that_exist_are_no_note(self, empty_database: str) -> None:
        """Whether or not their devices have runs."""
        await store(device("a", "site:rome"))
        table = await job_durations(as_of=NOW, device="?", device_type="cisco_*", tag="site:rome")
        assert not [note for note in about(table)["notes"] if "matches no" in note or "no tag" in note]
