"""The fact *run*: what a row of jobs means, seen from an instant."""

from typing import Any

from sqlalchemy import select

from netraven_analytics import frame
from netraven_analytics.facts import runs
from tests.netraven_analytics.spec import NOW, at, device, job, rows, store


async def _runs(*columns: str, as_of: Any = NOW) -> list[tuple[Any, ...]]:
    statement = select(*(runs.c[name] for name in columns)).order_by(runs.c.run_id).params(as_of=as_of)
    return rows(await frame(statement))


async def test_every_status_has_an_outcome(empty_database: str) -> None:
    """The four known statuses are named, any other is other."""
    for status in ("pending", "running", "completed", "failed", "COMPLETED", "cancelled", ""):
        await store(job(None, status, "11-20 06:00"))
    expected = ("pending", "running", "succeeded", "failed", "other", "other", "other")
    assert await _runs("outcome") == [(outcome,) for outcome in expected]


async def test_the_time_of_a_run_is_its_start_else_its_schedule_else_its_end(empty_database: str) -> None:
    """A run with none of them has no time."""
    await store(job(None, "completed", "11-20 06:00", "11-20 08:00", scheduled="11-20 05:00"))
    await store(job(None, "failed", None, "11-20 08:00", scheduled="11-20 05:00"))
    await store(job(None, "failed", None, "11-20 08:00"))
    await store(job(None, "pending", None))
    assert await _runs("run_at") == [
        ("2026-11-20T06:00:00+00:00",),
        ("2026-11-20T05:00:00+00:00",),
        ("2026-11-20T08:00:00+00:00",),
        (None,),
    ]


async def test_seen_from_before_its_end_a_run_is_running(empty_database: str) -> None:
    """It has run until as_of then; once ended, it has a duration; before its start it is not there."""
    await store(job(None, "completed", "11-20 06:00:00", "11-20 06:10:00"))
    columns = ("outcome", "duration", "running_for", "finished_at", "invalid")
    assert await _runs(*columns, as_of=at("11-20 05:59")) == []
    assert await _runs(*columns, as_of=at("11-20 06:04")) == [("running", None, 240.0, None, False)]
    assert await _runs(*columns, as_of=at("11-20 06:10")) == [
        ("succeeded", 600.0, None, "2026-11-20T06:10:00+00:00", False)
    ]


async def test_invalid_runs_are_terminal_ones_without_a_duration(empty_database: str) -> None:
    """Negative, without a start, without an end: invalid; a pending run without times is not."""
    await store(job(None, "completed", "11-20 06:10", "11-20 06:00"))
    await store(job(None, "failed", None, "11-20 06:00"))
    await store(job(None, "failed", "11-20 06:00"))
    await store(job(None, "pending", None))
    assert await _runs("invalid", "duration") == [(True, None), (True, None), (True, None), (False, None)]


async def test_runs_of_deleted_devices_stay(empty_database: str) -> None:
    """They have no device."""
    await store(
        job(None, "completed", "11-20 06:00", "11-20 06:01"), job(device("a"), "failed", "11-20 07:00")
    )
    assert sorted(await _runs("device_id", "outcome"), key=str) == [(1, "failed"), (None, "succeeded")]
