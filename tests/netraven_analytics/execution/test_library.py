"""Which notebooks there are, by which names."""

import pytest

from netraven_analytics.execution import find
from netraven_db.errors import ParameterError


@pytest.mark.parametrize("name", ["10_fleet_review", "fleet_review", "fleet-review", "10_fleet_review.ipynb"])
def test_a_name_may_leave_out_its_number(name: str) -> None:
    """Hyphens are underscores, and the ending may be there."""
    assert [notebook.name for notebook in find([name])] == ["10_fleet_review"]


def test_all_are_in_the_order_in_which_they_are_read() -> None:
    """The lessons first."""
    names = [notebook.name for notebook in find([])]
    assert names == sorted(names)
    assert names[0] == "01_database"


def test_one_that_is_named_twice_runs_once() -> None:
    """In the place of its first name."""
    assert [each.name for each in find(["frames", "database", "06-frames"])] == ["06_frames", "01_database"]


def test_a_notebook_that_there_is_not() -> None:
    """The nearest name is suggested, and all are listed."""
    with pytest.raises(ParameterError, match=r"did you mean 'fleet_review'\?\): there are database, reading"):
        find(["flet-review"])
