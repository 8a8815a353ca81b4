"""The page as a whole."""

import asyncio
from collections.abc import Callable, Collection
from datetime import timedelta
from html import escape
from importlib.resources import files
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.side_by_side import spell
from netraven_analytics.exports.html import page_head
from netraven_analytics.facts.filters import Names
from netraven_analytics.facts.windows import Span, TimeLike
from netraven_analytics.fleet.questions import Asked, dimensions, questions
from netraven_analytics.fleet.reading import Seen, read
from netraven_analytics.fleet.sections import sections
from netraven_analytics.fleet.sources import headline
from netraven_analytics.frames import in_session
from netraven_db.db.base import utcnow
from netraven_db.errors import ParameterError

TITLE = "Fleet report"


async def fleet_page(
    db: AsyncSession | None = None,
    /,
    *,
    since: TimeLike = "30d",
    until: TimeLike | None = None,
    as_of: TimeLike | None = None,
    tz: str | None = None,
    device: Names = None,
    device_type: Names = None,
    tag: Names = None,
    by: str | Collection[str] = ("tag:location", "device_type"),
    objective: Span = timedelta(hours=24),
    stuck_after: Span = timedelta(hours=24),
    diffs: int = 50,
    progress: Callable[[str], None] = lambda name: None,
) -> str:
    """The fleet on one HTML page that needs nothing else: what is wrong, figures, charts, tables, changes.

    All of it is of one state of the database. Secrets are redacted, and nothing that a device says can run.
    It has charts where the extra ``charts`` is installed.

    Args:
        db: the session to read in, in its transaction; without one a read-only session is opened.
        since, until, as_of, tz, device, device_type, tag: as every report takes them; what is wrong now is of
            ``as_of``, whatever the window.
        by: what devices are grouped by, ``tag:<type>`` or ``device_type``, one or several.
        objective: how old a backup may be at most.
        stuck_after: how long a run may go on before it counts as stuck.
        diffs: how many of the newest changes have their difference on the page.
        progress: is told each report's name before it runs.

    Raises:
        ParameterError: an option has no accepted value; nothing is then read.
        SessionError, QueryError, DatabaseUnavailableError: as :func:`frame`.

    Example:
        ``Path("fleet.html").write_text(await fleet_page(since="90d"), encoding="utf-8")``
    """
    if isinstance(diffs, bool) or not isinstance(diffs, int) or diffs < 0:
        raise ParameterError(f"diffs={diffs!r} is not understood: it takes a number of changes from 0.")
    shared: dict[str, Any] = {"since": since, "until": until, "as_of": as_of or utcnow(), "tz": tz}
    shared |= {"device": device, "device_type": device_type, "tag": tag}
    asked = Asked(shared, dimensions(by), objective, stuck_after, diffs)
    for question in questions(asked).values():
        question.check()
    seen = await in_session(db, lambda session: read(asked, session, progress))
    return await asyncio.to_thread(_page, seen)  # charts take a while, and others may go on meanwhile


def _page(seen: Seen) -> str:
    style, script = (_asset(name) for name in ("page.css", "page.js"))
    shown = sections(seen)
    links = "".join(
        f'<li><a href="#{each.key}">{escape(each.title)}</a></li>' for each in shown if each.named
    )
    return f"""{page_head(f"{TITLE} {headline(seen)}", style, script=script)}<header>
<h1>{TITLE}</h1>
<p>{spell(headline(seen))}</p>
<nav aria-label="Sections"><ul>{links}</ul></nav>
</header>
<main>
{"".join(each.html for each in shown)}
</main>
</body>
</html>
"""


def _asset(name: str) -> str:
    return (files("netraven_analytics.fleet") / name).read_text(encoding="utf-8")
