"""What ``config refresh`` stores, and that nothing but time depends on it."""

import asyncio
import os
from typing import Any

import pytest

from netraven_analytics import config_changes, sql
from netraven_analytics.configs import changes, finding
from netraven_analytics.refresh import Refreshed, refresh
from netraven_db import migrate
from netraven_db.db.connection import connect
from netraven_db.errors import QueryError, SchemaError
from netraven_db.services import digests
from tests.netraven_analytics.spec import NOW, device, rows, snapshot, store


async def _history(*texts: str) -> None:
    d = device("a")
    await store(*(snapshot(d, f"11-{n:02} 06:00:00", f"{text}\n") for n, text in enumerate(texts, start=1)))


async def execute(statement: str) -> None:
    connection = await connect(os.environ["NETRAVEN_DATABASE_URL"])
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_it_stores_what_is_missing_once(empty_database: str) -> None:
    """The second time there is nothing to do; what comes since is all there is the third time."""
    await _history("A", "A", "B", "A")
    assert await refresh() == Refreshed(digests=0, normalised=4, changes=2)
    assert await refresh() == Refreshed(0, 0, 0)
    await execute(
        "insert into device_configurations (device_id, config_data, retrieved_at) "
        "values (1, 'C', '2026-11-09')"
    )
    assert await refresh() == Refreshed(0, 1, 1)


async def test_each_text_is_normalised_once(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many snapshots have it; and reports read no text at all afterwards."""
    await _history("A", "A", "B", "A", "B")
    read: list[str] = []
    real = finding.normalise
    monkeypatch.setattr(finding, "normalise", lambda text, kind: read.append(text) or real(text, kind))
    await refresh()
    assert sorted(read) == ["A\n", "B\n"]
    monkeypatch.setattr(finding, "normalise", None)
    monkeypatch.setattr(changes, "normalise", None)
    assert len(await config_changes(as_of=NOW)) == 3


async def test_a_report_reads_only_what_digests_cannot_tell(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a refresh too: equal texts are read once, and a device without differences not at all."""
    await _history("A", "A", "B", "B")
    other = device("b")
    await store(*(snapshot(other, f"11-0{n} 06:00:00", "same\n") for n in range(1, 5)))
    read: list[str] = []
    real = finding.normalise
    monkeypatch.setattr(finding, "normalise", lambda text, kind: read.append(text) or real(text, kind))
    assert rows(await config_changes(as_of=NOW), "hostname") == [("a",)]
    assert sorted(read) == ["A\n", "B\n"]


async def test_two_at_once(empty_database: str) -> None:
    """Both succeed, and together they store everything once."""
    for name in "abcdef":
        d = device(name)
        await store(*(snapshot(d, f"11-0{n} 06:00:00", f"{n // 2}\n") for n in range(1, 9)))
    made = await asyncio.gather(refresh(), refresh(), refresh())
    assert sum(each.normalised for each in made) == 48
    assert sum(each.changes for each in made) == 24


async def test_an_edit_while_it_works(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was computed of a text that is gone meanwhile is not stored as that of the new one."""
    await _history("A", "B")
    real = digests.store_normalised
    edits = iter(["update device_configurations set config_data = 'C' where id = 2"])

    async def slow(db: Any, found: Any) -> int:
        for edit in edits:
            await execute(edit)
        return await real(db, found)

    monkeypatch.setattr("netraven_analytics.refresh.store_normalised", slow)
    await refresh()
    right = "sha256(convert_to(rtrim(config_data, E'\\n') || E'\\n', 'UTF8'))"
    table = await sql(
        "select count(*) filter (where normalised_sha256 is null) as open, "
        f"count(*) filter (where normalised_sha256 <> {right}) as wrong "
        "from analytics.configuration_digests join device_configurations on id = configuration_id"
    )
    assert rows(table) == [(0, 0)]


async def test_what_a_switched_off_trigger_missed(empty_database: str) -> None:
    """Rows restored, or deleted, with triggers disabled are found by the next refresh."""
    await _history("A", "B")
    await execute(
        "alter table device_configurations disable trigger all; "
        "delete from device_configurations where id = 1; "
        "insert into device_configurations values (7, 1, 'C', '2026-11-07'), (5, 1, 'D', '2026-11-05'); "
        "alter table device_configurations enable trigger all"
    )
    assert (await refresh()).digests == 2
    assert rows(await config_changes(as_of=NOW), "from_id", "to_id") == [(5, 7), (2, 5)]


async def test_without_the_upgrade(blank_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database without digests is refused in one sentence that says what to do."""
    await migrate.upgrade(blank_database, "8a76c492719c")
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", blank_database)
    with pytest.raises(SchemaError, match="run 'netraven-analytics db upgrade'"):
        await refresh()


async def test_without_the_right_to_write(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may only read is told so, and nothing changes."""
    await _history("A", "B")
    await execute("create role test_refresh_reader; grant pg_read_all_data to test_refresh_reader")
    try:
        named = f"{empty_database}{'&' if '?' in empty_database else '?'}role=test_refresh_reader"
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", named)
        with pytest.raises(QueryError, match="permission denied"):
            await refresh()
    finally:
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", empty_database)
        await execute("drop role test_refresh_reader")
