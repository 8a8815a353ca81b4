"""Names as labels."""

from netraven_analytics.charts.labels import inert, labels, listed, short


def test_controls_are_shown_and_not_obeyed() -> None:
    """Nor can a text end the script that a page of altair's holds its data in."""
    assert inert("a\x1b[2J\u202eb\n\tc") == "a\\x1b[2J\\x202eb\\n\\tc"
    assert inert("</SCRIPT>") == "\\x3c/SCRIPT>"
    assert inert("<!--") == "\\x3c!--"
    assert inert("<b>5 < 6</b>") == "<b>5 < 6</b>"


def test_what_is_missing_has_a_name() -> None:
    """The one that reports give it."""
    assert [inert(None), inert("")] == ["(none)", "(none)"]


def test_a_long_name_loses_its_middle() -> None:
    """Names of devices differ at their ends."""
    assert short("abcdefghij", 7) == "abc…hij"
    assert short("abcdefg", 7) == "abcdefg"


def test_labels_that_look_alike_are_numbered() -> None:
    """So that each is a row of its own."""
    assert labels(["a", "a", "a (2)", "b"]) == ["a", "a (2)", "a (2) (2)", "b"]


def test_a_list_of_many_is_cut_and_counted() -> None:
    """The first three."""
    assert listed("abc") == "a, b, c"
    assert listed("abcdef") == "a, b, c and 3 more"
