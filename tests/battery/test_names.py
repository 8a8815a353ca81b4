"""A hostname is never a file's name: nothing is written but what was asked for."""

import contextlib
from pathlib import Path

from netraven_analytics.bundle import write_bundle
from netraven_analytics.exports import FORMATS, export
from netraven_analytics.exports.writing import sidecar_of
from netraven_analytics.reports import catalogue
from netraven_db.errors import ParameterError
from tests.battery.commands import command
from tests.battery.conftest import MakeTrial
from tests.battery.hostile import NAMES, fill
from tests.battery.trials import LONG
from tests.netraven_analytics.spec import NOW

_ELSEWHERE = [Path(place) for place in ("/etc/x", "/tmp/netraven-x", "/root/x", "x", "../../x")]


async def test_names(empty_database: str, tmp_path: Path, trial: MakeTrial) -> None:
    """Whatever the hostnames are, the files are those that the commands name, each of them whole."""
    what = "files of devices named ../../x, /etc/x, CON, 300 bytes, case twins, …"
    runs = trial(what, losing="files", quick=4, long=len(NAMES))
    await fill(NAMES)
    there = _elsewhere()
    folder = tmp_path / "a" / "b" / "c"  # so that ../../x would still be seen
    asked = await _reports(folder)
    for number in runs:
        name = NAMES[number] if LONG else NAMES[number * 7]
        for verb, ending in (("show", "txt"), ("diff", "html"), ("diff", "patch")):
            path = folder / f"{verb}.{ending}"
            with contextlib.suppress(ParameterError):  # * and ? are globs first, and fit many
                await command("config", verb, "-o", path, "--", name)
            asked.add(path)
        if strange := _files(tmp_path) ^ asked:
            runs.lose(f"{sorted(map(str, strange))}")
        if _elsewhere() != there:
            runs.lose("a file elsewhere")
    if len({str(path).casefold() for path in asked}) < len(asked):
        runs.lose("a file whose name differs by case alone")


async def _reports(folder: Path) -> set[Path]:
    """Write all reports in all ways, and say which files that makes."""
    bundle = await write_bundle(folder)
    asked = {*bundle.files, folder / "manifest.json"}
    for report in catalogue.values():
        by = {"by": "device"} if "device" in report.dimensions else {}
        answer = await report(as_of=NOW, **by)
        for ending in FORMATS if LONG else ("csv", "html"):
            path = export(answer, folder / f"of-{report.name}.{ending}")
            asked |= {path, sidecar_of(path)}
    return asked


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def _elsewhere() -> set[Path]:
    return {place for place in _ELSEWHERE if place.exists()}
