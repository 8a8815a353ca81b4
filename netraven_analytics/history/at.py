"""The configuration that a device had at a moment."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.cells import printable
from netraven_analytics.configs.diff import lines_of
from netraven_analytics.configs.side_by_side import MOST_ROWS, box, spell
from netraven_analytics.history.devices import Named, one_device
from netraven_analytics.history.instants import spoken
from netraven_analytics.history.stored import Point, Stored, snapshot_of
from netraven_analytics.history.texts import Texts
from netraven_analytics.text import counted


@dataclass(frozen=True)
class Configuration:
    """A device's configuration: ``text`` as stored, its secrets redacted unless they were asked for."""

    device: str
    snapshot_id: int
    found_at: datetime
    text: str
    caption: str

    def __str__(self) -> str:
        return printable(self.text.replace("\r\n", "\n"))

    def __repr__(self) -> str:
        return f"<{self.caption}, {counted(len(lines_of(self.text)), 'line')}: print() shows it>"

    def _repr_html_(self) -> str:
        lines = lines_of(self.text)
        rows = [
            f'<tr><td class="n">{number}</td><td>{spell(line)}</td></tr>'
            for number, line in enumerate(lines[:MOST_ROWS], start=1)
        ]
        if len(lines) > MOST_ROWS:
            left = counted(len(lines) - MOST_ROWS, "more line")
            rows.append(f'<tr><td class="cut" colspan="2">… and {left}</td></tr>')
        return box(self.caption, rows)


async def config_at(
    device: str | int,
    at: Point = "latest",
    db: AsyncSession | None = None,
    *,
    tz: str | None = None,
    show_secrets: bool = False,
) -> Configuration:
    """The configuration that a device had at a moment, as far as it was stored by then.

    It is that of the last snapshot at or before the moment; what changed since then and was not yet stored
    is not in it. ``print()`` shows the text.

    Args:
        device: its hostname, a glob that only it matches, or its id.
        at: a moment as ``since`` takes it, a snapshot's id, ``"latest"`` or ``"previous"``.
        db: the session to use; without one a read-only session is opened.
        tz: the time zone of days and naive times; NETRAVEN_TZ, else UTC.
        show_secrets: leave passwords and keys readable.

    Raises:
        ParameterError: no such device or snapshot, or the time has no accepted form.

    Example:
        ``print(await config_at("ber-core-01", "yesterday"))``
    """

    async def read(session: AsyncSession) -> tuple[Named, Stored, Texts]:
        texts = await Texts.of(session, with_noise=True, show_secrets=show_secrets)
        named = await one_device(session, device)
        return named, await snapshot_of(session, named, at, "at", tz), texts

    named, stored, texts = await frames.in_session(db, read)
    caption = f"{named}: snapshot {stored.snapshot_id} of {spoken(stored.found_at, tz)}"
    return Configuration(
        str(named),
        stored.snapshot_id,
        stored.found_at,
        texts.shown(stored.text or "", named.device_type),
        caption,
    )
