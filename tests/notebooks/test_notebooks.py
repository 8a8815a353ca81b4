"""The notebooks run, in both ways, and are honest in git."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.conftest import MakeDatabase
from tests.notebooks.conftest import NOTEBOOKS, WAYS
from tests.notebooks.honesty import drift, unknown_names
from tests.notebooks.running import Ran, cell_by_cell

NAMES = [notebook.stem for notebook in NOTEBOOKS]
ONBOARDING = [name for name in NAMES if name < "09"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_every_cell_is_executed(name: str, way: str, executed: dict[tuple[str, str], Ran]) -> None:
    """On a fresh database, cell by cell and all queued at once: no error, no warning, no cell left out."""
    ran = executed[name, way]
    assert ran.errors == []
    assert ran.stderr == ""
    assert ran.executed == ran.cells > 0


@pytest.mark.parametrize("name", [name for name in NAMES if name > "09"])
def test_a_review_of_an_empty_database_ends(
    name: str, create_database: MakeDatabase, migrated_template: str, tmp_path: Path
) -> None:
    """With empty tables, and without an error: nothing happened is an answer."""
    ran = cell_by_cell(
        Path(f"notebooks/{name}.ipynb").resolve(), create_database(migrated_template), tmp_path
    )
    assert (ran.errors, ran.executed) == ([], ran.cells)


@pytest.mark.parametrize("name", [name for name in NAMES if name > "09"])
def test_a_review_of_another_moment_ends(
    name: str, create_database: MakeDatabase, fleet_template: str, tmp_path: Path
) -> None:
    """Seen from a week ago, and by another type of tag, which not every device has."""
    then = (datetime.now(UTC) - timedelta(days=7)).isoformat()
    path = Path(f"notebooks/{name}.ipynb").resolve()
    by = {"10": ["-p", "by=tag:role"], "11": ["-p", "tag_type=role"]}.get(name[:2], [])
    ran = cell_by_cell(path, create_database(fleet_template), tmp_path, "-p", f"as_of={then}", *by)
    assert (ran.errors, ran.executed) == ([], ran.cells)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_what_was_executed_holds_no_secret(
    name: str, way: str, executed: dict[tuple[str, str], Ran], secrets: tuple[str, ...]
) -> None:
    """Neither in outputs nor on the page: no password, no secret of a configuration or a log."""
    outputs = unescape(executed[name, way].outputs)
    assert [secret for secret in secrets if secret in outputs] == []


@pytest.mark.parametrize("way", ["cell_by_cell"])
@pytest.mark.parametrize("name", NAMES)
def test_what_was_executed_holds_no_address(
    name: str, way: str, executed: dict[tuple[str, str], Ran]
) -> None:
    """No URL of a database, and nothing that papermill notes of this machine."""
    outputs = executed[name, way].outputs
    assert re.findall(r"(?:postgres\w*|embedded)(?:\+\w+)?:/[^\s\"'<`]*", outputs) == _taught(name)
    assert '"papermill": {' not in outputs


def _taught(name: str) -> list[str]:
    """Addresses that the text of a lesson itself names: once in the notebook, once on the page."""
    sources = [cell.source for cell in nbformat.read(f"notebooks/{name}.ipynb", as_version=4).cells]
    return re.findall(r"postgres\w*:/[^\s\"'<`]*", "".join(sources)) * 2


def test_every_notebook_has_its_text() -> None:
    """And every text its notebook, so that none is left out of what is tested of pairs."""
    assert {text.stem for text in Path("notebooks").glob("*.py")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_pair_says_the_same(name: str) -> None:
    """The notebook is its py:percent text, without outputs, and names its kernel."""
    assert drift(Path(f"notebooks/{name}.ipynb"), Path(f"notebooks/{name}.py")) == []


@pytest.mark.parametrize("name", NAMES)
def test_only_public_names_are_taught(name: str) -> None:
    """What a cell imports from the toolkit, or takes from what it imports, exists and is offered."""
    assert unknown_names(Path(f"notebooks/{name}.ipynb")) == []


class TestHonesty:
    """What the two checks above find."""

    @pytest.fixture
    def pair(self, tmp_path: Path) -> tuple[Path, Path]:
        """A notebook and its text, to be spoilt."""
        for ending in ("ipynb", "py"):
            shutil.copy(f"notebooks/10_fleet_review.{ending}", tmp_path)
        return tmp_path / "10_fleet_review.ipynb", tmp_path / "10_fleet_review.py"

    def _spoil(self, notebook: Path, change: Callable[[Any], object]) -> None:
        document = nbformat.read(notebook, as_version=4)
        change(document)
        nbformat.write(document, notebook)

    def _add(self, notebook: Path, code: str) -> None:
        self._spoil(notebook, lambda document: document.cells.append(nbformat.v4.new_code_cell(code)))

    @pytest.mark.parametrize(
        ("change", "found"),
        [
            (lambda d: setattr(d.cells[0], "source", "# Other"), "cell 1 differs"),
            (lambda d: d.cells.pop(), "cell 23 is missing"),
            (lambda d: d.cells[1].metadata.update(tags=[]), "cell 2 differs"),
            (lambda d: d.cells[2].update(execution_count=1), "cell 3 was executed"),
            (
                lambda d: d.cells[2].outputs.append(nbformat.v4.new_output("stream", text="x")),
                "cell 3 was executed",
            ),
            (lambda d: d.metadata.pop("kernelspec"), "no kernel is named"),
        ],
        ids=["text", "cell", "tag", "count", "output", "kernel"],
    )
    def test_drift(self, pair: tuple[Path, Path], change: Callable[[Any], object], found: str) -> None:
        """Whatever of the two differs, and any output."""
        self._spoil(pair[0], change)
        assert any(found in each for each in drift(*pair)), drift(*pair)

    @pytest.mark.parametrize(
        ("code", "found"),
        [
            ("from netraven_analytics import no_such_report", "netraven_analytics.no_such_report"),
            ("from netraven_analytics.report import _DIALECT", "netraven_analytics.report._DIALECT"),
            ("import netraven_db.db.no_such_module", "netraven_db.db.no_such_module"),
            ("import netraven_analytics as na\nna.no_such", "netraven_analytics.no_such"),
            ("from netraven_db import migrate\nawait migrate._alembic('x')", "netraven_db.migrate._alembic"),
            (
                "from netraven_db.db.models import Device\nDevice.colour",
                "netraven_db.db.models.Device.colour",
            ),
            ("from netraven_db.db.session import current_engine", "netraven_db.db.session.current_engine"),
            ("from netraven_db.db.loading import PREPARE as p", "netraven_db.db.loading.PREPARE"),
            ("from netraven_analytics.facts.runs import elapsed", "netraven_analytics.facts.runs.elapsed"),
            ("from netraven_db.db.models import *", "netraven_db.db.models.*"),
            ("from netraven_analytics import frames\nframes.timed", "netraven_analytics.frames.timed"),
            (
                "import netraven_db.db.session\nnetraven_db.db.session.asyncio",
                "netraven_db.db.session.asyncio",
            ),
            (
                "import netraven_analytics as na\nna.charts.import_module",
                "netraven_analytics.charts.import_module",
            ),
        ],
    )
    def test_names(self, pair: tuple[Path, Path], code: str, found: str) -> None:
        """A name that there is not, is private, or is only imported where it is taken from."""
        self._add(pair[0], code)
        assert unknown_names(pair[0]) == [found]

    @pytest.mark.parametrize(
        "code",
        [
            "import netraven_db.db.session\nnetraven_db.db.session.get_db",
            "from netraven_db import migrate\nmigrate.upgrade",
            "from netraven_db.db.loading import count_statements",  # of a module without __all__
            "from netraven_analytics.charts.style import BLUE, PALE",
            "from netraven_db.db.models import Device\nDevice.colour = 1\nDevice.colour",
            "from netraven_db.db.models import Device\nDevice.__table__.c.made_by_a_cell",
            "from netraven_db.db.session import engine\nengine.pool.checkedout()",
            "import asyncio\nasyncio._nobody_s_business",
        ],
    )
    def test_names_that_are_offered(self, pair: tuple[Path, Path], code: str) -> None:
        """What modules define, what the notebook makes itself, and what is not the toolkit's, is let be."""
        self._add(pair[0], code)
        assert unknown_names(pair[0]) == []


@pytest.mark.parametrize("name", ONBOARDING)
def test_a_lesson_ends_with_two_exercises(name: str) -> None:
    """It begins with what one will be able to do, and folds its solutions away."""
    cells = nbformat.read(f"notebooks/{name}.ipynb", as_version=4).cells
    assert "After this notebook you" in cells[0].source
    solutions = [cell for cell in cells if "solution" in cell.metadata.get("tags", ())]
    assert len(solutions) == 2
    assert all(cell.metadata["jupyter"]["source_hidden"] for cell in solutions)
