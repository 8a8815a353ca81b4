"""The reports about configurations find what the answer key says was planted, and no noise."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from netraven_analytics import after_change, change_clusters, config_churn, config_drift, frame, sql
from netraven_analytics.demo import AnswerKey, FleetSpec
from netraven_analytics.demo.answers import ConfigChange
from netraven_analytics.facts import runs
from tests.netraven_analytics.demo.loaded import fleet_database, key  # noqa: F401 - fixtures
from tests.netraven_analytics.spec import about, rows

SPEC = FleetSpec(devices=80, days=60, seed=7, until=datetime(2026, 11, 22, tzinfo=UTC))
ALL = {"since": "all", "as_of": SPEC.until}


async def test_every_planted_change_is_in_the_churn_and_no_noise(key: AnswerKey) -> None:
    """Each device with as many changes as were planted, and those without any with 0; none is dropped."""
    table = await config_churn(by="device", **ALL)
    found = {row[0]: row[1:] for row in rows(table, "device_id", "changes", "observed")}
    planted = Counter(change.device_id for change in key.config_changes)
    assert {device: count for device, (count, _) in found.items() if count} == planted
    assert set(found) == {totals.device_id for totals in key.totals}
    assert {d for d, (_, observed) in found.items() if not observed} == {
        totals.device_id for totals in key.totals if not totals.snapshots
    }
    noise = about(table)["left_out"]["unchanged_or_noise_only"]
    assert noise >= len(key.noise_only_snapshots)
    assert about(table)["totals"]["changes"] == len(key.config_changes)


async def test_churn_by_month_adds_up_to_the_whole(key: AnswerKey) -> None:
    """Changes, lines and time under observation are shared out, and none is lost."""
    whole, by_month = await config_churn(**ALL), await config_churn(by="month", **ALL)
    for name in ("changes", "lines_added", "lines_removed"):
        assert by_month[name].sum() == whole[name].iloc[0]
    assert round(by_month["device_months"].sum(), 9) == round(whole["device_months"].iloc[0], 9)


async def test_every_planted_drift_is_shown_with_its_lines(key: AnswerKey) -> None:
    """The lines that the device has alone are odd, those that it lacks missing, in one section."""
    table = await config_drift(**ALL)
    suspect = _ending_in_a_suspect(key)
    looked_at = [drift for drift in key.drift if drift.device_id not in suspect]
    assert looked_at
    for drift in looked_at:
        of_device = table[table["device_id"] == drift.device_id]
        assert [
            row
            for row in rows(of_device, "odd_lines", "missing_lines")
            if row == tuple("\n".join(lines) for lines in (drift.odd_lines, drift.missing_lines))
        ], drift


async def test_laggards_drift_from_those_that_got_the_rollout(key: AnswerKey) -> None:
    """They lack its lines, or still have the old ones."""
    table = await config_drift(**ALL)
    suspect = _ending_in_a_suspect(key)
    for rollout in key.rollouts:
        for laggard in set(rollout.laggards) - suspect:
            of_device = table[table["device_id"] == laggard]
            missing = "\n".join(of_device["missing_lines"]).split("\n")
            assert {line.strip() for line in rollout.added} <= {line.strip() for line in missing}


async def test_every_planted_rollout_is_found_with_its_laggards(key: AnswerKey) -> None:
    """The devices that got it, and those of the same role and type that did not, by their names."""
    table = await change_clusters(**ALL)
    names = {totals.device_id: totals.hostname for totals in key.totals}
    suspect = _ending_in_a_suspect(key)
    assert key.rollouts
    for rollout in key.rollouts:
        got = ", ".join(sorted(names[device] for device in rollout.device_ids))
        ((tags, device_type, added, without, already, unknown),) = rows(
            table[table["hostnames"] == got],
            "tags",
            "device_type",
            "added_lines",
            "without_hostnames",
            "already",
            "unknown",
        )
        assert f"role:{rollout.role}" in tags
        assert device_type == rollout.device_type
        assert [line.strip() for line in added.split("\n")] == [line.strip() for line in rollout.added]
        assert set(without.split(", ")) == {names[device] for device in set(rollout.laggards) - suspect}
        assert already == 0
        unseen = sum(not totals.snapshots for totals in key.totals)
        assert 0 <= unknown - len(set(rollout.laggards) & suspect) <= unseen


async def test_secrets_stay_where_they_are(key: AnswerKey) -> None:
    """No report that shows lines of configurations shows a planted secret."""
    shown = "\n".join([(await report(**ALL)).to_csv() for report in (config_drift, change_clusters)])
    assert "<redacted" in shown
    assert not [secret for secret in key.secrets if secret in shown]


async def test_runs_around_changes_are_those_of_the_definition(key: AnswerKey) -> None:
    """Counted one by one from the runs, the planted changes and the tags; of the device and of its peers."""
    columns = ("to_id", "terminal_before", "failed_before", "terminal_after", "failed_after", "peers")
    columns += ("peers_terminal_before", "peers_terminal_after", "other_changes")
    found = {
        row[0]: row[1:] for row in rows(await after_change(**ALL, peers="tag:role", apart="3650d"), *columns)
    }
    ran = await frame(runs.rows.select().where(runs.c.terminal).params(as_of=SPEC.until))
    terminal: dict[int, list[tuple[datetime, bool]]] = {}
    for run in ran.dropna(subset=["device_id", "run_at"]).itertuples():
        terminal.setdefault(run.device_id, []).append((run.run_at.to_pydatetime(), bool(run.failed)))
    roles = await sql(
        "select d.id, d.device_type, string_agg(t.name, ',' order by t.name) as role, "
        "(select min(retrieved_at) from device_configurations where device_id = d.id) as since "
        "from devices d "
        "left join (device_tag_association a join tags t on t.id = a.tag_id and t.type = 'role') "
        "on a.device_id = d.id group by d.id"
    )
    alike = {row.id: (str(row.device_type), str(row.role)) for row in roles.itertuples()}
    since = {row.id: row.since.tz_localize(UTC) for row in roles.dropna(subset=["since"]).itertuples()}
    week = timedelta(days=7)

    def around(device: int, change: ConfigChange) -> tuple[list[bool], list[bool]]:
        times = ((change.previous_at - week, change.previous_at), (change.found_at, change.found_at + week))
        before, after = ([f for at, f in terminal.get(device, []) if a <= at < b] for a, b in times)
        return before, after

    def changes_of(device: int, change: ConfigChange) -> int:
        start, end = change.previous_at - week, change.found_at + week
        own = (each for each in key.config_changes if each.device_id == device)
        return sum(each.found_at >= start and each.previous_at < end for each in own)

    assert set(found) == {change.to_id for change in key.config_changes}
    for change in key.config_changes[::7]:
        before, after = around(change.device_id, change)
        peers = [
            device
            for device in alike
            if alike[device] == alike[change.device_id] and not changes_of(device, change)
            if device in since and since[device] <= change.previous_at
        ]
        beside = [around(device, change) for device in peers]
        assert found[change.to_id] == (
            len(before), sum(before), len(after), sum(after), len(peers),
            sum(len(one) for one, _ in beside), sum(len(other) for _, other in beside),
            changes_of(change.device_id, change) - 1,
        )  # fmt: skip


def _ending_in_a_suspect(key: AnswerKey) -> set[int]:
    """Devices whose newest snapshot came out empty or cut short."""
    newest = {change.device_id: change for change in sorted(key.config_changes, key=lambda c: c.found_at)}
    return {device for device, change in newest.items() if change.to_id in key.suspect_snapshots}
