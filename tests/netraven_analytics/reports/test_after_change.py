"""The definitions behind after_change: changes and runs in, before and after beside peers out."""

import re
from datetime import timedelta

import numpy as np
import pytest
from scipy.stats import binomtest, ttest_ind

from netraven_analytics import after_change
from netraven_db import migrate
from netraven_db.db.models import Device, Job, Tag
from netraven_db.errors import ParameterError
from tests.netraven_analytics.spec import NOW, about, at, device, rows, snapshot, store

CHANGED = ("11-14 06:01:00", "11-15 06:01:00")  # when the snapshots before and after were taken
BEFORE, AFTER = ("11-08", "11-14"), ("11-15", "11-21")  # the days of the runs around it
CORE = ("role:core", "location:berlin")


def _core(*names: str) -> list[Device]:
    tags = [Tag(type=kind, name=name) for kind, name in (text.split(":") for text in CORE)]
    return [device(name, *CORE, known=tags) for name in names]


def _runs(of: Device, day: str, results: str, lasting: float = 10.0) -> list[Job]:
    """Daily runs at 07:00 from that day on: f failed, s succeeded."""
    start = at(f"{day} 07:00:00")
    return [
        Job(
            device=of,
            status={"f": "failed", "s": "completed"}[result],
            started_at=start + timedelta(days=number),
            completed_at=start + timedelta(days=number, seconds=lasting * (1 + number % 3)),
        )
        for number, result in enumerate(results)
    ]


async def _changes(of: Device) -> None:
    await store(*(snapshot(of, when, text) for when, text in zip(CHANGED, ("A\n", "B\n"), strict=True)))


async def test_runs_before_and_after_stand_beside_those_of_unchanged_peers(empty_database: str) -> None:
    """The peers of the same tags over the same time, together; with scipy's and Newcombe's intervals."""
    changed, *peers = _core("changed", "p1", "p2")
    await _changes(changed)
    for peer in peers:
        await store(snapshot(peer, "11-01 06:00:00", "A\n"), *_runs(peer, "11-07", "s" * 7 + "sfsssss"))
    await store(*_runs(changed, "11-07", "s" * 7), *_runs(changed, "11-15", "ffffsss"))
    (row,) = rows(
        table := await after_change(as_of=NOW),
        "hostname", "terminal_before", "failed_before", "terminal_after", "failed_after", "peers",
        "peers_terminal_before", "peers_rate_before", "peers_terminal_after", "other_changes",
    )  # fmt: skip
    assert row == ("changed", 7, 0, 7, 4, 2, 14, 0.0, 12, 0)
    wilson = binomtest(4, 7).proportion_ci(method="wilson")
    assert rows(table, "failure_rate_after", "failure_rate_after_low", "failure_rate_after_high") == [
        (round(4 / 7, 6), round(wilson.low, 6), round(wilson.high, 6))
    ]
    before = binomtest(0, 7).proportion_ci(method="wilson")
    low = 4 / 7 - np.hypot(4 / 7 - wilson.low, before.high)
    assert rows(table, "rate_change", "rate_change_low") == [(round(4 / 7, 6), round(float(low), 6))]
    own, others = (table[name].iloc[0] for name in ("rate_change", "peers_rate_change"))
    beside = [table[f"rate_beside_peers{end}"].iloc[0] for end in ("_low", "", "_high")]
    assert beside[1] == pytest.approx(own - others)
    assert beside[0] < beside[1] < beside[2]
    assert about(table)["totals"] == {"changes": 1, "with_peers": 1}


async def test_durations_are_compared_by_their_geometric_means(empty_database: str) -> None:
    """Of succeeded runs; with Welch's interval over the logarithms."""
    changed, peer = _core("changed", "peer")
    await _changes(changed)
    await store(snapshot(peer, "11-01 06:00:00", "A\n"), *_runs(peer, "11-07", "s" * 14))
    await store(*_runs(changed, "11-07", "ssssss"), *_runs(changed, "11-15", "ssssf", lasting=20.0))
    table = await after_change(as_of=NOW)
    short, long = [10.0, 20, 30, 10, 20, 30], [20.0, 40, 60, 20]
    interval = ttest_ind(np.log(long), np.log(short), equal_var=False).confidence_interval(0.95)
    found = rows(table, "duration_ratio", "duration_ratio_low", "duration_ratio_high")
    means = [float(np.exp(np.mean(np.log(each)))) for each in (short, long)]
    assert found == [
        (
            round(means[1] / means[0], 6),
            round(float(np.exp(interval.low)), 6),
            round(float(np.exp(interval.high)), 6),
        )
    ]
    assert rows(table, "duration_before", "duration_after")[0] == pytest.approx(means, abs=2e-6)
    ratio, peers_ratio, beside = (
        table[n].iloc[0] for n in ("duration_ratio", "peers_duration_ratio", "ratio_beside_peers")
    )
    assert beside == pytest.approx(ratio / peers_ratio)


async def test_runs_between_the_two_snapshots_count_on_neither_side(empty_database: str) -> None:
    """Nobody knows whether they came before or after; span says how far around runs count."""
    (changed,) = _core("changed")
    await _changes(changed)
    await store(*_runs(changed, "11-12", "ssf"), *_runs(changed, "11-15", "s"))
    measures = ("terminal_before", "failed_before", "terminal_after")
    assert rows(await after_change(as_of=NOW), *measures) == [(2, 0, 1)]
    assert rows(await after_change(as_of=NOW, span="24h"), *measures) == [(1, 0, 1)]


