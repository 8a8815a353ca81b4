# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,jupyter,-all
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Transactions, errors and doing several things at once
#
# After this notebook you can undo a part of a transaction, know what happens when two sessions want the same row,
# retry what deserves it, and run several queries side by side.

# %%
# %load_ext netraven_analytics

# %%
import asyncio

from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError

from netraven_db.db.models import Device, Job, Tag
from netraven_db.db.session import frozen_session, get_db

async with get_db() as db:
    await db.execute(delete(Tag).where(Tag.type == "lesson"))

# %% [markdown]
# ## Savepoints
#
# A failed statement breaks its transaction: all that can follow is a rollback. A savepoint limits the damage.

# %%
async with get_db() as db:
    db.add(Tag(name="lesson-a", type="lesson"))
    try:
        async with db.begin_nested():
            await db.execute(text("select 1 / 0"))
    except DBAPIError as error:
        print(str(error.orig).split(": ")[-1])
    print(await db.scalar(select(func.count()).where(Tag.type == "lesson")), "tag is still ours")

# %% [markdown]
# ## Two sessions, one row
#
# Each session reads, adds one, writes. Both read the same value, so one of the two additions is lost, and no
# error says so:


# %%
async def add_one(*, lock: bool) -> None:
    async with get_db() as db:
        question = select(Tag).where(Tag.type == "lesson")
        tag = (await db.scalars(question.with_for_update() if lock else question)).one()
        await asyncio.sleep(0.1)  # there is always something to do in between
        tag.name = f"lesson-{int(tag.name.removeprefix('lesson-')) + 1}"


async def race(*, lock: bool) -> str:
    async with get_db() as db:
        (await db.scalars(select(Tag).where(Tag.type == "lesson"))).one().name = "lesson-0"
    await asyncio.gather(add_one(lock=lock), add_one(lock=lock))
    async with get_db() as db:
        return await db.scalar(select(Tag.name).where(Tag.type == "lesson"))


print(await race(lock=False))

# %% [markdown]
# `with_for_update()` makes the second session wait until the first has committed:

# %%
print(await race(lock=True))

# %% [markdown]
# The other way is to let the database notice. Under REPEATABLE READ a write to a row that changed meanwhile is refused
# with code 40001. Nothing happened then, so it is safe to begin again from the start, and only then: the whole
# block, with its reads.


# %%
async def add_one_or_retry() -> int:
    for attempt in range(1, 6):
        try:
            async with get_db() as db:
                await db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                tag = (await db.scalars(select(Tag).where(Tag.type == "lesson"))).one()
                await asyncio.sleep(0.05)
                tag.name = f"lesson-{int(tag.name.removeprefix('lesson-')) + 1}"
            return attempt
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != "40001":
                raise
    raise RuntimeError("others were always quicker")


async with get_db() as db:
    (await db.scalars(select(Tag).where(Tag.type == "lesson"))).one().name = "lesson-0"
attempts = await asyncio.gather(*(add_one_or_retry() for _ in range(3)))
async with get_db() as db:
    print(await db.scalar(select(Tag.name).where(Tag.type == "lesson")), "after", sum(attempts), "attempts")

# %% [markdown]
# ## A session for each task
#
# A session is one conversation with the server: two tasks must not talk in it at the same time. Each task opens its
# own. That is all there is to it, and queries then really run side by side:


# %%
async def runs_of(device_type: str) -> tuple[str, int]:
    async with frozen_session() as db:
        count = select(func.count(Job.id)).join(Job.device).where(Device.device_type == device_type)
        return device_type, await db.scalar(count)


async with get_db() as db:
    types = (
        await db.scalars(select(Device.device_type).distinct().where(Device.device_type.is_not(None)))
    ).all()

dict(await asyncio.gather(*map(runs_of, types)))

# %% [markdown]
# Sharing one is noticed:

# %%

async with get_db() as db:
    results = await asyncio.gather(
        *(db.execute(text("select pg_sleep(0.1)")) for _ in range(2)), return_exceptions=True
    )
    print([type(each).__name__ for each in results if isinstance(each, Exception)])
    await asyncio.sleep(0.2)

# %%
async with get_db() as db:
    await db.execute(delete(Tag).where(Tag.type == "lesson"))

# %% [markdown]
# ## Exercises
#
# 1. Let two sessions lock two tags in opposite order. Which error comes, in which of them, and is it safe to retry?
# 2. Count jobs of every status at the same instant, although each count has a statement of its own.

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
async with get_db() as db:
    db.add_all([Tag(name="lesson-x", type="lesson"), Tag(name="lesson-y", type="lesson")])


async def lock_both(first: str, second: str) -> str:
    try:
        async with get_db() as db:
            for name in (first, second):
                await db.execute(select(Tag.id).where(Tag.name == name).with_for_update())
                await asyncio.sleep(0.2)
        return "got both"
    except DBAPIError as error:
        return f"{error.orig.sqlstate}: rolled back whole, so it may be tried again"


print(await asyncio.gather(lock_both("lesson-x", "lesson-y"), lock_both("lesson-y", "lesson-x")))
async with get_db() as db:
    await db.execute(delete(Tag).where(Tag.type == "lesson"))

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
async with frozen_session() as db:
    for status in (await db.scalars(select(Job.status).distinct().order_by(Job.status))).all():
        print(status, await db.scalar(select(func.count()).where(Job.status == status)))
