"""Secrets in text, replaced by tokens before the text leaves the toolkit."""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable, Collection
from itertools import islice
from typing import TYPE_CHECKING, Any

from netraven_analytics.configs.platforms import family_of
from netraven_analytics.configs.redaction.document import Document, redacted_line
from netraven_analytics.configs.redaction.scanner import TOKEN, Scanner
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

SALT_VARIABLE = "NETRAVEN_REDACTION_SALT"
_SHORTEST_SALT = 16
_REMEMBERED = 50_000  # lines
_SECRET_COLUMN = re.compile(r"password|passwd|secret|passphrase|private_key", re.IGNORECASE)


class Redactor:
    """Replaces secrets by tokens; make one for each report.

    The same secret has the same token within one redactor, whatever the platform, so that a change of a
    secret shows as a change. Tokens are keyed hashes: they cannot be turned back, and those of two redactors
    cannot be matched unless both were given the same salt.

    Args:
        device_type: whose rules to use where :meth:`text` is not told; those of all platforms without.
        known: secrets to find wherever they stand, such as stored passwords.
        salt: makes tokens the same from report to report; where it is left out, NETRAVEN_REDACTION_SALT, else
            chance. Keep it secret: who has it can try guesses against tokens.

    Raises:
        ParameterError: the salt has fewer than 16 characters.
    """

    def __init__(
        self, device_type: str | None = None, *, known: Collection[str] = (), salt: str | None = None
    ) -> None:
        self.device_type = device_type
        self.lines_redacted = 0
        self._key = _key(salt if salt is not None else os.environ.get(SALT_VARIABLE))
        # The longest first, so that one that is part of another does not break it.
        whole = sorted({secret for secret in known if len(secret) > 3}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, whole))) if whole else None
        self._lines: dict[tuple[Scanner, str], str] = {}

    def token(self, secret: str) -> str:
        """The secret's stand-in; a token stands for itself, and an empty text for nothing."""
        if not secret or TOKEN.fullmatch(secret):
            return secret
        code = hmac.digest(self._key, secret.encode("utf-8", "surrogatepass"), "sha256").hex()[:12]
        return f"<redacted:{code}>"

    def text(self, text: str, device_type: str | None = None) -> str:
        """The text with every secret that the rules know replaced; the number of its lines stays the same.

        Redacting it again changes nothing. ``lines_redacted`` counts the lines that were changed so far.
        """
        if self._known:
            text = self._known.sub(lambda match: self.token(match[0]), text)
        family = family_of(device_type or self.device_type)
        document = Document(family, self._line, self.token)
        made = "\n".join(document.redacted(text.split("\n")))
        if made != text:
            self.lines_redacted += sum(map(is_redacted, made.split("\n")))
        return made

    def table(self, table: "pd.DataFrame") -> "pd.DataFrame":
        """The table with secrets replaced in its texts; a column that is called a password is one."""
        made = table.copy()
        for name in made.columns:
            replace = self.token if _SECRET_COLUMN.search(str(name)) else self.text
            if made[name].dtype.kind in "OUT" or str(made[name].dtype) == "str":
                made[name] = made[name].map(lambda v, r=replace: self._cell(v, r)).astype(made[name].dtype)
        return made

    def _line(self, line: str, scanner: Scanner) -> str:
        """One line by itself; most lines of a fleet's texts are the same again and again."""
        known = self._lines.get((scanner, line))
        if known is None:
            known = redacted_line(line, scanner, self.token)
            if len(self._lines) >= _REMEMBERED:
                self._lines.clear()
            if len(line) < 500:
                self._lines[scanner, line] = known
        return known

    def _cell(self, value: Any, replace: Callable[[str], str]) -> Any:
        if isinstance(value, str):
            return replace(value)
        if isinstance(value, dict):
            return {
                key: self._cell(item, self.token if _SECRET_COLUMN.search(str(key)) else replace)
                for key, item in value.items()
            }
        return self._items(value, replace) if isinstance(value, list) else value

    def _items(self, values: list[Any], replace: Callable[[str], str]) -> list[Any]:
        """A list of texts is one text: what makes an item a secret may stand in the item before."""
        if replace == self.token or not all(isinstance(value, str) for value in values):
            return [self._cell(value, replace) for value in values]
        lines = iter(replace("\n".join(values)).split("\n"))
        return ["\n".join(islice(lines, value.count("\n") + 1)) for value in values]


def redact(text: str, device_type: str | None = None) -> str:
    """The text with its secrets replaced, by a redactor of its own: see :class:`Redactor`."""
    return Redactor(device_type).text(text)


def is_redacted(line: str) -> bool:
    """Whether the line of a redacted text holds a token, and a search of it did not see all that it says."""
    return "<redacted:" in line and TOKEN.search(line) is not None


def without_tokens(text: str) -> str:
    """A redacted text in which all secrets look the same."""
    return TOKEN.sub("<redacted>", text) if "<redacted:" in text else text


def _key(salt: str | None) -> bytes:
    if not salt:
        return secrets.token_bytes(32)
    if len(salt) < _SHORTEST_SALT:
        raise ParameterError(
            f"The salt for redaction has {len(salt)} characters: it takes at least {_SHORTEST_SALT}, such as "
            "the output of: openssl rand -hex 32."
        )
    return hashlib.sha256(salt.encode()).digest()
