"""A file is the old one or the new one, whatever happens to its writer, its disk or its folder."""

import contextlib
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from netraven_analytics.bundle import MANIFEST
from netraven_analytics.exports import FORMATS, export
from netraven_db.errors import OutputError
from tests.battery import work
from tests.battery.conftest import MakeTrial
from tests.battery.nursery import Nursery

NAMES = list(FORMATS)


def _is_whole(path: Path, version: int) -> bool:
    """Whether the file is all of one version."""
    if path.suffix == ".xlsx":  # which says when it was made
        with zipfile.ZipFile(path) as book:
            return book.testzip() is None and b"version %d" % version in book.read("xl/sharedStrings.xml")
    return path.read_bytes() == _reference(path.parent.parent / f"reference{version}{path.suffix}", version)


@cache
def _reference(path: Path, version: int) -> bytes:
    return export(work.table(version), path).read_bytes()


def _lost(folder: Path, path: Path, nursery: Nursery) -> str:
    """What a process that was killed has spoilt."""
    if not any(_is_whole(path, version) for version in (0, 1)):
        return f"{path.name} is neither the old file nor the new one"
    if nursery.do({"what": "write", "path": str(path), "version": 0}):
        return f"{path.name} could not be written again"
    if {*os.listdir(folder)} != {"a.meta.json", path.name}:
        return f"{os.listdir(folder)} stayed"
    return "" if _is_whole(path, 0) else f"{path.name} is not what was written last"


def test_killed_writers(tmp_path: Path, trial: MakeTrial) -> None:
    """At any moment, before and after each call that makes a file: old or new, and the next run cleans up."""
    runs = trial(
        f"kill -9 while {', '.join(NAMES)} were written, the rename among the moments",
        losing="broken files or litter",
        quick=12,
        long=240,
    )
    moments = [(step, after) for step in work.STEPS for after in (False, True)]
    with Nursery.open() as nursery:
        for number in runs:
            name = NAMES[number % len(NAMES)]
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            path = folder / f"a.{name}"
            begun = time.monotonic()
            assert nursery.do({"what": "write", "path": str(path), "version": 0}) == 0, nursery.told()
            usual = time.monotonic() - begun
            job = {"what": "write", "path": str(path), "version": 1}
            if number % 2:
                step, after = moments[number // 2 % len(moments)]
                assert nursery.do({**job, "step": step, "after": after}) < 0, nursery.told()
            else:
                nursery.do(job, kill_after=runs.chance.uniform(0, usual))
            if lost := _lost(folder, path, nursery):
                runs.lose(lost)


def test_killed_bundles(fleet: str, tmp_path: Path, trial: MakeTrial) -> None:
    """Where there is a manifest, every file is the one that it names; the next run leaves no litter."""
    runs = trial("kill -9 of report all", losing="manifests that lie, or litter", quick=1, long=40)
    job = {"what": "bundle", "path": str(tmp_path / "reports")}
    with Nursery.open() as nursery:
        begun = time.monotonic()
        assert nursery.do(job) == 0, nursery.told()
        usual = time.monotonic() - begun
        files = sorted(os.listdir(tmp_path / "reports"))
        for _ in runs:
            nursery.do(job, kill_after=runs.chance.uniform(0.3 * usual, usual))
            if wrong := _wrong_in(tmp_path / "reports"):
                runs.lose(wrong)
        assert nursery.do(job) == 0, nursery.told()
    if sorted(os.listdir(tmp_path / "reports")) != files or _wrong_in(tmp_path / "reports"):
        runs.lose(f"{os.listdir(tmp_path / 'reports')} are there")


def test_two_bundles_in_one_folder(fleet: str, tmp_path: Path, trial: MakeTrial) -> None:
    """Whoever of two writers is last or is killed, where there is a manifest it tells the truth of all."""
    runs = trial(
        "two report all into one folder at once, kill -9 of one",
        losing="manifests that lie, or litter",
        quick=1,
        long=20,
    )
    folder = tmp_path / "reports"
    job = {"what": "bundle", "path": str(folder)}
    days = ("2026-04-06", "2026-03-30")
    with Nursery.open() as first, Nursery.open() as second, ThreadPoolExecutor() as threads:
        for number in runs:
            meet = tmp_path / f"round {number}"
            meet.mkdir()
            die_after = runs.chance.uniform(0, 1) if number % 2 else None
            pieces = [{**job, "as_of": day, "meet": str(meet)} for day in days]
            pieces[1]["die_after"] = die_after
            codes = list(threads.map(Nursery.do, (first, second), pieces))
            assert codes[0] == 0, first.told()
            assert codes[1] == 0 or (die_after is not None and codes[1] == -signal.SIGKILL), second.told()
            if wrong := _wrong_in(folder):
                runs.lose(wrong)
            elif die_after is None and not (folder / MANIFEST).exists():
                runs.lose("there is no manifest")
        assert first.do(job) == 0, first.told()
    named = json.loads((folder / MANIFEST).read_text())["files"]
    if {*os.listdir(folder)} != {*named, MANIFEST} or _wrong_in(folder):
        runs.lose(f"{os.listdir(folder)} are there")


def _wrong_in(folder: Path) -> str:
    """Which file is not as the manifest says, where there is one."""
    if not (folder / MANIFEST).exists():
        return ""
    manifest = json.loads((folder / MANIFEST).read_text())
    for name, said in manifest["files"].items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != said["sha256"]:
            return f"{name} is not the one in the manifest"
        if (
            name.endswith(".meta.json")
            and json.loads((folder / name).read_text())["as_of"] != manifest["as_of"]
        ):
            return f"{name} is of another moment than the manifest"
    return ""


@contextlib.contextmanager
def full_disk(folder: Path, size: int) -> Iterator[Path]:
    """A folder in which no file of that many bytes has room: a disk of its own for root, else a limit."""
    folder.mkdir(exist_ok=True)
    mounted = _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        if not mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        yield folder
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)
        shutil.rmtree(folder)


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """A folder that nobody can write to, root included where root may mount."""
    folder.mkdir(exist_ok=True)
    old = folder / "a.csv"
    mounted = _mount("-t", "tmpfs", "tmpfs", str(folder))
    old.write_text("old")
    if mounted:
        assert _mount("-o", "remount,ro", str(folder))
    elif os.geteuid() == 0:
        pytest.skip("root can write everywhere, and may not mount a disk here")
    else:
        folder.chmod(0o500)
    try:
        yield folder
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)
        folder.chmod(0o700)


