"""The notebooks there are, and their parameters."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netraven_analytics.text import nearest
from netraven_db.errors import NetRavenError, ParameterError

MISSING = "Notebooks need more packages, those of the extra: venv/bin/pip install -e '.[notebooks]'"


@dataclass(frozen=True)
class Notebook:
    """A notebook of ours; ``parameters`` are the defaults of its cell with the tag ``parameters``."""

    name: str
    path: Path
    title: str
    parameters: Mapping[str, Any]
    code: Sequence[str] = ()


def folder() -> Path:
    """Where the notebooks are: inside the package when installed from a wheel, else the repository's."""
    package = Path(__file__).parents[1]
    installed = package / "notebooks"
    return installed if installed.is_dir() else package.parent / "notebooks"


def notebooks() -> list[Notebook]:
    """All of them, in the order in which they are to be read.

    Raises:
        NetRavenError: the packages for notebooks are not installed.
    """
    return [_described(path) for path in sorted(folder().glob("*.ipynb"))]


def find(names: Sequence[str]) -> list[Notebook]:
    """The notebooks of these names, or all; a name may leave out its number, and hyphens are underscores.

    Raises:
        ParameterError: there is no such notebook.
    """
    known = {notebook.name: notebook for notebook in notebooks()}
    short = {name.lstrip("0123456789_"): name for name in known}
    found: dict[str, Notebook] = {}
    for asked in names or known:
        name = asked.removesuffix(".ipynb").replace("-", "_")
        name = short.get(name, name)
        if name not in known:
            raise ParameterError(
                f"There is no notebook {asked!r}{nearest(name, [*known, *short])}: there are "
                f"{', '.join(short)}."
            )
        found[name] = known[name]
    return list(found.values())


def packages() -> tuple[Any, Any]:
    """papermill and nbformat.

    Raises:
        NetRavenError: they are not installed.
    """
    try:
        import nbformat
        import papermill
    except ImportError:
        raise NetRavenError(MISSING) from None
    return papermill, nbformat


def _described(path: Path) -> Notebook:
    _, nbformat = packages()
    document = nbformat.read(path, as_version=4)
    title = document.cells[0].source.splitlines()[0].lstrip("# ")
    code = [cell for cell in document.cells if cell.cell_type == "code"]
    tagged = "\n".join(cell.source for cell in code if "parameters" in cell.metadata.get("tags", ()))
    parameters = {
        line.targets[0].id: ast.literal_eval(line.value)
        for line in ast.parse(tagged).body
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)
    }
    return Notebook(path.stem, path, title, parameters, [cell.source for cell in code])
