"""A trial: one thing done in many rounds, each of which may lose something."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

LONG = os.environ.get("NETRAVEN_BATTERY") == "long"


@dataclass
class Trial:
    """A line of the table. Iterate over it for the rounds, and say what a round lost."""

    what: str
    losing: str  # what a round could lose, in the plural
    rounds: int
    seed: int = 2025
    tried: int = 0
    lost: list[str] = field(default_factory=list)
    ended: bool = False

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def __iter__(self) -> Iterator[int]:
        """The rounds' numbers; one that met nothing is done again, within reason."""
        number = 0
        while self.tried < self.rounds and number < 10 * self.rounds:
            self.tried += 1
            yield number
            number += 1
        self.ended = self.tried >= self.rounds

    def missed(self) -> None:
        """The round does not count: what was to be disturbed was over already."""
        self.tried -= 1

    def lose(self, what: str) -> None:
        """Something was lost, and how."""
        self.lost.append(f"round {self.tried}: {what}")

    @property
    def row(self) -> tuple[str, str, str]:
        """What was tried, how often, what was lost."""
        left = "" if self.ended else f" of {self.rounds:,}, then it broke off"
        return self.what, f"{self.tried:,}{left}", f"{len(self.lost):,} {self.losing}"


def table(trials: list[Trial]) -> str:
    """The trials as a table that is Markdown too."""
    rows = [("what was tried", "how often", "what was lost"), *(each.row for each in trials)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])
