"""What the answer key says about configurations is what the texts say."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

import pytest

from netraven_analytics.demo import AnswerKey, FleetSpec, generate
from tests.netraven_analytics.demo.oracle import NOISE, Tables, line_counts, normalised, utc


class Snapshot(NamedTuple):
    id: int
    text: str
    found: datetime
    lines: list[str]


@pytest.fixture(scope="module")
def snapshots(tables: Tables) -> dict[int, list[Snapshot]]:
    """Per device, in the order that defines what a change is."""
    found: dict[int, list[Snapshot]] = {}
    for id_, device, text, at, _ in sorted(tables["device_configurations"], key=lambda row: (row[3], row[0])):
        found.setdefault(device, []).append(Snapshot(id_, text, utc(at), normalised(text)))
    return found


@pytest.fixture(scope="module")
def platforms(tables: Tables) -> dict[int, str | None]:
    return {row[0]: row[3] for row in tables["devices"]}


@pytest.fixture(scope="module")
def roles(tables: Tables) -> dict[int, str]:
    names = {tag: name for tag, name, kind in tables["tags"] if kind == "role"}
    return {device: names[tag] for device, tag in tables["device_tag_association"] if tag in names}


def test_changes_are_found_again_from_the_texts(snapshots: dict[int, list[Snapshot]], key: AnswerKey) -> None:
    """Normalised texts differ where the key says that something changed, and nowhere else."""
    found = {}
    for device, own in snapshots.items():
        for before, after in pairwise(own):
            if before.lines != after.lines:
                counts = line_counts(before.lines, after.lines)
                found[after.id] = (device, before.id, before.found, after.found, *counts)
    assert found == {
        c.to_id: (c.device_id, c.from_id, c.previous_at, c.found_at, c.lines_added, c.lines_removed)
        for c in key.config_changes
    }


def test_noise_is_all_that_differs_where_the_key_says(
    snapshots: dict[int, list[Snapshot]], key: AnswerKey
) -> None:
    """Raw texts differ there, and normalised ones do not."""
    found = [
        after.id
        for own in snapshots.values()
        for before, after in pairwise(own)
        if before.text != after.text and before.lines == after.lines
    ]
    assert key.noise_only_snapshots == tuple(sorted(found))


def test_some_snapshots_differ_in_line_ends_only(snapshots: dict[int, list[Snapshot]]) -> None:
    """They are in the fleet, and in the key as no change."""
    pairs = [pair for own in snapshots.values() for pair in pairwise(own)]
    assert any(a.text != b.text and a.text == b.text.replace("\r\n", "\n") for a, b in pairs)
    assert any(a.text == b.text for a, b in pairs)


def test_reverts_go_back_to_the_latest_snapshot_with_the_text(
    snapshots: dict[int, list[Snapshot]], key: AnswerKey
) -> None:
    """The key names the newest snapshot that had the text before."""
    reverts = {}
    for own in snapshots.values():
        for place, snapshot in enumerate(own[1:], start=1):
            same = [earlier.id for earlier in own[:place] if earlier.lines == snapshot.lines]
            if same and own[place - 1].lines != snapshot.lines:
                reverts[snapshot.id] = same[-1]
    assert key.reverts == reverts
    kinds = Counter(c.kind for c in key.config_changes if c.reverted_to is not None)
    assert kinds["revert"]
    assert kinds["recovered"]
    assert all(c.reverted_to for c in key.config_changes if c.kind in ("revert", "recovered"))


def test_changes_happened_between_the_snapshots_that_show_them(key: AnswerKey) -> None:
    """A change's moment lies behind the one and before the other."""
    assert all(c.previous_at < c.happened_at <= c.found_at for c in key.config_changes)


def test_the_claimed_user_is_in_the_noise(
    tables: Tables, platforms: dict[int, str | None], key: AnswerKey
) -> None:
    """Whom the key names as claimed stands in the text of that snapshot."""
    texts = {row[0]: row[2] for row in tables["device_configurations"]}
    for change in key.config_changes:
        noise = [line for line in texts[change.to_id].splitlines() if NOISE.fullmatch(line)]
        claimed = {found[1] for line in noise if (found := re.search(r" by (\S+)$", line))}
        assert claimed == ({change.claimed_user} if change.claimed_user else set())
    by_platform = {platforms[c.device_id] for c in key.config_changes if c.claimed_user}
    assert by_platform == {"cisco_ios", "arista_eos", "juniper_junos"}


