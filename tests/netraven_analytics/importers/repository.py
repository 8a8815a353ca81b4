"""Git archives that tests make, and what git says about them."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.netraven_analytics.configs.edits import CLOSED

FIRST = 1_700_000_000  # the time of a repository's first commit, in seconds; each is a minute after the last
AUTHOR = "Oxidized <oxidized@example.net>"

Content = str | bytes | None


class Repository:
    """A repository, bare or not, whose commits are what a test says that they are."""

    def __init__(self, path: Path, *, bare: bool = True) -> None:
        if shutil.which("git") is None:
            pytest.skip("There is no command git, which makes this test's archives.")
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *(["--bare"] if bare else []))
        self.commits: list[str] = []

    def commit(
        self,
        files: Mapping[str, Content],
        *,
        message: str = "update",
        time: int | None = None,
        merged: Sequence[str] = (),
    ) -> str:
        """Commit files with their new content, None for one that is gone, upon the last commit."""
        when = FIRST + 60 * len(self.commits) if time is None else time
        parents = [*self.commits[-1:], *merged]
        lines = [
            *(f"{line}\n".encode() for line in ("commit refs/heads/main", *_people(when))),
            b"data %d\n%s\n" % (len(message.encode()), message.encode()),
            *(b"from %s\n" % parent.encode() for parent in parents[:1]),
            *(b"merge %s\n" % parent.encode() for parent in parents[1:]),
            *(_line(path, content) for path, content in files.items()),
        ]
        self.git("fast-import", "--quiet", "--force", stdin=b"".join(lines))
        self.commits.append(self.git("rev-parse", "main").strip())
        return self.commits[-1]

    def on_a_branch(self, files: Mapping[str, Content]) -> str:
        """A commit beside the main line, to be merged: upon the last commit but one."""
        saved = list(self.commits)
        self.commits = self.commits[:-1]
        made = self.commit(files)
        self.commits = saved
        self.git("update-ref", "refs/heads/main", saved[-1])
        return made

    def numstat(self, commit: str) -> dict[str, tuple[str, str]]:
        """Added and removed lines by path, against the first parent; ``-`` of what is binary."""
        fields = self._log(commit, "--numstat")
        found: dict[str, tuple[str, str]] = {}
        while fields:
            added, removed, path = fields.pop(0).split("\t")
            if not path:  # a rename: the old path and the new one follow
                path = fields[1]
                del fields[:2]
            found[path] = (added, removed)
        return found

    def renames(self, commit: str) -> dict[str, str]:
        """The old path of each new one that git takes for the same file."""
        fields = self._log(commit, "--raw")
        places = [number for number, field in enumerate(fields) if re.match(r":\d.* R\d+$", field)]
        return {fields[number + 2]: fields[number + 1] for number in places}

    def show(self, commit: str, path: str) -> bytes:
        """A file as a commit has it."""
        return self.run("show", f"{commit}:{path}")

    def blame(self, commit: str, path: str) -> list[str]:
        """For each line of a commit's file the commit that brought it."""
        found = self.run("blame", "--porcelain", "--first-parent", commit, "--", path)
        return [name.decode() for name in re.findall(rb"^([0-9a-f]{40}) \d+ \d+", found, re.MULTILINE)]

    def git(self, *arguments: str, stdin: bytes | None = None) -> str:
        return self.run(*arguments, stdin=stdin).decode()

    def run(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        command = ["git", "-C", str(self.path), *arguments]
        return subprocess.run(command, check=True, capture_output=True, input=stdin, env=CLOSED).stdout

    def _log(self, commit: str, *arguments: str) -> list[str]:
        options = ["-1", "--format=", "--diff-merges=first-parent", "-M", "-z"]
        return [each for each in self.git("log", *options, *arguments, commit).split("\0") if each]


def _people(when: int) -> list[str]:
    return [f"{role} {AUTHOR} {when} +0100" for role in ("author", "committer")]


def _line(path: str, content: Content) -> bytes:
    name = b'"%s"' % b"".join(b"\\%03o" % byte for byte in path.encode("utf-8", "surrogateescape"))
    if content is None:
        return b"D %s\n" % name
    data = content.encode() if isinstance(content, str) else content
    return b"M 100644 inline %s\ndata %d\n%s\n" % (name, len(data), data)
