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
# ---

# %% [markdown]
# # Your first change of the schema
#
# After this notebook you can add a column to a model, let alembic write the revision, run it up and down, and test
# code that uses it. You also have short answers to questions that everybody asks once.
#
# It works on a throw-away server of its own, which is gone with the kernel. Your database is not touched.

# %%
from contextlib import ExitStack

from netraven_db import embedded, migrate

stack = ExitStack()
server = stack.enter_context(embedded.throwaway())
url = server.url()
await migrate.upgrade(url)
await migrate.check(url)  # raises where models and database differ

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
# Alembic compares the models with the database and writes what is missing. On the command line that is
# `venv/bin/alembic revision --autogenerate -m "devices know their rack"`, which writes a file into
# `migrations/versions/`. Here we look at the same thing directly:

# %%
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from netraven_db.db.connection import make_engine

engine = make_engine(url)


def compare(connection: Connection):
    only_devices = {"include_name": lambda name, kind, parent: kind != "table" or name == "devices"}
    context = MigrationContext.configure(connection, opts=only_devices)
    return produce_migrations(context, Device.metadata)


async with engine.connect() as connection:
    change = await connection.run_sync(compare)

change.upgrade_ops.ops = [
    table for table in change.upgrade_ops.ops if getattr(table, "table_name", "") == "devices"
]
for table in change.upgrade_ops.ops:  # the indexes of the analytics live in revisions of their own
    table.ops = [each for each in table.ops if type(each).__name__ == "AddColumnOp"]
change.downgrade_ops = change.upgrade_ops.reverse_into(change.downgrade_ops)

print(render_python_code(change.upgrade_ops))
print(render_python_code(change.downgrade_ops))

# %% [markdown]
# Read what it wrote. Alembic sees tables, columns, types and indexes; it does not see that a column was *renamed* (it
# drops one and adds another), and it knows nothing about your rows. A new column that may be NULL is quick on a table
# of any size. One that is NOT NULL needs a default. An index on a big table is built `CONCURRENTLY`, in a revision of
# its own.
#
# ## Up and down

# %%
from alembic.operations import Operations
from sqlalchemy import inspect


def columns(connection: Connection) -> list[str]:
    return [column["name"] for column in inspect(connection).get_columns("devices")]


def apply(connection: Connection, operations) -> None:
    with Operations.context(MigrationContext.configure(connection)) as op:
        for table in operations.ops:
            for each in table.ops:
                op.invoke(each)


async with engine.begin() as connection:
    await connection.run_sync(apply, change.upgrade_ops)
    print(await connection.run_sync(columns))
async with engine.begin() as connection:
    await connection.run_sync(apply, change.downgrade_ops)
    print(await connection.run_sync(columns))
async with engine.begin() as connection:
    await connection.run_sync(apply, change.upgrade_ops)

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
# **When does FastAPI commit?** When the route has returned and before the dependency ends. What you need to know about
# the row, such as its id, you get by a `flush` in the route. A route that raises rolls back.
#
# **Why are revisions of the analytics kept apart?** NetRaven's own alembic must go on working on the same database. Ours
# are recorded in `analytics.alembic_version`, and `public.alembic_version` stays what NetRaven made it.

# %%
from netraven_db.db.models import DeviceConfiguration

DeviceConfiguration.metadata_.property.columns[0].name

# %% [markdown]
# ## Exercises
#
# 1. Add an index on the new column to the model's table and let alembic find it.
# 2. What does alembic make of a renamed column? Try it with `rack` and `cabinet`.

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
from sqlalchemy import Index

index = Index("ix_devices_rack", Device.__table__.c.rack)
async with engine.connect() as connection:
    found = await connection.run_sync(compare)
print([line.strip() for line in render_python_code(found.upgrade_ops).splitlines() if "rack" in line])
Device.__table__.indexes.remove(index)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
from sqlalchemy import text

async with engine.begin() as connection:
    await connection.execute(text("alter table devices rename column rack to cabinet"))
    found = await connection.run_sync(compare)
print(
    [
        line.strip()
        for line in render_python_code(found.upgrade_ops).splitlines()
        if "rack" in line or "cabinet" in line
    ]
)

# %%
await engine.dispose()
stack.close()
