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
# # Reading: select, filter, order, join
#
# After this notebook you can turn a question into a `select`, take one row, none or many from its result, and
# follow tags from a device to the credentials that NetRaven would try on it.

# %%
# %load_ext netraven_analytics

# %%
from sqlalchemy import func, select

from netraven_db.db.models import Credential, Device, Job, Tag
from netraven_db.db.session import get_db

# %% [markdown]
# ## From question to statement
#
# *Which Arista switches did we see most recently?* A `select` names what you want, `where` keeps rows, `order_by`
# and `limit` do what they say. Printing the statement shows the SQL.
#
# Mind `nulls_last()`: to PostgreSQL, a time that is missing is later than all others, so that without it the switches
# that were *never* seen would come first.

# %%
question = (
    select(Device)
    .where(Device.device_type == "arista_eos")
    .order_by(Device.last_seen.desc().nulls_last())
    .limit(3)
)
print(question)

# %%
async with get_db() as db:
    devices = (await db.scalars(question)).all()

for device in devices:
    print(device.hostname, device.last_seen)

# %% [markdown]
# `scalars` gives the objects themselves, `execute` gives rows of all that was selected. Times come aware, in UTC.
#
# ## One, none or many
#
# | call | no row | one row | more rows |
# |---|---|---|---|
# | `.all()` | `[]` | a list of one | a list |
# | `.first()` | `None` | it | the first |
# | `.one_or_none()` | `None` | it | raises `MultipleResultsFound` |
# | `.one()` | raises `NoResultFound` | it | raises `MultipleResultsFound` |
#
# Choose the one that says what you believe. `first()` on a question that should have one answer hides a mistake.

# %%
from sqlalchemy.exc import MultipleResultsFound, NoResultFound

async with get_db() as db:
    print((await db.scalars(select(Device).where(Device.hostname == "nowhere"))).one_or_none())
    for condition in (Device.hostname == "nowhere", Device.device_type == "arista_eos"):
        try:
            (await db.scalars(select(Device).where(condition))).one()
        except (NoResultFound, MultipleResultsFound) as error:
            print(type(error).__name__)

# %% [markdown]
# ## Conditions
#
# Python's `and` and `in` do not build SQL. Several conditions in one `where` are joined by AND; `|` is OR (mind the
# brackets), `in_` is IN, `is_(None)` is IS NULL, and `like` takes `%`.

# %%
async with get_db() as db:
    busy = await db.scalar(
        select(func.count())
        .select_from(Job)
        .where(Job.status.in_(["running", "pending"]), Job.completed_at.is_(None))
    )
    odd = await db.scalar(
        select(func.count()).select_from(Job).where((Job.started_at.is_(None)) | (Job.device_id.is_(None)))
    )
print(busy, "not finished;", odd, "without a start or without a device")

# %% [markdown]
# ## Joins
#
# A relationship knows its own ON clause. Many devices share a tag, so the path leads over an association table that
# never has to be named.

# %%
in_berlin = (
    select(Device.hostname, Device.device_type)
    .join(Device.tags)
    .where(Tag.type == "location", Tag.name == "berlin")
    .order_by(Device.hostname)
    .limit(5)
)
async with get_db() as db:
    for hostname, device_type in await db.execute(in_berlin):
        print(hostname, device_type)

# %% [markdown]
# Counting along the way is a `group_by`. An outer join keeps the tags that nothing carries:

# %%
by_tag = (
    select(Tag.type, Tag.name, func.count(Device.id).label("devices"))
    .outerjoin(Tag.devices)
    .group_by(Tag.type, Tag.name)
    .order_by(func.count(Device.id).desc())
    .limit(5)
)
async with get_db() as db:
    for row in await db.execute(by_tag):
        print(row.type, row.name, row.devices)

# %% [markdown]
# ## From tags to credentials
#
# NetRaven tries on a device every credential that shares a tag with it, the lowest `priority` first. Two joins meet
# in the tag; `distinct` because they may share more than one. The password stays where it is: the column is
# deferred, and no query reads it unless it is asked to.

# %%
wanted = devices[0].hostname
tried = (
    select(Credential)
    .join(Credential.tags)
    .join(Tag.devices)
    .where(Device.hostname == wanted)
    .distinct()
    .order_by(Credential.priority, Credential.id)
)
print(tried)

async with get_db() as db:
    for credential in await db.scalars(tried):
        print(credential.priority, credential.username)

# %% [markdown]
# A service of the code base, `find_credentials_by_tag_name`, does the same for one tag:

# %%
from netraven_db.services import find_credentials_by_tag_name

async with get_db() as db:
    print([each.username for each in await find_credentials_by_tag_name("core", db)])

# %% [markdown]
# ## Exercises
#
# 1. Which five devices have the most failed jobs? One statement, with hostnames.
# 2. On which devices would no credential be tried? (`~Device.tags.any(Tag.credentials.any())` can be read aloud.)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
most_failed = (
    select(Device.hostname, func.count(Job.id).label("failed"))
    .join(Device.jobs)
    .where(Job.status == "failed")
    .group_by(Device.hostname)
    .order_by(func.count(Job.id).desc(), Device.hostname)
    .limit(5)
)
async with get_db() as db:
    for row in await db.execute(most_failed):
        print(row.hostname, row.failed)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
async with get_db() as db:
    unreachable = (await db.scalars(select(Device).where(~Device.tags.any(Tag.credentials.any())))).all()
print(len(unreachable), [device.hostname for device in unreachable][:5])
