"""On any imported archive, git is the oracle: for changes, texts and blame, noise and secrets included."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from netraven_analytics import config_at, config_blame, config_changes, config_diff
from netraven_analytics.configs.diff import lines_of
from netraven_analytics.configs.normalise import normalise
from tests.netraven_analytics.configs.edits import edited, random_line
from tests.netraven_analytics.importers.importing import Stored, import_into, snapshots
from tests.netraven_analytics.importers.repository import Content, Repository

RAW = {"with_noise": True, "show_secrets": True}
Lines = dict[str, list[str]]


def random_archive(path: Path, seed: int, commits: int = 30) -> Repository:
    """Edits, merges, renames with and without edits, moves, deletions, re-creations of devices' files."""
    rng = random.Random(seed)
    made = Repository(path)
    files: Lines = {f"{group}sw-{n}": _lines(rng, n) for n, group in enumerate(("", "", "a/", "b/c/"))}
    gone: list[str] = []
    made.commit({name: "\n".join(lines) for name, lines in files.items()})
    for number in range(commits):
        merged = [made.on_a_branch({"side": "only there\n"})] if number % 7 == 3 else []
        made.commit(dict(_step(rng, files, gone)), merged=merged)
    return made


def _lines(rng: random.Random, number: int) -> list[str]:
    """Some that others have, and enough of its own that no two files are alike."""
    own = [f"description {number} {rng.randrange(10**9)}" for _ in range(30)]
    return own + [random_line(rng) for _ in range(rng.choice((3, 20)))]


def _step(rng: random.Random, files: Lines, gone: list[str]) -> Iterator[tuple[str, Content]]:
    """What one commit does: to one file or to two."""
    for name in rng.sample(sorted(files), k=min(len(files), rng.choice((1, 1, 2)))):
        lines, how = files.pop(name), rng.random()
        if how < 0.1 and files:
            gone.append(name)
            yield name, None
            continue
        if how < 0.3:
            yield name, None
            name = rng.choice(("", "a/", "d/")) + name.rpartition("/")[2] + rng.choice(("", "x"))
        files[name] = edited(rng, lines) if rng.random() < 0.9 else lines
        yield name, "\n".join(files[name]) + rng.choice(("\n", ""))
    if gone and rng.random() < 0.4 and gone[-1] not in files:
        name = gone.pop()
        files[name] = _lines(rng, rng.randrange(10**6))
        yield name, "\n".join(files[name])


class Oracle:
    """What git says of each device's file, followed under all its names."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        at: dict[str, int] = {}
        self.counts: dict[int, list[tuple[str, str, int, int]]] = {}  # by file: commit, path, lines
        for commit in repository.commits:
            renames = repository.renames(commit)
            left = {new: at.pop(old) for new, old in renames.items()}
            for path, (added, removed) in repository.numstat(commit).items():
                file = at[path] = left[path] if path in left else at.get(path, len(self.counts))
                self.counts.setdefault(file, []).append((commit, path, int(added), int(removed)))


async def _histories(url: str) -> dict[tuple[str, ...], list[Stored]]:
    """The snapshots of each device, by its commits."""
    by_device: dict[str, list[Stored]] = {}
    for each in await snapshots(url):
        by_device.setdefault(each.hostname, []).append(each)
    return {tuple(s.metadata["commit"] for s in history): history for history in by_device.values()}


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_changes_texts_and_blame_are_those_of_git(
    empty_database: str, tmp_path: Path, seed: int
) -> None:
    """Every device has the commits of its file; noise-only changes have a diff and are no change."""
    oracle = Oracle(random_archive(tmp_path / "a.git", seed))
    await import_into(empty_database, tmp_path / "a.git")
    histories = await _histories(empty_database)
    files = {tuple(commit for commit, *_ in counts): counts for counts in oracle.counts.values()}
    assert set(histories) == set(files)
    changes = {
        row.to_id: (row.raw_lines_added, row.raw_lines_removed)
        for row in (await config_changes(since="all")).itertuples()
    }
    for commits, history in histories.items():
        await _check_changes(history, files[commits], changes)
        await _check_texts(history, oracle.repository)
        await _check_blame(history, oracle.repository)
    assert not changes  # git knew of each of them


async def _check_changes(
    history: list[Stored], expected: list[tuple[str, str, int, int]], changes: dict[int, tuple[int, int]]
) -> None:
    for before, after, (_, path, added, removed) in zip(history, history[1:], expected[1:], strict=False):
        assert after.metadata["path"] == path
        if normalise(before.text, None) != normalise(after.text, None):
            assert changes.pop(after.id) == (added, removed)
        else:
            counts = (await config_diff(after.hostname, before.id, after.id, **RAW)).counts
            assert tuple(counts) == (added, removed)


async def _check_texts(history: list[Stored], repository: Repository) -> None:
    last = history[-1]
    for stored in history:
        commit, path = stored.metadata["commit"], stored.metadata["path"]
        if "removed" in stored.metadata:
            assert stored.text == ""
        else:
            assert stored.text.encode() == repository.show(commit, path)
    shown = await config_at(last.hostname, last.found_at, show_secrets=True)
    assert (shown.snapshot_id, shown.text) == (last.id, last.text)


async def _check_blame(history: list[Stored], repository: Repository) -> None:
    commit_of = {stored.id: stored.metadata["commit"] for stored in history}
    for stored in (history[len(history) // 2], history[-1]):
        if stored.text:
            blamed = await config_blame(stored.hostname, stored.id, **RAW)
            commit, path = stored.metadata["commit"], stored.metadata["path"]
            assert [commit_of[each] for each in blamed["snapshot_id"]] == repository.blame(commit, path)
            assert list(blamed["text"]) == lines_of(stored.text)
