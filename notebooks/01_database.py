# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: jupyter,tags,-all
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
# ---

# %% [markdown]
# # The database in ten minutes
#
# After this notebook you can open a session in each of the three forms that the code base uses, and you know
# what ends up in the database and what does not.
#
# It runs on the demo fleet: `netraven-analytics lab` opens JupyterLab with everything ready.

# %%
# %load_ext netraven_analytics

# %% [markdown]
# The line above names the server and the database, never a password. Which database that is comes from
# `NETRAVEN_DATABASE_URL`; `embedded?database=demo` means a private PostgreSQL that the toolkit starts by itself.
#
# ## A session
#
# Everything goes through an `AsyncSession`. `get_db()` opens one, with a transaction that ends with the block.

# %%
from sqlalchemy import func, select

from netraven_db.db.models import Device, Tag
from netraven_db.db.session import get_db

async with get_db() as db:
    print(await db.scalar(select(func.count()).select_from(Device)), "devices")

# %% [markdown]
# A notebook has a running event loop, so `await` works at the top of a cell. In a script the same lines stand in
# an `async def main()` that `asyncio.run(main())` starts. Who does not want to await at all writes `run(...)`:

# %%
from netraven_analytics import frame, run

run(frame(select(Device.device_type, func.count().label("devices")).group_by(Device.device_type)))

# %% [markdown]
# ## What is committed
#
# When the block completes, its work is committed. When it raises, everything is rolled back. We add a tag in both
# ways and look which one is there.


# %%
async def tag_names() -> list[str]:
    async with get_db() as db:
        return list(await db.scalars(select(Tag.name).where(Tag.type == "lesson").order_by(Tag.name)))


async with get_db() as db:
    db.add(Tag(name="kept", type="lesson"))

try:
    async with get_db() as db:
        db.add(Tag(name="lost", type="lesson"))
        await db.flush()  # it is in the database now, for this transaction alone
        raise ValueError("something went wrong after the flush")
except ValueError as error:
    print(error)

await tag_names()

# %% [markdown]
# ## The three forms
#
# | you write | it commits | it rolls back |
# |---|---|---|
# | `async with get_db() as db:` (the one to use) | at the end of the block, and on `return` and `break` | when the block raises |
# | `async for db in get_db():` (in older code) | when the block runs to its end | when it raises, **and** on `return` and `break` |
# | `db: AsyncSession = Depends(get_db)` (FastAPI) | after the response was made | when the route raises |
#
# The second form cannot tell an early `return` from an error, so it takes no chances, and warns if something was
# written:

# %%
import warnings

with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    async for db in get_db():
        db.add(Tag(name="left early", type="lesson"))
        await db.flush()
        break
    import asyncio

    await asyncio.sleep(0.01)  # the session ends a moment after the loop was left

print(heard[0].message)
await tag_names()

# %% [markdown]
# ## Reading without the risk to write
#
# `frozen_session()` is read-only, and all its statements see the same instant, however long the work takes.

# %%
from netraven_db.db.session import frozen_session
from sqlalchemy.exc import DBAPIError

async with frozen_session() as db:
    print(await db.scalar(select(func.count()).select_from(Tag)), "tags")
    try:
        db.add(Tag(name="no"))
        await db.flush()
    except DBAPIError as error:
        print(str(error.orig).split(": ")[-1])

# %% [markdown]
# We leave the database as we found it.

# %%
from sqlalchemy import delete

async with get_db() as db:
    await db.execute(delete(Tag).where(Tag.type == "lesson"))

await tag_names()

# %% [markdown]
# ## Exercises
#
# 1. How many jobs are there of each status? Use one session and one statement.
# 2. Add a tag and `return` from inside `async with get_db()`: is it there afterwards? Remove it again.
#
# The solutions are folded away below.

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
from netraven_db.db.models import Job

async with get_db() as db:
    result = await db.execute(select(Job.status, func.count()).group_by(Job.status).order_by(Job.status))
    for status, count in result:
        print(f"{status:10} {count:>7,}")


# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
async def add_and_return() -> str:
    async with get_db() as db:
        db.add(Tag(name="returned", type="lesson"))
        return "done"


await add_and_return()
assert await tag_names() == ["returned"]  # return commits
async with get_db() as db:
    await db.execute(delete(Tag).where(Tag.type == "lesson"))
