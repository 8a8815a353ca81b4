"""Executing: each notebook in a kernel of its own, and what it made on disk in any case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from netraven_analytics.execution.cleaning import Cleaner, secrets
from netraven_analytics.execution.library import Notebook, packages
from netraven_analytics.execution.parameters import checked
from netraven_analytics.files import whole_file
from netraven_analytics.notebook import run
from netraven_analytics.text import nearest
from netraven_db.errors import NotebookError, OutputError, ParameterError


@dataclass(frozen=True)
class Executed:
    """What one run left behind, and the error of the cell that failed, if one did."""

    notebook: Notebook
    files: list[Path]
    error: str | None


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
        ParameterError: a parameter fits none of them, or its value does not.
        NotebookError: a cell failed; the message names each.
    """
    known = sorted({name for notebook in chosen for name in notebook.parameters})
    for name in given:
        if name not in known:
            raise ParameterError(
                f"No notebook that runs has the parameter {name!r}{nearest(name, known)}: "
                f"they have {', '.join(known) or 'none'}; 'notebooks list' shows which has what."
            )
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
        raise NotebookError(
            f"{len(failures)} of {len(done)} notebooks failed ({'; '.join(failures)}): what they did until "
            f"then is in {target}."
        )
    return done


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
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {target} cannot be made: {error.strerror}.") from None
    document, failed = _executed(notebook, parameters, target, progress)
    cleaner = Cleaner(run(secrets()))
    cleaner.document(document)
    made = target / notebook.path.name
    files = {made: packages()[1].writes(document)}
    if html:
        files[made.with_suffix(".html")] = _as_html(document)
    for path, text in files.items():
        with whole_file(path, private=True, encoding="utf-8") as file:
            file.write(text)
    return Executed(notebook, list(files), failed and cleaner.text(failed))


def _executed(
    notebook: Notebook, parameters: Mapping[str, Any], target: Path, progress: bool
) -> tuple[Any, str | None]:
    """The document with its outputs, and what the cell said that failed."""
    papermill, nbformat = packages()
    from nbclient.exceptions import DeadKernelError
    from traitlets.config import Config

    failed = None
    with TemporaryDirectory() as place:
        made = Path(place) / notebook.path.name
        try:
            papermill.execute_notebook(
                notebook.path,
                made,
                parameters=dict(parameters),
                progress_bar=progress,
                kernel_name="python3",
                language="python",
                cwd=target,
                extra_arguments=["--log-level=50"],  # a kernel that is ended need not say so
                config=Config(
                    {"KernelManager": {"transport": "ipc"}}
                ),  # no port that others could connect to
            )
        except papermill.exceptions.PapermillExecutionError as error:
            failed = f"cell {error.exec_count}: {error.ename}: {error.evalue}"
        except DeadKernelError:
            failed = "its kernel died"
        return nbformat.read(made, as_version=4), failed


# What JupyterLab folds is folded on a page too.
_FOLDING = """
{%- extends "index.html.j2" -%}
{% block codecell %}
{%- if cell.metadata.get("jupyter", {}).get("source_hidden") -%}
{%- set tags = cell.metadata.get("tags") or ["folded"] -%}
<details><summary>{{ tags[0] | capitalize }}</summary>{{ super() }}</details>
{%- else -%}
{{ super() }}
{%- endif -%}
{% endblock codecell %}
"""


def _as_html(document: Any) -> str:
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="lab", mathjax_url="", require_js_url="", raw_template=_FOLDING)
    return str(exporter.from_notebook_node(document)[0])