def test_snapshots_are_ends_of_succeeded_runs(tables: Tables) -> None:
    """Each was found when a run of its device succeeded."""
    ends = {(row[1], row[5]) for row in tables["jobs"] if row[2] == "completed"}
    jobs = {row[0]: row for row in tables["jobs"]}
    for _, device, _, at, metadata in tables["device_configurations"]:
        assert (device, at) in ends
        if metadata is not None:
            job = jobs[json.loads(metadata)["job_id"]]
            assert (job[1], job[5]) == (device, at)
    days = Counter((row[1], row[3].date()) for row in tables["device_configurations"])
    assert max(days.values()) == 1


def test_suspects_are_empty_or_under_half_the_size(
    snapshots: dict[int, list[Snapshot]], key: AnswerKey
) -> None:
    """Each is less than half as long as the snapshot before it; some are the newest of their device."""
    suspects = {
        after.id
        for own in snapshots.values()
        for before, after in pairwise(own)
        if len(after.text) < len(before.text) / 2
    }
    assert key.suspect_snapshots == tuple(sorted(suspects))
    newest = {own[-1].id for own in snapshots.values()}
    assert newest & suspects
    assert suspects - newest


def test_rollouts_put_one_hunk_on_all_but_the_laggards(
    snapshots: dict[int, list[Snapshot]],
    roles: dict[int, str],
    platforms: dict[int, str | None],
    key: AnswerKey,
) -> None:
    """Its changes are these lines and no others; with the laggards, its devices are all of that kind."""
    by_id = {s.id: (s, own[place - 1]) for own in snapshots.values() for place, s in enumerate(own)}
    for rollout in key.rollouts:
        for device, snapshot in zip(rollout.device_ids, rollout.snapshot_ids, strict=True):
            after, before = by_id[snapshot]
            added = [line for line in after.lines if line not in before.lines]
            removed = [line for line in before.lines if line not in after.lines]
            assert (tuple(added), tuple(removed)) == (rollout.added, rollout.removed)
            assert after in snapshots[device]
        peers = {
            device
            for device in snapshots
            if roles.get(device) == rollout.role and platforms[device] == rollout.device_type
        }
        assert peers == set(rollout.device_ids) | set(rollout.laggards)
        assert rollout.laggards
        for device in rollout.laggards:
            assert not any(set(rollout.added) & set(s.lines) for s in snapshots[device])


def test_rollouts_are_changes_of_that_kind_in_their_time(key: AnswerKey) -> None:
    """Their changes are in the key too, within the rollout's days."""
    changes = {c.to_id: c for c in key.config_changes}
    planted = [(r, changes[id_]) for r in key.rollouts for id_ in r.snapshot_ids]
    assert all(change.kind == "rollout" for _, change in planted)
    assert all(rollout.start <= change.happened_at < rollout.end for rollout, change in planted)
    assert sum(c.kind == "rollout" for c in key.config_changes) == len(planted)


def test_drifting_devices_differ_from_their_peers_to_the_end(
    snapshots: dict[int, list[Snapshot]],
    roles: dict[int, str],
    platforms: dict[int, str | None],
    key: AnswerKey,
) -> None:
    """Their latest text has the odd lines, which no peer has, and lacks the missing ones."""
    suspects = set(key.suspect_snapshots)
    latest = {device: [s.lines for s in own if s.id not in suspects][-1] for device, own in snapshots.items()}
    drifting = {drift.device_id for drift in key.drift}
    for drift in key.drift:
        peers = [
            device
            for device in latest
            if (roles.get(device), platforms[device]) == (drift.role, drift.device_type)
            and device not in drifting
        ]
        assert len(peers) >= 3
        assert all(line in latest[drift.device_id] for line in drift.odd_lines)
        assert not any(line in latest[drift.device_id] for line in drift.missing_lines)
        assert not any(line in latest[peer] for peer in peers for line in drift.odd_lines)
        assert all(line in latest[peer] for peer in peers for line in drift.missing_lines)


