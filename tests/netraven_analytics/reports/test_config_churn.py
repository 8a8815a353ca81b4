"""The definitions behind config_churn: snapshots in, changes per device-month out."""

import pytest
from scipy.stats import chi2

from netraven_analytics import config_churn
from netraven_analytics.facts import digests
from netraven_analytics.refresh import refresh
from netraven_db import migrate
from netraven_db.errors import ParameterError
from tests.netraven_analytics.spec import NOW, about, device, rows, snapshot, store

MONTH = 30.4375
RATE = "changes_per_device_month"


def _months(days: float) -> float:
    return round(days / MONTH, 6)


async def _two_devices() -> None:
    """One is there from before the window and changes twice, one comes within and does not change."""
    a = device("a", "role:core")
    b = device("b", "role:core", "role:edge", device_type="arista_eos", known=a.tags)
    await store(
        snapshot(a, "10-01 06:00:00", "A\n"),
        snapshot(a, "11-13 12:00:00", "A\nB\nC\n"),
        snapshot(a, "11-17 12:00:00", "B\nC\n"),
        snapshot(b, "11-17 12:00:00", "X\n"),
        snapshot(b, "11-18 12:00:00", "X\r\n"),
        device("c", device_type=None),
    )


async def test_a_device_without_a_change_has_a_rate_of_0_and_one_without_snapshots_none(
    empty_database: str,
) -> None:
    """Exposure goes from the first snapshot, or the window's beginning, to the window's end."""
    await _two_devices()
    table = await config_churn(by="device", since="10d", as_of=NOW)
    assert rows(table, "hostname", "observed", "device_months", "changes", RATE) == [
        ("a", 1, _months(10), 2, round(2 / 10 * MONTH, 6)),
        ("b", 1, _months(5), 0, 0.0),
        ("c", 0, 0.0, 0, None),
    ]
    lines = ("lines_added", "lines_removed", "lines_added_per_device_month", "changes_low", "changes_high")
    assert rows(table, *lines)[0] == (
        2,
        1,
        round(2 / 10 * MONTH, 6),
        round(chi2.ppf(0.025, 4) / 2 / 10 * MONTH, 6),
        round(chi2.ppf(0.975, 6) / 2 / 10 * MONTH, 6),
    )
    assert rows(table, "changes_low", "changes_high")[2] == (None, None)


async def test_groups_add_up_their_devices(empty_database: str) -> None:
    """A device with two tags counts in both groups, and once in the totals."""
    await _two_devices()
    table = await config_churn(by="tag:role", since="10d", as_of=NOW)
    measures = ("role", "devices", "observed", "changed_devices", "changes", "device_months")
    assert rows(table, *measures) == [
        ("core", 2, 2, 1, 2, _months(15)),
        ("edge", 1, 1, 0, 0, _months(5)),
        ("(none)", 1, 0, 0, 0, 0.0),
    ]
    totals = about(table)["totals"]
    assert (totals["devices"], totals["changes"], round(totals["device_months"], 6)) == (3, 2, _months(15))
    assert about(table)["left_out"] == {"baseline": 1, "unchanged_or_noise_only": 1}
    assert rows(await config_churn(since="10d", as_of=NOW), *measures[1:]) == [(3, 2, 1, 2, _months(15))]


async def test_a_bucket_has_the_time_that_was_observed_in_it(empty_database: str) -> None:
    """Buckets with time and without a change have a rate of 0; those without time are there with fill."""
    a = device("a")
    await store(snapshot(a, "11-18 06:00:00", "A\n"), snapshot(a, "11-20 06:00:00", "B\n"))
    options = {"by": "day", "since": "2026-11-17", "until": "2026-11-21", "as_of": NOW}
    found = rows(
        await config_churn(**options), "day", "complete", "observed", "device_months", "changes", RATE
    )
    assert found == [
        ("2026-11-18T00:00:00", True, 1, _months(0.75), 0, 0.0),
        ("2026-11-19T00:00:00", True, 1, _months(1), 0, 0.0),
        ("2026-11-20T00:00:00", True, 1, _months(1), 1, round(MONTH, 6)),
    ]
    filled = rows(await config_churn(**options, fill=True), "day", "observed", "device_months", RATE)
    assert filled[0] == ("2026-11-17T00:00:00", 0, 0.0, None)
    assert len(filled) == 4


