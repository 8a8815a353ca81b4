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
# # Creating, updating, deleting
#
# After this notebook you can write to the database, and you know when a row is really there, what a delete takes along,
# and what to do when the database refuses.

# %%
# %load_ext netraven_analytics

# %%
from datetime import UTC, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from netraven_db.db.loading import count_statements
from netraven_db.db.models import Device, DeviceConfiguration, Job, JobLog, Tag
from netraven_db.db.session import get_db

LESSON = Device.hostname.like("lesson-%")


async def count(model, *conditions) -> int:
    async with get_db() as db:
        return await db.scalar(select(func.count()).select_from(model).where(*conditions))


async with get_db() as db:  # what an earlier run of this notebook may have left
    await db.execute(delete(Device).where(LESSON))

# %% [markdown]
# ## Flush and commit
#
# `add` only notes the object. `flush` sends the INSERT: the row gets its id, but nobody else sees it yet. The commit at
# the end of the block makes it so for all.

# %%
async with get_db() as db:
    device = Device(hostname="lesson-1", ip_address="192.0.2.1", device_type="cisco_ios")
    with count_statements(db) as sent:
        db.add(device)
        print("added, id:", device.id, "- statements sent:", len(sent))
        await db.flush()
        print("flushed, has an id:", device.id is not None)
    print(sent[0])
    print("seen by another session:", await count(Device, LESSON))
print("committed, seen by another session:", await count(Device, LESSON))

# %% [markdown]
# The object is still good after the block: sessions here do not expire what they hand out on commit.
#
# ## Update
#
# Change an attribute of an object that the session has loaded, and the next flush writes just that column. `db.get`
# fetches by primary key. A naive time is taken as UTC and reads back aware at once.

# %%
async with get_db() as db:
    same = await db.get(Device, device.id)
    same.last_seen = datetime(2026, 7, 1, 12)
    print(same.last_seen)
    with count_statements(db) as sent:
        await db.flush()
    print(sent)

# %% [markdown]
# To change many rows, say it once instead of loading them all:

# %%
async with get_db() as db:
    result = await db.execute(update(Device).where(LESSON).values(last_seen=datetime.now(UTC)))
    print(result.rowcount, "row changed")

# %% [markdown]
# ## Insert or update
#
# A race-free "insert, unless it is there already" is one statement of PostgreSQL's dialect. `excluded` is the row that
# did not fit.

# %%
from sqlalchemy.dialects.postgresql import insert

for address in ("192.0.2.1", "192.0.2.99"):
    wish = insert(Device).values(hostname="lesson-1", ip_address=address, device_type="cisco_ios")
    wish = wish.on_conflict_do_update(
        index_elements=[Device.hostname], set_={"ip_address": wish.excluded.ip_address}
    )
    async with get_db() as db:
        await db.execute(wish)

from sqlalchemy.dialects import postgresql

print(wish.compile(dialect=postgresql.dialect()))
async with get_db() as db:
    print((await db.execute(select(Device.hostname, Device.ip_address).where(LESSON))).all())

# %% [markdown]
# ## When the database says no
#
# Hostnames are unique. The refusal arrives with the flush, the transaction is broken from then on, and the block rolls
# back: nothing of it stays, not even what was fine.

# %%
try:
    async with get_db() as db:
        db.add(Device(hostname="lesson-2", ip_address="192.0.2.2", device_type="cisco_ios"))
        db.add(Device(hostname="lesson-1", ip_address="192.0.2.3", device_type="cisco_ios"))
        await db.flush()
except IntegrityError as error:
    print(type(error.orig.__cause__).__name__)

print(await count(Device, LESSON), "device")

# %% [markdown]
# To lose only the bad part, put it into a savepoint (`begin_nested`): the rest of the transaction goes on.

# %%
async with get_db() as db:
    db.add(Device(hostname="lesson-2", ip_address="192.0.2.2", device_type="cisco_ios"))
    try:
        async with db.begin_nested():
            db.add(Device(hostname="lesson-1", ip_address="192.0.2.3", device_type="cisco_ios"))
    except IntegrityError:
        print("that one is taken")

print(await count(Device, LESSON), "devices")

# %% [markdown]
# ## Related objects, and what a delete takes along
#
# The services write the way NetRaven does. A job has logs, a device has configurations:

# %%
from netraven_db.services import create_backup_job, save_new_config, update_job_status

async with get_db() as db:
    job = await create_backup_job(device.id, None, db)
    db.add(JobLog(job_id=job.id, level="INFO", message="connected"))
    await update_job_status(job.id, "running", db)
    await update_job_status(job.id, "completed", db)
    await save_new_config(device.id, "hostname lesson-1\n", {"source": "lesson"}, db)

ours = DeviceConfiguration.device_id == device.id
print(await count(Job, Job.id == job.id), "job,", await count(JobLog, JobLog.job_id == job.id), "log line,")
print(await count(DeviceConfiguration, ours), "configuration")

# %% [markdown]
# There are two ways to delete the device, and they differ in what goes with it. A `delete()` statement leaves that to
# the *database*: its foreign keys delete the configurations, keep the jobs, and empty their `device_id`. Reports show
# such runs as `(deleted device)`, and never drop them.

# %%
async with get_db() as db:
    await db.execute(delete(Device).where(Device.id == device.id))

async with get_db() as db:
    print((await db.execute(select(Job.status, Job.device_id).where(Job.id == job.id))).one())
print(await count(DeviceConfiguration, ours), "configurations")

# %% [markdown]
# `db.delete(object)` deletes what the *model* says belongs to it: the jobs as well, and their log lines. It has to read
# them first, which takes a statement for each relationship.

# %%
async with get_db() as db:
    device = Device(hostname="lesson-3", ip_address="192.0.2.3", device_type="cisco_ios")
    db.add(device)
    await db.flush()
    second = await create_backup_job(device.id, None, db)

async with get_db() as db:
    with count_statements(db) as sent:
        await db.delete(await db.get(Device, device.id))
        await db.flush()
print(len(sent), "statements, of them", [each.partition(" WHERE")[0] for each in sent if "DELETE" in each])
print(await count(Job, Job.id == second.id), "jobs")

# %%
async with get_db() as db:
    await db.execute(delete(Job).where(Job.id == job.id))
    await db.execute(delete(Device).where(LESSON))

# %% [markdown]
# ## Exercises
#
# 1. Add three devices in one block, two of them with the same address, so that the other one and the first of the two
#    are kept.
# 2. Give a new tag to all Arista devices with one INSERT … SELECT, and count them. Roll it back.

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
async with get_db() as db:
    for number, address in enumerate(["192.0.2.5", "192.0.2.6", "192.0.2.6"]):
        try:
            async with db.begin_nested():
                db.add(Device(hostname=f"lesson-{number}", ip_address=address))
        except IntegrityError:
            print(address, "is taken")

assert await count(Device, LESSON) == 2
async with get_db() as db:
    await db.execute(delete(Device).where(LESSON))

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
from sqlalchemy import literal

from netraven_db.db.models.associations import device_tag_association

async with get_db() as db:
    tag = Tag(name="lesson", type="lesson")
    db.add(tag)
    await db.flush()
    chosen = select(Device.id, literal(tag.id)).where(Device.device_type == "arista_eos")
    result = await db.execute(insert(device_tag_association).from_select(["device_id", "tag_id"], chosen))
    print(result.rowcount, "devices tagged")
    await db.rollback()
