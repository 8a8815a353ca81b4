"""Where an answer goes: a file, or standard output, which gets it whole or not at all as well."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from netraven_analytics.cells import printable
from netraven_analytics.exports.formats import BINARY, FORMATS, format_of, writer_of
from netraven_analytics.files import require_place, whole_file
from netraven_db.errors import ParameterError

_IN_MEMORY = 2**20  # bytes


@dataclass(frozen=True)
class Target:
    """``path`` is None for standard output."""

    format: str
    path: Path | None = None

    @classmethod
    def of(cls, output: str | Path, wanted: str | None = None) -> "Target":
        """The target of ``-o`` and ``--format``; a name without an ending gets the format's.

        Raises:
            ParameterError: there is no such format, two contradict, or a terminal would get a binary one.
            OutputError: the file cannot be written.
        """
        if wanted is not None:
            writer_of(wanted)
        if str(output) == "-":
            return cls(_for_stdout(wanted or "csv"))
        path = Path(output)
        if wanted and not path.suffix and not path.is_dir():
            path = path.with_name(f"{path.name}.{wanted}")
        require_place(path)
        return cls(format_of(path, wanted), path)

    @contextmanager
    def open(self, *, private: bool | Callable[[], bool] = False) -> Iterator[IO[bytes]]:
        """The file to write to; it takes its place when the block completes; ``private`` as in whole_file."""
        if self.path is not None:
            with whole_file(self.path, "wb", private=private) as file:
                yield file
            return
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as draft:
            yield draft
            draft.seek(0)
            sys.stdout.flush()
            if sys.stdout.isatty():
                sys.stdout.writelines(printable(line.decode().replace("\r\n", "\n")) for line in draft)
            else:
                shutil.copyfileobj(draft, sys.stdout.buffer)
            sys.stdout.flush()


def _for_stdout(wanted: str) -> str:
    if wanted in BINARY and sys.stdout.isatty():
        texts = ", ".join(name for name in FORMATS if name not in BINARY)
        raise ParameterError(
            f"A terminal cannot show {wanted}: name a file with -o FILE.{wanted}, pipe the output on, or "
            f"choose one of {texts}."
        )
    return wanted
