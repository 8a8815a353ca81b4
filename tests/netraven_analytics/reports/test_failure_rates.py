"""The definitions behind failure_rates: rows in, answers out."""

import numpy as np
import pytest
from scipy.stats import binomtest

from netraven_analytics import failure_rates
from netraven_db.db.models import Device, Job
from tests.netraven_analytics.plans import plan_of, store_history
from tests.netraven_analytics.spec import NOW, about, device, job, rows, store


async def test_the_rate_is_failed_over_terminal_within_wilsons_interval(empty_database: str) -> None:
    """Pending, running and unknown runs are in neither number, and the bounds are scipy's."""
    d = device("a")
    await store(
        *(job(d, "completed", f"11-20 0{hour}:00:00", f"11-20 0{hour}:00:10") for hour in range(1, 8)),
        *(job(d, "failed", f"11-21 0{hour}:00:00", f"11-21 0{hour}:00:10") for hour in range(1, 3)),
        job(d, "running", "11-22 11:00:00"),
        job(d, "pending", None, scheduled="11-20 09:00:00"),
        job(d, "skipped", "11-20 06:00:00"),
    )
    table = await failure_rates(as_of=NOW)
    interval = binomtest(2, 9).proportion_ci(method="wilson")
    assert rows(table, "runs", "terminal", "failed", "running", "pending", "other") == [(12, 9, 2, 1, 1, 1)]
    assert rows(table, "failure_rate", "rate_low", "rate_high") == [
        (round(2 / 9, 6), round(interval.low, 6), round(interval.high, 6))
    ]


async def test_the_bounds_meet_zero_and_one_exactly(empty_database: str) -> None:
    """All failed is 1 at the top, none failed is 0 at the bottom, without a rounding error."""
    bad, good = device("bad"), device("good")
    await store(
        job(bad, "failed", "11-20 06:00:00", "11-20 06:00:10"),
        job(good, "completed", "11-20 06:00:00", "11-20 06:00:10"),
    )
    table = await failure_rates(by="device", as_of=NOW)
    assert table["rate_high"].iloc[0] == 1.0
    assert table["rate_low"].iloc[1] == 0.0


async def test_no_terminal_run_gives_a_missing_rate(empty_database: str) -> None:
    """Not 0: a dead worker yields no failures, and shows as running, stuck and devices without a run."""
    hanging, _ = device("hanging"), device("silent")
    await store(job(hanging, "running", "11-20 06:00:00"), job(hanging, "running", "11-22 11:00:00"), _)
    table = await failure_rates(as_of=NOW)
    assert rows(table, "terminal", "failure_rate", "rate_low", "rate_high") == [(0, None, None, None)]
    assert rows(table, "running", "stuck", "devices_without_run") == [(2, 1, 1)]


async def test_stuck_takes_a_limit(empty_database: str) -> None:
    """A run is stuck when it has been running for longer than stuck_after, 24 hours unless told otherwise."""
    d = device("a")
    await store(job(d, "running", "11-22 11:00:00"), job(d, "running", "11-21 11:00:00"))
    assert rows(await failure_rates(as_of=NOW), "stuck") == [(1,)]
    assert rows(await failure_rates(as_of=NOW, stuck_after="30min"), "stuck") == [(2,)]


async def test_devices_without_run_appear_in_their_groups(empty_database: str) -> None:
    """A device type whose devices have no run in the window has a row of its own."""
    await store(
        job(device("a"), "completed", "11-20 06:00:00", "11-20 06:00:10"),
        device("b"),
        device("c", device_type="arista_eos"),
        device("d", device_type="arista_eos"),
        device("e", device_type=None),
    )
    table = await failure_rates(by="device_type", as_of=NOW)
    assert sorted(rows(table, "device_type", "runs", "devices_without_run")) == [
        ("(none)", 0, 1),
        ("arista_eos", 0, 2),
        ("cisco_ios", 1, 1),
    ]


