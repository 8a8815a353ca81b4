"""What the devices of an archive are called, and their tags."""

from collections.abc import Iterable, Iterator
from itertools import count

from netraven_analytics.importers.files import as_text, place
from netraven_analytics.importers.lineages import Lineage

GUESSED = ("archive", "model guessed")
NO_ADDRESS = ("archive", "address unknown")
REMOVED = ("archive", "removed from the archive")
TAG_TYPES = ("archive", "folder", "group")
_LONGEST = 255  # characters of a name
_UNKNOWN = "(unknown: {})"

Tag = tuple[str, str]  # its type and its name


def hostnames(lineages: Iterable[Lineage]) -> dict[Lineage, str]:
    """A name for each: its file's, or where another has that, with its folders.

    Those that are there come before those that were removed, and older ones before younger ones.
    """
    taken: dict[str, Lineage] = {}
    for lineage in sorted(lineages, key=_precedence):
        name = next(name for name in _names(lineage) if name not in taken)
        taken[name] = lineage
    return {lineage: name for name, lineage in taken.items()}


def unknown_address(hostname: str) -> str:
    """What stands for an address that nobody told; no two devices have the same."""
    return _UNKNOWN.format(hostname)


def is_known(address: str) -> bool:
    """Whether an address was told by somebody."""
    return not address.startswith(_UNKNOWN[: _UNKNOWN.index("{")])


def tags_of(lineage: Lineage) -> list[Tag]:
    """Its group, which is its repository in a folder of such, else its outermost folder, and those below."""
    folders = list(place(lineage.path).folders)
    if lineage.repository:
        folders.insert(0, lineage.repository)
    inner = [("folder", _cut("/".join(folders[:depth]))) for depth in range(2, len(folders) + 1)]
    group = [("group", _cut(folders[0]))] if folders else []
    return [*group, *inner, *([REMOVED] if lineage.removed else [])]


def _precedence(lineage: Lineage) -> tuple[bool, str, int]:
    return lineage.removed, lineage.repository, lineage.device_id or 0


def _names(lineage: Lineage) -> Iterator[str]:
    yield _cut(place(lineage.path).name)
    whole = "/".join(filter(None, (lineage.repository, as_text(lineage.path))))
    yield _cut(whole)
    for number in count(2):
        ending = f" ({number})"
        yield _cut(whole, _LONGEST - len(ending)) + ending


def _cut(name: str, longest: int = _LONGEST) -> str:
    """The end of a name tells more than its beginning."""
    return name if len(name) <= longest else "…" + name[1 - longest :]
