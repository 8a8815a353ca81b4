"""A configuration as lines in their places, in which the same line on another device is the same."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netraven_analytics.configs.sections import Path, says, sections, spoken


class Line(NamedTuple):
    """A line and where it stands: lines in no section are told apart by their first word."""

    section: str
    text: str


class Placed:
    """The lines of a text, each in its place once it is asked for."""

    def __init__(self, lines: Sequence[str], device_type: str | None) -> None:
        self._lines, self._device_type = lines, device_type
        self._paths: Sequence[Path] | None = None

    def all(self) -> tuple[Line, ...]:
        """Every line that says something; separators and closing braces do not."""
        return self.of(range(len(self._lines)))

    def of(self, indexes: Iterable[int]) -> tuple[Line, ...]:
        """Those of these lines that say something."""
        wanted = [index for index in indexes if says(self._lines[index])]
        if wanted and self._paths is None:
            self._paths = sections(self._lines, self._device_type)
        return tuple(self._line(self._lines[index], self._paths[index]) for index in wanted)  # type: ignore[index]

    def _line(self, line: str, path: Path) -> Line:
        if path:
            return Line(spoken(path), line.rstrip())
        return Line(f"{spoken(path)} {line.removeprefix('no ').split(None, 1)[0]}", line.rstrip())
