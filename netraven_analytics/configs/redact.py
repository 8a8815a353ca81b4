"""Secrets in text, replaced by tokens before the text leaves the toolkit."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# Each names what leads up to a secret and, in its last group, the secret. A digit before it says how it is
# hidden: type 7 can be turned back by anyone, so hidden does not mean safe.
_KIND = r"(?:(?:[0-9]|sha512|encrypted|plain-text|cipher|simple|ENC)\s+)*"
_VALUE = r"(\"[^\"\n]*\"|[^\s;\"]+)"
_RULES = tuple(
    re.compile(rf"{lead}{_VALUE}", re.IGNORECASE)
    for lead in (
        rf"(?<![\w-])(?:password|passwd|secret|passphrase|encrypted-password|simple-password)\s+{_KIND}",
        rf"(?<![\w-])(?:pre-shared-key|psk|psksecret|wpa-psk|authentication-key|auth-key|key-string)\s+"
        rf"(?:(?:ascii-text|hexadecimal|ascii|local|remote|\d+\s+md5|md5|sha\d*)\s+)*{_KIND}",
        rf"(?:tacacs|radius)[^\n]*?\skey\s+{_KIND}",
        rf"^\s*key\s+(?=\d+\s+\S){_KIND}",
        rf"(?:message-digest-key\s+\d+\s+md5|authentication\s+md5|authentication\s+text)\s+{_KIND}",
        r"snmp-server\s+community\s+",
        r"snmp-server\s+host\s+\S+\s+(?:traps\s+|informs\s+)?(?:version\s+\S+\s+(?:(?:no)?auth\s+|priv\s+)?)?",
        r"^\s*community\s+(?=[^\s;]+\s*[{;])",
        r"(?:auth|priv)\s+(?:md5|sha|sha-?\d+|des|aes|aes-?\d+|3des)(?:\s+\d+)?\s+",
        r"crypto\s+isakmp\s+key\s+(?:\d\s+)?",
    )
)
_HASH = re.compile(r"\$(?:[0-9]|2[aby]|sha\d+)\$[^\s\";,)\]}]+")  # says itself that it is a secret
_PEM = re.compile(
    r"-----BEGIN [A-Z ]*(?:PRIVATE KEY|CERTIFICATE)-----.*?(?:-----END [A-Z ]+-----|\Z)", re.DOTALL
)
_SECRET_COLUMN = re.compile(r"password|passwd|secret|passphrase|private_key", re.IGNORECASE)


class Redactor:
    """Replaces secrets by tokens: the same secret has the same token within one redactor, and in no other."""

    def __init__(self, known: Collection[str] = ()) -> None:
        """``known`` are secrets to find wherever they stand, such as stored passwords."""
        self._key = secrets.token_bytes(32)
        # The longest first, so that one that is part of another does not break it.
        whole = sorted({secret for secret in known if len(secret) > 3}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, whole))) if whole else None

    def token(self, secret: str) -> str:
        """The secret's stand-in; it cannot be turned back."""
        return f"<redacted {hmac.new(self._key, secret.encode(), hashlib.sha256).hexdigest()[:8]}>"

    def text(self, text: str) -> str:
        """The text with every secret that the rules know replaced."""
        if self._known:
            text = self._known.sub(lambda match: self.token(match[0]), text)
        text = _PEM.sub(lambda match: self.token(match[0]), text)
        text = _HASH.sub(lambda match: self.token(match[0]), text)
        return "\n".join(self._line(line) for line in text.split("\n")) if text else text

    def table(self, table: "pd.DataFrame") -> "pd.DataFrame":
        """The table with secrets replaced in its texts; a column that is called a password is one."""
        made = table.copy()
        for name in made.columns:
            replace = self.token if _SECRET_COLUMN.search(str(name)) else self.text
            if made[name].dtype.kind in "OUT" or str(made[name].dtype) == "str":
                made[name] = made[name].map(lambda v, r=replace: self._cell(v, r)).astype(made[name].dtype)
        return made

    def _line(self, line: str) -> str:
        for rule in _RULES:
            line = rule.sub(self._keep_lead, line)
        return line

    def _keep_lead(self, match: re.Match[str]) -> str:
        secret = match[match.lastindex or 0]
        if secret.startswith("<redacted") or not secret.strip('"'):
            return match[0]
        return match[0][: len(match[0]) - len(secret)] + self.token(secret)

    def _cell(self, value: object, replace: "object") -> object:
        if isinstance(value, str):
            return replace(value)  # type: ignore[operator]
        if isinstance(value, dict):
            return {
                key: self._cell(item, self.token if _SECRET_COLUMN.search(str(key)) else replace)
                for key, item in value.items()
            }
        return [self._cell(item, replace) for item in value] if isinstance(value, list) else value
