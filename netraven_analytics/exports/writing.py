"""Frames and the answers of queries become files."""

import asyncio
import json
from collections.abc import Coroutine, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.passwords import stored_secrets
from netraven_analytics.exports.formats import FORMATS, PICTURES, writer_of
from netraven_analytics.exports.secrets import Confidence, Redaction, holds_configuration
from netraven_analytics.exports.target import Target
from netraven_analytics.exports.writer import Formulas, Manner, Writer
from netraven_analytics.files import whole_file
from netraven_analytics.frames import in_session, stream
from netraven_analytics.limits import Limit, Timeout, rows_of, seconds_of, tell_cut, timed
from netraven_db.db.waiting import finished
from netraven_db.errors import ParameterError, QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

PART = 50_000  # rows; more at once are no quicker
_SIZE = 16 * 2**20  # bytes of a part: configurations are long


@overload
def export(
    source: "pd.DataFrame", path: str | Path, *, formulas: Formulas = ..., show_secrets: bool = ...
) -> Path: ...
@overload
def export(
    source: Executable | str,
    path: str | Path,
    db: AsyncSession | None = None,
    *,
    params: Mapping[str, Any] | None = ...,
    formulas: Formulas = ...,
    show_secrets: bool = ...,
) -> Coroutine[Any, Any, Path]: ...
def export(
    source: "pd.DataFrame | Executable | str",
    path: str | Path,
    db: AsyncSession | None = None,
    *,
    params: Mapping[str, Any] | None = None,
    formulas: Formulas = "neutralise",
    show_secrets: bool = False,
) -> "Path | Coroutine[Any, Any, Path]":
    """Write a frame, or the answer of a query, to a file; its ending says the format.

    The endings are .csv, .parquet, .xlsx, .json, .jsonl and .html; of a report's answer, .svg and .png are
    its chart. A frame is written at once. A query has to be asked first, so that gives a coroutine:
    ``await export(select(Job), "jobs.parquet")``. Its rows go straight to the file, in constant memory (but
    for .xlsx, which holds a million rows at most).

    Durations become seconds in columns that end in ``_seconds`` (h:mm:ss in XLSX and HTML), instants ISO 8601
    with their offset (UTC in XLSX); Parquet keeps the dtypes. An index with a name becomes columns. A
    report's answer has a sidecar ``NAME.meta.json`` beside it. The file appears whole under its name or not
    at all.

    Args:
        source: a DataFrame; a Select or ``text()``; SQL text with ``:name`` for parameters.
        path: the file.
        db: the session that the query runs in; without one a read-only session is opened.
        params: the values of the SQL text's parameters.
        formulas: in CSV and HTML, text that a spreadsheet would run gets an apostrophe in front; ``"keep"``
            leaves it out.
        show_secrets: leave passwords and keys readable. The file is then its owner's alone, as is one that
            holds configuration text.

    Raises:
        ParameterError: the ending is unknown, two columns have one name, the source is none of these, or it
            cannot be drawn.
        OutputError: the file cannot be written; a query is then not run.
        SessionError, QueryError, DatabaseUnavailableError: as :func:`frame`.
    """
    import pandas as pd

    target = Target.of(path)
    if isinstance(source, pd.DataFrame):
        if db is not None or params is not None:
            raise ParameterError("A frame is already there: db and params are for a query.")
        write_table(source, target, formulas=formulas, show_secrets=show_secrets)
        return Path(path)
    if not isinstance(source, (Executable, str)):
        raise ParameterError(
            f"{type(source).__name__} cannot be exported: give a DataFrame, a Select or SQL text; an answer "
            "is awaited first."
        )
    return _exported(
        _statement(source, params), Path(path), target, db, formulas=formulas, show_secrets=show_secrets
    )


def write_table(
    table: "pd.DataFrame", target: Target, *, formulas: Formulas = "neutralise", show_secrets: bool = False
) -> None:
    """Write a frame, and beside a file the sidecar of an answer."""
    table = _with_index(table)
    answer = table.attrs.get("netraven") or {}
    shown = table if show_secrets else Redaction().table(table)
    private = show_secrets or holds_configuration(table)
    with target.open(private=private) as file:
        writer = writer_of(target.format)(file, Manner(formulas, answer))
        with _to_its_end(writer):
            writer.add(shown)
    if answer and target.path is not None:
        if writer.notes:
            answer = {**answer, "notes": [*answer.get("notes", ()), *writer.notes]}
        write_json(answer, sidecar_of(target.path), private=private)


