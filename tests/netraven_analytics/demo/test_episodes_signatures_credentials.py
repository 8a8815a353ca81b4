"""Episodes, signatures, anomalies and credentials over the demo fleet say what was planted there."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from netraven_analytics import (
    credential_health,
    duration_anomalies,
    error_signatures,
    failure_episodes,
    failure_rates,
    frame,
)
from netraven_analytics.demo import AnswerKey, FleetSpec
from netraven_analytics.facts import runs
from tests.netraven_analytics.demo.loaded import fleet_database, key  # noqa: F401 - fixtures
from tests.netraven_analytics.spec import about, rows

SPEC = FleetSpec(devices=60, days=60, seed=7, until=datetime(2026, 11, 22, tzinfo=UTC))
ALL: dict[str, Any] = {"since": "all", "as_of": SPEC.until}
# What the messages of each planted reason begin with.
REASONS = {
    "authentication": "Authentication failed for <host> (<ip>)",
    "timeout": "Connection to <ip>:<n> timed out after <duration>",
    "no_route": "No route to host <ip> from <name>",
    "refused": "Connection refused by <ip>:<n> (session <n>)",
    "prompt": "Prompt not found on ",
    "key_exchange": "SSH negotiation with <ip> failed",
    "truncated_read": "Reading the configuration of ",
    "enable": "Enable refused on <host>",
    "worker_lost": "<name> went away; job <n> given up, lease <n>",
}


async def _episodes_by_hand() -> list[tuple[Any, ...]]:
    """(device, first run, start, end, failures) of every episode, by a walk over all terminal runs."""
    run = runs.c
    statement = runs.rows.select().where(run.outcome.in_(("succeeded", "failed")), run.run_at < SPEC.until)
    table = await frame(statement.where(run.device_id.is_not(None)).params(as_of=SPEC.until))
    ordered = table.sort_values(["device_id", "run_at", "run_id"])
    found: list[list[Any]] = []
    last: tuple[int, str] = (0, "succeeded")
    for device, number, at, outcome in zip(
        *(ordered[name] for name in ("device_id", "run_id", "run_at", "outcome")), strict=True
    ):
        failing = last == (device, "failed")
        if outcome == "failed" and not failing:
            found.append([device, number, at.isoformat(), None, 0])
        if outcome == "failed":
            found[-1][4] += 1
        elif failing:
            found[-1][3] = at.isoformat()
        last = (device, outcome)
    return [tuple(episode) for episode in found]


async def test_every_episode_is_found_with_its_end_and_failures(key: AnswerKey) -> None:
    """As a walk over all runs in Python finds them, over everything and in windows."""
    by_hand = await _episodes_by_hand()
    columns = ("device_id", "first_run_id", "started_at", "ended_at", "failures")
    everything = await failure_episodes(**ALL)
    assert sorted(rows(everything, *columns)) == sorted(by_hand)
    since, until = SPEC.until - timedelta(days=25), SPEC.until - timedelta(days=9)
    window = await failure_episodes(since=since, until=until, as_of=SPEC.until)
    inside = [row for row in by_hand if since.isoformat() <= row[2] < until.isoformat()]
    assert sorted(rows(window, *columns)) == sorted(inside)
    grouped = await failure_episodes(by="device", since=since, until=until, as_of=SPEC.until)
    counts = {row[0]: row[1] for row in rows(grouped, "device_id", "episodes") if row[0] and row[1]}
    assert counts == Counter(row[0] for row in inside)


async def test_every_device_of_the_outage_has_an_episode_in_it(key: AnswerKey) -> None:
    """It covers the device's failed runs of the outage."""
    (outage,) = key.outages
    episodes = rows(await failure_episodes(**ALL), "device_id", "started_at", "ended_at")
    failed = await frame(runs.rows.select().where(runs.c.run_id.in_(outage.job_ids)).params(as_of=SPEC.until))
    for device, at, outcome in rows(failed, "device_id", "run_at", "outcome"):
        if device is not None and outcome == "failed":
            assert any(d == device and s <= at and (e is None or at < e) for d, s, e in episodes)


