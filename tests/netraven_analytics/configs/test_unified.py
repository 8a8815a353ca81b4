"""Unified diffs: hunks in, a patch's lines out."""

from netraven_analytics.configs.diff import diff, lines_of
from netraven_analytics.configs.sections import sections
from netraven_analytics.configs.unified import unified


def _unified(before: str, after: str, context: int) -> list[str]:
    old, new = lines_of(before), lines_of(after)
    return list(unified(old, new, diff(before, after).hunks, sections(new, "cisco_ios"), context))


NUMBERS = "".join(f"{number}\n" for number in range(1, 13))


def test_a_hunk_has_context_and_names_its_section() -> None:
    """Lines around it, as many as asked for and as there are."""
    before, after = "a\ninterface Gi1\n mtu 1\n up\nb\n", "a\ninterface Gi1\n mtu 2\n up\nb\n"
    assert _unified(before, after, 1) == [
        "@@ -2,3 +2,3 @@ interface Gi1",
        " interface Gi1",
        "- mtu 1",
        "+ mtu 2",
        "  up",
    ]


def test_hunks_whose_context_touches_are_one_group() -> None:
    """With a line more between them they are two."""
    near = NUMBERS.replace("3\n", "X\n", 1).replace("8\n", "Y\n")
    assert [line for line in _unified(NUMBERS, near, 2) if line[0] == "@"] == ["@@ -1,10 +1,10 @@"]
    assert [line for line in _unified(NUMBERS, near, 1) if line[0] == "@"] == [
        "@@ -2,3 +2,3 @@",
        "@@ -7,3 +7,3 @@",
    ]


def test_no_difference_has_no_lines() -> None:
    """And one against nothing begins at line 0."""
    assert _unified("a\n", "a\n", 3) == []
    assert _unified("", "a\n", 3) == ["@@ -0,0 +1 @@", "+a"]
