"""A notebook's parameters, checked before anything runs: their names, types, and what reports say of them."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from netraven_analytics import reports
from netraven_analytics.execution.library import Notebook
from netraven_analytics.report import Report
from netraven_analytics.text import nearest
from netraven_db.errors import ParameterError


def checked(notebook: Notebook, given: Mapping[str, str]) -> dict[str, Any]:
    """The parameters as values of the types that the notebook's own have.

    Raises:
        ParameterError: the notebook has no such parameter, the value is of another type, or a report that the
            notebook asks with it would refuse it.
    """
    values = {}
    for name, text in given.items():
        if name not in notebook.parameters:
            has = ", ".join(notebook.parameters) or "none"
            hint = nearest(name, notebook.parameters)
            raise ParameterError(f"{notebook.name} has no parameter {name!r}{hint}: it has {has}.")
        values[name] = _as_type_of(notebook.parameters[name], name, text)
    for report, options in _questions(notebook, {**notebook.parameters, **values}):
        try:
            report.statement(**options)
        except ParameterError as error:
            raise ParameterError(f"{notebook.name}: {error}") from None
    return values


def _as_type_of(default: Any, name: str, text: str) -> Any:
    if default is None or isinstance(default, str):
        return text
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = text
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if type(value) is not type(default):
        kind = type(default).__name__
        raise ParameterError(f"{name}={text!r} is of another type: {name} is a {kind}, such as {default!r}.")
    return value


def _questions(notebook: Notebook, values: Mapping[str, Any]) -> Iterator[tuple[Report[Any], dict[str, Any]]]:
    """The reports that the notebook's cells ask, with those of their options that come from parameters."""
    for source in notebook.code:
        tree = ast.parse("\n".join(line for line in source.splitlines() if not line.startswith("%")))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                report = getattr(reports, node.func.id, None)
                if isinstance(report, Report):
                    yield report, dict(_options(node, values))


def _options(call: ast.Call, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """``since=since`` and ``by=f"tag:{tag_type}"``, but nothing that only a running notebook knows."""
    for keyword in call.keywords:
        names = {node.id for node in ast.walk(keyword.value) if isinstance(node, ast.Name)}
        if keyword.arg and names and names <= values.keys():
            expression = compile(ast.Expression(keyword.value), "<parameter>", "eval")
            yield keyword.arg, eval(expression, {"__builtins__": {}}, dict(values))  # our own notebook's text
