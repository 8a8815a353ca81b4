"""What of a stored text a question compares and what it shows: noise and secrets settled in one place."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.diff import diff, lines_of
from netraven_analytics.configs.normalise import normalise
from netraven_analytics.configs.passwords import stored_secrets
from netraven_analytics.configs.redact import Redactor
from netraven_analytics.wire.told import told
from netraven_db.migrate import require_netraven


@dataclass(frozen=True)
class Lines:
    """A text's lines as they may be shown, and which of them (from 0) hold something redacted."""

    shown: list[str]
    redacted: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Texts:
    """One question's way with texts; equal secrets have equal tokens within it and in no other question."""

    with_noise: bool = False
    show_secrets: bool = False
    redactor: Redactor = field(default_factory=Redactor)

    @classmethod
    async def of(cls, session: AsyncSession, with_noise: bool, show_secrets: bool) -> "Texts":
        """A way that finds the database's own passwords, too, wherever a text holds them.

        Raises:
            SchemaError: there are no NetRaven tables, or they are of another generation.
        """
        async with told(session):
            await require_netraven(session)
        known = () if show_secrets else await stored_secrets(session)
        return cls(with_noise, show_secrets, Redactor(known=known))

    def compared(self, text: str, device_type: str | None) -> str:
        """The text as compared: as stored with noise, else normalised."""
        return text if self.with_noise else normalise(text, device_type)

    def lines(self, text: str, device_type: str | None) -> Lines:
        """The text's lines with their secrets replaced, unless they are to be shown."""
        shown = lines_of(self.shown(text, device_type))
        if self.show_secrets:
            return Lines(shown)
        pairs = zip(lines_of(text), shown, strict=True)
        return Lines(shown, frozenset(number for number, (was, now) in enumerate(pairs) if was != now))

    def numbers(self, text: str, compared: str) -> Sequence[int]:
        """The number in the stored text, from 1, of each line of what of it was compared."""
        return range(1, len(lines_of(text)) + 1) if self.with_noise else _stored_numbers(text, compared)

    def shown(self, text: str, device_type: str | None) -> str:
        """The text with its secrets replaced, unless they are to be shown."""
        return text if self.show_secrets else self.redactor.text(text, device_type)


def _stored_numbers(stored: str, compared: str) -> list[int]:
    """For each line of the compared text its number, from 1, in the stored text that it came from."""
    whole = [line.rstrip() for line in stored.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept = [line.rstrip() for line in lines_of(compared)]
    numbers: list[int] = []
    position = 0
    for hunk in diff("\n".join(whole) + "\n", "\n".join(kept) + "\n").hunks:
        numbers += range(position + 1, hunk.old.start + 1)
        # What was written anew stands where the lines stood that it was written for.
        numbers += [min(hunk.old.start + 1 + i, max(hunk.old.stop, 1)) for i in range(len(hunk.new))]
        position = hunk.old.stop
    return numbers + list(range(position + 1, position + 1 + len(kept) - len(numbers)))
