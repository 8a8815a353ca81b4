"""Small words for messages."""

from netraven_analytics.text import counted


def test_one_is_singular() -> None:
    """And nothing else is; thousands are separated."""
    assert [counted(n, "row") for n in (0, 1, 2, 1000)] == ["0 rows", "1 row", "2 rows", "1,000 rows"]
