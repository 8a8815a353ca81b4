"""The definitions behind error_signatures: messages in, signatures out."""

from netraven_analytics import error_signatures
from netraven_db.db.connection import connect
from netraven_db.db.models import Device, Job, JobLog
from tests.netraven_analytics.plans import plan_of, store_history
from tests.netraven_analytics.spec import NOW, about, at, device, job, rows, store

MESSAGES = """
insert into job_logs (job_id, level, message, timestamp)
select id, 'ERROR', 'x ' || id, started_at from jobs where id % 2 = 0;
analyze job_logs;
"""
COUNTS = ("signature", "level", "messages", "runs", "devices")


def run(of: Device | None, day: str = "11-20", *messages: str, level: str = "ERROR") -> Job:
    """A failed run at 06:00 that says these messages, a second apart."""
    made = job(of, "failed", f"{day} 06:00:00", f"{day} 06:01:00")
    made.logs = [
        JobLog(message=text, level=level, timestamp=at(f"{day} 06:00:{second:02}"))
        for second, text in enumerate(messages)
    ]
    return made


async def test_messages_are_counted_by_what_is_left_when_masked(empty_database: str) -> None:
    """With their runs and devices; the most frequent comes first, and a level has rows of its own."""
    a, b = device("a"), device("b")
    await store(
        run(a, "11-20", "timed out after 30 s", "timed out after 31 s", "refused by 10.0.0.1"),
        run(a, "11-21", "timed out after 32 s"),
        run(b, "11-20", "timed out after 9 s"),
        run(b, "11-21", "timed out after 8 s", level="WARNING"),
        run(None, "11-20", "refused by 10.0.0.2"),
    )
    assert rows(await error_signatures(as_of=NOW), *COUNTS) == [
        ("timed out after <duration>", "ERROR", 4, 3, 2),
        ("refused by <ip>", "ERROR", 2, 2, 1),
        ("timed out after <duration>", "WARNING", 1, 1, 1),
    ]


async def test_other_levels_and_what_comes_after_as_of_are_not_read(empty_database: str) -> None:
    """INFO is no reason, and tomorrow's message is not there yet."""
    d = device("a")
    await store(run(d, "11-19", "fine", level="INFO"), run(d, "11-20", "first", "second"))
    table = await error_signatures(as_of="2026-11-20T06:00:00.5Z")
    assert rows(table, "signature") == [("first",)]


async def test_first_and_last_seen_and_the_newest_example(empty_database: str) -> None:
    """The times are those of the messages, the example is one as it was, with its device's name."""
    d = device("ber-1")
    await store(run(d, "11-19", "ber-1 took 5 min"), run(d, "11-20", "ber-1 took 6 min"))
    table = await error_signatures(as_of=NOW)
    assert rows(table, "signature", "first_seen_at", "last_seen_at", "example") == [
        (
            "<host> took <duration>",
            "2026-11-19T06:00:00+00:00",
            "2026-11-20T06:00:00+00:00",
            "ber-1 took 6 min",
        )
    ]


async def test_new_since_looks_back_by_the_length_of_the_window(empty_database: str) -> None:
    """What was there in the week before is not new; what was there two weeks before is; all has no before."""
    d = device("a")
    await store(
        run(d, "11-20", "old 1", "new 1", "again 1"), run(d, "11-10", "old 2"), run(d, "11-01", "again 2")
    )
    week = await error_signatures(as_of=NOW, since="7d")
    assert sorted(rows(week, "signature", "messages", "new_since")) == [
        ("again <n>", 1, True),
        ("new <n>", 1, True),
        ("old <n>", 1, False),
    ]
    always = await error_signatures(as_of=NOW, since="all")
    assert {row[0] for row in rows(always, "new_since")} == {None}


async def test_secrets_are_neither_in_the_signature_nor_in_the_example(empty_database: str) -> None:
    """Redaction sees the text before it is masked, and two secrets give one signature."""
    d = device("a")
    await store(
        run(d, "11-20", "rejected: username x password 7 hunter", "rejected: username x password 7 rabbit"),
        run(d, "11-21", "rejected: snmp-server community s3cret RO"),
    )
    table = await error_signatures(as_of=NOW)
    shown = table.to_csv() + str(about(table))
    assert rows(table, "signature", "messages") == [
        ("rejected: username x password <n> <secret>", 2),
        ("rejected: snmp-server community <secret> RO", 1),
    ]
    assert not any(secret in shown for secret in ("hunter", "rabbit", "s3cret"))


async def test_of_a_message_only_the_beginning_is_read(empty_database: str) -> None:
    """A megabyte that a device sent is neither carried over nor shown."""
    await store(run(device("a"), "11-20", "boom " + "x" * 1_000_000))
    table = await error_signatures(as_of=NOW)
    assert len(table["example"].iloc[0]) == 500


async def test_a_secret_at_the_end_of_what_is_shown_is_known_by_what_follows(empty_database: str) -> None:
    """The password of a URL is one by the @ behind it, of which nothing is shown."""
    await store(
        run(device("a"), "11-20", "y " * 232 + "fetching https://admin:SuperSecretPassw0rd@host/x failed")
    )
    (example,) = (await error_signatures(as_of=NOW))["example"]
    assert "https://admin:" in example
    assert "Super" not in example


async def test_filters_choose_the_runs_devices(empty_database: str) -> None:
    """The messages of other devices are not there."""
    await store(run(device("ber-1"), "11-20", "x"), run(device("muc-1"), "11-20", "y"))
    assert rows(await error_signatures(as_of=NOW, device="ber-*"), "signature") == [("x",)]


async def test_an_empty_answer_has_the_columns_and_dtypes_of_a_full_one(empty_database: str) -> None:
    """No messages, or some: the frame has the same shape."""
    empty = await error_signatures(as_of=NOW)
    await store(run(device("a"), "11-20", "x"))
    full = await error_signatures(as_of=NOW)
    assert (len(empty), len(full)) == (0, 1)
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


# A server's own settings are those of turning disks, on which reading all of a small table is cheaper.
SOLID_STATE = """
    DO $$ BEGIN EXECUTE format('alter database %I set random_page_cost = 1.1', current_database()); END $$
"""


async def test_a_window_is_found_by_index(empty_database: str) -> None:
    """Two weeks of 4.5 years, a week and the one before, are read without a scan of all runs or messages."""
    await store_history(empty_database)
    connection = await connect(empty_database)
    await connection.execute(MESSAGES)
    await connection.execute(SOLID_STATE)
    await connection.close()
    plan = await plan_of(error_signatures, since="7d", as_of=NOW)
    assert "ix_jobs_run_at" in plan
    assert "ix_job_logs_run" in plan
    assert "Seq Scan on job" not in plan