async def test_cycles_share_out_the_time_of_local_clocks(empty_database: str) -> None:
    """Over two days each local hour has two; the change is in the hour in which it was found there."""
    a = device("a")
    await store(snapshot(a, "11-01 06:00:00", "A\n"), snapshot(a, "11-20 06:30:00", "B\n"))
    table = await config_churn(
        by="hour_of_day", since="2026-11-19", until="2026-11-21", tz="Europe/Berlin", as_of=NOW
    )
    assert rows(table, "device_months") == [(_months(2 / 24),)] * 24
    assert [row for row in rows(table, "hour_of_day", "changes") if row[1]] == [(7, 1)]


async def test_all_of_history_begins_with_each_devices_first_snapshot(empty_database: str) -> None:
    """Also by month, where the calendar begins with the oldest of all."""
    a, b = device("a"), device("b")
    await store(
        snapshot(a, "10-23 12:00:00", "A\n"),
        snapshot(a, "11-13 12:00:00", "B\n"),
        snapshot(b, "11-12 12:00:00", "X\n"),
    )
    table = await config_churn(since="all", as_of=NOW)
    assert rows(table, "device_months", "changes", "observed_since") == [
        (_months(40), 1, "2026-10-23T12:00:00+00:00")
    ]
    by_month = await config_churn(by="month", since="all", as_of=NOW)
    assert rows(by_month, "month", "device_months", "changes") == [
        ("2026-10-01T00:00:00", _months(8.5), 0),
        ("2026-11-01T00:00:00", _months(21.5 + 10), 1),
    ]


async def test_time_after_as_of_is_not_observed(empty_database: str) -> None:
    """A window that ends later has the time up to as_of."""
    await store(snapshot(device("a"), "11-01 06:00:00", "A\n"))
    table = await config_churn(since="2026-11-20T12:00Z", until="2027-01-01", as_of=NOW)
    assert rows(table, "device_months") == [(_months(2),)]


async def test_an_empty_database_and_an_empty_window(empty_database: str) -> None:
    """The columns and dtypes are those of a full answer; without by there is one row of nothing."""
    empty = {by: await config_churn(by=by, as_of=NOW, since="all") for by in (None, "device", "day")}
    assert rows(empty[None], "devices", "device_months", "changes", RATE) == [(0, 0.0, 0, None)]
    assert [len(empty[by]) for by in ("device", "day")] == [0, 0]
    await _two_devices()
    for by, table in empty.items():
        full = await config_churn(by=by, as_of=NOW, since="all")
        assert table.dtypes.to_dict() == full.dtypes.to_dict()
    early = await config_churn(by="device", since="2020-01-01", until="2020-02-01", as_of=NOW)
    assert set(rows(early, "device_months", "changes")) == {(0.0, 0)}


async def test_a_tag_of_a_columns_name_has_a_column_of_its_own(empty_database: str) -> None:
    """A tag type may be called changes."""
    await store(snapshot(device("a", "changes:few"), "11-20 06:00:00", "A\n"))
    assert rows(await config_churn(by="tag:changes", as_of=NOW), "tag_changes", "changes") == [("few", 0)]


async def test_filters_conditions_and_top(empty_database: str) -> None:
    """Of the devices that pass, the worst; a condition chooses the snapshots that are compared."""
    await _two_devices()
    table = await config_churn(by="device", device=["a", "b"], top=1, since="10d", as_of=NOW)
    assert rows(table, "hostname") == [("a",)]
    assert about(table)["cut"] == {"groups": 2, "kept": 1, "cut": 1}
    table = await config_churn(device="a", since="all", as_of=NOW, where=digests.c.size < 6)
    assert rows(table, "devices", "changes") == [(1, 1)]


async def test_too_fine_a_calendar_is_refused(empty_database: str) -> None:
    """Before any answer is made up."""
    await store(snapshot(device("a"), "2020-01-01 06:00", "A\n"))
    with pytest.raises(ParameterError, match="more than 20000 buckets"):
        await config_churn(by="hour", since="all", as_of=NOW)


async def test_refreshed_or_not_and_without_digests_it_is_the_same(
    blank_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a database as NetRaven made it, after the upgrade, and after a refresh."""
    await migrate.upgrade(blank_database, "8a76c492719c")
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", blank_database)
    await _two_devices()
    plain = rows(await config_churn(by="device", since="10d", as_of=NOW))
    await migrate.upgrade(blank_database)
    assert rows(await config_churn(by="device", since="10d", as_of=NOW)) == plain
    await refresh()
    assert rows(await config_churn(by="device", since="10d", as_of=NOW)) == plain
