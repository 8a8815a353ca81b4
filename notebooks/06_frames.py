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
# # From Select to DataFrame
#
# After this notebook you can turn any `select` into a DataFrame with the right types, read more rows than fit into
# memory, and say in which time zone a day begins.

# %%
# %load_ext netraven_analytics

# %%
from sqlalchemy import func, select

from netraven_analytics import frame, job_durations, progress_bar, sql, stream
from netraven_db.db.models import Device, Job

# %% [markdown]
# ## `frame`
#
# Any Select will do: columns, expressions with labels, whole models. Without a session it opens a read-only one of
# its own; with one it sees what your transaction sees.

# %%
jobs = await frame(select(Job).where(Job.device_id == 7).order_by(Job.id))
jobs.tail(3)

# %%
jobs.dtypes

# %% [markdown]
# The types come from SQL, not from the values at hand: integers that may be NULL are `Int64`, instants are
# `datetime64[us, UTC]`, text is `str`. An empty answer has the same types as a full one, so that code which works today
# also works on the quiet day:

# %%
nothing = await frame(select(Job).where(Job.id < 0))
assert (nothing.dtypes == jobs.dtypes).all()
len(nothing)

# %% [markdown]
# A question of many rows can show how far it is. The bar is drawn in a notebook and on a terminal, and nowhere else:

# %%
with progress_bar("Jobs") as bar:
    everything = await frame(select(Job), progress=bar.add)

# %% [markdown]
# ## `sql`
#
# For a query that is quicker written as text. `:name` is a parameter, never pasted into the query:

# %%
await sql(
    "select device_type, count(*) as devices, max(last_seen) as last_seen from devices "
    "where hostname like :pattern group by device_type order by devices desc",
    pattern="ber-%",
)

# %% [markdown]
# ## `stream`
#
# It hands out frames of some rows each, in constant memory. The server waits while you work on one.

# %%
runs, longest = 0, None
async for part in stream(select(Job.started_at, Job.completed_at), rows=5_000):
    took = (part["completed_at"] - part["started_at"]).max()
    runs, longest = runs + len(part), took if longest is None else max(longest, took)
print(f"{runs:,} runs, the longest took {longest.total_seconds():.0f} s")

# %% [markdown]
# Leave it early with `break`: the query ends in the server too, and the session goes on.
#
# ## Time zones
#
# The database keeps instants. A *day* only exists in a time zone, so everything that groups by days takes `tz`. Without
# it the zone is `NETRAVEN_TZ`, else UTC.

# %%
import pandas as pd

days = {
    tz: (await job_durations(by="day", since="3d", tz=tz)).set_index("day")["runs"]
    for tz in ("UTC", "America/Sao_Paulo", "Asia/Tokyo")
}
pd.DataFrame(days)

# %% [markdown]
# The hours of a frame can be shown in any zone without asking the database again:

# %%
jobs["started_at"].dt.tz_convert("Europe/Berlin").tail(3)

# %% [markdown]
# ## What an answer says about itself
#
# The frame of a report carries its definition, the window it resolved to, the SQL, and what was left out.

# %%
answer = await job_durations(by="device_type", since="7d")
about = answer.attrs["netraven"]
about["window"], about["left_out"]

# %% [markdown]
# ## Exercises
#
# 1. Make a frame of the failed jobs of each day and hostname over the last 14 days, with a Select. Pivot it.
# 2. How long do runs take on the slowest device type? Take the p95 from the report, and by hand from the raw rows. Are
#    they equal?

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
day = func.date(Job.started_at).label("day")
failed = (
    select(day, Device.hostname, func.count().label("failed"))
    .join(Job.device)
    .where(Job.status == "failed", Job.started_at >= pd.Timestamp.now("UTC") - pd.Timedelta(days=14))
    .group_by(day, Device.hostname)
)
(await frame(failed)).pivot_table(index="hostname", columns="day", values="failed", fill_value=0).head()

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
report = await job_durations(by="device_type", since="all", as_of="data")
known = report[~report["device_type"].str.startswith("(")]  # devices without a type, or gone, are groups too
slowest = known.nlargest(1, "duration_p95").iloc[0]
raw = await frame(
    select((Job.completed_at - Job.started_at).label("took"))
    .join(Job.device)
    .where(
        Device.device_type == slowest["device_type"],
        Job.status.in_(["completed", "failed"]),
        Job.completed_at >= Job.started_at,
    )
)
print(slowest["duration_p95"], raw["took"].quantile(0.95))
assert abs(slowest["duration_p95"] - raw["took"].quantile(0.95)) < pd.Timedelta("1ms")
