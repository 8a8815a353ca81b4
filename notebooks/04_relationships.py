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
# # Relationships without surprises
#
# After this notebook you can see how many statements your code sends, load what it needs in as few as possible, and
# read the error that everybody meets in their first week.

# %%
# %load_ext netraven_analytics

# %%
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from netraven_db.db.loading import count_statements
from netraven_db.db.models import Device, Job
from netraven_db.db.session import get_db
from netraven_db.errors import NotLoadedError

# %% [markdown]
# ## The error of the first week
#
# `device.tags` is a relationship. It is not loaded with the device. To load it when somebody writes `.tags` would need
# the network, at a place where nothing can be awaited.
#
# SQLAlchemy's own error for that is `MissingGreenlet: greenlet_spawn has not been called`. It means: *this would wait for
# the database, and you are not in a place that can wait* (such a place is called a greenlet). Sessions of `get_db` say
# what to do instead:

# %%
async with get_db() as db:
    device = (await db.scalars(select(Device).order_by(Device.id).limit(1))).one()
    try:
        print(device.tags)
    except NotLoadedError as error:
        print(error)

# %% [markdown]
# ## One more statement for each row
#
# `awaitable_attrs` loads the relationship with an await. For one object that is fine. In a loop it is the classic
# *N + 1*: one statement for the list, and one more for each of its rows. `count_statements` makes it visible: it
# collects the SQL that the session sends.

# %%
some = select(Device).order_by(Device.hostname).limit(20)

async with get_db() as db:
    with count_statements(db) as sent:
        tags = {device.hostname: await device.awaitable_attrs.tags for device in await db.scalars(some)}
print(len(sent), "statements for", len(tags), "devices")

# %% [markdown]
# ## Say what you need
#
# `selectinload` fetches the related rows of *all* devices with one more statement:

# %%
async with get_db() as db:
    with count_statements(db) as sent:
        devices = (await db.scalars(some.options(selectinload(Device.tags)))).all()
print(len(sent), "statements")
print(sent[1])

# %% [markdown]
# `joinedload` brings them along in the same statement, with a LEFT OUTER JOIN. That is right for *one* related row, such
# as the device of a job. For many it repeats the device for each of its tags, and the result must be made `unique()`.

# %%
latest = select(Job).order_by(Job.id.desc()).limit(3).options(joinedload(Job.device))
async with get_db() as db:
    with count_statements(db) as sent:
        jobs = (await db.scalars(latest)).all()
print(len(sent), "statement")
[(job.status, job.device.hostname if job.device else None) for job in jobs]

# %% [markdown]
# What was loaded stays usable after the session is closed. Options chain: the tags of a job's device are
# `joinedload(Job.device).selectinload(Device.tags)`.
#
# | to load | use |
# |---|---|
# | one related row | `joinedload` |
# | many related rows | `selectinload` |
# | something for one object, now and then | `await obj.awaitable_attrs.name` |
# | nothing of the rest, but conditions on it | `join`, and no loading at all |
# | all configurations of a device, texts included | think twice: `latest_configuration` reads one |
#
# ## `run_sync`, the way around
#
# Inside of `run_sync` lazy loading works, since SQLAlchemy can wait there. Older code uses it. It also hides the N + 1
# from the reader:

# %%
async with get_db() as db:
    with count_statements(db) as sent:
        counts = await db.run_sync(
            lambda session: {device.hostname: len(device.tags) for device in session.scalars(some)}
        )
print(len(sent), "statements")

# %% [markdown]
# ## Exercises
#
# 1. Load ten devices with their tags and the credentials of these tags, in three statements.
# 2. Print the last five failed jobs with hostname and log lines, in at most two statements.

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
from netraven_db.db.models import Tag

whole = some.limit(10).options(selectinload(Device.tags).selectinload(Tag.credentials))
async with get_db() as db:
    with count_statements(db) as sent:
        devices = (await db.scalars(whole)).all()
assert len(sent) == 3
for device in devices:
    print(device.hostname, {each.username for tag in device.tags for each in tag.credentials})

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
failed = (
    select(Job)
    .where(Job.status == "failed")
    .order_by(Job.completed_at.desc().nulls_last())
    .limit(5)
    .options(joinedload(Job.device), selectinload(Job.logs))
)
async with get_db() as db:
    with count_statements(db) as sent:
        jobs = (await db.scalars(failed)).all()
assert len(sent) == 2
for job in jobs:
    print(job.device.hostname if job.device else "(deleted device)", [log.message for log in job.logs][-1:])
