"""Small words for messages."""

from collections.abc import Iterable
from difflib import get_close_matches


def counted(count: int, what: str) -> str:
    """``1 row``, ``1,000 rows``: a number of what is called by this noun."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def nearest(name: str, known: Iterable[str]) -> str:
    """`` (did you mean 'x'?)`` for a name that looks like a known one, else nothing."""
    close = get_close_matches(name, list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
