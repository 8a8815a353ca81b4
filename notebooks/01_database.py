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
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The database in ten minutes
#
# After this notebook you can connect to any NetRaven database, open a session in each of the three forms that the
# code base uses, and you know what ends up in the database and what does not.
#
# It runs on the demo fleet: `netraven-analytics lab` opens JupyterLab with everything ready. Run the cells one after
# the other with Shift-Enter, or all of them with *Run > Run All Cells*.

# %%
# %load_ext netraven_analytics

# %% [markdown]
# The line above names the server and the database, never a password. Which database that is comes from the setting
# `NETRAVEN_DATABASE_URL`, a variable of the environment:
#
# | `NETRAVEN_DATABASE_URL` | means |
# |---|---|
# | `postgresql://USER:PASSWORD@HOST:5432/NAME` | a server that is there already |
# | `embedded?database=demo` | a private PostgreSQL that the toolkit starts by itself: it keeps its data in your data folder, listens on no port, and `netraven-analytics db stop` ends it |
# | nothing | NetRaven's own default, the database `netraven` on `localhost` |
#
# All settings are in one place:

# %%
from netraven_db.settings import Settings, embedded_target

settings = Settings.from_environment()
print("embedded server:", embedded_target(settings.database_url) is not None)
print("time zone in which days begin:", settings.tz)

# %% [markdown]
# ## Engine and session
#
# The *engine* holds a few open connections and lends them out. You do not make one: it is there at the first use. What
# you work with is a *session*, one conversation with the database. `get_db()` opens one, with a transaction that ends
# with the block; its connection then goes back to the engine.

# %%
from sqlalchemy import func, select

from netraven_db.db.models import Device, Tag
from netraven_db.db.session import get_db

from netraven_db.db.session import engine

async with get_db() as db:
    print(await db.scalar(select(func.count()).select_from(Device)), "devices")
    print("connections in use:", engine.pool.checkedout())

print("connections in use:", engine.pool.checkedout())

# %% [markdown]
# A notebook has a running event loop, so `await` works at the top of a cell. In a script the same lines stand in
# an `async def main()` that `asyncio.run(main())` starts. If you do not want to await at all, write `run(...)`:

# %%
from netraven_analytics import frame, run

run(frame(select(Device.device_type, func.count().label("devices")).group_by(Device.device_type)))

# %% [markdown]
# ## What is committed
#
# When the block completes, its work is committed. When it raises, everything is rolled back. We add a tag in both
# ways and look which one is there. `count_statements` shows the SQL that a session sends.


# %%
async def tag_names() -> list[str]:
    async with get_db() as db:
        return list(await db.scalars(select(Tag.name).where(Tag.type == "lesson").order_by(Tag.name)))


from netraven_db.db.loading import count_statements

async with get_db() as db:
    with count_statements(db) as sent:
        db.add(Tag(name="kept", type="lesson"))
        print("after add:  ", sent)
        await db.flush()
        print("after flush:", sent)

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
# | `db: AsyncSession = Depends(get_db)` (FastAPI) | after the route has returned (lesson 8 says when exactly) | when the route raises |
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
# The third form is for routes of a web service. FastAPI makes a context manager of `get_db`, much as this cell does, and
# runs the route inside of it:

# %%
from contextlib import asynccontextmanager

for name in ("from a route", "from a route that fails"):
    try:
        async with asynccontextmanager(get_db)() as db:  # what FastAPI does with Depends(get_db)
            db.add(Tag(name=name, type="lesson"))  # what the route does
            if "fails" in name:
                raise ValueError("the route failed")
    except ValueError as error:
        print(error)

await tag_names()

# %% [markdown]
# ## Reading without the risk of writing
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
# The solutions are folded away below: click on the three dots.

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
