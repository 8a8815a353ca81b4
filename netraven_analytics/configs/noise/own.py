"""Noise rules of the user's own, from the TOML file that NETRAVEN_NOISE names."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from netraven_analytics.configs.noise.rules import Rules
from netraven_db.errors import ParameterError

VARIABLE = "NETRAVEN_NOISE"
_KINDS = ("lines", "values", "blocks")


@dataclass(frozen=True)
class Own:
    """What the user adds: by family, by device type as the database spells it, or to every platform."""

    rules: tuple[tuple[str, Rules], ...] = ()

    def of(self, device_type: str | None, family: str | None) -> Rules:
        """What is added for one device type."""
        wanted = {"all", device_type, family}
        return sum((rules for name, rules in self.rules if name in wanted), Rules())


NOTHING = Own()


def own_rules() -> Own:
    """The rules of the file that the environment names now; a file that changed is read again.

    Raises:
        ParameterError: the file cannot be read or understood; the message names the line.
    """
    name = os.environ.get(VARIABLE)
    if not name:
        return NOTHING
    path = Path(name).expanduser()
    try:
        state = path.stat()
        return _read(path, state.st_mtime_ns, state.st_size)
    except OSError as error:
        raise ParameterError(
            f"{VARIABLE} names {name!r}, which cannot be read ({error.strerror}): it takes a TOML file."
        ) from None


@lru_cache(maxsize=8)
def _read(path: Path, modified: int, size: int) -> Own:
    try:
        text = path.read_text(encoding="utf-8")
        given = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ParameterError(f"{path.name} is no TOML: {error}.") from None
    return Own(tuple((name, _rules(path.name, text, name, table)) for name, table in given.items()))


def _rules(file: str, text: str, name: str, table: Any) -> Rules:
    place = f"{file}, line {_line_of(text, f'[{name}]')}"
    if not isinstance(table, Mapping) or not set(table) <= set(_KINDS):
        raise ParameterError(
            f"{place}: {name!r} is not understood: it takes a table such as [ios] with {', '.join(_KINDS)}."
        )
    made: dict[str, Any] = {}
    for kind, rules in table.items():
        made[kind] = tuple(_rule(file, text, name, kind, rule) for rule in _listed(place, kind, rules))
    return Rules(**made)


def _listed(place: str, kind: str, rules: Any) -> list[Any]:
    if not isinstance(rules, list):
        raise ParameterError(f"{place}: {kind} takes a list of regular expressions.")
    return rules


def _rule(file: str, text: str, name: str, kind: str, rule: Any) -> Any:
    expressions = rule if kind == "blocks" else [rule]
    is_list = isinstance(expressions, list) and all(isinstance(part, str) for part in expressions)
    if not is_list or len(expressions) != (2 if kind == "blocks" else 1):
        form = "the first and the last line's, as a list of two" if kind == "blocks" else "one"
        place = f"{file}, line {_line_of(text, f'[{name}]')}"
        raise ParameterError(f"{place}: {rule!r} in {kind} is no regular expression: it takes {form}.")
    for expression in expressions:
        _check(f"{file}, line {_line_of(text, expression)}", kind, expression)
    return tuple(expressions) if kind == "blocks" else expressions[0]


def _check(place: str, kind: str, expression: str) -> None:
    try:
        compiled = re.compile(expression)
    except re.error as error:
        raise ParameterError(f"{place}: {expression!r} is no regular expression: {error}.") from None
    if kind == "values" and compiled.groups != 1:
        raise ParameterError(
            f"{place}: {expression!r} in values takes one group, in parentheses, around what is left out."
        )
    if kind == "lines" and compiled.match(""):
        raise ParameterError(
            f"{place}: {expression!r} in lines fits every line: name what the line begins with."
        )


def _line_of(text: str, wanted: str) -> int | str:
    """The number of the line that holds the text, as it is or as TOML's basic strings escape it."""
    escaped = wanted.replace("\\", "\\\\").replace('"', '\\"')
    numbers = (n for n, line in enumerate(text.splitlines(), 1) if wanted in line or escaped in line)
    return next(numbers, "?")
