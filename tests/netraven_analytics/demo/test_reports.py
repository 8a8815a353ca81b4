"""The reports over the demo fleet say what its answer key says was planted."""

from datetime import UTC, datetime

from netraven_analytics import config_changes, failure_rates, frame, job_durations
from netraven_analytics.demo import AnswerKey, FleetSpec
from netraven_analytics.facts import runs
from tests.netraven_analytics.demo.loaded import fleet_database, key  # noqa: F401 - fixtures
from tests.netraven_analytics.spec import about, rows

SPEC = FleetSpec(devices=80, days=60, seed=7, until=datetime(2026, 11, 22, tzinfo=UTC))


ALL = {"since": "all", "as_of": SPEC.until}


async def test_runs_and_outcomes_of_every_device_are_as_planted(key: AnswerKey) -> None:
    """Each device's runs, terminal, failed, running, pending and other ones, undated ones left out."""
    table = await failure_rates(by="device", **ALL)
    found = {
        row[0]: row[1:] for row in rows(table, "hostname", "runs", "terminal", "failed", "running", "other")
    }
    deleted = found.pop("(deleted device)")
    undated = about(table)["left_out"]["undated"]
    planted = {
        t.hostname: (t.runs - t.undated, t.succeeded + t.failed, t.failed, t.running, t.other)
        for t in key.totals
    }
    assert undated == len(key.undated_jobs)
    assert deleted[0] == len(set(key.orphan_jobs) - set(key.undated_jobs))
    # Pending runs of the coming hours are after the window's end.
    ahead = {hostname: planted[hostname][0] - found[hostname][0] for hostname in planted}
    assert all(0 <= count <= 2 for count in ahead.values())
    # The key counts undated runs among the outcomes too.
    dated = {t.hostname for t in key.totals if not t.undated}
    assert len(dated) >= 0.9 * len(planted)
    assert {h: found[h][1:] for h in dated} == {h: planted[h][1:] for h in dated}


async def test_devices_without_any_run_are_found(key: AnswerKey) -> None:
    """Those, and no others, have no run in all of history."""
    table = await failure_rates(by="device", **ALL)
    silent = {row[0] for row in rows(table, "device_id", "devices_without_run") if row[1]}
    assert silent == set(key.without_runs)


async def test_stuck_and_running_runs_are_found(key: AnswerKey) -> None:
    """By id: stuck are those that have been running for more than 24 hours."""
    assert rows(await failure_rates(**ALL), "running", "stuck") == [
        (len(key.stuck_jobs) + len(key.running_jobs), len(key.stuck_jobs))
    ]
    running = await frame(runs.rows.select().where(runs.c.outcome == "running").params(as_of=SPEC.until))
    assert set(running["run_id"]) == {*key.stuck_jobs, *key.running_jobs}


async def test_invalid_durations_are_found(key: AnswerKey) -> None:
    """Negative ones and those with an end missing or a start, by id."""
    found = await frame(runs.rows.select().where(runs.c.invalid).params(as_of=SPEC.until))
    assert set(found["run_id"]) == {*key.invalid_duration_jobs}
    assert set(key.negative_duration_jobs) <= set(found["run_id"])
    # Undated ones have no duration either, and are in no window.
    dated = set(key.invalid_duration_jobs) - set(key.undated_jobs)
    assert rows(await job_durations(**ALL), "invalid") == [(len(dated),)]


async def test_the_outage_is_the_worst_failure_of_its_site(key: AnswerKey) -> None:
    """In its window every run of the site's devices failed."""
    (outage,) = key.outages
    table = await failure_rates(
        by="tag:location",
        tag=f"location:{outage.site}",
        since=outage.start,
        until=outage.end,
        as_of=SPEC.until,
    )
    rates = {row[0]: row[1:] for row in rows(table, "location", "failed", "failure_rate")}
    assert rates[outage.site][0] >= len(outage.device_ids)
    assert rates[outage.site][1] > 0.85


async def test_the_slow_device_is_the_slowest(key: AnswerKey) -> None:
    """By its median, which a long tail does not move."""
    table = await job_durations(by="device", **ALL)
    slowest = table.sort_values("duration_p50", ascending=False)["device_id"].head(len(key.slow_devices))
    assert set(slowest) == {device.device_id for device in key.slow_devices}


async def test_runs_of_the_congested_hour_take_longer(key: AnswerKey) -> None:
    """By about the planted factor, beside runs of all hours."""
    by_hour = {
        row[0]: row[1]
        for row in rows(await job_durations(by="hour_of_day", **ALL), "hour_of_day", "duration_p50")
    }
    ((usual,),) = rows(await job_durations(**ALL), "duration_p50")
    assert 0.6 < by_hour[key.congestion.hour] / usual / key.congestion.factor < 1.6


async def test_every_planted_change_is_found_and_no_other(key: AnswerKey) -> None:
    """With its snapshots, its times and the snapshot it goes back to; noise alone is no change."""
    found = rows(
        await config_changes(**ALL), "device_id", "from_id", "to_id", "previous_at", "found_at", "reverted_to"
    )
    planted = {
        (c.device_id, c.from_id, c.to_id, c.previous_at.isoformat(), c.found_at.isoformat(), c.reverted_to)
        for c in key.config_changes
    }
    assert len(found) == len(planted)
    assert set(found) == planted
    assert not {row[2] for row in found} & set(key.noise_only_snapshots)


async def test_lines_are_counted_as_planted(key: AnswerKey) -> None:
    """Added minus removed always; each count too wherever git's diff is the shortest one."""
    found = {
        row[0]: row[1:] for row in rows(await config_changes(**ALL), "to_id", "lines_added", "lines_removed")
    }
    planted = {change.to_id: (change.lines_added, change.lines_removed) for change in key.config_changes}
    assert {i: a - r for i, (a, r) in found.items()} == {i: a - r for i, (a, r) in planted.items()}
    assert all(found[i][0] >= planted[i][0] for i in planted)
    assert sum(found[i] == planted[i] for i in planted) >= 0.98 * len(planted)


async def test_a_dst_day_has_as_many_hours_as_the_site_lived_through(key: AnswerKey) -> None:
    """It is one day, of 23 or 25 hours."""
    day = key.dst_day
    assert day is not None
    table = await job_durations(
        by="hour",
        since=f"{day.date}",
        until=f"{day.date.replace(day=day.date.day + 1)}",
        tz=day.tz,
        as_of=SPEC.until,
        fill=True,
    )
    assert len(table) == day.hours
