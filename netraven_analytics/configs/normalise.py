"""The normalised text: what is left to compare once line ends and noise are out of the way."""

import hashlib

from netraven_analytics.configs.noise import noise_of


def unify_line_ends(text: str) -> str:
    """Lines end in LF, the last one too; an empty text stays empty."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else text + "\n"


def normalise(text: str, device_type: str | None) -> str:
    """The text with unified line ends, and without trailing blanks and its platform's noise.

    The same device type, rules (see :func:`rules_version`) and text give the same result, and normalising a
    result again changes nothing. The time it takes grows with the text's length and no faster.

    Raises:
        ParameterError: the file of own noise rules cannot be understood.
    """
    noise = noise_of(device_type)
    text = noise.without_values(unify_line_ends(text))
    lines = text[:-1].split("\n")
    if " \n" in text or "\t\n" in text:
        lines = [line.rstrip(" \t") for line in lines]
    kept = noise.without_lines(lines)
    while kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept) + "\n" if kept else ""


def digest(text: str) -> bytes:
    """SHA-256 of the text: what a hostile device cannot make collide."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
