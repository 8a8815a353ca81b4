"""How long an archive of 100,000 commits takes to import, and how much memory.

usage: venv/bin/python benchmarks/archive.py [--commits N] [--devices N] [--lines N] [--keep DIR]

It makes the archive with git fast-import (a commit changes one line of one device, as Oxidized's do) and
imports it, twice, into a server of its own. Beside it stands how long git takes to read the same. The table
goes to ``benchmarks/RESULTS.md``.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from results import write_section

from netraven_db import embedded

_BEGINNING = 1_600_000_000


def stream(commits: int, devices: int, lines: int) -> Iterator[bytes]:
    """The archive in the language of git fast-import: a first commit of all devices, then one at a time."""
    rng = random.Random(2025)
    texts = {f"sw-{n:04}": _text(rng, n, lines) for n in range(devices)}
    names = sorted(texts)
    for number in range(commits):
        changed = [rng.choice(names)] if number else names
        for name in changed if number else []:
            texts[name][rng.randrange(2, lines)] = f" description changed {rng.randrange(10**6)}\n"
        yield b"commit refs/heads/main\n"
        yield b"committer Oxidized <o@example.net> %d +0000\n" % (_BEGINNING + 60 * number)
        yield b"data 6\nupdate\n"
        for name in changed:
            text = "".join(texts[name]).encode()
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (name.encode(), len(text), text)


def _text(rng: random.Random, number: int, lines: int) -> list[str]:
    ports = (f" description port {rng.randrange(10**6)} of the building\n" for _ in range(lines - 2))
    return ["version 15.2\n", f"hostname sw-{number:04}\n", *ports]


def make(path: Path, commits: int, devices: int, lines: int) -> None:
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True)
    command = ["git", "-C", str(path), "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as git:
        assert git.stdin is not None
        git.stdin.writelines(stream(commits, devices, lines))
    assert git.returncode == 0


def measured(command: list[str]) -> tuple[float, float]:
    """Seconds, and the peak of the process's resident memory in MiB."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return time.perf_counter() - begin, usage.ru_maxrss / 2**10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--commits", type=int, default=100_000)
    parser.add_argument("--devices", type=int, default=500)
    parser.add_argument("--lines", type=int, default=400)
    parser.add_argument("--keep", type=Path, help="make the archive here, or take the one that is here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, embedded.throwaway() as server:
        path = given.keep or Path(folder) / "archive.git"
        if not path.exists():
            make(path, given.commits, given.devices, given.lines)
        git = ["git", "-C", str(path)]
        into = ["import", "oxidized", str(path), "--into", server.url("postgres")]
        again = [sys.executable, "-m", "netraven_analytics", *into]
        rows = {
            "`import oxidized`, the first time": measured(again),
            "the same again, with nothing new": measured(again),
            "`git log --numstat`": measured([*git, "log", "--numstat"]),
            "`git log -p`": measured([*git, "log", "-p"]),
        }
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    table = "".join(f"| {what} | {seconds:.1f} | {peak:,.0f} |\n" for what, (seconds, peak) in rows.items())
    write_section(
        "archives",
        "Archives",
        f"`venv/bin/python benchmarks/archive.py --commits {given.commits} --devices {given.devices} "
        f"--lines {given.lines}`; git's pack of {size / 2**20:,.0f} MiB counts to the memory of who reads "
        f"it\n\n| what | seconds | peak MiB |\n|---|---|---|\n{table}",
    )


if __name__ == "__main__":
    main()
