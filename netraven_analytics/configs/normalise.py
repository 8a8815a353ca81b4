"""The normalised text: what is left to compare once line ends and noise are out of the way."""

import hashlib

from netraven_analytics.configs.noise import noise_of


def unify_line_ends(text: str) -> str:
    """Lines end in LF, the last one too; an empty text stays empty."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else text + "\n"


def normalise(text: str, device_type: str | None) -> str:
    """The text with unified line ends and without its platform's noise lines."""
    return noise_of(device_type).sub("", unify_line_ends(text))


def digest(text: str) -> bytes:
    """SHA-256 of the text: what a hostile device cannot make collide."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