def test_secrets_are_in_the_rows_and_nothing_else_is_called_one(tables: Tables, key: AnswerKey) -> None:
    """The key lists every planted secret, and each is in some text."""
    everything = "\n".join(
        [row[2] for row in tables["device_configurations"]]
        + [row[2] for row in tables["job_logs"]]
        + [row[3] for row in tables["connection_logs"]]
        + [row[2] for row in tables["credentials"]]
    )
    assert [secret for secret in key.secrets if secret not in everything] == []
    known = set(key.secrets)
    for pattern in (
        r"(?:password|key|md5) 7 \"?([0-9A-F]+)",
        r"(?:secret|password) [59] (\S+)",
        r"snmp-server community (\S+)",
        r"community (\S+) \{",
        r"secret \"(\S+)\"",
        r"encrypted-password \"(\S+)\"",
        r"sha512 (\S+)",
    ):
        found = set(re.findall(pattern, everything))
        assert found
        assert found <= known


def test_texts_look_like_their_platform(
    snapshots: dict[int, list[Snapshot]], platforms: dict[int, str | None], key: AnswerKey
) -> None:
    """Each begins and ends as its platform's configurations do."""
    suspects = set(key.suspect_snapshots)
    for device, own in snapshots.items():
        for snapshot in own:
            if snapshot.id in suspects:
                continue
            lines = snapshot.text.splitlines()
            assert 60 <= len(lines) <= 260
            assert "\x00" not in snapshot.text
            assert all(line and line == line.rstrip() for line in lines)
            _assert_shape(platforms[device], lines)


def _assert_shape(platform: str | None, lines: list[str]) -> None:
    if platform == "juniper_junos":
        depth = 0
        for line in lines:
            depth -= line.strip() == "}"
            if not line.startswith("##"):
                assert len(line) - len(line.lstrip()) == 4 * depth, line
                assert line.endswith(("{", "}", ";", "; ## SECRET-DATA")), line
            depth += line.endswith("{")
        assert depth == 0
    elif platform == "cisco_nxos":
        assert lines[0] == "!Command: show running-config"
        assert lines[-1].startswith("boot nxos")
    else:
        assert lines[-1] == "end"
    if platform != "juniper_junos":
        assert any(line.startswith("hostname ") for line in lines)


def test_all_four_platforms_are_there(platforms: dict[int, str | None]) -> None:
    """No platform is left to chance."""
    assert set(platforms.values()) == {"cisco_ios", "arista_eos", "cisco_nxos", "juniper_junos", None}


def test_texts_without_type_have_no_noise(snapshots: dict[int, list[Snapshot]], key: AnswerKey) -> None:
    """A device whose type is unknown prints nothing that changes by itself."""
    texts = [s.text for device in key.without_type for s in snapshots[device]]
    assert texts
    assert not any(NOISE.fullmatch(line) for text in texts for line in text.splitlines())


@pytest.mark.parametrize("seed", range(3))
def test_other_seeds_keep_the_key_true(seed: int) -> None:
    """The key holds by construction and not by luck."""
    fleet = generate(FleetSpec(60, 21, seed=seed, until=datetime(2025, 11, 20, tzinfo=UTC)))
    own: dict[int, Snapshot] = {}
    found = []
    for id_, device, text, at, _ in fleet.rows("device_configurations"):
        after = Snapshot(id_, text, utc(at), normalised(text))
        before = own.get(device)
        if before and before.lines != after.lines:
            found.append((id_, *line_counts(before.lines, after.lines)))
        own[device] = after
    changes = fleet.answers.config_changes
    assert found == [(c.to_id, c.lines_added, c.lines_removed) for c in changes]


def test_the_key_is_plain_json(key: AnswerKey) -> None:
    """It can be written to a file and read again."""
    plain = json.loads(key.to_json())
    assert plain["until"] == "2026-04-06T06:00:00+00:00"
    assert len(plain["config_changes"]) == len(key.config_changes)
    assert plain["reverts"] == {str(after): before for after, before in key.reverts.items()}
