"""The definitions behind duration_anomalies: runs in, unusual runs out."""

from datetime import timedelta
from typing import Any

import pytest

from netraven_analytics import duration_anomalies
from netraven_db.db.models import Device, Job
from netraven_db.errors import ParameterError
from tests.netraven_analytics.plans import plan_of, store_history
from tests.netraven_analytics.spec import NOW, about, at, device, job, rows, store

STEADY = (9.0, 10.0, 11.0, 10.0) * 3  # median 10, MAD 0.5


def hourly(
    of: Device | None, durations: tuple[float, ...], start: str = "11-20 00:00", **more: Any
) -> list[Job]:
    """A succeeded run an hour, of these many seconds."""
    begun = [at(start) + timedelta(hours=number) for number in range(len(durations))]
    return [
        Job(device=of, status="completed", started_at=t, completed_at=t + timedelta(seconds=seconds))
        for t, seconds in zip(begun, durations, strict=True)
    ]


async def test_a_run_is_unusual_beside_its_devices_own_past(empty_database: str) -> None:
    """z = (42 - 10) / (1.4826 * 0.5), said in words; what is slow for one device is usual for another."""
    await store(*hourly(device("a"), (*STEADY, 42.0)), *hourly(device("b"), (42.0,) * 13))
    table = await duration_anomalies(as_of=NOW)
    assert rows(table, "hostname", "outcome", "duration", "usual", "past_runs", "z", "reason") == [
        (
            "a",
            "succeeded",
            42.0,
            10.0,
            12,
            round(32 / (1.4826 * 0.5), 6),
            "4.2 times the usual 0:00:10 of this device's last 12 runs",
        )
    ]


async def test_a_short_run_is_unusual_too(empty_database: str) -> None:
    """Its z is negative."""
    await store(*hourly(device("a"), (*STEADY, 1.0)))
    assert rows(await duration_anomalies(as_of=NOW), "z", "reason") == [
        (round(-9 / (1.4826 * 0.5), 6), "0.1 times the usual 0:00:10 of this device's last 12 runs")
    ]


async def test_later_runs_do_not_matter(empty_database: str) -> None:
    """The first slow run is judged as if the slow ones after it had not been."""
    await store(*hourly(device("a"), (*STEADY, 42.0, *(42.0,) * 40)))
    table = await duration_anomalies(as_of=NOW)
    alone = await duration_anomalies(as_of="2026-11-20T12:30Z")
    assert rows(table)[-1] == rows(alone)[0]


async def test_the_past_is_the_last_50_runs(empty_database: str) -> None:
    """A device that got slow for good is usual again after as many."""
    await store(*hourly(device("a"), (*(10.0, 11.0) * 30, *(50.0, 51.0) * 25, 10.0), "11-15 00:00"))
    newest = rows(await duration_anomalies(as_of=NOW), "duration", "usual", "past_runs")[0]
    assert newest == (10.0, 50.5, 50)


async def test_the_past_reaches_back_90_days_and_beyond_the_window(empty_database: str) -> None:
    """Runs before the window are its runs' past; what is older than 90 days is not."""
    a, b = device("a"), device("b")
    await store(*hourly(a, STEADY, "09-01 00:00"), *hourly(a, (42.0,), "11-21 06:00"))
    await store(*hourly(b, STEADY, "08-01 00:00"), *hourly(b, (42.0,), "11-21 06:00"))
    table = await duration_anomalies(as_of=NOW, since="2d")
    assert rows(table, "hostname", "past_runs") == [("a", 12)]
    assert about(table)["left_out"] == {"too_little_past": 1}
    everything = await duration_anomalies(as_of=NOW, since="all")
    assert rows(everything, "hostname", "past_runs") == [("a", 12)]


async def test_too_little_past_says_nothing(empty_database: str) -> None:
    """Ten runs before are needed, or min_past."""
    await store(*hourly(device("a"), (*STEADY[:9], 42.0)))
    table = await duration_anomalies(as_of=NOW)
    assert rows(table) == []
    assert about(table)["left_out"] == {"too_little_past": 10}
    assert rows(await duration_anomalies(as_of=NOW, min_past=9), "past_runs") == [(9,)]


async def test_runs_without_a_duration_or_a_device_are_counted(empty_database: str) -> None:
    """They are in nobody's past, and running ones are not unusual yet."""
    a = device("a")
    await store(
        *hourly(a, STEADY),
        job(a, "completed", "11-21 06:00:10", "11-21 06:00:00"),
        job(a, "running", "11-22 06:00:00"),
        *hourly(None, (*STEADY, 42.0)),
    )
    table = await duration_anomalies(as_of=NOW)
    assert rows(table) == []
    assert about(table)["left_out"] == {"runs_of_deleted_devices": 13, "invalid": 1, "too_little_past": 10}


async def test_a_past_that_is_all_equal_counts_in_seconds(empty_database: str) -> None:
    """There is no spread to compare with: z is the difference in seconds, and words say it."""
    await store(*hourly(device("a"), (*(100.0,) * 12, 104.0)), *hourly(device("b"), (*(0.0,) * 12, 5.5)))
    assert sorted(rows(await duration_anomalies(as_of=NOW), "z", "reason")) == [
        (4.0, "0:00:04 longer than the usual 0:01:40 of this device's last 12 runs"),
        (5.5, "0:00:05.5 longer than the usual 0:00:00 of this device's last 12 runs"),
    ]


async def test_the_threshold_is_an_option(empty_database: str) -> None:
    """As a number or, from a command line, as text."""
    await store(*hourly(device("a"), (*STEADY, 12.0)))
    assert rows(await duration_anomalies(as_of=NOW)) == []
    assert len(await duration_anomalies(as_of=NOW, threshold="2.5")) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "option", [{"threshold": 0}, {"threshold": "x"}, {"min_past": 2.5}, {"min_past": 51}]
)
def test_a_value_that_makes_no_sense_is_refused(option: dict[str, Any]) -> None:
    """Before any SQL, with what is accepted."""
    with pytest.raises(ParameterError, match=r"it takes a (whole )?number"):
        duration_anomalies.statement(**option)


async def test_an_empty_answer_has_the_columns_and_dtypes_of_a_full_one(empty_database: str) -> None:
    """No unusual runs, or some: the frame has the same shape."""
    empty = await duration_anomalies(as_of=NOW)
    await store(*hourly(device("a"), (*STEADY, 42.0)))
    full = await duration_anomalies(as_of=NOW)
    assert (len(empty), len(full)) == (0, 1)
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


async def test_a_window_and_its_past_are_found_by_index(empty_database: str) -> None:
    """A week and 90 days of 4.5 years are read without a scan of them all."""
    await store_history(empty_database)
    plan = await plan_of(duration_anomalies, since="7d", as_of=NOW)
    assert "ix_jobs_run_at" in plan
    assert "Seq Scan on jobs" not in plan
