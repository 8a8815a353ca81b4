"""Lines that a pattern matches, in bounded time."""

import time
from collections.abc import Callable, Sequence

from netraven_db.errors import ParameterError

SECONDS = 5.0  # for one text: a pattern that takes longer is given up
_LONGEST = 1_000  # characters of a pattern

# Whether a line matches, within the seconds that are left.
_Test = Callable[[str, float], bool]


class Pattern:
    """Text to find in a line, or a regular expression (of the ``regex`` package, a superset of ``re``).

    A regular expression can be made to take time exponential in the line's length, so each text has a
    deadline; text without one is found in linear time.
    """

    def __init__(self, pattern: str, *, regex: bool = False, ignore_case: bool = False) -> None:
        """Raises ParameterError when the pattern can match no line, or is no regular expression."""
        if not isinstance(pattern, str) or not pattern or len(pattern) > _LONGEST:
            raise ParameterError(
                f"pattern={str(pattern)[:40]!r} is not understood: it takes 1 to {_LONGEST:,} characters of "
                "text to find, or with regex=True a regular expression."
            )
        if "\n" in pattern or "\0" in pattern:
            raise ParameterError(
                "The pattern holds a line end or a NUL: it is matched line by line, so give one line of it."
            )
        self.pattern = pattern
        self._test = _expression(pattern, ignore_case) if regex else _literal(pattern, ignore_case)

    def lines(self, lines: Sequence[str]) -> list[int]:
        """The indexes of the lines that match.

        Raises:
            ParameterError: the pattern took more than SECONDS.
        """
        deadline = time.monotonic() + SECONDS
        try:
            return [
                index for index, line in enumerate(lines) if self._test(line, deadline - time.monotonic())
            ]
        except TimeoutError:
            raise ParameterError(
                f"The pattern {self.pattern!r} took more than {SECONDS:g} s on one text and was given up: "
                "write it with fewer nested repetitions."
            ) from None


def _literal(pattern: str, ignore_case: bool) -> _Test:
    if ignore_case:
        folded = pattern.casefold()
        return lambda line, left: folded in line.casefold()
    return lambda line, left: pattern in line


def _expression(pattern: str, ignore_case: bool) -> _Test:
    import regex

    try:
        compiled = regex.compile(pattern, regex.IGNORECASE if ignore_case else 0)
    except (regex.error, RecursionError, OverflowError) as error:
        raise ParameterError(
            f"pattern={pattern!r} is no regular expression ({error}): correct it, or leave out regex=True to "
            "find it as it is written."
        ) from None

    def test(line: str, left: float) -> bool:
        if left <= 0:
            raise TimeoutError
        return compiled.search(line, timeout=left) is not None

    return test
