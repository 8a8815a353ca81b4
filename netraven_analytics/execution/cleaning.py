"""What an executed notebook does not keep: secrets, addresses of databases, and paths of this machine."""

import re
from collections.abc import Collection
from html import escape
from typing import Any

from netraven_analytics.configs.passwords import stored_secrets
from netraven_db.db.session import frozen_session
from netraven_db.errors import NetRavenError
from netraven_db.settings import Settings, parse_url

_ADDRESS = re.compile(r"""\bpostgres(?:ql)?(?:\+\w+)?://[^\s'"<>\\]*|\bembedded:/[^\s'"<>\\]*""")
_TOLD = "papermill-error-cell-tag"  # on the cell in which papermill tells of a failure
_SHORTEST = 4  # characters; a shorter password would be found in every other word


async def secrets() -> list[str]:
    """The passwords that the database holds, and the one that leads to it; what cannot be had is left out."""
    try:
        url = Settings.from_environment().database_url
        async with frozen_session() as session:
            stored = await stored_secrets(session)
        own = None if url.startswith("embedded") else parse_url(url).password
    except NetRavenError:
        return []
    return [*stored, *([str(own)] if own else [])]


class Cleaner:
    """Takes out what is not to be kept; ``known`` are secrets to find wherever they stand."""

    def __init__(self, known: Collection[str]) -> None:
        wanted = {text for secret in known if len(secret) >= _SHORTEST for text in (secret, escape(secret))}
        longest_first = sorted(wanted, key=len, reverse=True)
        self._unwanted = re.compile("|".join([_ADDRESS.pattern, *map(re.escape, longest_first)]))

    def text(self, text: str) -> str:
        """The text without secrets and addresses."""
        return self._unwanted.sub("(redacted)", text)

    def document(self, document: Any) -> None:
        """Clean the outputs, and leave out what papermill notes of this machine."""
        document.metadata.pop("papermill", None)
        for cell in document.cells:
            cell.metadata.pop("papermill", None)
            if cell.cell_type == "code":
                cell.outputs = [self._part(output) for output in cell.outputs]
            elif _TOLD in cell.metadata.get("tags", ()):
                cell.source = self.text(cell.source)

    def _part(self, value: Any) -> Any:
        """Any part of an output; pictures are left as they are."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return type(value)(
                (key, item if str(key).startswith("image/png") else self._part(item))
                for key, item in value.items()
            )
        return [self._part(item) for item in value] if isinstance(value, list) else value
