"""The write side of the configuration digests, a short transaction at a time.

What is made here can be made anew at any time, and whoever is interrupted goes on where he stopped.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Integer, LargeBinary, String

from netraven_db.db.engines import current_engine
from netraven_db.db.retrying import write_again
from netraven_db.db.session import get_db

Progress = Callable[[int, int], None]  # snapshots done, of how many

_ROWS, _BYTES = 2000, 32 * 2**20  # that one transaction digests at most

_PLACE = text("select digested_to, last_id from analytics.configuration_backfill for update")
_MOVE = text("update analytics.configuration_backfill set digested_to = :to")
# Sizes are known without reading the texts.
_END_OF_BATCH = text(
    f"""
    with batch as (
        select id, octet_length(config_data) as size from public.device_configurations
        where id > :after and id <= :last order by id limit {_ROWS}
    ), running as (select id, sum(size) over (order by id) as total from batch)
    select coalesce(max(id) filter (where total <= {_BYTES}), min(id)) as upto from running
    """
)
# The lock keeps a row from being deleted before its digest is there to be deleted too. An edited row has its
# digest from the trigger, which is the newer one.
_DIGEST = text(
    """
    insert into analytics.configuration_digests (configuration_id, device_id, retrieved_at, size, raw_sha256)
    select id, device_id, retrieved_at, octet_length(config_data),
           sha256(convert_to(config_data, getdatabaseencoding()))
    from (select * from public.device_configurations c
          where id > :after and id <= :upto
            and not exists (select from analytics.configuration_digests where configuration_id = c.id)
          for key share) as old
    on conflict (configuration_id) do nothing
    """
)
# Triggers can have been switched off, as a restore of data does.
_NOTICE = text(
    """
    update analytics.configuration_backfill
    set digested_to = least(digested_to, first - 1), last_id = greatest(last_id, last)
    from (select min(id) as first, max(id) as last from public.device_configurations c
          where not exists (select from analytics.configuration_digests where configuration_id = c.id)) as m
    where first is not null
    """
)
_FORGET = text(
    """
    delete from analytics.configuration_digests d
    where not exists (select from public.device_configurations where id = d.configuration_id)
    """
)


class Normalised(NamedTuple):
    """A snapshot's digests: of its text as stored, and of the normalised one under a version of the rules."""

    snapshot_id: int
    raw: bytes
    normalised: bytes
    rules: str


class Described(NamedTuple):
    """What a change did, and between which texts."""

    snapshot_id: int
    before: bytes
    after: bytes
    version: str
    lines_added: int
    lines_removed: int
    raw_lines_added: int
    raw_lines_removed: int
    sections: str
    claimed_user: str | None


async def backfill(progress: Progress = lambda done, of: None) -> int:
    """Give the snapshots that were there before the trigger their raw digests; how many it digested.

    Transactions are short and lock nothing that NetRaven's services wait for. It can be killed at any time,
    run again, and run twice at once.
    """
    made = 0
    while batch := await write_again(_next_batch):
        digested, upto, last = batch
        made += digested
        progress(upto, last)
    return made


async def _next_batch() -> tuple[int, int, int] | None:
    """How many snapshots it digested, up to which id, of how many; none where all are."""
    async with get_db() as db:
        after, last = (await db.execute(_PLACE)).one()
        if after >= last:
            return None
        batch = {"after": after, "last": last}
        upto = await db.scalar(_END_OF_BATCH, batch)
        made = 0
        if upto is not None:
            done = await db.execute(_DIGEST, {"after": after, "upto": upto})
            made = done.rowcount  # type: ignore[attr-defined]
        upto = last if upto is None else upto
        await db.execute(_MOVE, {"to": upto})
        return made, upto, last


async def notice_changes_unseen() -> None:
    """Find what happened while the trigger was switched off: snapshots without a digest, and the reverse."""
    await write_again(_notice)


async def _notice() -> None:
    async with get_db() as db:
        await db.execute(_PLACE)  # nobody fills in meanwhile
        await db.execute(_NOTICE)
        await db.execute(_FORGET)


async def take_turn(db: AsyncSession) -> None:
    """Take the turn of whoever stores what was computed; it ends with the transaction.

    Raises:
        DBAPIError: of SQLSTATE 55P03, somebody else has it. Begin anew then, instead of waiting here: a
            transaction that sees one moment would go on with what it saw before it waited.
    """
    await db.execute(text("lock table analytics.configuration_changes in share update exclusive mode nowait"))


async def store_normalised(db: AsyncSession, rows: Sequence[Normalised]) -> int:
    """Store normalised digests, each where the snapshot still has the text that it was made of."""
    return await _store(
        db,
        """
        update analytics.configuration_digests d
        set normalised_sha256 = new.normalised, rules_version = new.rules
        from unnest(:id, :raw, :normalised, :rules) as new (id, raw, normalised, rules)
        where d.configuration_id = new.id and d.raw_sha256 = new.raw
        """,
        rows,
        {"id": Integer, "raw": LargeBinary, "normalised": LargeBinary, "rules": String},
    )


async def store_described(db: AsyncSession, rows: Sequence[Described]) -> int:
    """Store what changes did, in the place of what was stored of them before."""
    names = {
        "configuration_id": Integer,
        "before_sha256": LargeBinary,
        "after_sha256": LargeBinary,
        "description_version": String,
        "lines_added": Integer,
        "lines_removed": Integer,
        "raw_lines_added": Integer,
        "raw_lines_removed": Integer,
        "sections": String,
        "claimed_user": String,
    }
    listed, values = ", ".join(names), ", ".join(f":{name}" for name in names)
    renewed = ", ".join(f"{name} = excluded.{name}" for name in names)
    return await _store(
        db,
        f"""
        insert into analytics.configuration_changes ({listed}) select * from unnest({values})
        on conflict (configuration_id) do update set {renewed}
        """,
        rows,
        names,
    )


async def tidy() -> None:
    """Let the server take stock, so that the next report finds what was stored without looking twice."""
    engine = current_engine().execution_options(isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(
            text("vacuum (analyze) analytics.configuration_digests, analytics.configuration_changes")
        )


async def _store(db: AsyncSession, statement: str, rows: Sequence[Any], types: dict[str, type[Any]]) -> int:
    if not rows:
        return 0
    columns = dict(zip(types, map(list, zip(*rows, strict=True)), strict=True))
    done = await db.execute(_typed(statement, types), columns)
    return int(done.rowcount)  # type: ignore[attr-defined]


def _typed(statement: str, types: dict[str, type[Any]]) -> TextClause:
    return text(statement).bindparams(*(bindparam(name, type_=ARRAY(kind)) for name, kind in types.items()))
