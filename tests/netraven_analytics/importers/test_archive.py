"""Opening an archive: what is one, and one sentence for what is none."""

from pathlib import Path

import pytest

from netraven_analytics.importers import open_archive
from netraven_db.errors import ParameterError
from tests.netraven_analytics.importers.importing import import_into, snapshots
from tests.netraven_analytics.importers.repository import Repository


def test_a_repository_is_opened_bare_or_not(tmp_path: Path) -> None:
    """A folder of some is more than one; its name ends where .git begins."""
    for name, bare in (("bare.git", True), ("work", False)):
        Repository(tmp_path / name, bare=bare).commit({"a": "a\n"})
        assert list(open_archive(tmp_path / name).repositories) == [""]
    assert list(open_archive(tmp_path).repositories) == ["bare", "work"]


def test_two_repositories_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """RANCID keeps a bare one and a working copy."""
    for name in ("core", "core.git"):
        Repository(tmp_path / name).commit({"a": "a\n"})
    assert list(open_archive(tmp_path).repositories) == ["core", "core.git"]


def test_what_is_no_archive_is_one_sentence(tmp_path: Path) -> None:
    """No folder, no repository in it, a part of one, an empty one, a broken one, no such revision."""
    made = Repository(tmp_path / "a", bare=False)
    with pytest.raises(ParameterError, match="a holds no commit yet"):
        open_archive(made.path)
    made.commit({"a": "a\n"})
    (made.path / "part").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken.git").mkdir()
    (tmp_path / "broken.git" / "HEAD").write_text("nonsense")
    for path, sentence in {
        tmp_path / "nowhere": "There is no folder .*nowhere: name a git repository",
        made.path / ".git" / "config": "There is no folder",
        tmp_path / "folder": "There is no git repository in .*folder: name one, bare or not",
        made.path / "part": r"There is no git repository in .*part \(it is a part of .*/a\)",
        tmp_path / "broken.git": "broken.git cannot be opened: ",
    }.items():
        with pytest.raises(ParameterError, match=sentence):
            open_archive(path)
    with pytest.raises(ParameterError, match=r"has no revision 'wrong': .* its branches are main"):
        open_archive(made.path, "wrong")


def test_without_a_head_the_only_branch_is_meant(tmp_path: Path) -> None:
    """What is checked out may be a branch that has no commit; of several one has to be named."""
    made = Repository(tmp_path / "a.git")
    made.commit({"a": "a\n"})
    made.git("symbolic-ref", "HEAD", "refs/heads/none")
    assert len(open_archive(made.path).repositories[""].commits) == 1
    made.git("branch", "other", "main")
    with pytest.raises(ParameterError, match="its branches are main, other"):
        open_archive(made.path)


async def test_a_shallow_clone_begins_where_it_begins(empty_database: str, tmp_path: Path) -> None:
    """Its oldest commit is taken whole."""
    made = Repository(tmp_path / "a.git")
    for text in ("1\n", "2\n", "3\n"):
        made.commit({"a": text})
    clone = tmp_path / "clone"
    made.git("clone", "-q", "--bare", "--depth", "2", f"file://{made.path}", str(clone))
    await import_into(empty_database, clone)
    assert [s.text for s in await snapshots(empty_database)] == ["2\n", "3\n"]


async def test_an_archive_that_lacks_a_part_is_told(empty_database: str, tmp_path: Path) -> None:
    """Nothing of it is imported."""
    made = Repository(tmp_path / "a.git")
    for text in ("1\n", "2\n"):
        made.commit({"a": text})
    blob = made.git("rev-parse", f"{made.commits[1]}:a").strip()
    (made.path / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(ParameterError, match=r"a.git/? cannot be read whole"):
        await import_into(empty_database, made.path)
    assert not await snapshots(empty_database)