async def test_flapping_devices_have_the_most_episodes(key: AnswerKey) -> None:
    """They fail every other time; and those that never succeeded are in one that is open."""
    table = await failure_episodes(by="device", **ALL)
    flapping = len(key.flapping_devices)
    assert {row[0] for row in rows(table, "device_id")[:flapping]} == set(key.flapping_devices)
    never = set(key.never_backed_up) - set(key.without_runs)
    found = {
        row[0]: row[1:]
        for row in rows(table, "device_id", "episodes", "open_episodes", "runs", "current_streak")
    }
    assert all(found[device][:2] == (1, 1) and found[device][2] == found[device][3] for device in never)


async def test_each_reason_is_found_as_often_as_planted(key: AnswerKey) -> None:
    """Through hostnames, addresses, sessions and all that varies; undated runs' messages are in no window."""
    table = await error_signatures(**ALL)
    found = rows(table[table["level"] == "ERROR"], "signature", "messages")
    counts = {
        reason: sum(count for signature, count in found if signature.startswith(text))
        for reason, text in REASONS.items()
    }
    undated = about(table)["left_out"].get("undated", 0)
    assert sum(counts.values()) == sum(count for _, count in found)
    assert sum(key.failures_by_reason.values()) - sum(counts.values()) <= undated
    assert {reason: count for reason, count in counts.items() if reason != "refused"} == {
        reason: count for reason, count in key.failures_by_reason.items() if reason != "refused"
    }
    assert len(found) < 40


async def test_no_planted_secret_is_shown(key: AnswerKey) -> None:
    """Neither by the signatures nor by the credentials."""
    for table in (await error_signatures(**ALL), await credential_health(as_of=SPEC.until)):
        shown = table.to_csv() + str(about(table))
        assert not [secret for secret in key.secrets if secret in shown]


async def test_what_the_bad_credential_said_is_new(key: AnswerKey) -> None:
    """In the days of the incident, on the devices of its site."""
    (incident,) = key.credential_failures
    table = await error_signatures(since=incident.start, until=incident.end, as_of=SPEC.until)
    ((_, count, new),) = [
        row for row in rows(table, "signature", "runs", "new_since") if row[0].startswith("Authentication")
    ]
    assert (count, new) == (len(incident.job_ids), True)


async def test_slow_devices_are_not_unusual_for_themselves(key: AnswerKey) -> None:
    """What is slow beside others is usual for them; what is shown is far from the device's own median."""
    table = await duration_anomalies(**ALL)
    found = Counter(row[0] for row in rows(table, "device_id"))
    totals = {t.device_id: t.succeeded + t.failed for t in key.totals}
    for slow in key.slow_devices:
        assert found[slow.device_id] < 0.3 * totals[slow.device_id]
    assert 0 < len(table) < 0.15 * sum(totals.values())
    assert all(abs(z) >= 3.5 for (z,) in rows(table, "z"))
    assert {row[0] for row in rows(table, "past_runs")} <= set(range(10, 51))


async def test_each_sites_credential_reaches_its_devices(key: AnswerKey) -> None:
    """No two clash, and the one of the fleet reaches all with a role."""
    table = await credential_health(as_of=SPEC.until)
    found = {row[0]: row[1:] for row in rows(table, "username", "devices", "priority_clashes")}
    assert found["netops"] == (SPEC.devices - len(key.without_role), 0)
    assert {row[1] for row in found.values()} == {0}
    assert sum(row[0] for name, row in found.items() if name.startswith("backup-")) == SPEC.devices
    (incident,) = key.credential_failures
    rate = rows(table[table["username"] == incident.credential], "netraven_success_rate")
    assert rate == [(0.71,)]


async def test_the_outage_is_a_change_for_the_worse(key: AnswerKey) -> None:
    """At its site, beside the period of the same length before, and beyond chance."""
    (outage,) = key.outages
    table = await failure_rates(
        tag=f"location:{outage.site}", since=outage.start, until=outage.end, as_of=SPEC.until
    )
    ((before, change, low),) = rows(table, "failure_rate_before", "rate_change", "change_low")
    assert before is None or (change > 0.5 and low > 0)
