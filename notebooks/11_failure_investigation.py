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
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Failure investigation: from a rate to a log line
#
# Where do failures concentrate, since when, and what do the devices say? This notebook goes from a rate to the log lines
# of one run. `tag_type` is the kind of tag that it compares: `location`, `role`, or another one of yours.

# %% tags=["parameters"]
since = "30d"
tag_type = "location"
tz = "UTC"
as_of = None  # or a moment that is taken as now, such as "2026-11-01 08:00"

# %%
# %load_ext netraven_analytics

# %% [markdown]
# ## Where
#
# `rate_change` compares with the period of the same length before. Where its interval, `change_low` to `change_high`,
# contains zero, the difference may be chance.

# %%
from netraven_analytics import error_signatures, failure_episodes, failure_rates

where = await failure_rates(by=f"tag:{tag_type}", since=since, tz=tz, as_of=as_of)
where.head(5)

# %%
where.netraven.chart()

# %%
named = [
    name for name in where[tag_type] if not name.startswith("(")
]  # devices without such a tag have no name
chosen = {"tag": f"{tag_type}:{named[0]}"} if named else {}
print("Looking at", chosen.get("tag", "all devices"))

# %% [markdown]
# ## Since when

# %%
days = await failure_rates(by="day", **chosen, since=since, tz=tz, as_of=as_of, fill=True)
days.nlargest(5, "failed")[["day", "terminal", "failed", "failure_rate"]]

# %%
days.netraven.chart()

# %% [markdown]
# The same as a calendar, in which a bad weekday stands out:

# %%
days.netraven.chart("calendar")

# %% [markdown]
# An *episode* of a device goes from its first failure after a success to its next success. Open ones still go on.

# %%
episodes = await failure_episodes(**chosen, since=since, tz=tz, as_of=as_of)
episodes.head(5)

# %% [markdown]
# ## What the devices say
#
# Messages that differ only in numbers, addresses and names are one signature. The example is redacted.

# %%
signatures = await error_signatures(**chosen, since=since, tz=tz, as_of=as_of)
signatures.head(5)

# %% [markdown]
# ## The runs themselves
#
# The log lines of the last failed run there, as ORM objects. They hold what is stored, passwords that a device repeated
# included, so that they go through `redact` before they are shown.

# %%
from datetime import datetime

from netraven_analytics.configs.redact import redact
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from netraven_db.db.models import Device, Job, Tag
from netraven_db.db.session import get_db

there = [Job.device.has(Device.tags.any((Tag.type == tag_type) & (Tag.name == name))) for name in named[:1]]
now = datetime.fromisoformat(where.attrs["netraven"]["as_of"])
last = (
    select(Job)
    .where(Job.status == "failed", Job.completed_at <= now, *there)
    .order_by(Job.completed_at.desc().nulls_last())
    .limit(1)
    .options(joinedload(Job.device), selectinload(Job.logs))
)
async with get_db() as db:
    job = (await db.scalars(last)).one_or_none()

if job is not None:
    device_type = job.device.device_type if job.device else None
    print(job.device.hostname if job.device else "(deleted device)", job.started_at)
    for log in sorted(job.logs, key=lambda each: each.timestamp):
        print(f"  {log.level:8} {redact(log.message, device_type)}")