async def test_devices_without_run_are_counted_in_each_bucket(empty_database: str) -> None:
    """A device that ran on Friday and not on Saturday is without a run on Saturday; empty days count all."""
    a, b = device("a"), device("b")
    await store(
        job(a, "completed", "11-18 06:00:00", "11-18 06:00:10"),
        job(b, "completed", "11-18 07:00:00", "11-18 07:00:10"),
        job(a, "completed", "11-20 06:00:00", "11-20 06:00:10"),
    )
    table = await failure_rates(by="day", since="2026-11-18", until="2026-11-21", as_of=NOW, fill=True)
    assert rows(table, "day", "runs", "devices_without_run") == [
        ("2026-11-18T00:00:00", 2, 0),
        ("2026-11-19T00:00:00", 0, 2),
        ("2026-11-20T00:00:00", 1, 1),
    ]


async def test_a_small_group_does_not_lead_by_one_failure(empty_database: str) -> None:
    """Groups come by the lower bound: 9 of 20 is worse than 1 of 1."""
    often, once = device("often"), device("once")
    await store(
        *(
            job(often, "failed" if n < 9 else "completed", f"11-20 00:{n:02}:00", f"11-20 00:{n:02}:10")
            for n in range(20)
        ),
        job(once, "failed", "11-20 06:00:00", "11-20 06:00:10"),
    )
    assert [row[0] for row in rows(await failure_rates(by="device", as_of=NOW), "hostname")] == [
        "often",
        "once",
    ]


async def test_filters_narrow_the_devices_without_run_too(empty_database: str) -> None:
    """With a filter, only devices that pass it can be without a run."""
    await store(device("ber-1"), device("ber-2"), job(device("muc-1"), "failed", "11-20 06:00"))
    table = await failure_rates(device="ber-*", as_of=NOW)
    assert rows(table, "devices_without_run") == [(2,)]
    assert about(table)["options"]["device"] == ["ber-*"]


CHANGE = ("failure_rate_before", "rate_change", "change_low", "change_high")
BEFORE = "11-10"


def _runs(of: Device | None, day: str, failed: int, terminal: int) -> list[Job]:
    """That many runs of a day, a minute apart."""
    times = [f"{day} {n // 60:02}:{n % 60:02}" for n in range(terminal)]
    return [
        job(of, "failed" if n < failed else "completed", f"{time}:00", f"{time}:10")
        for n, time in enumerate(times)
    ]


async def test_the_change_is_against_the_period_before_within_newcombes_interval(empty_database: str) -> None:
    """56 of 70 beside 48 of 80, the first example of Newcombe's paper: 0.2, from 0.0524 to 0.3339."""
    d = device("a")
    await store(*_runs(d, "11-20", 56, 70), *_runs(d, BEFORE, 48, 80), *_runs(d, "11-01", 9, 9))
    table = await failure_rates(as_of=NOW, since="7d")
    (found,) = rows(table, *CHANGE)
    assert [round(figure, 4) for figure in found] == [0.6, 0.2, 0.0524, 0.3339]
    now, before = (binomtest(*n).proportion_ci(method="wilson") for n in ((56, 70), (48, 80)))
    low = 0.2 - ((0.8 - now.low) ** 2 + (before.high - 0.6) ** 2) ** 0.5
    high = 0.2 + ((now.high - 0.8) ** 2 + (0.6 - before.low) ** 2) ** 0.5
    assert found[2:] == (round(low, 6), round(high, 6))


