"""A spec is checked, compares by value, and survives JSON."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from netraven_analytics.demo import FleetSpec
from netraven_db.errors import ParameterError

UNTIL = datetime(2026, 4, 6, 6, tzinfo=UTC)


def test_the_defaults_are_the_documented_ones() -> None:
    """200 devices, 90 days, a run a day, seed 2025."""
    spec = FleetSpec(until=UNTIL)
    assert (spec.devices, spec.days, spec.runs_per_day, spec.seed) == (200, 90, 1, 2025)


def test_the_same_instant_in_another_zone_is_the_same_spec() -> None:
    """An end is an instant and no wall clock."""
    berlin = UNTIL.astimezone(timezone(timedelta(hours=2)))
    assert FleetSpec(until=berlin) == FleetSpec(until=UNTIL)
    assert FleetSpec(until=berlin).until.tzinfo is UTC


def test_a_spec_survives_its_json_form() -> None:
    """The marker in a database is read as it was written."""
    spec = FleetSpec(50, 20, 2, 7, until=UNTIL + timedelta(microseconds=1))
    assert FleetSpec.from_dict(spec.to_dict()) == spec


@pytest.mark.parametrize(
    "sizes",
    [
        {"devices": 9},
        {"days": 6},
        {"runs_per_day": 0},
        {"runs_per_day": 25},
        {"devices": 10**6, "days": 5000},
    ],
)
def test_a_size_that_cannot_be_made_is_refused(sizes: dict[str, int]) -> None:
    """With the least sizes in the sentence."""
    with pytest.raises(ParameterError, match="demo fleet"):
        FleetSpec(**sizes, until=UNTIL)


def test_an_end_without_time_zone_is_refused() -> None:
    """It would be another instant on another machine."""
    with pytest.raises(ParameterError, match="aware"):
        FleetSpec(until=UNTIL.replace(tzinfo=None))


def test_streams_of_different_concerns_differ_and_repeat() -> None:
    """A change in one concern does not shuffle the others."""
    spec = FleetSpec(until=UNTIL)
    assert spec.random("a").random() == spec.random("a").random() != spec.random("b").random()
    assert spec.generator("a").random() == spec.generator("a").random() != spec.generator("b").random()
