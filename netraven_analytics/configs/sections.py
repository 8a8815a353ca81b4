"""The section that each line of a configuration stands in: its headers, from the outermost inward."""

import re
from collections.abc import Callable, Iterator, Sequence

from netraven_analytics.configs.diff import diff, lines_of
from netraven_analytics.configs.platforms import family_of

Path = tuple[str, ...]
_Reader = Callable[[Sequence[str]], Iterator[Path]]

GLOBAL = "(global)"  # the section of lines that stand in none
_DEEPEST = 32  # headers; what is nested deeper, which no platform does, counts as this deep
_LONGEST = 200  # characters of a header

_BANNER = re.compile(r"\s*banner\s+\S+(?:\s+(\^C|\S)(.*))?$", re.DOTALL)
_TAG = re.compile(r"<(/?)([A-Za-z_][^<>]*?)(/?)>")
_PATH_COMMAND = re.compile(r"\s+(?:add|set|remove|enable|disable|move|unset|reset|print)\b.*", re.DOTALL)


def sections(lines: Sequence[str], device_type: str | None) -> list[Path]:
    """For each line the headers of the sections that it stands in; a header stands in its own section.

    Indentation tells sections apart on most platforms, else braces, ``config``/``edit``/``next``/``end``,
    tags, paths, or the first word of ``set`` commands. A line outside of all has an empty path.
    """
    return list(_reader(lines, device_type)(lines))


def changed_sections(before: str, after: str, device_type: str | None) -> tuple[str, ...]:
    """The sections that the lines between two texts were removed from or added to, in the texts' order.

    A section reads ``router bgp 65000 > address-family ipv4``; lines in none are of ``(global)``.
    """
    found: dict[str, None] = {}
    sides = [(lines, sections(lines, device_type)) for lines in (lines_of(before), lines_of(after))]
    for hunk in diff(before, after).hunks:
        for (lines, paths), touched in zip(sides, hunk, strict=True):
            found |= dict.fromkeys(spoken(paths[index]) for index in touched if says(lines[index]))
    return tuple(found)


def spoken(path: Path) -> str:
    """The path in one line."""
    return " > ".join(path) or GLOBAL


def around(paths: Sequence[Path], index: int) -> tuple[int, int]:
    """The lines, from and up to, of the innermost section that a line stands in; alone where in none."""
    path = paths[index]
    if not path:
        return index, index + 1
    first = last = index
    while first and paths[first - 1][: len(path)] == path:
        first -= 1
    while last + 1 < len(paths) and paths[last + 1][: len(path)] == path:
        last += 1
    return first, last + 1


def says(line: str) -> bool:
    """Whether the line is more than a separator."""
    return line.strip(" \t!#}") != ""


def _reader(lines: Sequence[str], device_type: str | None) -> _Reader:
    family = family_of(device_type)
    if family is None or family in _IN_SEVERAL_MANNERS:
        return _guess(lines)
    return _READERS.get(family, _by_indentation)


def _guess(lines: Sequence[str]) -> _Reader:
    """By how the lines look, where the platform is unknown or prints in several manners."""
    head = [line.strip() for line in lines[:200]]
    if any(line.startswith("<?xml") or line.startswith("<config ") for line in head):
        return _by_tags
    if sum(line.startswith(("set ", "delete ")) for line in head) * 2 > len(head):
        return _by_set
    if any(line.endswith("{") for line in head):
        return _by_braces
    if any(line.startswith("config ") for line in head) and "end" in map(str.strip, lines):
        return _by_edits
    return _by_paths if any(line.startswith("/") for line in head) else _by_indentation


def _inside(path: Path, header: str) -> Path:
    return (*path, header.strip()[:_LONGEST]) if len(path) < _DEEPEST else path


def _by_indentation(lines: Sequence[str]) -> Iterator[Path]:
    """A line is a header where the next one that is not blank is indented deeper."""
    depths = [len(line) - len(line.lstrip()) if line.strip() else -1 for line in lines]
    following = _next_depths(depths)
    open_: list[tuple[int, Path]] = []
    banner: Path = ()
    end = ""
    for line, depth, deeper in zip(lines, depths, following, strict=True):
        if end:
            yield banner
            end = "" if end in line else end
            continue
        while open_ and 0 <= depth <= open_[-1][0]:
            open_.pop()
        path = open_[-1][1] if open_ else ()
        if (match := _BANNER.match(line)) and (end := _end_of_banner(match)):
            banner = path = _inside(path, line)
        elif 0 <= depth < deeper:
            path = _inside(path, line)
            open_.append((depth, path))
        yield path


def _next_depths(depths: Sequence[int]) -> list[int]:
    """The depth of the next line that is not blank, for each."""
    found, ahead = [], -1
    for depth in reversed(depths):
        found.append(ahead)
        ahead = depth if depth >= 0 else ahead
    return found[::-1]


def _end_of_banner(match: re.Match[str]) -> str:
    """What ends the banner on a later line; nothing where it ends on its own."""
    if match[1] is None:
        return "EOF"
    return "" if match[1] in (match[2] or "") else match[1]


def _by_braces(lines: Sequence[str]) -> Iterator[Path]:
    open_: list[Path] = [()]
    for line in lines:
        text = line.strip()
        if text.endswith("{"):
            open_.append(_inside(open_[-1], text[:-1]))
        yield open_[-1]
        if text.startswith("}") and len(open_) > 1:
            open_.pop()


def _by_edits(lines: Sequence[str]) -> Iterator[Path]:
    open_: list[tuple[str, Path]] = [("", ())]
    for line in lines:
        word = line.split(None, 1)[0] if line.strip() else ""
        if word in ("config", "edit"):
            open_.append((word, _inside(open_[-1][1], line)))
        yield open_[-1][1]
        closes = {"next": ("edit",), "end": ("edit", "config")}.get(word, ())
        while open_[-1][0] in closes and open_[-1][0]:
            kind, _ = open_.pop()
            if kind == "config":
                break


def _by_tags(lines: Sequence[str]) -> Iterator[Path]:
    open_: list[Path] = [()]
    for line in lines:
        before = len(open_)
        shown = open_[-1]
        for closing, name, alone in _TAG.findall(line):
            if closing:
                del open_[max(1, len(open_) - 1) :]
            elif not alone:
                open_.append(_inside(open_[-1], name))
        yield open_[-1] if len(open_) > before else shown


def _by_paths(lines: Sequence[str]) -> Iterator[Path]:
    path: Path = ()
    for line in lines:
        if line.startswith("/"):
            path = _inside((), _PATH_COMMAND.sub("", line))
        yield path


def _by_set(lines: Sequence[str]) -> Iterator[Path]:
    headers: dict[str, Path] = {}
    for line in lines:
        words = line.split(None, 2)
        yield headers.setdefault(words[1], (words[1][:_LONGEST],)) if len(words) > 1 else ()


# By the family of the platform; indentation for all others.
_READERS: dict[str, _Reader] = {"fortios": _by_edits, "routeros": _by_paths}
_IN_SEVERAL_MANNERS = ("junos", "panos", "vyos")