async def test_the_interval_of_a_change_is_newcombes_for_any_counts(empty_database: str) -> None:
    """From the roots of both score equations, for chance counts and for none and all of them failed."""
    random = np.random.default_rng(3)
    counts = [
        ((int(random.integers(n + 1)), n), (int(random.integers(m + 1)), m)) for n, m in ((3, 9), (20, 4))
    ]
    counts += [((0, 7), (7, 7)), ((7, 7), (0, 7)), ((0, 5), (0, 8)), ((1, 1), (1, 1))]
    for number, (now, before) in enumerate(counts):
        of = device(f"d{number}")
        await store(*_runs(of, "11-20", *now), *_runs(of, BEFORE, *before))
    table = (await failure_rates(by="device", as_of=NOW, since="7d")).sort_values("hostname")
    for found, (now, before) in zip(rows(table, *CHANGE), counts, strict=True):
        (p, low, high), (q, q_low, q_high) = _score_interval(*now), _score_interval(*before)
        expected = (q, p - q, p - q - np.hypot(p - low, q_high - q), p - q + np.hypot(high - p, q - q_low))
        assert found == pytest.approx(expected, abs=2e-6)


def _score_interval(failed: int, terminal: int) -> tuple[float, float, float]:
    """The share, and where (x - share)² = z² x (1 - x) / n."""
    zz, share = 1.959963984540054**2 / terminal, failed / terminal
    low, high = sorted(np.roots([1 + zz, -2 * share - zz, share * share]).real)
    return share, low, high


async def test_each_group_has_its_own_change(empty_database: str) -> None:
    """Deleted devices too; a group without a terminal run in one of the periods has none."""
    a, b, c = device("a"), device("b", device_type="arista_eos"), device("c", device_type="x")
    await store(
        *_runs(a, "11-20", 1, 2),
        *_runs(a, BEFORE, 0, 2),
        *_runs(b, "11-20", 1, 2),
        *_runs(c, BEFORE, 1, 2),
        *_runs(None, "11-20", 0, 2),
        *_runs(None, BEFORE, 2, 2),
    )
    for by, column in (("device", "hostname"), ("device_type", "device_type")):
        table = await failure_rates(by=by, as_of=NOW, since="7d")
        found = {row[0]: row[1:] for row in rows(table, column, *CHANGE[:2])}
        names = ("a", "b", "c") if by == "device" else ("cisco_ios", "arista_eos", "x")
        assert found == {
            names[0]: (0.0, 0.5),
            names[1]: (None, None),
            names[2]: (0.5, None),
            "(deleted device)": (1.0, -1.0),
        }
        bounds = {row[0]: row[1:] for row in rows(table, column, *CHANGE[2:])}
        assert bounds[names[1]] == bounds[names[2]] == (None, None)


async def test_without_a_period_before_there_is_no_change(empty_database: str) -> None:
    """The columns are there and empty: over all of history, and where by has a time."""
    await store(*_runs(device("a"), "11-20", 1, 2), *_runs(device("b"), BEFORE, 1, 2))
    window = await failure_rates(as_of=NOW, since="7d")
    for options in ({"since": "all"}, {"since": "7d", "by": "day"}, {"since": "7d", "by": ["device", "day"]}):
        table = await failure_rates(as_of=NOW, **options)
        assert {row for row in rows(table, *CHANGE)} == {(None,) * 4}
        assert table[list(CHANGE)].dtypes.to_dict() == window[list(CHANGE)].dtypes.to_dict()


async def test_a_window_and_the_period_before_are_found_by_index(empty_database: str) -> None:
    """A week of 4.5 years of runs is read without a scan of them all, and so are devices without a run."""
    await store_history(empty_database)
    for by in (None, "device", "tag:location", "day"):
        plan = await plan_of(failure_rates, by=by, since="7d", as_of=NOW)
        assert "ix_jobs_run_at" in plan
        assert "Seq Scan on jobs" not in plan


async def test_a_tag_type_may_be_called_as_a_count_is(empty_database: str) -> None:
    """Such as devices, which the report counts on its way."""
    await store(job(device("a", "devices:lab"), "failed", "11-20 06:00", "11-20 06:01"))
    assert rows(await failure_rates(by="tag:devices", as_of=NOW), "devices", "failed") == [("lab", 1)]
