"""Finds the secrets of one line, by the rules of a family."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from netraven_analytics.configs.redaction.language import Rule, parse
from netraven_analytics.configs.redaction.rules import COMMON, RULES, UNION
from netraven_analytics.configs.redaction.shapes import (
    ASSIGNED,
    ELEMENT,
    HINTS,
    RARE,
    SHAPES,
    names_element,
    names_key,
    names_secret,
)
from netraven_analytics.configs.redaction.words import MAYBE, ORDINARY, SWITCHES, is_prose

Span = tuple[int, int]

TOKEN = re.compile(r"<redacted:[0-9a-f]{12}>")
# What needs no token: tokens, also over the break of a continued line, and what others have masked before.
_DONE = re.compile(
    rf"{TOKEN.pattern}(?:\\\n\s*{TOKEN.pattern})*|\*+|<(?:secret|configuration|removed|hidden|stripped)\b[^<>]*>?"
)
_WORD = re.compile(r"[A-Za-z][\w-]*+")
# What a statement may have before its first word: blanks, a diff's mark, a comment's, a negation, Junos'
# marks of what is inactive and its kin.
_LEAD = re.compile(
    r"[\s+\-!#<>]*+(?:(?:no|undo|(?:inactive|active|protect|unprotect|replace|delete):) ){0,3}\s*+"
)
_LOOKS = re.compile(r"\d|[a-z][A-Z]|[^\w\s.'\"():,;-]")
_CLOSING = "\"'`,;"
_NOTHING = re.compile(r"\s*+(?:;|##|$)")
_REMEMBERED = 50_000  # words
_MOST = 50_000  # words of a line that could lead to a secret; what is behind them is redacted as one


class Scanner:
    """Looks up every word of a line once, and tries the rules that begin with it there."""

    def __init__(self, rules: Iterable[Rule], *, told: bool) -> None:
        self._told = told  # the family
        self._starts: dict[str, list[Rule]] = {}
        self._ends: dict[str, list[Rule]] = {}
        for rule in rules:
            for start in rule.starts:
                book, key = (self._ends, start[2:]) if start.startswith("*") else (self._starts, start)
                book.setdefault(key.lower(), []).append(rule)
        self._words: dict[str, _Word | None] = {}

    def spans(self, line: str) -> list[Span]:
        """Where secrets stand in the line, in order and apart from each other."""
        found = []
        if not RARE.isdisjoint(line) or any(hint in line for hint in HINTS):
            found = [_trimmed(line, *m.span(m.lastindex)) for m in SHAPES.finditer(line) if m.lastindex]
        first = _LEAD.match(line).end()  # type: ignore[union-attr]  # it matches nothing, too
        covered, tried = (0, -1), 0
        for match in _WORD.finditer(line):
            word = self._word(match[0])
            start, end = match.span()
            # Within a secret nothing is looked up, but its last word, whose own secret would stand behind it.
            if word is None or (covered[0] <= start and end < covered[1]):
                continue
            tried += 1
            if tried > _MOST:  # no device has such a line
                found.append((start, len(line.rstrip())))
                break
            for span in self._behind(line, word, start, end, start == first):
                found.append(span)
                covered = span if span[1] > covered[1] else covered
        return _merged(span for span in found if not _DONE.fullmatch(line, *span)) if found else found

    def _behind(self, line: str, word: "_Word", start: int, end: int, is_first: bool) -> Iterator[Span]:
        for rule in word.rules:
            match = rule.expression.match(line, end) if is_first or not rule.first else None
            if match is None:
                continue
            if not rule.expression.groups:
                return
            for group in range(1, rule.expression.groups + 1):
                if match[group] and not (rule.loose and self._is_ordinary(line, *match.span(group))):
                    yield _trimmed(line, *match.span(group))
        if word.is_element and line[start - 1 : start] == "<":
            match, ordinary = ELEMENT.match(line, end), SWITCHES
        else:
            match, ordinary = ASSIGNED.match(line, end) if word.is_name else None, ORDINARY
        if match and not (match[1].lower().strip(_CLOSING) in ordinary and not word.is_key):
            yield _trimmed(line, *match.span(1))

    def _is_ordinary(self, line: str, start: int, end: int) -> bool:
        value = line[start:end]
        if self._told and value.lower().strip(_CLOSING) in MAYBE and _NOTHING.match(line, end):
            return is_prose(line)
        return _is_ordinary(value, line)

    def _word(self, text: str) -> "_Word | None":
        """What is to be done where a word stands; nothing at most of them."""
        try:
            return self._words[text]
        except KeyError:
            if len(self._words) > _REMEMBERED:
                self._words.clear()
            name = text.lower()
            rules = self._starts.get(name, [])
            if "-" in name or "_" in name:
                rules = rules + self._ends.get(re.split("[-_]", name)[-1], [])
            word = _Word(rules, names_secret(name), names_key(name), names_element(name))
            made = word if rules or word.is_name or word.is_element else None
            self._words[text] = made
            return made


class _Word(NamedTuple):
    rules: list[Rule]
    is_name: bool
    is_key: bool
    is_element: bool


def _is_ordinary(value: str, line: str) -> bool:
    if value[:1] in ("'", '"'):
        return False
    bare = value.strip(_CLOSING + ".:()[]{}!?")
    if not bare or bare.lower() in ORDINARY or value.startswith(("=", ":", "|", "&", "<")):
        return True
    return is_prose(line) and not _LOOKS.search(bare)


def _trimmed(line: str, start: int, end: int) -> Span:
    """Without what encloses the value."""
    while end > start and line[end - 1].isspace():
        end -= 1
    if line.startswith('\\"', start):
        start += 2
        return start, end - 2 if line.endswith('\\"', start, end) else end
    while end - 1 > start and line[end - 1] in ",;":
        end -= 1
    if line[start] in "\"'":
        start += 1
        return start, end - 1 if end > start and line[end - 1] == line[start - 1] else end
    while end - 1 > start and line[end - 1] in _CLOSING:
        end -= 1
    return start, end


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@cache
def scanner_of(family: str | None) -> Scanner:
    """The scanner of a family; of one that is not known by the rules of all."""
    return Scanner(rules_of(family), told=family is not None)


def rules_of(family: str | None) -> tuple[Rule, ...]:
    """The rules of a family, and those of all."""
    texts = RULES[family] if family else UNION
    rules = (rule for text in (*texts, COMMON) for rule in parse(text))
    return tuple(dict.fromkeys(rules))  # families share some
