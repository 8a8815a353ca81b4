"""Every report at one instant, as files in a folder."""

import asyncio
import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import openpyxl
import pytest

from netraven_analytics import bundle, job_durations
from netraven_analytics.bundle import write_bundle
from netraven_analytics.reports import catalogue
from netraven_db.errors import OutputError
from tests.netraven_analytics.spec import NOW, device, job, snapshot, store

HOSTILE = "<img src=x onerror=alert(1)>"


async def test_every_report_gets_a_file_and_a_sidecar(empty_database: str, tmp_path: Path) -> None:
    """Beside them a workbook with a sheet for each, and a page; nothing else."""
    await store(job(device("a"), "completed", "11-20 06:00:00", "11-20 06:00:10"))
    written = await write_bundle(tmp_path / "out", {"as_of": NOW})
    expected = {f"{name}.{ending}" for name in catalogue for ending in ("csv", "meta.json")}
    assert set(os.listdir(tmp_path / "out")) == {*expected, "fleet.xlsx", "index.html", "manifest.json"}
    assert [item.report.name for item in written.answers] == sorted(catalogue)
    assert openpyxl.load_workbook(tmp_path / "out" / "fleet.xlsx").sheetnames == sorted(catalogue)


async def test_all_reports_see_the_same_instant(empty_database: str, tmp_path: Path) -> None:
    """as_of is the same in every sidecar, though the clock goes on."""
    await write_bundle(tmp_path)
    seen = {json.loads((tmp_path / f"{name}.meta.json").read_text())["as_of"] for name in catalogue}
    assert len(seen) == 1


async def test_what_is_committed_between_two_reports_is_in_none(empty_database: str, tmp_path: Path) -> None:
    """All of them see the rows that there were for the first, also those that are asked after the commit."""
    await store(job(device("a"), "failed", "11-20 06:00:00", "11-20 06:00:10"))

    def commit_another(name: str) -> None:
        if name == "job_durations":
            another = store(job(device("b"), "failed", "11-20 06:00:00", "11-20 06:00:10"))
            with ThreadPoolExecutor(1) as thread:  # a loop of its own, and so another connection
                thread.submit(asyncio.run, another).result()

    bundle = await write_bundle(tmp_path, {"as_of": NOW}, progress=commit_another)
    totals = {item.report.name: item.answer["totals"] for item in bundle.answers}
    counted = {name: total["runs"] for name, total in totals.items() if "runs" in total}
    assert counted == dict.fromkeys(("failure_rates", "job_durations", "job_timeline", "queue_delays"), 1)
    assert (await job_durations(as_of=NOW)).attrs["netraven"]["totals"]["runs"] == 2


async def test_options_go_to_the_reports_that_take_them(empty_database: str, tmp_path: Path) -> None:
    """by is for reports that group; a report of events is written without it."""
    await store(job(device("a"), "completed", "11-20 06:00:00", "11-20 06:00:10"))
    await write_bundle(tmp_path, {"as_of": NOW, "by": ["device_type"], "tz": "Asia/Tokyo"})
    assert (tmp_path / "failure_rates.csv").read_text().startswith("device_type,runs,")
    assert json.loads((tmp_path / "config_changes.meta.json").read_text())["tz"] == "Asia/Tokyo"


async def test_the_page_says_what_each_file_answers_and_what_the_words_mean(
    empty_database: str, tmp_path: Path
) -> None:
    """With window, totals, notes and a glossary, and a link to every file."""
    await store(job(device("a"), "failed", "11-20 06:00:00", "11-20 06:00:10"))
    await write_bundle(tmp_path, {"as_of": NOW}, source="postgresql://netraven@db/netraven")
    page = (tmp_path / "index.html").read_text()
    for name, report in catalogue.items():
        assert f'href="{name}.csv"' in page
        assert report.summary.rstrip("?") in page
    assert "from 2026-10-23 12:00:00 until 2026-11-22 12:00:00" in page
    assert "From postgresql://netraven@db/netraven." in page
    assert "Wilson" in page


