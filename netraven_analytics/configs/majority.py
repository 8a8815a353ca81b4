"""Where a configuration differs from its peers: lines that a majority has or has not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from netraven_analytics.configs.lines import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Mask = NDArray[np.bool_]

FEWEST = 3  # of two that differ neither is the odd one
_WORDS = 20  # of a line that are looked at to find lines of its kind


@dataclass(frozen=True)
class Odd:
    """What a device has in a section and a majority has not, and what it lacks and a majority has."""

    device_id: int
    section: str
    odd: tuple[str, ...]
    missing: tuple[str, ...]
    agreeing: int  # devices of which nothing in the section differs


class Compared(NamedTuple):
    """``tied`` counts the lines that exactly half of the devices have: there is no majority for these."""

    odd: list[Odd]
    tied: int


class Peers:
    """Devices that should be alike, compared as sets of lines; their order does not matter."""

    def __init__(self) -> None:
        self._numbers: dict[Line, int] = {}
        self._held: dict[int, Ints] = {}

    def __len__(self) -> int:
        return len(self._held)

    @property
    def devices(self) -> set[int]:
        return set(self._held)

    def add(self, device_id: int, lines: Iterable[Line]) -> None:
        import numpy as np

        numbers = {self._numbers.setdefault(line, len(self._numbers)) for line in lines}
        self._held[device_id] = np.array(sorted(numbers), dtype=np.int64)

    def compare(self) -> Compared:
        """Every section in which a device differs from the majority of all these, itself included.

        A line is the majority's where more than half of the devices have it. One that fewer have is odd
        unless it is of a kind that devices have each their own of, such as host names: its kind are the lines
        of the section that begin with as many of its words as a majority has some line with, at least with
        the first; it is odd where less than half of the devices have any line of the kind that is not the
        majority's.
        """
        import numpy as np

        if len(self) < FEWEST:
            return Compared([], 0)
        counts = self._devices_with(self._held.values(), len(self._numbers))
        settled = 2 * counts > len(self)
        odd = self._odd(settled)
        everywhere = np.flatnonzero(settled)
        lines = list(self._numbers)
        found: list[tuple[int, str, list[str], list[str]]] = []
        for device_id, held in self._held.items():
            sides = (held[odd[held]], np.setdiff1d(everywhere, held, assume_unique=True))
            found += [(device_id, *row) for row in _by_section(lines, *sides)]
        return Compared(_with_agreement(found, len(self)), int((2 * counts == len(self)).sum()))

    def _odd(self, settled: "Mask") -> "Mask":
        """Which of the lines are odd where they stand."""
        import numpy as np

        numbers: dict[Line, int] = {}
        kinds = [_prefixes(line, numbers) for line in self._numbers]
        present = self._devices_with((_together(kinds, held) for held in self._held.values()), len(numbers))
        own = self._devices_with(
            (_together(kinds, held[~settled[held]]) for held in self._held.values()), len(numbers)
        )
        odd = ~settled
        for line in np.flatnonzero(odd):
            shared = [kind for kind in kinds[line] if 2 * present[kind] > len(self)]
            odd[line] = 2 * own[shared[-1] if shared else kinds[line][0]] < len(self)
        return odd

    @staticmethod
    def _devices_with(sets: Iterable["Ints"], size: int) -> "Ints":
        """How many of the sets each number is in."""
        import numpy as np

        counts = np.zeros(size, dtype=np.int64)
        for each in sets:
            counts[each] += 1
        return counts


def _prefixes(line: Line, numbers: dict[Line, int]) -> list[int]:
    """The beginnings of a line, word by word."""
    words = line.text.split()[:_WORDS]
    begun = (Line(line.section, " ".join(words[: count + 1])) for count in range(len(words)))
    return [numbers.setdefault(each, len(numbers)) for each in begun]


def _together(kinds: Sequence[Sequence[int]], lines: "Ints") -> Any:
    """The kinds of all these lines."""
    import numpy as np

    return np.fromiter({kind for line in lines for kind in kinds[line]}, dtype=np.int64)


def _by_section(
    lines: Sequence[Line], odd: "Ints", missing: "Ints"
) -> Iterator[tuple[str, list[str], list[str]]]:
    found: dict[str, tuple[list[str], list[str]]] = {}
    for side, numbers in enumerate((odd, missing)):
        for number in numbers:
            found.setdefault(lines[number].section, ([], []))[side].append(lines[number].text)
    return ((section, *sides) for section, sides in found.items())


def _with_agreement(found: list[tuple[int, str, list[str], list[str]]], devices: int) -> list[Odd]:
    differing: dict[str, int] = {}
    for _, section, _, _ in found:
        differing[section] = differing.get(section, 0) + 1
    return [
        Odd(device_id, section, tuple(odd), tuple(missing), devices - differing[section])
        for device_id, section, odd, missing in found
    ]
