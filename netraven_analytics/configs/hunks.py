"""What a change did, hunk by hunk, so that the same hunk is known again on other devices."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from netraven_analytics.configs.diff import diff, lines_of
from netraven_analytics.configs.lines import Line, Placed
from netraven_analytics.configs.normalise import normalise
from netraven_analytics.configs.redact import Redactor, without_tokens

_REMEMBERED = 16  # texts: what one change ends with the next one begins with


@dataclass(frozen=True)
class Hunk:
    """Lines that gave way to others, those that say nothing left out; either side may be empty."""

    removed: tuple[Line, ...]
    added: tuple[Line, ...]


class Found(NamedTuple):
    """A hunk as it may be shown, and its kind: the same on devices that each have a secret of their own."""

    kind: Hunk
    shown: Hunk


class _Text(NamedTuple):
    compared: str
    alike: Placed  # with all secrets alike
    shown: Placed


class Hunks:
    """Finds hunks; the same secret is the same token in all of them, unless secrets are to be shown."""

    def __init__(self, *, show_secrets: bool = False) -> None:
        self._redactor, self._show_secrets = Redactor(), show_secrets
        self._known: OrderedDict[tuple[str, str | None], _Text] = OrderedDict()

    def between(self, before: str, after: str, device_type: str | None) -> Iterator[Found]:
        """The hunks between two stored texts, without noise.

        The texts are compared as they are, so that a hunk in which nothing but a secret changed is one too.
        """
        old, new = (self._read(text, device_type) for text in (before, after))
        for removed, added in diff(old.compared, new.compared).hunks:
            kind = Hunk(old.alike.of(removed), new.alike.of(added))
            if kind.removed or kind.added:
                yield Found(kind, Hunk(old.shown.of(removed), new.shown.of(added)))

    def lines(self, text: str, device_type: str | None) -> frozenset[Line]:
        """The lines of a stored text, as they are on devices that each have secrets of their own."""
        return frozenset(self._read(text, device_type).alike.all())

    def _read(self, text: str, device_type: str | None) -> _Text:
        compared = normalise(text, device_type)
        key = compared, device_type
        if key not in self._known:
            redacted = self._redactor.text(compared, device_type)
            alike = Placed(lines_of(without_tokens(redacted)), device_type)
            shown = alike
            if redacted != compared:
                shown = Placed(lines_of(compared if self._show_secrets else redacted), device_type)
            self._known[key] = _Text(compared, alike, shown)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return self._known[key]


def holds(lines: frozenset[Line], hunk: Hunk) -> bool:
    """Whether a configuration, as :meth:`Hunks.lines`, is as that kind of hunk leaves it."""
    if hunk.added:
        return lines.issuperset(hunk.added)
    return lines.isdisjoint(hunk.removed)
