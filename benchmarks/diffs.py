"""How fast texts are compared and blamed, beside difflib and git, and how long hostile texts take.

usage: venv/bin/python benchmarks/diffs.py [ROUNDS]      (5 rounds if not given; needs the command git)

Best of the rounds. The history is 200 snapshots of one device's 100 kB; git blames it as it lies in a packed
repository, and config_blame() as it lies in a throw-away PostgreSQL.
"""

import asyncio
import difflib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from random import Random

from results import write_section

from netraven_analytics import config_blame
from netraven_analytics.configs.blame import blame
from netraven_analytics.configs.diff import MOST_LINES, diff, lines_of
from netraven_db import embedded, migrate
from netraven_db.db.models import Device, DeviceConfiguration
from netraven_db.db.session import get_db

SNAPSHOTS, SIZE = 200, 100_000
LINES = 100_000


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    lines = [f"`venv/bin/python benchmarks/diffs.py {rounds}`, best of the rounds", ""]
    for line in chain(_beside(rounds), [""], _of_hostile(rounds)):
        print(line, flush=True)
        lines.append(line)
    write_section("differences", "Differences", "\n".join([*lines, ""]))


def _beside(rounds: int) -> Iterator[str]:
    texts = _history()
    yield "| what | seconds | beside | seconds | ratio | bar |"
    yield "|---|---|---|---|---|---|"
    yield from _diffs(texts, rounds)
    yield from _blames(texts, rounds)


def _of_hostile(rounds: int) -> Iterator[str]:
    yield "| hostile texts | seconds | lines added | removed |"
    yield "|---|---|---|---|"
    for name, (before, after) in _hostile().items():
        counts = diff(before, after).counts
        seconds = _best(lambda b=before, a=after: diff(b, a), min(rounds, 3))
        yield f"| {name} | {seconds:.3f} | {counts.added:,} | {counts.removed:,} |"
    yield ""
    yield f"Above {MOST_LINES:,} lines between the common ends of both texts: replaced as a whole."


def _diffs(texts: list[str], rounds: int) -> Iterator[str]:
    pairs = [(texts[0], texts[1]), (texts[0], texts[-1])]
    for name, (old, new) in zip(("two consecutive texts", "the first and the last text"), pairs, strict=True):
        ours = _best(lambda o=old, n=new: diff(o, n), rounds * 5)
        lines = lines_of(old), lines_of(new)
        theirs = _best(lambda both=lines: _opcodes(*both), rounds)
        yield _row(f"diff of {name}", ours, "difflib", theirs, "≤ 0.2")


def _opcodes(old: list[str], new: list[str]) -> object:
    return difflib.SequenceMatcher(None, old, new).get_opcodes()


def _blames(texts: list[str], rounds: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        _archive(Path(folder), texts)
        command = ["git", "-C", folder, "blame", "--porcelain", "device"]
        theirs = _best(lambda: subprocess.run(command, check=True, capture_output=True), rounds)
    yield _row("blame of 200 texts", _best(lambda: blame(texts), rounds), "git blame", theirs, "≤ 3")
    with embedded.throwaway() as server:
        os.environ["NETRAVEN_DATABASE_URL"] = server.url()
        asyncio.run(_stored(texts))
        whole = asyncio.run(_asked(rounds))
    yield _row("config_blame(), as stored, from PostgreSQL", whole[0], "git blame", theirs, "≤ 3")
    yield _row("config_blame(), without noise and secrets", whole[1], "git blame", theirs, "")


def _row(what: str, seconds: float, beside: str, other: float, bar: str) -> str:
    return f"| {what} | {seconds:.4f} | {beside} | {other:.4f} | {seconds / other:.2f} | {bar} |"


def _best(work: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


async def _stored(texts: list[str]) -> None:
    await migrate.upgrade()
    device = Device(hostname="r1", ip_address="192.0.2.1", device_type="cisco_ios")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    async with get_db() as db:
        db.add(device)
        for number, text in enumerate(texts):
            found = start + timedelta(days=number)
            db.add(DeviceConfiguration(device=device, retrieved_at=found, config_data=text))


async def _asked(rounds: int) -> list[float]:
    best = []
    for options in ({"with_noise": True, "show_secrets": True}, {}):
        taken = []
        for _ in range(rounds):
            begun = time.perf_counter()
            await config_blame("r1", **options)
            taken.append(time.perf_counter() - begun)
        best.append(min(taken))
    return best


def _archive(folder: Path, texts: list[str]) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "gc.auto=0"]
        subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)

    git("init", "-q")
    for text in texts:
        (folder / "device").write_bytes(text.encode())
        git("add", "device")
        git("commit", "-q", "-m", "backup")
    git("gc", "-q")


def _history() -> list[str]:
    """Interfaces and what stands under them; each snapshot adds, removes and changes a few lines."""
    chance = Random(7)
    lines: list[str] = []
    while sum(map(len, lines)) + len(lines) < SIZE:
        lines += _interface(chance, len(lines))
    texts = []
    for _ in range(SNAPSHOTS):
        texts.append("\n".join(lines) + "\n")
        for _ in range(chance.randrange(1, 8)):
            spot = chance.randrange(len(lines))
            if chance.random() < 0.3:
                lines[spot:spot] = _interface(chance, chance.randrange(10**6))
            elif chance.random() < 0.5:
                del lines[spot : spot + chance.randrange(1, 5)]
            else:
                lines[spot] = f" description {chance.randrange(10**6)}"
    return texts


def _interface(chance: Random, number: int) -> list[str]:
    return [
        f"interface GigabitEthernet1/0/{number}",
        f" description port {chance.randrange(10**6)}",
        f" switchport access vlan {chance.randrange(1, 99)}",
        " spanning-tree portfast",
        " no shutdown",
        "!",
    ]


def _hostile() -> dict[str, tuple[str, str]]:
    chance = Random(1)
    few, more = (
        ["".join(f"{chance.randrange(kinds)}\n" for _ in range(LINES)) for _ in range(2)]
        for kinds in (3, 1_000)
    )
    numbered = [f"{number}\n" for number in range(LINES)]
    shuffled = chance.sample(numbered, LINES)
    half = [f"{chance.randrange(3)}\n" for _ in range(MOST_LINES)]
    return {
        "100,000 identical lines, 1,000 fewer": ("a\n" * LINES, "a\n" * (LINES - 1_000)),
        "100,000 alternating lines, the other way round": ("a\nb\n" * (LINES // 2), "b\na\n" * (LINES // 2)),
        "100,000 alternating lines and 100,000 identical": ("a\nb\n" * (LINES // 2), "a\n" * LINES),
        "100,000 lines of 3 kinds at random, twice": (few[0], few[1]),
        "100,000 lines of 1,000 kinds at random, twice": (more[0], more[1]),
        "100,000 distinct lines, shuffled": ("".join(numbered), "".join(shuffled)),
        "one line of 10 MB, its last character": ("a" * 10**7, "a" * (10**7 - 1) + "b"),
        "10 MB of every character, no line end at the end": _junk(chance),
        "the most lines that are compared, of 3 kinds": (
            "".join(half[: MOST_LINES // 2]),
            "".join(half[MOST_LINES // 2 :]),
        ),
        "ten times as many": ("0\n1\n" * (5 * MOST_LINES // 2), "1\n2\n" * (5 * MOST_LINES // 2)),
    }


def _junk(chance: Random) -> tuple[str, str]:
    characters = [chr(number) for number in range(1, 0xD800)]
    junk = "".join(chance.choices(characters, k=3_500_000))
    return junk, junk[::-1]


if __name__ == "__main__":
    main()
