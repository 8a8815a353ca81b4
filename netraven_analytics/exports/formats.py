"""Which formats there are, and which one a file's name or an option asks for."""

from importlib import import_module
from pathlib import Path

from netraven_analytics.exports.writer import Writer
from netraven_analytics.text import nearest
from netraven_db.errors import ParameterError

# One module for each, loaded when it is asked for; what a file's name ends in is the module's name.
FORMATS = {
    "csv": "Csv",
    "parquet": "Parquet",
    "xlsx": "Xlsx",
    "json": "Json",
    "jsonl": "JsonLines",
    "html": "Html",
}
PICTURES = {"svg": "Svg", "png": "Png"}  # charts, of reports' answers only
BINARY = ("parquet", "xlsx", "png")  # nothing for a terminal
_WRITERS = {**FORMATS, **PICTURES}
LISTED = f"{', '.join(list(_WRITERS)[:-1])} or {list(_WRITERS)[-1]}"


def writer_of(name: str) -> type[Writer]:
    """The writer of a format.

    Raises:
        ParameterError: there is no such format.
    """
    if name not in _WRITERS:
        raise ParameterError(f"There is no format {name!r}{nearest(name, _WRITERS)}: it is {LISTED}.")
    module = import_module(f"netraven_analytics.exports.{name}")
    writer: type[Writer] = getattr(module, _WRITERS[name])
    return writer


def format_of(path: Path, wanted: str | None = None) -> str:
    """The format that a file's ending says; ``wanted`` is one that was asked for besides.

    Raises:
        ParameterError: the ending says no format, or another one than is wanted.
    """
    ending = path.suffix.removeprefix(".").lower()
    if not ending:
        raise ParameterError(f"The name {path.name!r} says no format: let it end in {_endings()}.")
    if ending not in _WRITERS:
        raise ParameterError(
            f"There is no format {ending!r}{nearest(ending, _WRITERS)}: a file's name ends in {_endings()}."
        )
    if wanted and wanted != ending:
        raise ParameterError(
            f"{path.name!r} is a file of {ending} and not of {wanted}: let its name end in .{wanted}, or ask "
            f"for {ending}."
        )
    return ending


def _endings() -> str:
    return f".{LISTED.replace(', ', ', .').replace(' or ', ' or .')}"
