"""Everything that the page shows, read in one transaction and free of secrets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.passwords import stored_secrets
from netraven_analytics.exports.secrets import Redaction
from netraven_analytics.facts.newest import newest_instant
from netraven_analytics.fleet.questions import Asked, questions
from netraven_analytics.frames import scalar
from netraven_analytics.history.difference import ConfigDiff
from netraven_analytics.history.recent import diffs_of
from netraven_db.db.base import as_utc
from netraven_db.errors import QueryError
from netraven_db.settings import MaskedURL, Settings, describe_url

if TYPE_CHECKING:
    import pandas as pd

MAY_BE_REFUSED = ("credentials",)  # the one table that a user who may read the others may be kept from


@dataclass(frozen=True)
class Seen:
    """The answers by name, what of them the server refused, and where they come from."""

    asked: Asked
    answers: "Mapping[str, pd.DataFrame]"
    refused: Mapping[str, str]
    diffs: list[ConfigDiff]
    database: str
    snapshot: str
    newest: str | None

    def about(self, name: str) -> Mapping[str, Any]:
        """What an answer says about itself."""
        return self.answers[name].attrs["netraven"]  # type: ignore[no-any-return]

    def totals(self, name: str) -> Mapping[str, Any]:
        return self.about(name)["totals"]  # type: ignore[no-any-return]

    @property
    def has_runs(self) -> bool:
        """Whether the database has any run; an imported archive has none, and nothing is known of them."""
        freshness, inventory = self.answers["freshness"], self.answers["inventory"]
        lost = self.totals("inventory").get("unattributed_runs")
        return bool(freshness["fresh"].notna().any() or inventory["last_run_at"].notna().any() or lost)


async def read(asked: Asked, session: AsyncSession, progress: Callable[[str], None]) -> Seen:
    """Ask every question in the session's transaction."""
    snapshot = await scalar(select(cast(func.pg_current_snapshot(), String)), session)
    redaction = Redaction(await stored_secrets(session))
    answers, refused = {}, {}
    for name, question in questions(asked).items():
        progress(question.report.name)
        try:
            async with session.begin_nested():
                answers[name] = redaction.table(await question.report(session, **question.options))
        except QueryError as error:
            if name not in MAY_BE_REFUSED:
                raise
            refused[name] = str(error)
    progress("config_diff")
    changes = answers["changes"].head(asked.diffs)
    diffs = await diffs_of(changes, session, redactor=redaction.redactor, tz=asked.window.tz.key)
    newest = await scalar(newest_instant(), session)
    return Seen(
        asked,
        answers,
        refused,
        diffs,
        await _database(session),
        snapshot,
        None if newest is None else asked.window.local(as_utc(newest)).isoformat(timespec="minutes"),
    )


async def _database(session: AsyncSession) -> str:
    """The session's database; the toolkit's own engines are those of the settings."""
    url = (await session.connection()).engine.url
    named = MaskedURL(url.render_as_string(hide_password=False))
    return describe_url(named if url.database else Settings.from_environment().database_url)
