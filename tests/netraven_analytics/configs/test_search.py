"""What a pattern matches, what it refuses, and that it ends."""

import pytest

from netraven_analytics.configs import search
from netraven_analytics.configs.search import Pattern
from netraven_db.errors import ParameterError

LINES = ["interface Gi1", " shutdown", " no shutdown", "STRASSE a.b"]


@pytest.mark.parametrize(
    ("pattern", "options", "found"),
    [
        ("shutdown", {}, [1, 2]),
        ("a.b", {}, [3]),
        ("A.B", {}, []),
        ("A.B", {"ignore_case": True}, [3]),
        ("straße", {"ignore_case": True}, [3]),
        (r"^ shut", {"regex": True}, [1]),
        (r"^\s+(?!no )\w+$", {"regex": True}, [1]),
        (r"GI\d", {"regex": True, "ignore_case": True}, [0]),
    ],
)
def test_lines_that_match(pattern: str, options: dict[str, bool], found: list[int]) -> None:
    """Text is found as it is written; a regular expression has anchors of the line."""
    assert Pattern(pattern, **options).lines(LINES) == found


@pytest.mark.parametrize(
    ("pattern", "said"),
    [("", "1 to 1,000 characters"), ("a\nb", "line by line"), ("x" * 1001, "1 to 1,000 characters")],
)
def test_patterns_that_can_match_no_line_are_refused(pattern: str, said: str) -> None:
    """With what is accepted."""
    with pytest.raises(ParameterError, match=said):
        Pattern(pattern)


@pytest.mark.parametrize("pattern", ["(", "(" * 900, "a{9999999999999999999999}"])
def test_what_is_no_regular_expression_is_refused(pattern: str) -> None:
    """In one sentence, however it fails."""
    with pytest.raises(ParameterError, match="is no regular expression"):
        Pattern(pattern, regex=True)


def test_a_pattern_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """One whose time grows exponentially with the line ends with a sentence at its deadline."""
    monkeypatch.setattr(search, "SECONDS", 0.05)
    hostile = Pattern(r"(((((a{1,900}){1,900}){1,900}){1,900}){1,900})b", regex=True)
    with pytest.raises(ParameterError, match=r"took more than 0\.05 s"):
        hostile.lines(["a" * 100_000])
