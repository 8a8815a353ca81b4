"""Random histories of a configuration, and what git says about them."""

import os
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

FILE = "device"
# The environment of a git that nothing of the user's leads astray.
CLOSED = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{f"GIT_{who}_{what}": "t@e.st" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


def random_history(seed: int, *, versions: int = 12) -> list[str]:
    """Texts of one device: few distinct lines, so that many are equal, moved and repeated."""
    rng = random.Random(seed)
    lines = [random_line(rng) for _ in range(rng.choice((3, 40, 300)))]
    texts: list[str] = []
    for _ in range(versions):
        text = "\n".join(lines) + rng.choice(("\n", "\n", "\n", ""))
        if not texts or text != texts[-1]:
            texts.append(text)
        lines = edited(rng, lines)
    return texts


def random_line(rng: random.Random) -> str:
    words = ("!", "", "exit", "no shutdown", f"vlan {rng.randrange(90)}", "grüße ✓", "end \r", "\tqos")
    return " " * rng.choice((0, 0, 1, 2)) + rng.choice(words)


def edited(rng: random.Random, lines: list[str]) -> list[str]:
    made = list(lines)
    for _ in range(rng.randrange(1, 5)):
        spot = rng.randrange(len(made) + 1)
        how = rng.random()
        if how < 0.4:
            made[spot:spot] = [random_line(rng) for _ in range(rng.randrange(1, 6))]
        elif how < 0.7:
            del made[spot : spot + rng.randrange(1, 6)]
        elif how < 0.85:
            made[spot:spot] = made[:5]
        else:
            made[spot : spot + 2] = [random_line(rng)]
    return made or ["!"]


class Archive:
    """A git repository with one file and a commit for each text."""

    def __init__(self, folder: Path, texts: list[str]) -> None:
        if shutil.which("git") is None:
            pytest.skip("There is no command git, the oracle of this test.")
        self._folder, self.commits = folder, []
        self._git("init", "-q")
        for text in texts:
            (folder / FILE).write_bytes(text.encode())
            self._git("add", FILE)
            self._git("commit", "-q", "-m", "backup")
            self.commits.append(self._git("rev-parse", "HEAD").strip())

    def numstat(self) -> Iterator[tuple[int, int]]:
        """Lines added and removed by each commit but the first."""
        for before, after in zip(self.commits, self.commits[1:], strict=False):
            added, removed, _ = self._git("diff", "--numstat", "--text", before, after).split("\t")
            yield int(added), int(removed)

    def hunks(self, number: int) -> list[str]:
        """The heads of the hunks of a commit, without their surroundings."""
        shown = self._git("diff", "-U0", "--text", self.commits[number - 1], self.commits[number])
        return re.findall(r"^@@ -(\S+ \+\S+) @@", shown, re.MULTILINE)

    def blame(self, number: int) -> list[int]:
        """For each line of a commit's file the number of the commit that brought it."""
        found = self._git("blame", "--porcelain", self.commits[number], "--", FILE)
        named = re.findall(r"^([0-9a-f]{40}) \d+ \d+", found, re.MULTILINE)
        return [self.commits.index(commit) for commit in named]

    def show(self, number: int) -> str:
        """The file as a commit has it."""
        return self._git("show", f"{self.commits[number]}:{FILE}")

    def _git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self._folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, env=CLOSED).stdout.decode()
