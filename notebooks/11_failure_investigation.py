# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
# ---

# %% [markdown]
# # Failure investigation: from a rate to a log line
#
# Where do failures concentrate, since when, and what do the devices say?

# %% tags=["parameters"]
since = "30d"
tag_type = "location"
tz = "UTC"

# %%
# %load_ext netraven_analytics

# %% [markdown]
# ## Where
#
# `change` compares with the period of the same length before. Its interval tells a real change from chance: one that
# contains zero says nothing.

# %%
from netraven_analytics import error_signatures, failure_episodes, failure_rates

where = await failure_rates(by=f"tag:{tag_type}", since=since, tz=tz)
where.head(5)

# %%
where.netraven.chart()

# %%
worst = where.iloc[0][tag_type]
print("Looking at", worst)

# %% [markdown]
# ## Since when

# %%
days = await failure_rates(by="day", tag=f"{tag_type}:{worst}", since=since, tz=tz, fill=True)
days.nlargest(5, "failed")[["day", "terminal", "failed", "failure_rate"]]

# %%
days.netraven.chart()

# %% [markdown]
# The same as a calendar, in which a weekday stands out:

# %%
days.netraven.chart("calendar")

# %% [markdown]
# An episode goes from the first failure after a success to the next success. Open ones are still going on.

# %%
episodes = await failure_episodes(tag=f"{tag_type}:{worst}", since=since, tz=tz)
episodes.head(5)

# %% [markdown]
# ## What the devices say
#
# Messages that differ only in numbers, addresses and names are one signature. The example is redacted.

# %%
signatures = await error_signatures(tag=f"{tag_type}:{worst}", since=since, tz=tz)
signatures.head(5)

# %% [markdown]
# ## The runs themselves
#
# The log lines of the last failed run there, as ORM objects:

# %%
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from netraven_db.db.models import Device, Job, Tag
from netraven_db.db.session import get_db

last = (
    select(Job)
    .where(Job.status == "failed", Job.device.has(Device.tags.any(Tag.name == worst)))
    .order_by(Job.completed_at.desc().nulls_last())
    .limit(1)
    .options(joinedload(Job.device), selectinload(Job.logs))
)
async with get_db() as db:
    job = (await db.scalars(last)).one_or_none()

if job is not None:
    print(job.device.hostname, job.started_at)
    for log in sorted(job.logs, key=lambda each: each.timestamp):
        print(f"  {log.level:8} {log.message}")
