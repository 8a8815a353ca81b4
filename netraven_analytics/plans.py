"""How the server means to answer a query, for people who do not read EXPLAIN every day."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.cells import printable
from netraven_analytics.configs.side_by_side import box, spell
from netraven_analytics.inlining import inlined
from netraven_analytics.text import counted
from netraven_db.errors import ParameterError

_CONDITIONS = ("Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter", "Filter")


@dataclass(frozen=True)
class Step:
    """One step of a plan; ``share`` is its own part of the cost, or of the time where that was measured."""

    depth: int
    what: str
    condition: str
    rows: int
    actual_rows: int | None
    share: float


@dataclass(frozen=True)
class Plan:
    """What the server does step by step; each step reads what the steps indented below it give.

    ``print()`` shows it as text, a notebook as a table. ``raw`` is the server's own JSON.
    """

    raw: dict[str, Any] = field(repr=False)

    @property
    def milliseconds(self) -> float | None:
        """How long it took; None where it was not run."""
        return self.raw.get("Execution Time")

    @property
    def read_whole(self) -> list[str]:
        """The tables that are read from end to end."""
        nodes = (node for _, node in _walk(self.raw["Plan"]))
        return sorted({node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"})

    def steps(self) -> list[Step]:
        """The steps, the last to be done first, as EXPLAIN has them."""
        plan = self.raw["Plan"]
        return [
            _step(depth, node, share) for (depth, node), share in zip(_walk(plan), _shares(plan), strict=True)
        ]

    def _head(self) -> str:
        took = "" if self.milliseconds is None else f", took {self.milliseconds:,.1f} ms"
        whole = f"; reads all of {', '.join(self.read_whole)}" if self.read_whole else ""
        count = len(self.steps())
        return f"{count} {'step' if count == 1 else 'steps'}{took}{whole}"

    def __str__(self) -> str:
        lines = [
            f"{step.share:5.0%}  {'  ' * step.depth}{step.what}: {_rows(step)}"
            + (f"  [{_short(step.condition, 100)}]" if step.condition else "")
            for step in self.steps()
        ]
        return printable("\n".join([self._head(), *lines]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        part = "cost" if self.milliseconds is None else "time"
        head = f'<tr><td class="n">share of {part}</td><td>step</td><td class="n">rows</td></tr>'
        return box(self._head(), [head, *(_html_row(step) for step in self.steps())])


async def explain(
    query: Executable | str, db: AsyncSession | None = None, /, *, analyze: bool = False, **parameters: Any
) -> Plan:
    """How the server means to answer a Select or a query in SQL text: ``parameters`` are the text's.

    A report's is ``await explain(failure_rates.statement(by="device"))``.

    Args:
        query: any Select, or SQL text as :func:`sql` takes it.
        db: the session to use; without one a read-only session is opened.
        analyze: run it, and say how many rows there were and how long each step took.

    Raises:
        ParameterError: the query and the parameters name different things.
        QueryError: the server refuses the query.
    """
    options = "analyze, timing, " if analyze else ""
    if not isinstance(query, str):
        if parameters:
            raise ParameterError("A Select holds its values already: leave the parameters out.")
        query = inlined(query, asyncpg.dialect()).sql  # type: ignore[no-untyped-call]
    answer = await frames.sql(f"explain ({options}format json) {query}", db, **parameters)
    return Plan(answer.iloc[0, 0][0])


def _walk(node: dict[str, Any], depth: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    yield depth, node
    for child in node.get("Plans", ()):
        yield from _walk(child, depth + 1)


def _effort(node: dict[str, Any]) -> float:
    """All of a step with those below it: milliseconds where it was run, else the planner's cost."""
    if "Actual Total Time" in node:
        return float(node["Actual Total Time"]) * float(node["Actual Loops"])
    return float(node["Total Cost"])


def _shares(node: dict[str, Any], part: float = 1.0) -> Iterator[float]:
    """Each step's own share of ``part``, in the order of :func:`_walk`."""
    children = node.get("Plans", [])
    below = sum(map(_effort, children))
    # Below a LIMIT, say, a step may count as more than the step that reads only the beginning of it.
    whole = max(_effort(node), below) or 1.0
    yield part * (1 - below / whole)
    for child in children:
        yield from _shares(child, part * _effort(child) / whole)


def _step(depth: int, node: dict[str, Any], share: float) -> Step:
    actual = node.get("Actual Rows")
    return Step(
        depth,
        _name(node),
        " and ".join(str(node[name]) for name in _CONDITIONS if name in node),
        round(node["Plan Rows"]),
        None if actual is None else round(actual * node["Actual Loops"]),
        share,
    )


def _name(node: dict[str, Any]) -> str:
    """``Index Scan on jobs by ix_jobs_run_at``."""
    on = f" on {node['Relation Name']}" if "Relation Name" in node else ""
    by = f" by {node['Index Name']}" if "Index Name" in node else ""
    return f"{node['Node Type']}{on}{by}"


def _short(text: str, length: int) -> str:
    return textwrap.shorten(text, length, placeholder=" …")


def _rows(step: Step) -> str:
    if step.actual_rows is None:
        return f"about {counted(step.rows, 'row')}"
    return f"{counted(step.actual_rows, 'row')}, {step.rows:,} were expected"


def _html_row(step: Step) -> str:
    share = f"{step.share:.0%}"
    bar = f"linear-gradient(to right, rgba(31, 111, 235, .3) {share}, transparent {share})"
    condition = (
        f'<br><span style="opacity: .7">{spell(_short(step.condition, 200))}</span>' if step.condition else ""
    )
    return (
        f'<tr><td class="n" style="background: {bar}">{share}</td>'
        f'<td style="padding-left: {0.5 + 1.2 * step.depth:.1f}em">{spell(step.what)}{condition}</td>'
        f'<td class="n">{_rows(step)}</td></tr>'
    )
