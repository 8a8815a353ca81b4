"""How fast texts are normalised and redacted, hostile ones among them: ``python benchmarks/texts.py``.

In seconds of the processor, since the work waits for nothing. The table goes to ``RESULTS.md``. Each hostile
line that takes longer than its bar (0.1 s for 8,000 characters, 10 s for 10 MB) is told on stderr, and then
the exit code is 1.
"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from results import write_section

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from netraven_analytics.configs.noise import RULES
from netraven_analytics.configs.normalise import normalise
from netraven_analytics.configs.redact import Redactor
from netraven_analytics.demo.texts.dialect import Stamp, Subject
from netraven_analytics.demo.texts.draft import DIALECTS, Draft
from netraven_analytics.demo.texts.vault import Vault

_MB = 1_000_000
_BARS = {8_000: 0.1, 10 * _MB: 10}  # seconds for a hostile line of so many characters
# What a device could send to keep a rule busy: pieces that begin something and never end it.
_HOSTILE = (
    "password ",
    "key ",
    "a",
    " ",
    '"',
    "\\",
    "$1$",
    "://a:",
    "snmp-server host x version 2c ",
    "username x ",
    "username a a a a a a a a a a password",
    "-----BEGIN A-----",
    "<key ",
    "password=",
    'password="\\',
    "{SSHA}",
    "crypto isakmp key ",
    "ENC ENC",
    "certificate self-signed ",
    "0a1b2c3d ",
    "set password-",
    "password: 'x ",
    "mail-server a:",
    '<entry name="password',
    "cvauth=key,",
    "encryption ipsec spi 1 esp aes ",
    "authentication ipsec spi 1 md5 ",
    "encrypt 1 ",
    "wss://",
    "password=\\\n",
)


def main() -> int:
    took = {size: _hostile(size) for size in _BARS}
    lines = [
        "`venv/bin/python benchmarks/texts.py`, seconds of the processor",
        "",
        *_fleets(),
        "",
        *_slowest(took),
    ]
    print("\n".join(lines))
    write_section("texts", "Texts", "\n".join([*lines, ""]))
    missed = list(_missed(took))
    print(*missed, sep="\n", end="\n" if missed else "", file=sys.stderr)
    return 1 if missed else 0


def _fleets() -> Iterator[str]:
    yield "| what | MB | s | MB/s |"
    yield "|---|---|---|---|"
    for device_type in DIALECTS:
        text = _fleet(device_type)
        yield _line(f"normalise {device_type}", text, lambda t, d=device_type: normalise(t, d))
        yield _line(f"redact {device_type}", text, lambda t, d=device_type: Redactor(d).text(t))
        yield _line(f"redact {device_type}, as unknown", text, lambda t: Redactor().text(t))
    for family in RULES:
        yield _line(f"normalise {family}, any text", text, lambda t, d=family: normalise(t, d))


def _hostile(size: int) -> dict[str, float]:
    """The seconds that a line of so many characters takes, for each piece."""
    return {piece: _seconds(piece * (size // len(piece)), lambda t: Redactor().text(t)) for piece in _HOSTILE}


def _slowest(took: dict[int, dict[str, float]]) -> Iterator[str]:
    yield "| a hostile line, redacted as of an unknown platform | characters | s | bar |"
    yield "|---|---|---|---|"
    for size, of_pieces in took.items():
        slowest = max(of_pieces, key=lambda piece: of_pieces[piece])
        what = f"the slowest of {len(of_pieces)}: `{slowest}` again and again"
        yield f"| {what} | {size:,} | {of_pieces[slowest]:.3f} | {_BARS[size]} |"


def _missed(took: dict[int, dict[str, float]]) -> Iterator[str]:
    """Every line that took longer than its bar, and not the slowest alone."""
    for size, of_pieces in took.items():
        for piece, seconds in of_pieces.items():
            if seconds > _BARS[size]:
                yield f"{piece!r} to {size:,} characters: {seconds:.3f} s, and the bar is {_BARS[size]} s"


def _line(what: str, text: str, work: Callable[[str], object]) -> str:
    took = _seconds(text, work)
    return f"| {what} | {len(text) / _MB:.1f} | {took:.2f} | {len(text) / _MB / took:.0f} |"


def _seconds(text: str, work: Callable[[str], object]) -> float:
    begun = time.process_time()
    work(text)
    return time.process_time() - begun


def _fleet(device_type: str) -> str:
    """10 MB of texts of that platform, each of another device."""
    dialect, chance = DIALECTS[device_type], Random(1)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    parts: list[str] = []
    size = 0
    while size < 10 * _MB:
        number = len(parts)
        subject = Subject(f"r{number}", "192.0.2.1", "core", number % 9, number, "Hall")
        sections = dialect.build(subject, chance, Vault(chance), Vault(chance))
        parts.append(Draft(sections, noisy=True).print(dialect.noise(Stamp(now, "ada", now, now, 1, size))))
        size += len(parts[-1])
    return "".join(parts)


if __name__ == "__main__":
    sys.exit(main())
