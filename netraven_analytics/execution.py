"""Run notebooks outside of Jupyter: parameters are checked first, and what was made is kept in any case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from netraven_analytics.files import whole_file
from netraven_db.errors import NetRavenError, NotebookError, OutputError, ParameterError

MISSING = "Notebooks need more packages: run 'pip install netraven-analytics[notebooks]'."


@dataclass(frozen=True)
class Notebook:
    """A notebook of ours; ``parameters`` are the defaults of its cell with the tag ``parameters``."""

    name: str
    path: Path
    title: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Executed:
    """What one run left behind, and the error of the cell that failed, if one did."""

    notebook: Notebook
    files: list[Path]
    error: str | None


def folder() -> Path:
    """Where the notebooks are: inside the package when installed from a wheel, else the repository's."""
    package = Path(__file__).parent
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
    found = []
    for asked in names or known:
        name = asked.removesuffix(".ipynb").replace("-", "_")
        if short.get(name, name) not in known:
            close = get_close_matches(name, [*known, *short], n=1)
            hint = f"do you mean {close[0]}?" if close else f"there are {', '.join(known)}."
            raise ParameterError(f"There is no notebook {asked!r}: {hint}")
        found.append(known[short.get(name, name)])
    return found


def checked(notebook: Notebook, given: Mapping[str, str]) -> dict[str, Any]:
    """The parameters as values of the types that the notebook's own have.

    Raises:
        ParameterError: the notebook has no such parameter, or the value is of another type.
    """
    values = {}
    for name, text in given.items():
        if name not in notebook.parameters:
            has = ", ".join(notebook.parameters) or "none"
            raise ParameterError(f"{notebook.name} has no parameter {name!r}: it has {has}.")
        values[name] = _as_type_of(notebook.parameters[name], name, text)
    return values


def execute(
    notebook: Notebook,
    parameters: Mapping[str, Any],
    target: Path,
    *,
    html: bool = False,
    progress: bool = False,
) -> Executed:
    """Run one notebook into the folder ``target``; it is written even when a cell fails.

    Raises:
        OutputError: the folder cannot be written.
        NetRavenError: the packages for notebooks are not installed.
    """
    papermill, nbformat = _packages()
    from traitlets.config import Config

    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {target} cannot be made: {error.strerror}.") from None
    made = target / notebook.path.name
    failed = None
    try:
        papermill.execute_notebook(
            notebook.path,
            made,
            parameters=dict(parameters),
            progress_bar=progress,
            kernel_name="python3",
            cwd=target,
            config=Config({"KernelManager": {"transport": "ipc"}}),  # no port that others could connect to
        )
    except papermill.exceptions.PapermillExecutionError as error:
        failed = f"cell {error.exec_count}: {error.ename}: {error.evalue}"
    document = nbformat.read(made, as_version=4)
    document.metadata.pop("papermill", None)  # paths of this machine
    for cell in document.cells:
        cell.metadata.pop("papermill", None)
    with whole_file(made, encoding="utf-8") as file:
        file.write(nbformat.writes(document))
    files = [made]
    if html:
        page = made.with_suffix(".html")
        with whole_file(page, encoding="utf-8") as file:
            file.write(_as_html(document))
        files.append(page)
    return Executed(notebook, files, failed)


def run_all(
    chosen: Sequence[Notebook],
    given: Mapping[str, str],
    target: Path,
    *,
    html: bool = False,
    progress: Callable[[str], object] = lambda name: None,
    bars: bool = False,
) -> list[Executed]:
    """Run several; every parameter is checked before the first begins, and all run before a failure is told.

    A parameter goes to each notebook that has it, and at least one must.

    Raises:
        ParameterError: a parameter fits none of them.
        NotebookError: a cell failed; the message names each.
    """
    for name in given:
        if not any(name in notebook.parameters for notebook in chosen):
            raise ParameterError(f"No notebook that runs has the parameter {name!r}: see 'notebooks list'.")
    values = [
        checked(each, {name: text for name, text in given.items() if name in each.parameters})
        for each in chosen
    ]
    done = []
    for notebook, parameters in zip(chosen, values, strict=True):
        progress(notebook.name)
        done.append(execute(notebook, parameters, target, html=html, progress=bars))
    failures = [f"{each.notebook.name}, {each.error}" for each in done if each.error]
    if failures:
        raise NotebookError(f"{len(failures)} of {len(done)} notebooks failed: {'; '.join(failures)}.")
    return done


def _packages() -> tuple[Any, Any]:
    try:
        import nbformat
        import papermill
    except ImportError:
        raise NetRavenError(MISSING) from None
    return papermill, nbformat


def _described(path: Path) -> Notebook:
    import ast

    _, nbformat = _packages()
    document = nbformat.read(path, as_version=4)
    title = document.cells[0].source.splitlines()[0].lstrip("# ")
    parameters: dict[str, Any] = {}
    for cell in document.cells:
        if "parameters" in cell.metadata.get("tags", ()):
            for line in ast.parse(cell.source).body:
                if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                    parameters[line.targets[0].id] = ast.literal_eval(line.value)
    return Notebook(path.stem, path, title, parameters)


def _as_type_of(default: Any, name: str, text: str) -> Any:
    import ast

    if isinstance(default, str):
        return text
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = text
    fits = isinstance(value, type(default)) and isinstance(value, bool) == isinstance(default, bool)
    if default is not None and not fits:
        kind = type(default).__name__
        raise ParameterError(f"{name}={text!r} is of another type: {name} is a {kind}, such as {default!r}.")
    return value


def _as_html(document: Any) -> str:
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="lab", mathjax_url="", require_js_url="")
    return str(exporter.from_notebook_node(document)[0])
