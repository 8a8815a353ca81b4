"""Delays, hanging runs, freshness, timeline and inventory of the demo fleet, beside its answer key."""

from datetime import UTC, datetime, timedelta

from netraven_analytics import (
    backup_freshness,
    device_inventory,
    frame,
    job_timeline,
    queue_delays,
    sql,
    stuck_jobs,
)
from netraven_analytics.demo import AnswerKey, FleetSpec
from netraven_analytics.facts import runs
from tests.netraven_analytics.demo.loaded import fleet_database, key  # noqa: F401 - fixtures
from tests.netraven_analytics.spec import about, rows

SPEC = FleetSpec(devices=80, days=60, seed=11, until=datetime(2026, 11, 22, tzinfo=UTC))
ALL = {"since": "all", "as_of": SPEC.until}


async def test_manual_and_late_runs_are_as_planted(key: AnswerKey) -> None:
    """Runs wait seconds but for the bursts, whose every run waits for more than five minutes."""
    table = await queue_delays(**ALL)
    late = {job for burst in key.queue_bursts for job in burst.job_ids}
    assert rows(table, "manual", "late", "early") == [(len(key.manual_jobs), len(late), 0)]
    assert table["delay_p50"].iloc[0].total_seconds() < 10
    assert about(table)["left_out"] == {"undated": len(key.undated_jobs)}


async def test_a_burst_is_the_worst_delay_of_its_site(key: AnswerKey) -> None:
    """In its window every run of the site that was scheduled is late."""
    burst = key.queue_bursts[0]
    table = await queue_delays(
        by="tag:location", since=burst.start, until=burst.end, as_of=SPEC.until, tag=f"location:{burst.site}"
    )
    found = {row[0]: row[1:] for row in rows(table, "location", "late", "late_share")}
    assert found[burst.site][0] > 0
    assert found[burst.site][1] > 0.8


async def test_the_hanging_runs_are_those_that_were_planted(key: AnswerKey) -> None:
    """By id, each many times as long as its device type's runs usually take."""
    table = await stuck_jobs(as_of=SPEC.until)
    assert {row[0] for row in rows(table, "run_id")} == set(key.stuck_jobs)
    assert (table["times_usual"].dropna() > 100).all()
    fresh = await stuck_jobs(as_of=SPEC.until, limit="0min")
    assert {row[0] for row in rows(fresh, "run_id")} == {*key.stuck_jobs, *key.running_jobs}


async def test_each_device_was_last_backed_up_when_the_key_says(key: AnswerKey) -> None:
    """To the microsecond, and those never backed up have nothing there."""
    table = await backup_freshness(by="device", as_of=SPEC.until)
    found = dict(rows(table, "hostname", "last_success_at"))
    assert found == {t.hostname: t.last_success and t.last_success.isoformat() for t in key.totals}
    never = table[table["last_success_at"].isna()]
    assert set(never["device_id"]) == set(key.never_backed_up)
    (total,) = rows(await backup_freshness(as_of=SPEC.until), "devices", "never", "fresh")
    fresh = [t for t in key.totals if t.last_success and SPEC.until - t.last_success < timedelta(hours=24)]
    assert total == (len(key.totals), len(never), len(fresh))


async def test_suspect_are_the_devices_whose_newest_snapshot_was_damaged(key: AnswerKey) -> None:
    """Those, and no others: what was cut in mid-history has been followed by a whole text."""
    newest = await sql(
        "select distinct on (device_id) device_id, id from device_configurations "
        "order by device_id, retrieved_at desc, id desc"
    )
    damaged = newest[newest["id"].isin(key.suspect_snapshots)]
    assert len(damaged)
    table = await backup_freshness(by="device", as_of=SPEC.until)
    assert set(table[table["suspect"]]["device_id"]) == set(damaged["device_id"])


async def test_the_timeline_holds_every_run_that_went_on(key: AnswerKey) -> None:
    """What never started, or ended before its start, is left out and counted; the peak is that of a sweep."""
    table = await job_timeline(**ALL)
    left_out = about(table)["left_out"]
    assert left_out["ended_before_start"] == len(key.negative_duration_jobs)
    raw = await frame(runs.rows.select().params(as_of=SPEC.until))
    started = raw[raw["started_at"].notna()]
    assert len(table) == len(started) - len(key.negative_duration_jobs) - left_out.get("without_end", 0)
    assert {row[0] for row in rows(table[table["outcome"] == "running"], "run_id")} == {
        *key.stuck_jobs,
        *key.running_jobs,
    }
    edges = sorted([(t, 1) for t in table["started_at"]] + [(t, -1) for t in table["finished_at"]])
    level, peak = 0, 0
    for _, step in edges:
        level += step
        peak = max(peak, level)
    assert about(table)["totals"]["peak_running"] == peak
    by_week = await job_timeline(by="week", **ALL)
    assert by_week["peak_running"].max() == peak
    assert by_week["runs"].sum() == len(table)


async def test_the_inventory_is_the_fleet_that_was_made(key: AnswerKey) -> None:
    """Devices, their snapshots, those without a run, and the runs that deleted devices left behind."""
    table = await device_inventory(by="device", as_of=SPEC.until)
    found = dict(rows(table[table["device_id"].notna()], "hostname", "snapshots"))
    assert found == {t.hostname: t.snapshots for t in key.totals}
    assert set(table[table["last_run_at"].isna()]["device_id"].dropna()) == set(key.without_runs)
    unattributed = len(set(key.orphan_jobs) - set(key.undated_jobs))
    assert about(table)["totals"]["unattributed_runs"] == unattributed
    assert table["unattributed_runs"].sum() == unattributed
