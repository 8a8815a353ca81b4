"""The definitions behind failure_episodes: rows in, answers out."""

from typing import Any

import pytest

from netraven_analytics import failure_episodes
from netraven_analytics.facts import runs
from netraven_db.db.models import Device, Job
from tests.netraven_analytics.plans import plan_of, store_history
from tests.netraven_analytics.spec import NOW, about, device, job, rows, store

EVENT = ("hostname", "started_at", "ended_at", "failures", "duration", "open")
DAY = 86_400.0


def days(of: Device | None, outcomes: str, first: int = 1) -> list[Job]:
    """A run at 06:00 of consecutive days of November: ``+`` succeeded, ``-`` failed, and others."""
    status = {"+": "completed", "-": "failed", "r": "running", "p": "pending", "?": "skipped"}
    return [
        job(
            of, status[outcome], f"11-{day:02} 06:00:00", f"11-{day:02} 06:01:00" if outcome in "+-" else None
        )
        for day, outcome in enumerate(outcomes, start=first)
    ]


def on(day: int) -> str:
    """That day at 06:00, as an answer writes it."""
    return f"2026-11-{day:02}T06:00:00+00:00"


async def test_an_episode_lasts_from_the_first_failure_to_the_next_success(empty_database: str) -> None:
    """Two failures between successes are one episode of two days; the newest episode comes first."""
    await store(*days(device("a"), "+--+-+"))
    assert rows(await failure_episodes(as_of=NOW), *EVENT) == [
        ("a", on(5), on(6), 1, DAY, False),
        ("a", on(2), on(4), 2, 2 * DAY, False),
    ]


async def test_an_episode_without_a_success_is_open(empty_database: str) -> None:
    """It has no end, and lasted at least until as_of."""
    await store(*days(device("a"), "+--", first=20))
    (found,) = rows(await failure_episodes(as_of=NOW), *EVENT)
    assert found == ("a", on(21), None, 2, DAY + 6 * 3600, True)


async def test_a_device_that_never_succeeded_has_one_open_episode(empty_database: str) -> None:
    """It begins with the first known run."""
    await store(*days(device("a"), "---", first=20))
    assert rows(await failure_episodes(as_of=NOW), "started_at", "failures", "open") == [(on(20), 3, True)]


async def test_runs_that_are_not_terminal_neither_begin_nor_end_an_episode(empty_database: str) -> None:
    """Running, pending and unknown runs between two failures leave one episode one."""
    await store(*days(device("a"), "+-rp?-+"))
    assert rows(await failure_episodes(as_of=NOW), *EVENT) == [("a", on(2), on(7), 2, 5 * DAY, False)]


async def test_each_device_has_its_own_episodes(empty_database: str) -> None:
    """A success of one device ends nothing of another."""
    await store(*days(device("a"), "+-", first=20), *days(device("b"), "-+", first=20))
    assert sorted(rows(await failure_episodes(as_of=NOW), "hostname", "started_at", "open")) == [
        ("a", on(21), True),
        ("b", on(20), False),
    ]


async def test_runs_of_the_same_time_are_in_the_order_of_their_ids(empty_database: str) -> None:
    """A failure and the success recorded after it at the same instant are an episode of no length."""
    d = device("a")
    await store(d)
    for status in ("failed", "completed"):
        await store(job(d, status, "11-20 06:00:00", "11-20 06:01:00"))
    assert rows(await failure_episodes(as_of=NOW), "failures", "duration", "open") == [(1, 0.0, False)]


async def test_an_episode_belongs_to_the_window_by_its_start(empty_database: str) -> None:
    """A streak that began before the window is not in it; whether it did, the run before the window says."""
    await store(*days(device("a"), "+--+", first=10), *days(device("b"), "+-+", first=11))
    table = await failure_episodes(as_of=NOW, since="2026-11-12")
    assert rows(table, "hostname", "started_at") == [("b", on(12))]


async def test_the_run_before_may_be_long_ago(empty_database: str) -> None:
    """A device whose last run, years ago, failed does not begin an episode by failing again."""
    d = device("a")
    await store(job(d, "failed", "2020-01-01 06:00", "2020-01-01 06:01"), *days(d, "-+", first=20))
    assert rows(await failure_episodes(as_of=NOW)) == []
    assert rows(await failure_episodes(as_of=NOW, since="all"), "failures", "open") == [(2, False)]


async def test_an_episode_may_end_behind_the_window(empty_database: str) -> None:
    """Its end and all of its failures are shown, as far as as_of sees."""
    await store(*days(device("a"), "+---+", first=10), *days(device("b"), "+---", first=10))
    table = await failure_episodes(as_of=NOW, since="2026-11-10", until="2026-11-12")
    assert sorted(rows(table, "hostname", "started_at", "ended_at", "failures")) == [
        ("a", on(11), on(14), 3),
        ("b", on(11), None, 3),
    ]
    earlier = await failure_episodes(as_of="2026-11-12T12:00Z", since="2026-11-10", until="2026-11-12")
    assert sorted(rows(earlier, "hostname", "ended_at", "failures")) == [("a", None, 2), ("b", None, 2)]


