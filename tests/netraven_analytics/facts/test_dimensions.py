"""What ``by`` takes, the columns it gives, and that no run falls out of its groups."""

from datetime import timedelta
from typing import Any

import pytest

from netraven_analytics import failure_rates, job_durations
from netraven_analytics.facts.dimensions import RUN_DIMENSIONS, parse_dimensions
from netraven_db.db.models import Tag
from netraven_db.errors import ParameterError
from tests.netraven_analytics.spec import NOW, about, at, device, job, rows, store


@pytest.mark.parametrize(
    ("by", "columns"),
    [
        (None, []),
        ([], []),
        ("device", [("device_id", "hostname")]),
        ("device_type", [("device_type",)]),
        ("device-type", [("device_type",)]),
        ("hour-of-day", [("hour_of_day",)]),
        ("tag:location", [("location",)]),
        (["week", "tag:location"], [("week",), ("location",)]),
        ("tag:runs", [("tag_runs",)]),
        ("tag:hostname", [("tag_hostname",)]),
        (["week", "tag:week"], [("week",), ("tag_week",)]),
    ],
)
def test_a_dimension_gives_columns_of_its_name(
    by: str | list[str] | None, columns: list[tuple[str, ...]]
) -> None:
    """In the order given; a tag's type that is taken as a name gets a prefix."""
    parsed = parse_dimensions(by, RUN_DIMENSIONS, taken=("runs",))
    assert [dimension.columns for dimension in parsed] == columns


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("devices", "did you mean 'device'"),
        ("year", "it takes device, device_type"),
        ("tag", "is not a dimension"),
        ("tag:", "is not a dimension"),
        ("tag:<type>", "is not a dimension"),
        (7, "by=7 is not understood"),
        ([None], "is not understood"),
        (["day", "day"], "given twice"),
        (["hour-of-day", "hour_of_day"], "given twice"),
    ],
)
def test_what_is_no_dimension_is_refused(by: Any, told: str) -> None:
    """With the nearest name and all that are accepted."""
    with pytest.raises(ParameterError, match=told):
        parse_dimensions(by, RUN_DIMENSIONS)


def test_a_report_refuses_what_makes_no_sense_for_it() -> None:
    """A failure rate by outcome would always be 0 or 1."""
    with pytest.raises(ParameterError, match="by='outcome'"):
        failure_rates.statement(by="outcome")


async def test_what_has_no_value_has_a_name(empty_database: str) -> None:
    """What a device lacks is (none), and a run whose device is gone is of a (deleted device)."""
    await store(
        job(device("a", "role:core"), "completed", "11-20 06:00", "11-20 06:03"),
        job(device("b", device_type=None), "completed", "11-20 06:00", "11-20 06:02"),
        job(None, "completed", "11-20 06:00", "11-20 06:01"),
    )
    by_role = await job_durations(by="tag:role", as_of=NOW)
    assert rows(by_role, "role", "runs") == [("core", 1), ("(none)", 1), ("(deleted device)", 1)]
    by_type = await job_durations(by="device_type", as_of=NOW)
    assert rows(by_type, "device_type", "runs") == [("cisco_ios", 1), ("(none)", 1), ("(deleted device)", 1)]
    by_device = await job_durations(by="device", as_of=NOW)
    assert rows(by_device, "hostname", "runs") == [("a", 1), ("b", 1), ("(deleted device)", 1)]
    assert by_device["device_id"].isna().tolist() == [False, False, True]


async def test_a_device_counts_in_each_of_its_tags(empty_database: str) -> None:
    """The totals count its run once, and the answer says so."""
    owner = device("a", "site:berlin", "site:east")
    await store(job(owner, "completed", "11-20 06:00", "11-20 06:01"))
    table = await job_durations(by="tag:site", as_of=NOW)
    assert rows(table, "site", "runs") == [("berlin", 1), ("east", 1)]
    assert about(table)["totals"]["runs"] == 1
    assert any("several tags" in note for note in about(table)["notes"])


async def test_two_tag_types_are_two_columns(empty_database: str) -> None:
    """A run is in the group of its device's pair of tags."""
    core = Tag(type="role", name="core")
    await store(
        job(device("a", "site:x", "role:core", known=[core]), "completed", "11-20 06:00", "11-20 06:02"),
        job(device("b", "role:core", known=[core]), "completed", "11-20 06:00", "11-20 06:01"),
    )
    table = await job_durations(by=["tag:site", "tag:role"], as_of=NOW)
    assert rows(table, "site", "role", "runs") == [("x", "core", 1), ("(none)", "core", 1)]


@pytest.mark.parametrize(
    ("zone", "since", "until", "day", "runs"),
    [
        ("Europe/Berlin", "2026-03-28 21:00", "2026-03-30 00:00", "2026-03-29", 23 * 2),
        ("Europe/Berlin", "2026-10-24 20:00", "2026-10-26 02:00", "2026-10-25", 25 * 2),
        ("Africa/Cairo", "2024-04-25 20:00", "2024-04-27 00:00", "2024-04-26", 23 * 2),
        ("America/Sao_Paulo", "2017-10-15 01:00", "2017-10-16 05:00", "2017-10-15", 23 * 2),
        ("Australia/Lord_Howe", "2026-04-04 10:00", "2026-04-05 16:00", "2026-04-05", 24 * 2 + 1),
    ],
)
async def test_a_day_on_which_the_clock_is_moved_is_one_group(
    empty_database: str, zone: str, since: str, until: str, day: str, runs: int
) -> None:
    """With a run every half hour, a day has as many runs as it has half hours."""
    owner, begin = device("a"), at(since)
    steps = (at(until) - begin) // timedelta(minutes=30)
    starts = [begin + number * timedelta(minutes=30) for number in range(steps)]
    await store(*(job(owner, "running", f"{start:%Y-%m-%d %H:%M}") for start in starts))
    asked = {"since": begin, "until": at(until), "as_of": at(until), "tz": zone}
    by_day = rows(await job_durations(by="day", **asked), "day", "complete", "runs")
    assert [row for row in by_day if row[0][:10] == day] == [(f"{day}T00:00:00", True, runs)]
    assert [row[1] for row in by_day] == [row[0][:10] == day for row in by_day]
    by_hour = await job_durations(by=["day", "hour"], **asked)
    assert by_hour.loc[by_hour["day"] == day, "runs"].sum() == runs
    assert by_hour.groupby("day")["hour"].nunique()[day] == -(-runs // 2)
