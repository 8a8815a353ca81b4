"""Redacts a whole text: line by line, with an eye on blocks and on what a line stands under."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from netraven_analytics.configs.redaction.blocks import (
    PEM_BEGIN,
    PEM_BODY,
    PEM_END,
    Context,
    contexts_of,
    is_blob,
    menus_of,
)
from netraven_analytics.configs.redaction.scanner import Scanner, Span, rules_of, scanner_of

Replace = Callable[[str], str]
_PASSES = 5


def redacted_line(line: str, scanner: Scanner, token: Replace) -> str:
    """The line without its secrets, also those that a rule only sees once a token stands before them."""
    for _ in range(_PASSES):
        spans = scanner.spans(line)
        if not spans:
            break
        line = _replaced(line, spans, token)
    return line


def _replaced(line: str, spans: list[Span], token: Replace) -> str:
    """The line with tokens in place of the spans; a break within one stays where it is."""
    parts, done = [], 0
    for start, end in spans:
        parts += [line[done:start], _broken(line[start:end], token)]
        done = end
    return "".join(parts) + line[done:]


def _broken(secret: str, token: Replace) -> str:
    """A secret that a backslash continues on the next line keeps its breaks, and its indentation."""
    pieces = secret.split("\\\n")
    if len(pieces) == 1:
        return token(secret)
    whole = token("".join(piece.lstrip(" ") for piece in pieces))
    return "\\\n".join(piece[: len(piece) - len(piece.lstrip(" "))] + whole for piece in pieces)


class Document:
    """Redacts one text.

    Args:
        family: whose contexts to look for; those of all where it is None.
        line: redacts a line by itself, by a scanner.
        token: the stand-in of a secret.
    """

    def __init__(self, family: str | None, line: Callable[[str, Scanner], str], token: Replace) -> None:
        self._family = family
        self._continued = family in ("routeros", None)
        self._contexts, self._menus = contexts_of(family), menus_of(family)
        self._line, self._token = line, token
        self._in_pem = self._after_blob = False
        self._may_open = re.compile("|".join(c.opening.pattern for c in self._contexts) or "(?!)", re.I).match
        self._indent = 0
        self._below: Scanner | None = None
        self._menu: Scanner | None = None

    def redacted(self, lines: list[str]) -> Iterator[str]:
        """The lines, as many as before; continued ones are given as one."""
        for line in _joined(lines) if self._continued else lines:
            yield self._pem(line) if self._in_pem else self._begins(line)

    def _begins(self, line: str) -> str:
        """A line outside of a key or certificate, which may begin one."""
        begin = PEM_BEGIN.search(line) if "BEGIN " in line else None
        if begin is None:
            self._after_blob = is_blob(line, self._after_blob)
            return self._whole(line) if self._after_blob else self._plain(line)
        # Whatever begins and ends between the first beginning and the last end is one.
        end = line.rfind("-END ", begin.end())
        end = line.rfind(" END ", begin.end()) if end < 0 else end
        self._in_pem = end < 0 or PEM_BEGIN.search(line, end) is not None
        inner, outer = (line[begin.end() :], "") if end < 0 else (line[begin.end() : end], line[end:])
        return self._plain(line[: begin.start()]) + begin[0] + self._whole(inner) + self._plain(outer)

    def _pem(self, line: str) -> str:
        """A line of a key or certificate; one that cannot be a part of it ends it."""
        end = PEM_END.search(line)
        if end:
            self._in_pem = False
            return self._whole(line[: end.start()]) + end[0] + self._begins(line[end.end() :])
        if PEM_BODY.match(line):
            return self._whole(line)
        self._in_pem = False
        return self._begins(line)

    def _whole(self, line: str) -> str:
        return "\n".join(self._alone(part) for part in line.split("\n"))

    def _alone(self, line: str) -> str:
        bare = line.strip(" \t\r\"'\\-")
        return line.replace(bare, self._token(bare), 1) if bare else line

    def _plain(self, line: str) -> str:
        if self._below and line.strip() and _indent(line) <= self._indent:
            self._below = None
        if line.startswith("/"):
            self._menu = self._opened(self._menus, line)
        made = self._line(line, self._below or self._menu or scanner_of(self._family))
        if self._may_open(line):
            self._indent, self._below = _indent(line), self._opened(self._contexts, line)
        return made

    def _opened(self, contexts: Iterable[Context], line: str) -> Scanner | None:
        found = next((context for context in contexts if context.opening.match(line)), None)
        return _scanner(found, self._family) if found else None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Lines that end in a backslash together with those that continue them."""
    begun: list[str] = []
    for line in lines:
        begun.append(line)
        if not line.endswith("\\"):
            yield "\n".join(begun)
            begun = []
    if begun:
        yield "\n".join(begun)


@cache
def _scanner(context: Context, family: str | None) -> Scanner:
    return Scanner((*context.rules, *rules_of(family)), told=family is not None)
