"""The notebooks run, in both ways, and are honest in git."""

import ast
import importlib
import re
from pathlib import Path

import jupytext
import nbformat
import pytest

from netraven_analytics.execution import checked, find, notebooks
from netraven_db.errors import ParameterError
from tests.notebooks.conftest import NOTEBOOKS, WAYS
from tests.notebooks.running import Ran

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


@pytest.mark.parametrize("name", NAMES)
def test_what_was_executed_holds_no_address(name: str, executed: dict[tuple[str, str], Ran]) -> None:
    """Neither the outputs nor the page say where the server's socket is, or any password."""
    outputs = executed[name, "cell_by_cell"].outputs
    assert not re.search(r"postgresql(\+asyncpg)?://[^\s/@]*:[^\s/@]+@", outputs)
    assert "papermill" not in outputs


@pytest.mark.parametrize("name", NAMES)
def test_the_pair_says_the_same(name: str) -> None:
    """The notebook is its py:percent text, without outputs."""
    document = nbformat.read(f"notebooks/{name}.ipynb", as_version=4)
    text = jupytext.read(f"notebooks/{name}.py")
    assert [(cell.cell_type, cell.source) for cell in document.cells] == [
        (cell.cell_type, cell.source) for cell in text.cells
    ]
    for cell in document.cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)


@pytest.mark.parametrize("name", NAMES)
def test_only_public_names_are_taught(name: str) -> None:
    """What a cell imports from the toolkit exists, and has no leading underscore."""
    for cell in nbformat.read(f"notebooks/{name}.ipynb", as_version=4).cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse("\n".join(line for line in cell.source.splitlines() if not line.startswith("%")))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("netraven"):
                module = importlib.import_module(node.module or "")
                for alias in node.names:
                    assert not alias.name.startswith("_")
                    assert hasattr(module, alias.name) or importlib.import_module(
                        f"{node.module}.{alias.name}"
                    )


@pytest.mark.parametrize("name", ONBOARDING)
def test_a_lesson_ends_with_two_exercises(name: str) -> None:
    """It begins with what one will be able to do, and folds its solutions away."""
    cells = nbformat.read(f"notebooks/{name}.ipynb", as_version=4).cells
    assert "After this notebook you" in cells[0].source
    solutions = [cell for cell in cells if "solution" in cell.metadata.get("tags", ())]
    assert len(solutions) == 2
    assert all(cell.metadata["jupyter"]["source_hidden"] for cell in solutions)


class TestParameters:
    def test_are_those_of_the_tagged_cell(self) -> None:
        """With their defaults."""
        found = {notebook.name: notebook.parameters for notebook in notebooks()}
        assert found["10_fleet_review"] == {"since": "30d", "by": "device_type", "tz": "UTC"}
        assert found["01_database"] == {}

    def test_a_wrong_name_is_told_before_anything_runs(self) -> None:
        """And what the notebook has instead."""
        (review,) = find(["fleet-review"])
        with pytest.raises(ParameterError, match="has no parameter 'sinse': it has since, by, tz"):
            checked(review, {"sinse": "7d"})

    def test_a_value_of_another_type_is_told(self) -> None:
        """A number where the default is one."""
        (review,) = find(["fleet_review"])
        counted = type(review)(review.name, Path("x"), "", {"top": 5, "full": False})
        assert checked(counted, {"top": "7", "full": "True"}) == {"top": 7, "full": True}
        for wrong in ({"top": "seven"}, {"top": "True"}, {"full": "1"}):
            with pytest.raises(ParameterError, match="is of another type"):
                checked(counted, wrong)

    def test_a_notebook_that_there_is_not(self) -> None:
        """The nearest name is suggested."""
        with pytest.raises(ParameterError, match="do you mean fleet_review"):
            find(["flet-review"])
