"""Load the dump of an existing database, without needing a psql."""

import gzip
import io
from collections.abc import Iterator
from pathlib import Path

from netraven_db.db.connection import connect

DUMP = Path(__file__).parents[3] / "shared" / "data" / "netraven-2025-04.sql.gz"


async def load_dump(url: str) -> None:
    """Run a plain pg_dump file: statements as they come, COPY blocks as the rows they hold."""
    connection = await connect(url)
    try:
        for statement, rows in _parts(gzip.decompress(DUMP.read_bytes()).decode()):
            if rows is None:
                await connection.execute(statement)
            else:
                table, columns = statement.removeprefix("COPY public.").split(" ", 1)
                names = [name.strip(' "') for name in columns.split(")")[0].strip("(").split(",")]
                await connection.copy_to_table(
                    table, schema_name="public", columns=names, source=io.BytesIO(rows.encode())
                )
    finally:
        await connection.close()


def _parts(text: str) -> Iterator[tuple[str, str | None]]:
    """Statements, each with the rows that follow it where it is a COPY."""
    while text:
        before, copy, after = text.partition("\nCOPY ")
        lines = (line for line in before.splitlines() if line and not line.startswith("--"))
        if statements := "\n".join(lines):  # asyncpg stumbles over a script of comments only
            yield statements, None
        if not copy:
            return
        head, _, rest = after.partition("\n")
        rows, _, text = rest.partition("\\.\n")
        yield f"COPY {head}", rows
