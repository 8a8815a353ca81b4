"""How long an archive of 100,000 commits takes to import, and how much memory.

usage: venv/bin/python benchmarks/archive.py [--commits N] [--devices N] [--lines N] [--keep DIR]

It makes the archive with git fast-import (a commit changes one line of one device, as Oxidized's do) and
imports it, twice, into a server of its own. Beside it stands how long ``git log --numstat`` takes.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

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
        git.stdin.close()
    assert git.returncode == 0


def timed(command: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


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
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        print(f"{given.commits:,} commits, {given.devices:,} devices, {size / 2**20:,.0f} MiB packed")
        print(f"git log --numstat: {timed(['git', '-C', str(path), 'log', '--numstat']):.0f} s")
        command = [sys.executable, "-m", "netraven_analytics", "import", "oxidized", str(path)]
        for what in ("import", "import again"):
            print(f"{what}: {timed([*command, '--into', server.url('postgres')]):.0f} s")
        print(f"memory at most: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**10:,.0f} MiB")


if __name__ == "__main__":
    main()
