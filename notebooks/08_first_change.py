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
# # Your first change of the schema
#
# After this notebook you can add a column to a model, let alembic write the revision, run it up and down, and test
# code that uses it. You also have short answers to questions that everybody asks once.
#
# It works on a throw-away server and on a copy of the migrations, which are gone with the kernel. Neither your database
# nor your source folder is touched.

# %%
import tempfile
from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path
from shutil import copytree

from alembic import command
from alembic.config import Config
from sqlalchemy.pool import NullPool

from netraven_db import embedded, migrate
from netraven_db.db.connection import make_engine

stack = ExitStack()
server = stack.enter_context(embedded.throwaway())
folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "migrations"
copytree(migrate.script_location(), folder)

engine = make_engine(server.url(), poolclass=NullPool)
config = Config(cmd_opts=Namespace(quiet=True))
config.set_main_option("script_location", str(folder))
config.attributes["connection"] = engine

# %% [markdown]
# On the command line all of this is the file `alembic.ini`, and `NETRAVEN_DATABASE_URL` names the database. Each call
# of `command` below is one line in a shell.
#
# ```bash
# venv/bin/alembic upgrade head
# venv/bin/alembic check        # do the models and the database say the same?
# ```

# %%
command.upgrade(config, "head")
command.check(config)  # raises where they differ

# %% [markdown]
# ## The model
#
# Say that a device should know its rack. A model is a class, a column is an attribute with a type: `str | None` may be
# NULL. (In the code base this line stands in `netraven_db/db/models/device.py`.)

# %%
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from netraven_db.db.models import Device

Device.rack: Mapped[str | None] = mapped_column("rack", String(20), nullable=True)

# %% [markdown]
# ## The revision
#
# Alembic compares the models with the database and writes what is missing as a file in `migrations/versions/`:
#
# ```bash
# venv/bin/alembic revision --autogenerate -m "devices know their rack"
# ```

# %%
revision = command.revision(config, "devices know their rack", autogenerate=True)
print(Path(revision.path).read_text())

# %% [markdown]
# Read what it wrote. Alembic sees tables, columns, types and indexes; it does not see that a column was *renamed* (it
# drops one and adds another), and it knows nothing about your rows. A new column that may be NULL is quick on a table
# of any size. One that is NOT NULL needs a default. An index on a big table is built `CONCURRENTLY`, in a revision of
# its own; the revisions that are there show how.
#
# ## Up and down
#
# ```bash
# venv/bin/alembic upgrade head
# venv/bin/alembic downgrade -1
# ```
#
# Run every revision in both directions before you commit it. A downgrade that nobody ever ran does not work.

# %%
from sqlalchemy import inspect


async def columns() -> list[str]:
    async with engine.connect() as connection:
        return await connection.run_sync(
            lambda below: [column["name"] for column in inspect(below).get_columns("devices")]
        )


command.upgrade(config, "head")
print("up:  ", await columns())
command.downgrade(config, "-1")
print("down:", await columns())
command.upgrade(config, "head")
print("up:  ", await columns())

# %% [markdown]
# ## Use it

# %%
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

async with AsyncSession(engine, expire_on_commit=False) as db:
    db.add(Device(hostname="lesson-1", ip_address="192.0.2.1", rack="B7"))
    await db.commit()
    print((await db.execute(select(Device.hostname, Device.rack))).all())

# %% [markdown]
# ## Test it
#
# `pytest` brings a PostgreSQL of its own, as this notebook did. The fixture `empty_database` gives a test a migrated
# database, and `NETRAVEN_DATABASE_URL` points at it:
#
# ```python
# async def test_a_device_knows_its_rack(empty_database: str) -> None:
#     """What was written is read back."""
#     async with get_db() as db:
#         db.add(Device(hostname="a", ip_address="192.0.2.1", rack="B7"))
#     async with get_db() as db:
#         assert await db.scalar(select(Device.rack)) == "B7"
# ```
#
# If many tests need such a device, make a fixture of your own beside them:
#
# ```python
# @pytest.fixture
# async def racked_device(empty_database: str) -> Device:
#     """A device in rack B7."""
#     async with get_db() as db:
#         db.add(device := Device(hostname="a", ip_address="192.0.2.1", rack="B7"))
#     return device
# ```
#
# ## Short answers
#
# **Why has `metadata_` an underscore?** `metadata` belongs to SQLAlchemy: every model carries the catalogue of all
# tables under that name. The column in the database is called `metadata` all the same.
#
# **Which form of `get_db`?** `async with` in your own code; `Depends(get_db)` in a route; `async for` only where it
# already stands.
#
# **What does `get_device_with_config` load?** The device and *all* its configurations, texts included. For the newest
# text alone there is `latest_configuration`.
#
# **When does FastAPI commit?** After the response has been sent (FastAPI 0.118 and newer). A route that raises rolls back.
# What you need to know about a new row, such as its id, you get by a `flush` in the route. Two things follow: a client
# that asks again at once may not see its own write yet, and it is not told when the commit fails. Where that matters,
# write `Depends(get_db, scope="function")` (0.121 and newer), which commits before the response, or `await db.commit()` in
# the route.
#
# **Why are revisions of the analytics kept apart?** NetRaven's own alembic must go on working on the same database. Ours
# are recorded in `analytics.alembic_version`, and `public.alembic_version` stays what NetRaven made it.

# %%
from netraven_db.db.models import DeviceConfiguration

DeviceConfiguration.metadata_.property.columns[0].name

# %% [markdown]
# ## Exercises
#
# 1. Add an index on the new column to the model, and let alembic write that revision too.
# 2. What does alembic make of a renamed column? Rename `rack` to `cabinet` in the database and let it compare.

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
from sqlalchemy import Index

Index("ix_devices_rack", Device.__table__.c.rack)
second = command.revision(config, "find devices by their rack", autogenerate=True)
print([line.strip() for line in Path(second.path).read_text().splitlines() if "op." in line])
command.upgrade(config, "head")

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
from sqlalchemy import text

async with engine.begin() as connection:
    await connection.execute(text("alter table devices rename column rack to cabinet"))
third = command.revision(config, "what alembic makes of it", autogenerate=True)
print([line.strip() for line in Path(third.path).read_text().splitlines() if "op." in line])

# %%
await engine.dispose()
stack.close()
