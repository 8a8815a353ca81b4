"""Whether a notebook in git is its text, was not executed, and names only what there is."""

import ast
import pkgutil
from collections.abc import Iterator
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
    """The names of the toolkit that its cells use and that are private, or that there are not."""
    cells = nbformat.read(notebook, as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    tree = ast.parse("\n".join(line for line in code.splitlines() if not line.startswith("%")))
    imported = dict(_imports(tree))
    used = set(imported.values()) | set(_attributes(tree, imported))
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


def _attributes(tree: ast.AST, imported: dict[str, str]) -> Iterator[str]:
    """``migrate.upgrade``, of what was imported; an attribute that the notebook itself makes is its own."""
    made = {
        ast.unparse(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) not in made:
            owner = imported.get(node.value.id) if isinstance(node.value, ast.Name) else None
            if owner:
                yield f"{owner}.{node.attr}"


def _is_public(name: str) -> bool:
    if any(part.startswith("_") and not part.endswith("__") for part in name.split(".")):
        return False
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    except SessionError:  # the engine, which is there when a loop is running
        pass
    return True
