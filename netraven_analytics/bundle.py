"""Every report at one instant, as files in a folder."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.passwords import stored_secrets
from netraven_analytics.exports import Formulas, Target, sidecar_of, write_json, write_table
from netraven_analytics.exports.secrets import Redaction, holds_configuration
from netraven_analytics.exports.xlsx import write_workbook
from netraven_analytics.facts.dimensions import RUN_DIMENSIONS
from netraven_analytics.facts.newest import newest_instant
from netraven_analytics.files import require_writable, sole_writer, whole_file
from netraven_analytics.frames import in_session, scalar
from netraven_analytics.pages import index_page
from netraven_analytics.report import Report
from netraven_analytics.reports import catalogue
from netraven_db.db.base import as_utc, utcnow

if TYPE_CHECKING:
    import pandas as pd

WORKBOOK, INDEX, MANIFEST = "fleet.xlsx", "index.html", "manifest.json"


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


@dataclass(frozen=True)
class Bundle:
    """``note`` says where the data end when no report has anything to say."""

    folder: Path
    answers: list[Written]
    note: str = ""

    @property
    def files(self) -> dict[Path, int | None]:
        """Every file but the manifest, with its rows where it is a table."""
        tables = {item.path: len(item.table) for item in self.answers}
        sidecars: dict[Path, int | None] = {sidecar_of(item.path): None for item in self.answers}
        return {**tables, **sidecars, self.folder / WORKBOOK: None, self.folder / INDEX: None}


@dataclass
class _Seen:
    """What was read in one transaction."""

    snapshot: str
    newest: Any
    tables: "dict[str, pd.DataFrame]" = field(default_factory=dict)


async def write_bundle(
    folder: str | Path,
    options: Mapping[str, Any] | None = None,
    *,
    source: str = "",
    formulas: Formulas = "neutralise",
    progress: Callable[[str], None] = lambda name: None,
) -> Bundle:
    """Write every report as CSV with its sidecar, ``fleet.xlsx``, ``index.html`` and ``manifest.json``.

    All reports see the same instant of the database. The manifest names each file with its hash; it is
    written last and an older one is removed first, so that where there is one, the bundle is whole. Another
    who writes a bundle to the folder meanwhile waits; the last one's stays.

    Args:
        folder: where to; it is made if need be.
        options: for every report that takes them, in place of its own choice.
        source: which database, without secrets, for the page.
        formulas: as for :func:`export`.
        progress: is told each report's name before it runs.

    Raises:
        OutputError: the folder cannot be written.
        ParameterError: an option has no accepted value.
    """
    folder = Path(folder)
    require_writable(folder)  # before the work and not after it
    now = utcnow()
    given = {"as_of": now, **(options or {})}
    seen_from = now if given["as_of"] == "data" else given["as_of"]
    for report in catalogue.values():  # raises before the first question is asked
        report.statement(**{**report.bundle, **_taken_by(report, given), "as_of": seen_from})
    seen = await _read(given, progress)
    bundle = Bundle(
        folder,
        [Written(catalogue[name], table, folder / f"{name}.csv") for name, table in seen.tables.items()],
        _where_the_data_end(seen),
    )
    async with sole_writer(folder):
        _write(bundle, source, formulas)
        _write_manifest(bundle, seen.snapshot)
    return bundle


async def _read(given: Mapping[str, Any], progress: Callable[[str], None]) -> _Seen:
    async def read(session: AsyncSession) -> _Seen:
        snapshot = await scalar(select(cast(func.pg_current_snapshot(), String)), session)
        seen = _Seen(snapshot, None)
        redaction = Redaction(await stored_secrets(session))
        for name, report in sorted(catalogue.items()):
            progress(name)
            table = await report(session, **{**report.bundle, **_taken_by(report, given)})
            seen.tables[name] = redaction.table(table)
        seen.newest = await scalar(newest_instant(), session)
        return seen

    return await in_session(None, read)


def _write(bundle: Bundle, source: str, formulas: Formulas) -> None:
    (bundle.folder / MANIFEST).unlink(missing_ok=True)
    for item in bundle.answers:
        write_table(item.table, Target("csv", item.path), formulas=formulas)
    write_workbook({item.report.name: item.table for item in bundle.answers}, bundle.folder / WORKBOOK)
    private = any(holds_configuration(item.table) for item in bundle.answers)
    with whole_file(bundle.folder / INDEX, private=private, encoding="utf-8") as file:
        file.write(index_page([(item.path.name, item.answer, item.table) for item in bundle.answers], source))


def _write_manifest(bundle: Bundle, snapshot: str) -> None:
    """What the folder holds, for who checks whether a copy of it is whole."""
    answer = bundle.answers[0].answer
    write_json(
        {
            "as_of": answer["as_of"],
            "window": {item.report.name: item.answer["window"] for item in bundle.answers},
            "tz": answer["tz"],
            "snapshot": snapshot,
            "version": version("netraven-analytics"),
            "files": {path.name: _described(path, rows) for path, rows in bundle.files.items()},
        },
        bundle.folder / MANIFEST,
    )


def _described(path: Path, rows: int | None) -> dict[str, Any]:
    with path.open("rb") as file:
        found = {
            "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
            "bytes": path.stat().st_size,
        }
    return found if rows is None else {**found, "rows": rows}


def _where_the_data_end(seen: _Seen) -> str:
    """A sentence where no report has a row, so that nobody takes silence for success."""
    if any(len(table) for table in seen.tables.values()):
        return ""
    if seen.newest is None:
        return "There is nothing in this database yet: no device, no run and no snapshot."
    return f"No report has anything to say: the newest row is of {as_utc(seen.newest).isoformat()}."


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
