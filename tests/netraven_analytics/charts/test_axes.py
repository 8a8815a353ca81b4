"""Axes of durations and shares."""

import pytest

from netraven_analytics.charts.axes import duration_axis, share_axis


@pytest.mark.parametrize(
    ("values", "kind", "marks"),
    [
        ([20, 30, 45], None, [0, 10, 20, 30, 40, 50]),
        ([600, 1500], None, [0, 300, 600, 900, 1200, 1500]),
        ([90_000, 100_000], None, [0, 21_600, 43_200, 64_800, 86_400, 108_000]),
        ([0, 0], None, [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]),
        ([], None, None),
        ([None, float("nan"), 30.0], None, [0, 5, 10, 15, 20, 25, 30]),
        ([5, 6, 7, 20_000], "log", [10, 60, 600, 3600, 21_600]),
        ([20, 25, 900], "log", [30, 60, 180, 600]),
    ],
)
def test_marks_of_durations_are_round_in_their_unit(
    values: list[float], kind: str | None, marks: list[float] | None
) -> None:
    """Linear from 0; logarithmic, and the title says so, where a linear axis would hide what is small."""
    axis = duration_axis(values, "duration")
    assert axis["scale"].to_dict().get("type") == kind
    assert ("(log scale)" in axis["title"]) == (kind == "log")
    low, high = axis["scale"].domain
    known = [value for value in values if value is not None and value == value]
    assert not known or low <= min(known) <= max(known) <= high
    if marks is not None:
        assert axis["axis"].values == pytest.approx(marks)


def test_a_share_has_a_little_room_and_no_more_than_all() -> None:
    """A rate of 0 has an axis too."""
    assert [share_axis(value, "")["scale"].domain[1] for value in (0.5, 1.0, 0.0, float("nan"))] == [
        0.525,
        1.0,
        0.02,
        1.0,
    ]
