"""Differences in HTML: what a notebook is given."""

import re

import pytest

from netraven_analytics.configs import side_by_side as module
from netraven_analytics.configs.diff import diff, lines_of
from netraven_analytics.configs.side_by_side import box, side_by_side


def _html(before: str, after: str, context: int = 1) -> str:
    return box("it", side_by_side(lines_of(before), lines_of(after), diff(before, after).hunks, context))


def test_lines_stand_beside_each_other_with_their_numbers() -> None:
    """A changed line beside the one that it replaced, an added one beside nothing."""
    rows = re.findall(r"<tr>(.*?)</tr>", _html("a\nb\nc\n", "a\nB\nnew\nc\n"))
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows[1:]]
    assert cells == [["1", "a", "1", "a"], ["2", "b", "2", "B"], ["", "", "3", "new"], ["3", "c", "4", "c"]]


def test_what_a_device_says_is_shown_and_never_obeyed() -> None:
    """Markup, terminal escapes and marks of direction."""
    html = _html("a\n", "<script>alert(1)</script>\x1b[2J\u202e\n")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[2J\\x202e" in html


def test_dollar_signs_are_no_formulas() -> None:
    """MathJax, which notebooks have, would make a link of what a device says."""
    assert 'class="netraven-text tex2jax_ignore mathjax_ignore"' in _html(
        "a\n", "$\\href{javascript:x}{y}$\n"
    )


def test_the_style_touches_nothing_else() -> None:
    """Every rule is scoped to the box, and its colours are over the notebook's own."""
    style = re.search(r"<style>(.*?)</style>", _html("a\n", "b\n"), re.DOTALL)[1]
    selectors = re.findall(r"([^{}]+)\{[^}]*\}", style)
    assert all(selector.strip().startswith(".netraven-text.netraven-text ") for selector in selectors)
    assert not re.search(r"background: (?!rgba|transparent)|[; {]color: (?!inherit)", style)


def test_long_differences_and_long_lines_are_cut_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook is no place for a whole archive."""
    monkeypatch.setattr(module, "MOST_ROWS", 3)
    assert "only the first 3 rows" in _html("", "x\n" * 10)
    assert "… 8,000 more characters" in _html("", "x" * 10_000 + "\n")
