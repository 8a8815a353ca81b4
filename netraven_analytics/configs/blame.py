"""Which version of a text brought each of its lines."""

from collections.abc import Iterable

from netraven_analytics.configs.diff import Hunk, Tokens, diff_tokens

_BLOCK = 1024  # bytes; git's


class Blame:
    """Reads a history's texts from the oldest on, and knows at each moment which one brought each line.

    As ``git blame`` does it: a line stays the same line where the difference of two consecutive texts keeps
    it. Of equal lines side by side, some of which are new, the difference decides which ones, as in git.
    Only one text is held at a time, and each distinct line once.
    """

    def __init__(self) -> None:
        self.introduced: list[int] = []  # for each line of the last text, the number of the text
        self.read = 0
        self._tokens = Tokens()
        self._text = b""
        self._lines: list[bytes] = []

    def add(self, text: str) -> None:
        """Read the next text."""
        new = text.encode("utf-8", "surrogatepass")
        if new != self._text:
            first, last = _common_ends(self._text, new)
            lines = self._tokenised(new, first, last)
            tail = _lines_at_end(new, last)
            above = len(self._lines) - tail, len(lines) - tail
            found = diff_tokens(self._lines[: above[0]], lines[: above[1]])
            self.introduced = _carried_on(self.introduced, found.hunks, self.read)
            self._text, self._lines = new, lines
        self.read += 1

    def _tokenised(self, text: bytes, first: int, last: int) -> list[bytes]:
        """The tokens of a text's lines; those of the ends that it shares with the last text are known."""
        known, tail = text.count(b"\n", 0, first), _lines_at_end(text, last)
        middle = text[first : len(text) - last].decode("utf-8", "surrogatepass")
        return self._lines[:known] + self._tokens.of(middle) + self._lines[len(self._lines) - tail :]


def blame(texts: Iterable[str]) -> list[int]:
    """For each line of the last text, the number, from 0, of the text that brought it."""
    history = Blame()
    for text in texts:
        history.add(text)
    return history.introduced


def _carried_on(introduced: list[int], hunks: tuple[Hunk, ...], number: int) -> list[int]:
    carried: list[int] = []
    position = 0
    for hunk in hunks:
        carried += introduced[position : hunk.old.start]
        carried += [number] * len(hunk.new)
        position = hunk.old.stop
    return carried + introduced[position:]


def _common_ends(old: bytes, new: bytes) -> tuple[int, int]:
    """How many bytes, in whole lines, two texts share at their beginning and at their end.

    The end is what ``git blame`` sets aside before it compares: lines in whole blocks of equal bytes. It
    decides which of equal lines side by side are new, so without it some would be another version's.
    """
    shorter, last = min(len(old), len(new)), 0
    while last + _BLOCK <= shorter and _block(old, last) == _block(new, last):
        last += _BLOCK
    end_of_line = new.find(b"\n", len(new) - last)
    last = 0 if end_of_line < 0 else len(new) - end_of_line - 1
    first = 0
    while first + _BLOCK <= shorter - last and old[first : first + _BLOCK] == new[first : first + _BLOCK]:
        first += _BLOCK
    return new.rfind(b"\n", 0, first) + 1, last


def _block(text: bytes, from_end: int) -> bytes:
    end = len(text) - from_end
    return text[end - _BLOCK : end]


def _lines_at_end(text: bytes, size: int) -> int:
    """How many lines the last bytes of a text are; the last one may lack its end."""
    return text.count(b"\n", len(text) - size) + (size > 0 and not text.endswith(b"\n"))