def _mount(*arguments: str) -> bool:
    if os.geteuid():
        return False
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


def test_full_disks(tmp_path: Path, trial: MakeTrial) -> None:
    """One error that says so, the old file, and no litter: wherever in the file the disk ends."""
    runs = trial("a disk that is full", losing="old files, or litter", quick=6, long=120)
    for number in runs:
        name = NAMES[number % len(NAMES)]
        made = export(work.table(1), tmp_path / f"size.{name}").stat().st_size
        with full_disk(tmp_path / "disk", 4096 * runs.chance.randint(1, max(1, made // 4096 - 2))) as folder:
            (folder / f"a.{name}").write_text("old")
            try:
                export(work.table(1), folder / f"a.{name}")
                runs.lose(f"{name} was written to a full disk")
            except OutputError as error:
                if "has room" not in str(error):
                    runs.lose(f"{name} ended with {error}")
            if os.listdir(folder) != [f"a.{name}"] or (folder / f"a.{name}").read_text() != "old":
                runs.lose(f"{os.listdir(folder)} are there")


def test_folders_that_are_in_the_way(tmp_path: Path, trial: MakeTrial) -> None:
    """A folder that cannot be written, and a name that a folder has: said so, and nothing is touched."""
    runs = trial("a read-only folder, a name that a folder has", losing="files or folders", quick=6, long=60)
    for number in runs:
        name = NAMES[number % len(NAMES)]
        taken = tmp_path / f"taken.{name}"
        taken.mkdir(exist_ok=True)
        with read_only(tmp_path / "read-only") as folder:
            for path in (folder / f"a.{name}", folder / f"new.{name}", folder / "new" / f"a.{name}", taken):
                with contextlib.suppress(OutputError):
                    export(work.table(1), path)
                    runs.lose(f"{path} was written")
            if os.listdir(folder) != ["a.csv"] or (folder / "a.csv").read_text() != "old":
                runs.lose(f"{os.listdir(folder)} are there")
        if os.listdir(taken):
            runs.lose(f"{os.listdir(taken)} are in the folder")