async def test_peers_have_the_same_tags_and_did_not_change(empty_database: str) -> None:
    """Not those of other tags, that were not watched yet, or in which a change can have come."""
    changed, calm, busy, new, unseen = _core("changed", "calm", "busy", "new", "unseen")
    await _changes(changed)
    other = device("other", "role:edge")
    await store(
        snapshot(calm, "11-01 06:00:00", "A\n"),
        snapshot(calm, "11-03 06:00:00", "B\n"),
        snapshot(busy, "11-01 06:00:00", "A\n"),
        snapshot(busy, "11-22 07:00:00", "B\n"),  # found after, and may have come before
        snapshot(new, "11-14 07:00:00", "A\n"),
        snapshot(other, "11-01 06:00:00", "A\n"),
        unseen,
    )
    table = await after_change(as_of=NOW, device="changed")
    assert rows(table, "hostname", "peers") == [("changed", 1)]
    by_type = await after_change(as_of=NOW, device="changed", peers="device_type")
    assert rows(by_type, "peers") == [(2,)]
    with pytest.raises(ParameterError, match="peers='role'"):
        await after_change(as_of=NOW, peers="role")


async def test_other_changes_of_the_device_are_counted(empty_database: str) -> None:
    """Those that may have come in the time that is looked at."""
    (changed,) = _core("changed")
    await _changes(changed)
    await store(snapshot(changed, "11-20 06:00:00", "C\n"), snapshot(changed, "10-20 06:00:00", "0\n"))
    found = rows(await after_change(as_of=NOW, since="2026-11-15", apart="30d"), "to_id", "other_changes")
    assert sorted(found) == [(2, 2), (3, 2)]


async def test_snapshots_too_far_apart_are_left_out(empty_database: str) -> None:
    """When the change came is not known well enough; apart says how well."""
    (changed,) = _core("changed")
    await store(snapshot(changed, "10-01 06:00:00", "A\n"), snapshot(changed, "11-15 06:00:00", "B\n"))
    table = await after_change(as_of=NOW)
    assert rows(table) == []
    assert about(table)["left_out"] == {"snapshots_too_far_apart": 1}
    assert len(await after_change(as_of=NOW, apart="60d")) == 1


async def test_without_runs_it_says_so(empty_database: str) -> None:
    """As in an imported archive: figures are missing, and not 0."""
    (changed,) = _core("changed")
    await _changes(changed)
    table = await after_change(as_of=NOW, since="all")
    assert rows(table, "terminal_before", "failure_rate_before", "rate_change", "duration_ratio") == [
        (0, None, None, None)
    ]
    assert "There are no runs around these changes" in about(table)["notes"][0]


async def test_a_run_without_a_duration_counts_in_the_rate_only(empty_database: str) -> None:
    """And one of no length counts as a millisecond, since its logarithm would be infinite."""
    (changed,) = _core("changed")
    await _changes(changed)
    odd = _runs(changed, "11-10", "ss")
    odd[0].completed_at = odd[0].started_at - timedelta(seconds=5)
    odd[1].completed_at = odd[1].started_at
    await store(*odd)
    table = await after_change(as_of=NOW)
    assert rows(table, "terminal_before", "duration_before") == [(2, 0.001)]


async def test_an_empty_database_and_one_device(empty_database: str) -> None:
    """The columns and dtypes are those of a full answer."""
    empty = await after_change(as_of=NOW, since="all")
    (changed,) = _core("changed")
    await store(snapshot(changed, CHANGED[0], "A\n"))
    alone = await after_change(as_of=NOW)
    await store(snapshot(changed, CHANGED[1], "B\n"), *_runs(changed, "11-07", "s" * 14))
    full = await after_change(as_of=NOW)
    assert [len(each) for each in (empty, alone, full)] == [0, 0, 1]
    assert empty.dtypes.to_dict() == alone.dtypes.to_dict() == full.dtypes.to_dict()


async def test_no_word_says_why(empty_database: str) -> None:
    """What coincides is shown; no column, no note and no definition claims more."""
    (changed,) = _core("changed")
    await _changes(changed)
    table = await after_change(as_of=NOW)
    said = " ".join([*table.columns, *about(table)["notes"], about(table)["definition"]]).lower()
    assert "coincides" in said
    assert not re.findall(r"caus|effect|impact|because|due to|led to|leads to|result|break|broke|blame", said)


async def test_without_digests_it_is_the_same(blank_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a database as NetRaven made it, and after the upgrade."""
    await migrate.upgrade(blank_database, "8a76c492719c")
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", blank_database)
    changed, peer = _core("changed", "peer")
    await _changes(changed)
    await store(snapshot(peer, "11-01 06:00:00", "A\n"), *_runs(peer, "11-07", "sfsssss" * 2))
    await store(*_runs(changed, "11-07", "s" * 7), *_runs(changed, "11-15", "ffffsss"))
    plain = rows(await after_change(as_of=NOW))
    assert len(plain) == 1
    await migrate.upgrade(blank_database)
    assert rows(await after_change(as_of=NOW)) == plain
