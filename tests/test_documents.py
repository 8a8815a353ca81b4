"""What the documents tell people to type works."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from netraven_analytics import report as report_module
from netraven_analytics.objectives import load_objectives, rows_that_miss
from netraven_analytics.report import Report
from netraven_analytics.reports import find_report
from tests.netraven_analytics.spec import NOW, device, job, rows, store

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]


async def test_the_report_of_contributing_works(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its code, as it stands there, is a report with groups and windows."""
    monkeypatch.setattr(report_module, "catalogue", {})
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    module = ModuleType("run_counts")
    exec(code, module.__dict__)
    made: Report = module.run_counts
    await store(job(device("a"), "completed", "11-20 06:00", "11-20 06:01"))
    assert rows(await made(by="hour_of_day", as_of=NOW), "hour_of_day", "runs") == [(6, 1)]
    assert report_module.catalogue == {"run_counts": made}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    """Every relative link names a file, and every anchor a heading in it."""
    for target, anchor in re.findall(r"\]\((?!http)([^)#]*)#?([^)]*)\)", document.read_text()):
        file = document.parent / target if target else document
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE)
            assert anchor in [re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings]


async def test_the_objectives_that_the_readme_names_can_be_asked(empty_database: str) -> None:
    """Each names a report, options that it takes, and a column that its answer has."""
    for objective in load_objectives(ROOT / "docs" / "objectives.toml"):
        table = await find_report(objective.report)(**objective.options)
        rows_that_miss(table, objective.require, missing=objective.missing)
