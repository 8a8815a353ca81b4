"""An import is all or nothing, goes on where the last one ended, and leaves others alone."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netraven_analytics import config_changes, failure_rates
from netraven_analytics.facts.run_history import NO_RUN_HISTORY
from netraven_db.errors import ParameterError
from netraven_db.services.configurations import save_new_config
from tests.netraven_analytics.importers.importing import EOS, IOS, devices, fetch, import_into, snapshots
from tests.netraven_analytics.importers.repository import FIRST, Repository
from tests.netraven_analytics.spec import about, device, rows, store


async def _everything(url: str) -> tuple[object, ...]:
    told = [s._replace(id=0, found_at=s.found_at) for s in await snapshots(url)]
    return sorted(map(str, told)), await devices(url)


async def test_importing_in_parts_gives_what_importing_at_once_gives(
    empty_database: str, blank_database: str, tmp_path: Path
) -> None:
    """And a second run without anything new changes nothing."""
    from netraven_db import migrate

    made = Repository(tmp_path / "a")
    steps = [
        {"a": IOS.format("a"), "x/b": EOS},
        {"a": None, "c": IOS.format("b")},
        {"a": "come back\n", "d": "d\n"},
        {"d": None},
        {"c": None, "d": IOS.format("c"), "y/b": "b\n"},
    ]
    for step in steps:
        made.commit(step)
        await import_into(empty_database, made.path)
    before = await _everything(empty_database)
    again = await import_into(empty_database, made.path)
    assert (again.commits, again.snapshots, again.new_devices) == (0, 0, 0)
    assert await _everything(empty_database) == before
    await migrate.upgrade(blank_database)
    await import_into(blank_database, made.path)
    assert await _everything(blank_database) == before


async def test_a_rewritten_history_is_refused_and_can_be_imported_anew(
    empty_database: str, tmp_path: Path
) -> None:
    """So is another archive; what is there stays until somebody asks for its place."""
    made = Repository(tmp_path / "a")
    for text in ("1\n", "2\n"):
        made.commit({"a": text})
    await import_into(empty_database, made.path)
    made.commits.pop()
    made.commit({"a": "3\n"}, message="another second")
    with pytest.raises(ParameterError, match="its history was rewritten, or it is another one"):
        await import_into(empty_database, made.path)
    assert [s.text for s in await snapshots(empty_database)] == ["1\n", "2\n"]
    await import_into(empty_database, made.path, anew=True)
    assert [s.text for s in await snapshots(empty_database)] == ["1\n", "3\n"]
    Repository(tmp_path / "folder" / "b.git").commit({"b": "b\n"})
    with pytest.raises(ParameterError, match="The database holds another archive than"):
        await import_into(empty_database, tmp_path / "folder")


@pytest.mark.parametrize("theirs", ["first", "beside"])
async def test_devices_that_no_import_made_are_left_alone(
    empty_database: str, tmp_path: Path, theirs: str
) -> None:
    """Whether they were there before or came later; not even importing anew touches them."""
    made = Repository(tmp_path / "a")
    made.commit({"a": "a\n"})
    if theirs == "beside":
        await import_into(empty_database, made.path)
    await store(device("theirs"))
    before = await devices(empty_database)
    for anew in (False, True):
        with pytest.raises(ParameterError, match="netraven-analytics import did not make"):
            await import_into(empty_database, made.path, anew=anew)
    assert await devices(empty_database) == before


_CHILD = """
import asyncio, sys, time
from netraven_analytics.importers import load, open_archive
from netraven_db.db.connection import connect

def stop(done, of):
    print("half", flush=True)
    time.sleep(60)

async def main():
    await load(await connect(sys.argv[1]), open_archive(sys.argv[2]), progress=stop)

asyncio.run(main())
"""


async def test_a_killed_import_leaves_nothing_and_can_be_run_again(
    empty_database: str, tmp_path: Path
) -> None:
    """Killed when its devices and snapshots were on their way."""
    made = Repository(tmp_path / "a")
    made.commit({"a": "a\n"})
    command = [sys.executable, "-c", _CHILD, empty_database, str(made.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: ASYNC220
        assert child.stdout is not None
        assert child.stdout.readline() == "half\n"
        child.send_signal(signal.SIGKILL)
    assert await devices(empty_database) == {}
    assert (await import_into(empty_database, made.path)).snapshots == 1


async def test_reports_say_that_there_is_no_run_history(empty_database: str, tmp_path: Path) -> None:
    """Instead of 0 % or never; months between two snapshots are an interval like any other."""
    made = Repository(tmp_path / "a")
    made.commit({"a": "1\n"})
    made.commit({"a": "2\n"}, time=FIRST + 200 * 86_400)
    await import_into(empty_database, made.path)
    table = await failure_rates()
    assert rows(table, "runs", "failure_rate", "devices_without_run") == [(0, None, None)]
    assert NO_RUN_HISTORY in about(table)["notes"]
    (change,) = (await config_changes(since="all")).itertuples()
    assert (change.found_at - change.previous_at).days == 200


async def test_snapshots_beside_the_archives_do_not_disturb(empty_database: str, tmp_path: Path) -> None:
    """A service that goes on with one of its devices keeps the archive's own."""
    from netraven_db.db.session import get_db

    made = Repository(tmp_path / "a")
    made.commit({"a": "1\n"})
    await import_into(empty_database, made.path)
    async with get_db() as db:
        await save_new_config(1, "from NetRaven\n", {}, db)
    made.commit({"a": "2\n"})
    assert (await import_into(empty_database, made.path)).total_snapshots == 3


async def test_the_marker_says_where_to_go_on(empty_database: str, tmp_path: Path) -> None:
    """It names the last commit that was read."""
    made = Repository(tmp_path / "a")
    made.commit({"a": "1\n"})
    await import_into(empty_database, made.path)
    (row,) = await fetch(empty_database, "SELECT value FROM system_settings")
    assert json.loads(row["value"])["repositories"][""]["commit"] == made.commits[-1]