async def test_failures_of_deleted_devices_are_counted_and_in_no_episode(empty_database: str) -> None:
    """Without their device nobody knows which runs follow each other."""
    await store(*days(None, "-+--"), *days(device("a"), "+"))
    table = await failure_episodes(as_of=NOW)
    assert rows(table) == []
    assert about(table)["left_out"] == {"failures_of_deleted_devices": 3}
    grouped = await failure_episodes(by="device", as_of=NOW)
    assert rows(grouped, "hostname", "runs", "episodes", "current_streak", "exposure") == [
        ("a", 1, 0, 0, None),
        ("(deleted device)", 4, None, None, None),
    ]


async def test_mttr_is_over_closed_episodes(empty_database: str) -> None:
    """The open one is counted beside and pulls nothing down."""
    await store(*days(device("a"), "+-+---+-", first=10))
    table = await failure_episodes(by="device", as_of=NOW)
    assert rows(table, "runs", "episodes", "open_episodes", "mttr") == [(8, 3, 1, 2 * DAY)]


async def test_mtbf_is_exposure_over_episodes(empty_database: str) -> None:
    """Exposure is the time from each success to the next terminal run: of ++-+++-, four days of six."""
    await store(*days(device("a"), "++-+++-", first=10))
    table = await failure_episodes(by="device", as_of=NOW)
    assert rows(table, "exposure", "episodes", "mtbf") == [(5 * DAY, 2, 2.5 * DAY)]


async def test_exposure_begins_with_the_window_where_the_run_before_succeeded(empty_database: str) -> None:
    """Of the day between a success before the window and a failure in it, the part inside counts."""
    await store(*days(device("a"), "+-", first=11), *days(device("b"), "-+", first=11))
    table = await failure_episodes(by="device", as_of=NOW, since="2026-11-12")
    assert sorted(rows(table, "hostname", "exposure", "mtbf")) == [("a", DAY / 4, DAY / 4), ("b", None, None)]


async def test_a_group_without_an_episode_has_no_mean(empty_database: str) -> None:
    """Three good days are exposure, and no measured time between failures."""
    await store(*days(device("a"), "+++"))
    table = await failure_episodes(by="device_type", as_of=NOW)
    assert rows(table, "devices", "episodes", "mttr", "exposure", "mtbf") == [(1, 0, None, 2 * DAY, None)]


async def test_the_current_streak_reaches_back_beyond_the_window(empty_database: str) -> None:
    """Failures in a row up to as_of, of a group the longest; a success ends it."""
    await store(
        *days(device("a"), "+-----", first=10),
        *days(device("b"), "------", first=10),
        *days(device("c", device_type="arista_eos"), "-----+", first=10),
    )
    window = {"since": "2026-11-14", "as_of": NOW}
    table = await failure_episodes(by="device", **window)
    assert sorted(rows(table, "hostname", "current_streak")) == [("a", 5), ("b", 6), ("c", 0)]
    table = await failure_episodes(by="device_type", **window)
    assert sorted(rows(table, "device_type", "current_streak")) == [("arista_eos", 0), ("cisco_ios", 6)]


async def test_groups_share_out_the_sums_of_their_devices(empty_database: str) -> None:
    """MTTR of a group is over its episodes, not a mean of its devices' means; totals count a device once."""
    await store(*days(device("a", "role:x", "role:y"), "+-+-+-+", first=10))
    await store(*days(device("b"), "+---+", first=10))
    table = await failure_episodes(by="tag:role", as_of=NOW)
    assert sorted(rows(table, "role", "episodes", "mttr")) == [
        ("(none)", 1, 3 * DAY),
        ("x", 3, DAY),
        ("y", 3, DAY),
    ]
    totals = about(table)["totals"]
    assert (totals["episodes"], totals["mttr_seconds"], totals["exposure_seconds"]) == (4, 1.5 * DAY, 4 * DAY)


async def test_filters_choose_devices_and_where_chooses_runs(empty_database: str) -> None:
    """where= makes episodes of those runs alone."""
    a, b = device("ber-1"), device("muc-1")
    await store(*days(a, "+-+"), *days(b, "+-+"), job(a, "failed", None, "11-05 06:00:00"))
    assert [row[0] for row in rows(await failure_episodes(device="ber-*", as_of=NOW), "hostname")] == [
        "ber-1",
        "ber-1",
    ]
    started = await failure_episodes(where=runs.c.started_at.is_not(None), as_of=NOW)
    assert sorted(rows(started, "hostname")) == [("ber-1",), ("muc-1",)]


@pytest.mark.parametrize("by", [None, "device", "tag:role"])
async def test_an_empty_answer_has_the_columns_and_dtypes_of_a_full_one(
    empty_database: str, by: str | None
) -> None:
    """No episodes, or some: the frame has the same shape."""
    empty = await failure_episodes(by=by, as_of=NOW)
    await store(*days(device("a"), "+-+-"))
    full = await failure_episodes(by=by, as_of=NOW)
    assert (len(empty), len(full)) == (0, 2 if by is None else 1)
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


@pytest.mark.parametrize(
    "options", [{}, {"by": "device"}, {"by": "device_type", "until": "2d"}], ids=lambda o: ",".join(o)
)
async def test_a_window_and_what_surrounds_it_are_found_by_index(
    empty_database: str, options: dict[str, Any]
) -> None:
    """A week of 4.5 years of runs is read by time, and beyond it each device's runs, without a full scan."""
    await store_history(empty_database)
    plan = await plan_of(failure_episodes, since="7d", as_of=NOW, **options)
    assert "ix_jobs_run_at" in plan
    assert "ix_jobs_device_run_at" in plan
    assert "Seq Scan on jobs" not in plan
