"""What devices say is looked at and never obeyed: in pages, in notebooks and in a real browser."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from netraven_analytics import config_at, config_blame, config_diff
from netraven_analytics.bundle import write_bundle
from netraven_analytics.exports import export
from netraven_analytics.exports.formats import PICTURES
from netraven_analytics.jupyter import as_html
from netraven_analytics.reports import catalogue
from netraven_db.errors import ParameterError
from tests import browser
from tests.battery.commands import command
from tests.battery.conftest import MakeTrial
from tests.battery.hostile import MARKUP, fill
from tests.battery.trials import LONG
from tests.netraven_analytics.spec import NOW

SEEN = range(1, len(MARKUP) + 1, 1 if LONG else 4)  # the devices whose configurations are looked at
_RAW = re.compile(r"<(?:script>window|img src=x|svg onload|iframe srcdoc|a href=javascript)")
# In the page: how often something ran, and what is left that could run later.
_DONE = "window.ran || 0"
_LINKS = """[...document.querySelectorAll("*")].filter(e => [...e.attributes].some(a =>
    /^on/i.test(a.name) && a.value.includes("window.ran") || /^\\s*javascript:/i.test(a.value))).length"""
# A formula is followed only where MathJax is, as in a notebook, and where nothing forbids it.
_FORMULAS = """(() => {
    const texts = document.createTreeWalker(document.body || document.documentElement, NodeFilter.SHOW_TEXT);
    let found = 0;
    while (texts.nextNode())
        if (texts.currentNode.data.includes("href{javascript")
            && !texts.currentNode.parentElement.closest("style, script, .mathjax_ignore")) found++;
    return found;
})()"""
REVIEWS = ["fleet-review", "failure-investigation", "configuration-review"]  # lessons are for the demo


async def _files(folder: Path) -> None:
    """All that is written for eyes."""
    await write_bundle(folder / "reports")
    for name, report in catalogue.items():
        answer = await report(as_of=NOW, **report.bundle)
        export(answer, folder / f"{name}.html")
        for ending in PICTURES if LONG else ():
            with contextlib.suppress(ParameterError):  # not every report has a chart
                export(answer, folder / f"{name}.{ending}")
    index = pd.Index(MARKUP, name=f"index {MARKUP[0]}")
    export(
        pd.DataFrame({text: pd.Series(MARKUP, index) for text in MARKUP}), folder / "header-and-index.html"
    )
    for number in SEEN:
        await command("config", "diff", number, "-o", folder / f"diff-{number}.html")
        await command("config", "search", "-o", folder / f"search-{number}.html", "--", MARKUP[number - 1])
    if LONG:
        await command("notebooks", "run", *REVIEWS, "--html", "--out", folder / "notebooks")


async def _cells(folder: Path) -> None:
    """What a notebook shows, each on a page that would let everything run."""
    shown = {name: as_html(await report(as_of=NOW, **report.bundle)) for name, report in catalogue.items()}
    index = pd.Index(MARKUP, name=MARKUP[0])
    shown["frame"] = as_html(pd.DataFrame({text: MARKUP for text in MARKUP}, index))
    for number in SEEN:
        shown[f"diff-{number}"] = (await config_diff(str(number)))._repr_html_()
        shown[f"at-{number}"] = (await config_at(str(number)))._repr_html_()
        shown[f"blame-{number}"] = (await config_blame(str(number)))._repr_html_()
    for name, html in shown.items():
        page = f"<!doctype html><html><head><meta charset=utf-8></head><body>{html}</body></html>"
        (folder / f"{name}.html").write_text(page, encoding="utf-8")


@pytest.fixture
async def pages(empty_database: str, tmp_path: Path) -> list[Path]:
    """Of the hostile fleet: files, and cells of notebooks in a folder of that name."""
    await fill(MARKUP)
    for made in (_cells, _files):
        folder = tmp_path / made.__name__.strip("_")
        folder.mkdir()
        await made(folder)
    return sorted(path for path in tmp_path.rglob("*") if path.suffix in (".html", ".svg"))


def _wrong(path: Path, page: browser.Page) -> Iterator[str]:
    """What a page did, may do, or complained of."""
    if found := _RAW.search(path.read_text(encoding="utf-8")):
        yield f"{found[0]} is in it"
    page.open(path.as_uri())
    for what, script in (("things ran", _DONE), ("could run", _LINKS)):
        if count := page.run(script):
            yield f"{count} {what}"
    if path.parent.name == "cells" and (count := page.run(_FORMULAS)):
        yield f"{count} formulas would be links"
    yield from page.complaints


async def test_nothing_runs(
    pages: list[Path], trial: MakeTrial, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No markup is raw, nothing runs, nothing could, and no policy is violated."""
    if browser.executable() is None:
        pytest.skip("there is no Chromium here: install one to look at the pages with")
    what = "pages, charts and notebook cells of a hostile fleet, opened in Chromium"
    runs = trial(what, losing="scripts run or complaints", quick=len(pages), long=len(pages))
    folder = tmp_path_factory.mktemp("chromium")
    with browser.chromium(folder) as program, program.page() as page:
        (folder / "raw.html").write_text("".join(MARKUP))
        page.open((folder / "raw.html").as_uri())
        assert page.run(_DONE), "the hostile fleet is harmless as it is"
        for number in runs:
            for wrong in _wrong(pages[number], page):
                runs.lose(f"{pages[number].name}: {wrong}")
