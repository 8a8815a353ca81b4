"""Which devices have a lane."""

import pandas as pd

from netraven_analytics.charts.lanes import LANES, in_turn, lanes, slots


def test_two_ways_to_be_bad_take_turns() -> None:
    """The device with the longest run is second, however many failed more often."""
    failed = pd.Series({"often": 9, "twice": 2, "hanging": 0, "fine": 0})
    longest = pd.Series({"often": 3.0, "twice": 4.0, "hanging": 9e5, "fine": 1.0})
    order = in_turn(failed, longest).sort_values(ascending=False).index
    assert list(order) == ["often", "hanging", "twice", "fine"]


def test_the_worst_have_lanes_and_the_others_are_kept_apart() -> None:
    """Under labels, in their order."""
    table = pd.DataFrame({"hostname": [f"d{n}" for n in range(LANES + 2)]})
    shown, others, names = lanes(table, pd.Series(range(LANES + 2), index=table["hostname"]))
    assert (len(shown), len(others), len(names)) == (LANES, 2, LANES)
    assert (names[0], list(others["hostname"])) == (f"d{LANES + 1}", ["d0", "d1"])


def test_slots_divide_the_time() -> None:
    """The last instant is in the last slot, and one instant alone in the first."""
    assert slots(pd.Series([0, 999, 1000]), 0, 1000).tolist() == [0, 159, 159]
    assert slots(pd.Series([7]), 7, 7).tolist() == [0]
