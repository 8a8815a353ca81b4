"""The dump of an existing database: loaded into a server, and read as text without one."""

import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pandas as pd

_BLOCK = re.compile(r"^COPY public\.(\w+) \(([^)]*)\) FROM stdin;\n(.*?)^\\\.\n", re.MULTILINE | re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v"}
_TIMES = {
    "scheduled_for",
    "started_at",
    "completed_at",
    "retrieved_at",
    "last_seen",
    "last_used",
    "timestamp",
}


@dataclass(frozen=True)
class Block:
    """One ``COPY … FROM stdin`` of the dump: the rows as they stand there."""

    table: str
    columns: tuple[str, ...]
    text: str

    def rows(self) -> list[list[str | None]]:
        """The cells, with the escapes of COPY resolved; ``\\N`` is None."""
        return [[_cell(cell) for cell in line.split("\t")] for line in self.text.splitlines()]


@dataclass(frozen=True)
class Dump:
    """A plain pg_dump file."""

    text: str

    @classmethod
    def read(cls, path: Path) -> "Dump":
        return cls(gzip.decompress(path.read_bytes()).decode())

    def blocks(self) -> dict[str, Block]:
        """The rows of each table."""
        found = (Block(table, _names(columns), rows) for table, columns, rows in _BLOCK.findall(self.text))
        return {block.table: block for block in found}

    def tables(self) -> dict[str, pd.DataFrame]:
        """The rows of each table as a frame: ids as Int64, times as UTC, everything else as text."""
        return {name: _frame(block) for name, block in self.blocks().items()}

    async def load(self, connection: asyncpg.Connection) -> None:
        """Run the dump: its statements as they stand, its COPY blocks as COPY."""
        end = 0
        for match in _BLOCK.finditer(self.text):
            await _execute(connection, self.text[end : match.start()])
            await connection.copy_to_table(
                match[1],
                schema_name="public",
                columns=_names(match[2]),
                source=io.BytesIO(match[3].encode()),
            )
            end = match.end()
        await _execute(connection, self.text[end:])


def _names(columns: str) -> tuple[str, ...]:
    return tuple(name.strip(' "') for name in columns.split(","))


def _cell(text: str) -> str | None:
    if text == r"\N":
        return None
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text) if "\\" in text else text


def _frame(block: Block) -> pd.DataFrame:
    table = pd.DataFrame(block.rows(), columns=list(block.columns), dtype=object)
    for name in table:
        if name == "id" or name.endswith("_id"):
            table[name] = pd.to_numeric(table[name]).astype("Int64")
        elif name in _TIMES:
            table[name] = pd.to_datetime(table[name], utc=True, format="ISO8601").astype(
                "datetime64[us, UTC]"
            )
    return table


async def _execute(connection: asyncpg.Connection, script: str) -> None:
    statements = "\n".join(_without_comments(script))
    if statements:  # asyncpg stumbles over a script of comments only
        await connection.execute(statements)


def _without_comments(script: str) -> Iterator[str]:
    return (line for line in script.splitlines() if line and not line.startswith(("--", "\\")))
