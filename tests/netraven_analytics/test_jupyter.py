"""How a notebook shows answers; tests/notebooks/test_kernel.py holds the rest in a live kernel."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from netraven_analytics.jupyter import as_html

ANSWER = {
    "report": "job_durations",
    "window": {"since": "2026-10-01T00:00:00+00:00", "until": "2026-11-01T00:00:00+00:00"},
    "left_out": {"undated": 1200},
    "notes": ["Hostnames are <i>today's</i>."],
}


@pytest.fixture
def answer() -> pd.DataFrame:
    """Two rows of a report, the second with nothing in it."""
    table = pd.DataFrame(
        {
            "hostname": ["<b>$\\href{x}{y}$</b>", None],
            "duration": pd.to_timedelta([timedelta(seconds=75, microseconds=5), None]),
            "at": pd.to_datetime([datetime(2026, 10, 2, 3, 4, 5, 678, UTC), None]),
            "day": pd.to_datetime([datetime(2026, 10, 2), None]),  # noqa: DTZ001 - a local date
        }
    )
    table.attrs["netraven"] = ANSWER
    return table


def test_durations_and_times_are_short(answer: pd.DataFrame) -> None:
    """To the second, days as dates, and an empty cell where there is none."""
    html = as_html(answer) or ""
    for text in ("1m15s", "2026-10-02 03:04:05+00:00", "<td>2026-10-02</td>"):
        assert text in html
    assert ".000678" not in html
    assert html.count("<td></td>") == 3


def test_the_window_stands_below(answer: pd.DataFrame) -> None:
    """With what was left out, and the notes as text."""
    assert (
        "job_durations, 2026-10-01T00:00:00+00:00 to 2026-11-01T00:00:00+00:00 · left out: 1,200 undated · "
        "Hostnames are &lt;i&gt;today&#x27;s&lt;/i&gt;." in (as_html(answer) or "")
    )


def test_what_a_device_says_is_text(answer: pd.DataFrame) -> None:
    """Neither markup nor a formula."""
    html = as_html(answer) or ""
    assert "&lt;b&gt;" in html
    assert "tex2jax_ignore" in html


def test_a_long_answer_is_cut(answer: pd.DataFrame) -> None:
    """As pandas cuts it, and the number of its rows is said."""
    long = pd.concat([answer] * 50, ignore_index=True)
    long.attrs = answer.attrs
    html = as_html(long) or ""
    assert html.count("<tr>") < 20
    assert "100 rows" in html


def test_other_frames_are_shown_as_pandas_does() -> None:
    """Nothing is added, and nothing rounded."""
    table = pd.DataFrame({"duration": pd.to_timedelta([timedelta(seconds=75, microseconds=5)])})
    assert "0 days 00:01:15.000005" in (as_html(table) or "")


def test_who_wants_no_html_gets_none(answer: pd.DataFrame) -> None:
    """pandas' option counts here too."""
    with pd.option_context("display.notebook_repr_html", False):
        assert as_html(answer) is None
