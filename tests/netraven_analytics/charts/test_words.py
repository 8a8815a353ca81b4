"""What stands above a chart."""

from netraven_analytics.charts.words import subtitle

ABOUT = {
    "window": {"since": "2026-10-23T14:00:00+02:00", "until": "2026-11-22T00:00:00+01:00"},
    "tz": "Europe/Berlin",
}


def test_the_window_comes_first() -> None:
    """To the minute; midnights are dates."""
    assert subtitle(ABOUT, []) == ["2026-10-23 14:00 to 2026-11-22 (Europe/Berlin)"]
    everything = {**ABOUT, "window": {**ABOUT["window"], "since": "all"}}
    assert subtitle(everything, []) == ["All until 2026-11-22 (Europe/Berlin)"]


def test_a_frame_of_no_report_has_no_window() -> None:
    """Only what the chart remarks."""
    assert subtitle({}, ["", "So it is."]) == ["So it is."]


def test_filters_cuts_and_what_was_left_out_are_told() -> None:
    """A chart of some devices is not one of the fleet."""
    about = {
        **ABOUT,
        "options": {"by": ["device"], "device": ["ber-*"], "tag": ["role:core", "role:</script>"]},
        "left_out": {"undated": 1234},
        "cut": {"groups": 2000, "kept": 10, "cut": 1990},
    }
    assert subtitle(about, [])[1:] == [
        "Only device ber-*; tag role:core, role:\\x3c/script>.",
        "Not in the answer: 1,234 undated.",
        "Asked for the first 10 of 2,000 groups.",
    ]


def test_long_lines_are_wrapped() -> None:
    """A picture is not as wide as its longest sentence, even of one word."""
    lines = subtitle({}, ["word " * 60, "x" * 300])
    assert max(map(len, lines)) <= 104
    assert "".join(lines).count("x") == 300