def _with_index(table: "pd.DataFrame") -> "pd.DataFrame":
    """The table with an index that has a name, such as that of a group, as columns in front."""
    if not any(name is not None for name in table.index.names):
        return table
    try:
        return table.reset_index()
    except ValueError:
        raise ParameterError(
            f"A column has the name of the index {list(table.index.names)}: give one of them another."
        ) from None


async def write_query(
    statement: Executable | str,
    target: Target,
    db: AsyncSession | None = None,
    *,
    params: Mapping[str, Any] | None = None,
    formulas: Formulas = "neutralise",
    show_secrets: bool = False,
    limit: Limit | None = None,
    timeout: Timeout | None = None,  # noqa: ASYNC109 - the server's, which asyncio cannot stand in for
) -> int:
    """Write a query's answer as its rows come, and say how many they were; unless told otherwise, all."""
    if target.format in PICTURES:
        raise ParameterError(
            f"A query's answer cannot be drawn: {target.format} is for the answers of reports, so choose a "
            f"report, or one of {', '.join(FORMATS)}."
        )
    work = _streamed(
        _statement(statement, params),
        target,
        db,
        formulas,
        show_secrets,
        rows_of(limit, ad_hoc=False),
        seconds_of(timeout, ad_hoc=False),
    )
    return await finished(asyncio.create_task(work), stop=True)


async def _streamed(
    statement: Executable,
    target: Target,
    db: AsyncSession | None,
    formulas: Formulas,
    show_secrets: bool,
    limit: int | None,
    seconds: float | None,
) -> int:
    async def write(session: AsyncSession) -> int:
        count = 0
        redaction = None if show_secrets else Redaction(await stored_secrets(session))
        one_more = None if limit is None else limit + 1
        private = Confidence(show_secrets)
        with redaction.errors() if redaction else nullcontext(), target.open(private=private) as file:
            async with (
                timed(session, seconds),
                stream(statement, session, rows=PART, size=_SIZE, at_most=one_more) as parts,
            ):
                first = await anext(parts)
                writer = writer_of(target.format)(file, Manner(formulas, {}, parts.dates))
                with _to_its_end(writer):
                    part: pd.DataFrame | None = first
                    while part is not None:
                        left = len(part) if limit is None else limit - count
                        private.see(part)
                        count += await _add(part.iloc[:left], first, writer, redaction)
                        if left < len(part):
                            tell_cut(count)
                        part = await anext(parts, None)
        return count

    return await in_session(db, write)


async def _exported(statement: Executable, path: Path, target: Target, *where: Any, **how: Any) -> Path:
    await write_query(statement, target, *where, **how)
    return path


def _statement(source: Executable | str, params: Mapping[str, Any] | None) -> Executable:
    if isinstance(source, str):
        from netraven_analytics.adhoc import as_text_clause

        return as_text_clause(source, params or {})
    if params is not None:
        raise ParameterError("params are for SQL text: bind the values of a statement in it.")
    return source


@contextmanager
def _to_its_end(writer: Writer) -> "Iterator[None]":
    try:
        yield
        writer.end()
    except BaseException:
        writer.abandon()
        raise


async def _add(
    part: "pd.DataFrame", first: "pd.DataFrame", writer: Writer, redaction: Redaction | None
) -> int:
    """Write a part, off the loop's thread; a cancelled task waits for it, since it writes into the file."""
    for name, now, before in zip(part.columns, part.dtypes, first.dtypes, strict=True):
        if now != before:  # only intervals with months become objects
            raise QueryError(
                f"The column {name!r} has intervals with months, which have no fixed length: cast it to "
                "text, or to seconds with extract(epoch from …)."
            )

    def write() -> None:
        writer.add(redaction.table(part) if redaction else part)

    await finished(asyncio.create_task(asyncio.to_thread(write)))
    return len(part)


def sidecar_of(path: Path) -> Path:
    return path.with_name(f"{path.stem}.meta.json")


def write_json(value: Any, path: Path, *, private: bool = False) -> None:
    with whole_file(path, private=private, encoding="utf-8", errors="backslashreplace") as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
        file.write("\n")
