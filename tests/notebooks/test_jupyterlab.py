"""A review in JupyterLab itself: open, Run All, and read what the page shows."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from netraven_db.db.connection import connect
from tests.browser import Browser, Page
from tests.conftest import MakeDatabase
from tests.notebooks.lab import lab, open_notebook, run_all

NOTEBOOK = "10_fleet_review"
ARTIFACTS = Path(os.environ.get("NETRAVEN_TEST_ARTIFACTS", "reports/tests"))
# How many pixels of the picture are neither white nor grey: bars, dots and lines.
COLOURED = """(image => {
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    const dots = pen.getImageData(0, 0, canvas.width, canvas.height).data;
    let found = 0;
    for (let i = 0; i < dots.length; i += 4)
        found += Math.max(dots[i], dots[i+1], dots[i+2]) - Math.min(dots[i], dots[i+1], dots[i+2]) > 40;
    return found;
})"""


@pytest.fixture(scope="module")
def database(fleet_template: str, create_database: MakeDatabase) -> str:
    return create_database(fleet_template)


@pytest.fixture(scope="module")
def page(browser: Browser, database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The notebook after Run All."""
    with lab(database, tmp_path_factory.mktemp("lab")) as address, browser.page(1300, 6000) as page:
        open_notebook(page, address.replace("NAME", NOTEBOOK))
        trouble = run_all(page)
        page.wait_for("[...document.querySelectorAll('.jp-OutputArea img')].every(each => each.complete)")
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(ARTIFACTS / "jupyterlab.png")
        assert trouble == []
        yield page


def test_its_table_shows_the_fleet(page: Page, database: str) -> None:
    """The first table has a row for each device type, and its runs are those of the database."""
    table = "document.querySelector('.jp-OutputArea table.dataframe')"
    shown = page.run(f"[...{table}.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.textContent))")
    names = page.run(f"[...{table}.tHead.rows[0].cells].map(cell => cell.textContent)")
    assert names[1:4] == ["device_type", "runs", "running"]
    assert len(shown) == len({row[1] for row in shown}) > 3
    assert "cisco_ios" in [row[1] for row in shown]
    assert all(int(row[2]) > 0 for row in shown)
    caption = page.run(f"{table}.closest('.jp-OutputArea-output').textContent")
    assert "job_durations, " in caption


async def test_its_runs_are_those_of_the_database(page: Page, database: str) -> None:
    """The sum over the table's groups is what a plain count says, the window's edge aside."""
    runs = page.run(
        "[...document.querySelector('.jp-OutputArea table.dataframe').tBodies[0].rows]"
        ".reduce((sum, row) => sum + Number(row.cells[2].textContent), 0)"
    )
    connection = await connect(database)
    try:
        stored = await connection.fetchval(
            "select count(*) from jobs where coalesce(started_at, scheduled_for, completed_at) "
            "between timezone('UTC', now()) - interval '30 days' and timezone('UTC', now())"
        )
    finally:
        await connection.close()
    assert runs == pytest.approx(stored, rel=0.01)


def test_its_charts_are_pictures(page: Page) -> None:
    """Each of them is there, and has something in it."""
    images = "[...document.querySelectorAll('.jp-OutputArea img')]"
    drawn = page.run(f"{images}.map({COLOURED})")
    assert len(drawn) == 6
    assert min(drawn) > 500
