"""What an answer is grouped by."""

import pandas as pd
import pytest

from netraven_analytics.charts.groups import Groups
from netraven_db.errors import ParameterError
from tests.netraven_analytics.charts.answers import answer


@pytest.mark.parametrize(
    ("by", "columns", "time", "others", "words"),
    [
        ([], ["runs"], None, (), ""),
        (["device"], ["device_id", "hostname", "runs"], None, ("hostname",), " by device"),
        (
            ["tag:location", "week"],
            ["location", "week", "runs"],
            "week",
            ("location",),
            " by location and week",
        ),
        (["tag:runs"], ["tag_runs", "complete", "runs"], None, ("tag_runs",), " by tag_runs"),
        (["tag:tag_a", "tag:a"], ["tag_a", "a", "runs"], None, ("tag_a", "a"), " by tag_a and a"),
        (["weekday", "day"], ["weekday", "day", "runs"], "day", ("weekday",), " by weekday and day"),
        (["weekday", "hour_of_day"], ["weekday", "hour_of_day"], "hour_of_day", ("weekday",), None),
        (["tag:a.b[0]"], ["a.b[0]"], None, ("a.b[0]",), " by a.b[0]"),
    ],
)
def test_dimensions_are_found_in_the_columns(
    by: list[str], columns: list[str], time: str | None, others: tuple[str, ...], words: str | None
) -> None:
    """A tag's column may have tag_ in front; a date is what goes along the time."""
    frame = answer("failure_rates", {name: [1] for name in columns}, by)
    groups = Groups.of(frame, frame.attrs["netraven"])
    assert (groups.time, groups.columns) == (time, others)
    assert words in (None, groups.words)


def test_a_column_of_groups_that_is_gone_is_missed() -> None:
    """Rows that cannot be told apart are not drawn as if they could."""
    frame = answer("failure_rates", {"device_id": [1, 2], "runs": [3, 4]}, ["device"])
    with pytest.raises(ParameterError, match="no column 'hostname', by which its answer is grouped"):
        Groups.of(frame, frame.attrs["netraven"])


def test_names_are_of_all_columns() -> None:
    """Weekdays and hours have names, what is missing too."""
    groups = Groups(None, ("weekday", "hour_of_day", "location"))
    frame = pd.DataFrame(
        {
            "weekday": pd.Series([1, 7], dtype="Int64"),
            "hour_of_day": [6, 23],
            "location": pd.Series(["berlin", None], dtype="str"),
        }
    )
    frame.index = pd.Index([5, 3])
    assert groups.names(frame, "all").to_dict() == {5: "Mon · 06:00 · berlin", 3: "Sun · 23:00 · (none)"}
    assert Groups(None, ()).names(frame, "all").to_dict() == {5: "all", 3: "all"}
