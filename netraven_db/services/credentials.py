"""Finding the credentials that reach a device."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_db.db.models import Credential, Tag


async def find_credentials_by_tag_name(tag_name: str, db: AsyncSession) -> list[Credential]:
    """The credentials with that tag, in the order NetRaven tries them: the lowest priority first."""
    statement = (
        select(Credential)
        .join(Credential.tags)
        .where(Tag.name == tag_name)
        .order_by(Credential.priority, Credential.id)
    )
    return list((await db.scalars(statement)).all())
