"""Made-up secrets in the forms in which devices store them."""

import string
from random import Random

_CRYPT = "./" + string.digits + string.ascii_letters


class Vault:
    """Gives secrets out and remembers them, for the answer key."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.given: list[str] = []

    def type7(self) -> str:
        """Cisco's reversible form: two digits, then pairs of hexadecimal digits."""
        offset = self._chance.randrange(2, 16)
        pairs = [f"{self._chance.randrange(64, 128):02X}" for _ in range(9)]
        return self._keep(f"{offset:02}" + "".join(pairs))

    def type5(self) -> str:
        return self._keep(f"$1${self._text(4)}${self._text(22)}")

    def type8(self) -> str:
        return self._keep(f"$8${self._text(14)}${self._text(43)}")

    def type9(self) -> str:
        return self._keep(f"$9${self._text(14)}${self._text(43)}")

    def sha512(self) -> str:
        return self._keep(f"$6${self._text(8)}${self._text(86)}")

    def junos9(self) -> str:
        """Junos' reversible form, which shares its prefix with Cisco's type 9."""
        return self._keep(f"$9${self._text(26)}")

    def plain(self) -> str:
        """A community or a key in clear text."""
        return self._keep(f"{self._text(4, string.ascii_lowercase)}-{self._text(8, _CRYPT[2:])}")

    def _text(self, length: int, letters: str = _CRYPT) -> str:
        return "".join(self._chance.choices(letters, k=length))

    def _keep(self, secret: str) -> str:
        self.given.append(secret)
        return secret
