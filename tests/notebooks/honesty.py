"""Whether a notebook in git is its text, was not executed, and names only what is offered."""

import ast
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from netraven_db.errors import SessionError

PACKAGES = ("netraven_analytics", "netraven_db")


def drift(notebook: Path, text: Path) -> list[str]:
    """In what the notebook differs from its py:percent text, and what of it was executed."""
    document, paired = nbformat.read(notebook, as_version=4), jupytext.read(text)
    found = [] if document.metadata.get("kernelspec", {}).get("name") == "python3" else ["no kernel is named"]
    for number, (cell, other) in enumerate(zip_longest(document.cells, paired.cells), 1):
        if cell is None or other is None:
            found.append(f"cell {number} is missing in {'the notebook' if cell is None else 'the text'}")
        elif _said(cell) != _said(other):
            found.append(f"cell {number} differs: {cell.source[:60]!r} and {other.source[:60]!r}")
        elif cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None):
            found.append(f"cell {number} was executed")
    return found


def _said(cell: Any) -> tuple[Any, ...]:
    return cell.cell_type, cell.source, cell.metadata.get("tags", []), cell.metadata.get("jupyter", {})


def unknown_names(notebook: Path) -> list[str]:
    """The names of the toolkit that its cells use and that there are not, or that are not offered.

    A package or module offers what its ``__all__`` names, else what it defines itself, and its submodules;
    nothing whose name begins with an underscore.
    """
    cells = nbformat.read(notebook, as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    tree = ast.parse("\n".join(line for line in code.splitlines() if not line.startswith("%")))
    imports = list(_imports(tree))
    used = {name for _, name in imports} | set(_attributes(tree, dict(imports)))
    return sorted(name for name in used if not _is_public(name))


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What a name of the cells stands for: ``("Device", "netraven_db.db.models.Device")``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGES):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith(PACKAGES):
                    yield alias.asname or alias.name, alias.name
                    root = alias.name.split(".")[0]
                    yield root, root


def _attributes(tree: ast.AST, imported: dict[str, str]) -> Iterator[str]:
    """``migrate.upgrade``, of what was imported; an attribute that the notebook itself makes is its own."""
    made = {
        ast.unparse(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_dotted(node) and ast.unparse(node) not in made:
            root, _, rest = ast.unparse(node).partition(".")
            if root in imported:
                yield f"{imported[root]}.{rest}"


def _is_dotted(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and _is_dotted(node.value))


def _is_public(name: str) -> bool:
    owner, _, last = name.rpartition(".")
    if any(part.startswith("_") and not part.endswith("__") for part in name.split(".")):
        return False
    if _is_module(name):
        return True
    if owner and _is_module(owner):
        return last in _offered(owner) and _is_there(name)
    # What is further in may be made as the cells run, such as a column of a table.
    return not _is_module(owner.rpartition(".")[0]) or _is_there(name)


def _is_module(name: str) -> bool:
    try:
        return bool(name) and find_spec(name) is not None
    except ModuleNotFoundError:  # what it would be in is no package
        return False


def _offered(module: str) -> set[str]:
    """``__all__``, else what the module defines; what it only imports may go at any time."""
    loaded = import_module(module)
    if hasattr(loaded, "__all__"):
        return set(loaded.__all__)
    return {name for node in ast.parse(inspect.getsource(loaded)).body for name in _defined(node)}


def _defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Assign() | ast.AnnAssign():
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                yield from (each.id for each in ast.walk(target) if isinstance(each, ast.Name))


def _is_there(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    except SessionError:  # the engine, which is there when a loop is running
        pass
    return True
