"""Ad-hoc SQL text: which colons are parameters, and which type each value is sent with."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, bindparam, text

from netraven_db.db.base import UTCDateTime
from netraven_db.errors import ParameterError

# Where a colon is only a character: string literals, quoted names, dollar quotes, comments, casts, slices.
# The server takes any character that is not ASCII for a letter.
_PROTECTED = re.compile(
    r"""
      (?<![\w$\x80-\U0010ffff])[eE]'(?:[^'\\]|\\.|'')*'
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | (?<![\w$\x80-\U0010ffff])\$(?P<tag>(?:[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*)?)\$.*?\$(?P=tag)\$
    | --[^\r\n]*
    | (?P<comment>/\*)
    | :(?=\d)
    | ::
    """,
    re.VERBOSE | re.DOTALL,
)
_LISTS = (list, tuple, set, frozenset)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


def as_text_clause(query: str, parameters: Mapping[str, Any]) -> TextClause:
    """The query with its parameters bound.

    Raises:
        ParameterError: the query is empty, or it and the parameters name different things.
    """
    if not query.strip():
        raise ParameterError("The query is empty: write a SELECT.")
    protected = _protect(query)
    named = set(text(protected)._bindparams)
    missing, unknown = sorted(named - set(parameters)), sorted(set(parameters) - named)
    if missing or unknown:
        problem = [f"no value for :{name}" for name in missing]
        problem += [f"no :{name} in the query" for name in unknown]
        raise ParameterError(f"The query and its parameters do not match: {', '.join(problem)}.")
    empty = [name for name, value in parameters.items() if isinstance(value, _LISTS) and not value]
    for name in empty:
        protected = re.sub(rf"(?i)\b(not\s+)?in\s*:{name}\b", _in_nothing, protected)
    clause = text(protected)
    return clause.bindparams(*(_bound(name, parameters[name]) for name in clause._bindparams))


def names_in(query: str) -> set[str]:
    """What the query calls its parameters."""
    return set(text(_protect(query))._bindparams)


def _in_nothing(match: re.Match[str]) -> str:
    """SQL has no empty list, and a stand-in would need the type of what is compared with it."""
    return "not in (null) is null" if match[1] else "in (null) is not null"


def _protect(query: str) -> str:
    """The query with a backslash before each colon that is only a character."""
    parts, position = [], 0
    while match := _PROTECTED.search(query, position):
        end = _end_of_comment(query, match.end()) if match["comment"] else match.end()
        parts += [query[position : match.start()], query[match.start() : end].replace(":", r"\:")]
        position = end
    return "".join([*parts, query[position:]])


def _end_of_comment(query: str, position: int) -> int:
    """Comments nest, to any depth."""
    depth = 1
    for edge in _COMMENT_EDGE.finditer(query, position):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(query)


def _bound(name: str, value: Any) -> Any:
    if isinstance(value, _LISTS):
        values = [_plain(each) for each in value]
        return bindparam(name, values, type_=_type_of(values), expanding=True)
    return bindparam(name, _plain(value), type_=_type_of([value]))


def _plain(value: Any) -> Any:
    return None if isinstance(value, datetime) and value != value else value  # pandas.NaT


def _type_of(values: list[Any]) -> UTCDateTime | None:
    """Every TIMESTAMP of a NetRaven database holds UTC; SQLAlchemy knows the other types."""
    return UTCDateTime() if any(isinstance(value, datetime) for value in values) else None
