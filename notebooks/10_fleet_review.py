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
# # Fleet review
#
# How long backups took, what failed, and which devices have no recent one. The cell below takes the window; run it all
# for a review of your own, or `netraven-analytics notebooks run fleet-review -p since=7d --html` from a shell.

# %% tags=["parameters"]
since = "30d"
by = "device_type"
tz = "UTC"

# %%
# %load_ext netraven_analytics

# %% [markdown]
# ## In one line

# %%
from netraven_analytics import backup_freshness, failure_rates, job_durations, stuck_jobs

rates = await failure_rates(since=since, tz=tz)
fresh = await backup_freshness(tz=tz)
coverage = fresh.attrs["netraven"]["totals"]["coverage"]
row = rates.iloc[0]
print(
    f"{row['terminal']:,} runs ended, {row['failure_rate']:.1%} of them failed "
    f"({row['rate_low']:.1%} to {row['rate_high']:.1%}); "
    f"{coverage:.1%} of the devices have a fresh backup; {row['stuck']} runs are stuck."
)

# %% [markdown]
# ## How long backups take

# %%
durations = await job_durations(by=by, since=since, tz=tz)
durations[[by, "runs", "running", "duration_p50", "duration_p95", "duration_max"]]

# %%
durations.netraven.chart()

# %% [markdown]
# And through time, a row a week. A week that the window cuts is marked as not complete.

# %%
weeks = await job_durations(by="week", since=since, tz=tz)
weeks[["week", "complete", "runs", "duration_p50", "duration_p95"]]

# %%
weeks.netraven.chart()

# %% [markdown]
# What ran when in the last day, the devices with the most failed and the longest runs on top:

# %%
from netraven_analytics import job_timeline

(await job_timeline(since="24h", tz=tz)).netraven.chart()

# %% [markdown]
# ## What fails
#
# Worst first, by the lower end of the interval: two failures of three runs are less of a worry than forty of a hundred.
# Beside the rate stand the runs that are in no rate: those that hang, and the devices that were never tried.

# %%
failing = await failure_rates(by=by, since=since, tz=tz)
failing[[by, "terminal", "failed", "failure_rate", "rate_low", "rate_high", "stuck", "devices_without_run"]]

# %%
failing.netraven.chart()

# %% [markdown]
# ## Which devices have no recent backup

# %%
oldest = await backup_freshness(by="device", tz=tz)
oldest.head(10)

# %%
oldest.netraven.chart()

# %% [markdown]
# ## What hangs

# %%
await stuck_jobs(tz=tz)