async def test_hostile_names_are_inert_on_the_page(empty_database: str, tmp_path: Path) -> None:
    """They are shown as text, and the page's policy would let nothing run anyway."""
    d = device(HOSTILE, f"{HOSTILE}:x", device_type=HOSTILE)
    await store(
        job(d, "failed", "11-20 06:00:00", "11-20 06:00:10"),
        snapshot(d, "11-20 06:00:00", "a\n"),
        snapshot(d, "11-21 06:00:00", "b\n"),
    )
    await write_bundle(tmp_path, {"as_of": NOW, "by": ["device", f"tag:{HOSTILE}"]}, source=HOSTILE)
    page = (tmp_path / "index.html").read_text()
    assert "<img" not in page
    assert "&lt;img src=x" in page
    assert "default-src &#x27;none&#x27;" in page


async def test_an_empty_database_still_gives_a_bundle(empty_database: str, tmp_path: Path) -> None:
    """Its files have headers, and its page says that there is nothing."""
    await write_bundle(tmp_path)
    assert len((tmp_path / "job_durations.csv").read_text().splitlines()) == 1
    assert "The database holds no runs at all." in (tmp_path / "index.html").read_text()


async def test_a_folder_that_cannot_be_written_is_learned_of_before_any_work(tmp_path: Path) -> None:
    """There is no server here: the folder is tried first."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        await write_bundle(tmp_path / "file" / "out")


async def test_the_manifest_says_what_the_folder_holds(empty_database: str, tmp_path: Path) -> None:
    """Each other file with its hash, size and rows, and which state of the database it is of."""
    await store(job(device("a"), "completed", "11-20 06:00:00", "11-20 06:00:10"))
    await write_bundle(tmp_path, {"as_of": NOW})
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["as_of"] == NOW.isoformat()
    assert manifest["version"] == version("netraven-analytics")
    assert manifest["snapshot"].count(":") == 2
    assert manifest["window"]["job_durations"]["until"] == NOW.isoformat()
    assert {*manifest["files"], "manifest.json"} == set(os.listdir(tmp_path))
    for name, described in manifest["files"].items():
        data = (tmp_path / name).read_bytes()
        assert described["sha256"] == hashlib.sha256(data).hexdigest()
        assert described["bytes"] == len(data)
    assert manifest["files"]["job_durations.csv"]["rows"] == 1
    assert "rows" not in manifest["files"]["index.html"]


async def test_a_bundle_that_is_not_whole_has_no_manifest(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even that of the bundle before."""
    await write_bundle(tmp_path)

    def full(*_: object) -> None:
        raise OutputError("full")

    monkeypatch.setattr(bundle, "write_workbook", full)
    with pytest.raises(OutputError, match="full"):
        await write_bundle(tmp_path)
    assert not (tmp_path / "manifest.json").exists()


async def test_a_bundle_of_nothing_says_so(empty_database: str, tmp_path: Path) -> None:
    """Of an empty database, and of one whose data end before the window."""
    assert "nothing in this database yet" in (await write_bundle(tmp_path)).note
    await store(job(None, "completed", "2024-01-02 06:00:00", "2024-01-02 06:00:10"))
    written = await write_bundle(tmp_path, {"since": "7d"})
    assert "the newest row is of 2024-01-02T06:00:10" in written.note
    await store(job(device("a"), "completed", "11-20 06:00:00", "11-20 06:00:10"))
    assert (await write_bundle(tmp_path, {"as_of": NOW})).note == ""


async def test_shares_are_percentages_on_the_page(empty_database: str, tmp_path: Path) -> None:
    """In totals and in the tables."""
    d = device("a")
    await store(
        job(d, "completed", "11-22 06:00:00", "11-22 06:00:10"),
        job(d, "failed", "11-20 06:00", "11-20 06:01"),
    )
    await write_bundle(tmp_path, {"as_of": NOW})
    page = (tmp_path / "index.html").read_text()
    assert "<dt>coverage</dt><dd>100 %</dd>" in page
    assert '<td class="number">50 %</td>' in page
