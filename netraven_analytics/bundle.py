"""Every report at one instant, as files in a folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netraven_analytics.exports import Formulas, export, write_workbook
from netraven_analytics.facts.dimensions import RUN_DIMENSIONS
from netraven_analytics.files import require_writable, whole_file
from netraven_analytics.frames import reading
from netraven_analytics.pages import index_page
from netraven_analytics.report import Report
from netraven_analytics.reports import catalogue
from netraven_db.db.base import utcnow

if TYPE_CHECKING:
    import pandas as pd

WORKBOOK, INDEX = "fleet.xlsx", "index.html"


@dataclass(frozen=True)
class Written:
    """A report's answer and the file it went to."""

    report: Report[Any]
    table: "pd.DataFrame"
    path: Path

    @property
    def answer(self) -> dict[str, Any]:
        """What the answer says about itself."""
        return self.table.attrs["netraven"]  # type: ignore[no-any-return]


async def write_bundle(
    folder: str | Path,
    options: Mapping[str, Any] | None = None,
    *,
    source: str = "",
    formulas: Formulas = "neutralise",
    progress: Callable[[str], None] = lambda name: None,
) -> list[Written]:
    """Write every report as CSV with its sidecar, ``fleet.xlsx`` and ``index.html``.

    All reports see the same instant of the database.

    Args:
        folder: where to; it is made if need be.
        options: for every report that takes them, in place of its own choice.
        source: which database, without secrets, for the page.
        progress: is told each report's name before it runs.

    Raises:
        OutputError: the folder cannot be written.
        ParameterError: an option has no accepted value.
    """
    folder = Path(folder)
    require_writable(folder)  # before the work and not after it
    given = {"as_of": utcnow(), **(options or {})}
    tables = {}
    async with reading(None) as session:
        for name, report in sorted(catalogue.items()):
            progress(name)
            tables[name] = await report(session, **{**report.bundle, **_taken_by(report, given)})
    written = [
        Written(catalogue[name], table, export(table, folder / f"{name}.csv", formulas=formulas))
        for name, table in tables.items()
    ]
    write_workbook(tables, folder / WORKBOOK)
    with whole_file(folder / INDEX, encoding="utf-8") as file:
        file.write(index_page([(item.path.name, item.answer, item.table) for item in written], source))
    return written


def _taken_by(report: Report[Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Those options that the report knows; without a dimension that it takes it keeps its own ``by``."""
    taken = {name: value for name, value in options.items() if name in report.shared}
    given = taken.pop("by", None) or []
    by = [name for name in ([given] if isinstance(given, str) else given) if not _is_of_others(report, name)]
    return {**taken, **({"by": by} if by else {})}


def _is_of_others(report: Report[Any], dimension: str) -> bool:
    """Whether other reports group by it and this one does not; what no report knows is a mistake."""
    generic = "tag:<type>" if dimension.startswith("tag:") else dimension.replace("-", "_")
    return generic in RUN_DIMENSIONS and generic not in report.dimensions
