"""The passwords that the database holds, so that they are found in whatever is shown."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.frames import frame, scalar
from netraven_db.db.models import Credential


async def stored_secrets(session: AsyncSession) -> list[str]:
    """The passwords that the database holds; none for who may not read them, nor can have them shown."""
    table, column = Credential.__tablename__, Credential.password.key
    # Asked first: a refusal would end the user's transaction, and stand in the server's log.
    readable = func.has_column_privilege(func.to_regclass(table), column, "select")
    if not await scalar(select(readable), session):
        return []
    found = await frame(select(Credential.password).distinct(), session)
    stored: list[str] = found["password"].dropna().tolist()
    return stored
