"""Shares by group."""

import pytest

from netraven_analytics.charts import chart
from netraven_analytics.charts.measures import percent
from netraven_analytics.charts.style import ROWS
from tests.netraven_analytics.charts.answers import answer, hosts, points, rates, said, texts, title


def test_the_worst_are_shown_and_the_others_told() -> None:
    """By the bound that is sure, on top; beside each stands what it is of."""
    picture = chart(answer("failure_rates", rates(101, hostname=hosts(101)), ["device"]))
    assert [row["name"] for row in points(picture)[0]] == hosts(101)[:ROWS]
    assert "99 % (99 of 100)" in texts(picture)
    assert (
        "Shown: the 25 worst of 101, by the lower bound. The other 76: 0 % to 75 %, median 37.5 %."
        in said(picture)
    )


def test_groups_without_a_rate_are_named() -> None:
    """A dead worker yields no failures, so that silence is told."""
    frame = answer("failure_rates", rates(7, hostname=hosts(7)), ["device"])
    frame.loc[2:, "failure_rate"] = None
    expected = "Without terminal runs, so without a rate: 5 (dev-0002, dev-0003, dev-0004 and 2 more)."
    assert expected in said(chart(frame))


def test_all_together_is_a_line() -> None:
    """The share of distinct runs, from the answer's totals; not where there is one row for everything."""
    totals = {"totals": {"failure_rate": 0.25}}
    picture = chart(answer("failure_rates", rates(2, device_type=["a", "b"]), ["device_type"], **totals))
    assert [{"total": 0.25}] in points(picture)
    assert "The dashed line is all together." in said(picture)
    assert "dashed" not in said(chart(answer("failure_rates", rates(1), **totals)))


def test_a_low_coverage_is_the_worst() -> None:
    """Of what is good, the lowest upper bound comes first."""
    columns = {
        "device_type": ["a", "b"],
        "devices": [10, 10],
        "fresh": [9, 3],
        "coverage": [0.9, 0.3],
        "coverage_low": [0.7, 0.1],
        "coverage_high": [0.98, 0.6],
    }
    picture = chart(answer("backup_freshness", columns, ["device_type"]))
    assert [row["name"] for row in points(picture)[0]] == ["b", "a"]
    assert title(picture) == "Backup coverage by device type (% of devices)"


def test_churn_is_a_rate_without_a_bound() -> None:
    """In changes per device-month, from 0 to the highest."""
    columns = {
        "device_type": ["a", "b"],
        "changes": [2, 40],
        "device_months": [10.0, 12.5],
        "changes_per_device_month": [0.2, 3.2],
        "changes_low": [0.02, 2.3],
        "changes_high": [0.7, 4.4],
    }
    picture = chart(answer("config_churn", columns, ["device_type"]))
    assert title(picture) == "Configuration churn by device type (changes per device-month)"
    assert [row["said"] for row in points(picture)[0]] == ["3.2 (40 in 12.5)", "0.2 (2 in 10)"]
    assert "the 95 % interval (Garwood)" in said(picture)


def test_late_starts_are_drawn_on_request() -> None:
    """Of queue delays, whose usual chart is that of the delays."""
    columns = {"late_share": [0.5], "late_low": [0.4], "late_high": [0.6], "late": [5], "started": [10]}
    assert title(chart(answer("queue_delays", columns), "rates")) == "Late starts (% of started runs)"


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.0, "0 %"), (0.0004, "<0.1 %"), (0.271, "27.1 %"), (0.9999, "99.9+ %"), (1.0, "100 %")],
)
def test_what_is_not_quite_none_or_all_does_not_look_so(share: float, shown: str) -> None:
    """A failure in ten thousand is a failure."""
    assert percent(share) == shown
